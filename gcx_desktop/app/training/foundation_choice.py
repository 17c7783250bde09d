"""Which foundation training starts from."""

from __future__ import annotations

from pathlib import Path

from ... import paths
from ...gcn.bundles.foundation import FOUNDATION_FILE, Foundation, load_foundation, read_foundation_card
from ...kinds.kind import NO_PARAMETERS, Kind

BUNDLED_FOUNDATION = "foundation"
"""Name of the folder among the bundled models."""
NO_FOUNDATION = "none"
"""What ``--foundation`` says for a start at random."""


def foundation_for(kind: Kind, choice: str = "") -> Foundation | None:
    """The foundation that training starts from; ``None`` to start at random.

    :param choice: a folder, or :data:`NO_FOUNDATION`; "": the one that comes with the program, if it is of the kind's
        features
    :raises BundleError: if the folder is not a foundation, is damaged, or is of other features
    """
    if choice == NO_FOUNDATION or (not choice and kind.pretraining is None):
        return None
    folder = Path(choice) if choice else paths.bundled_models() / BUNDLED_FOUNDATION
    if not choice:
        if not (folder / FOUNDATION_FILE).is_file():
            return None
        if read_foundation_card(folder).feature_set != kind.feature_set:
            return None
    n_features = 0 if kind.pretraining is None else kind.featurizer.n_features(NO_PARAMETERS)
    return load_foundation(folder, kind.feature_set, n_features)
