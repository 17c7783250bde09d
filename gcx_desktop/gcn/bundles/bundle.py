"""A model bundle: a folder with ``weights.safetensors``, ``card.json`` and, as far as that is known, the records that
it was trained on, in ``domain.safetensors`` and ``training.parquet``; a forest beside the network is in
``forest.safetensors``.

Nothing is unpickled, sizes are checked before anything is read, and what does not fit is refused with a sentence that
says what was expected and what was found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError, OutputError
from ...paths import real_path
from ..cards.card import CARD_FILE, MEAN_AND_SUM, Card, FeatureSets, read_card
from ..forest import FOREST_FILE, Forest, load_forest, save_forest
from ..network import HIDDEN, Network, from_tensors, is_opposite, tensor_shapes
from ..reliability.domain import DOMAIN_FILE, Domain, save_domain, save_fingerprints
from ..reliability.out_of_fold import OutOfFold
from .model_file import BUNDLE_FILES
from .model_folder import check_model_folder, save_card, written_folder
from .several import ENDPOINTS_FILE, endpoint_folders, endpoints_text, folder_names, has_endpoints
from .training_records import TRAINING_FILE, TrainingRecords, save_training_records
from .weights_file import WEIGHTS_FILE, read_tensors, save_tensors

NO_FOREST = "no random forest was kept beside the network"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A trained network, its card, and the forest that was grown on the same records."""

    card: Card
    network: Network
    path: Path
    forest: Forest | None = None
    why_no_forest: str = NO_FOREST
    """A sentence if there is none."""


def load_bundle(folder: Path, feature_sets: FeatureSets) -> Bundle:
    """Loads a bundle and checks that its weights fit its card and its card fits the features. A forest that is damaged
    is left out.

    :param feature_sets: the feature sets that this program has
    :raises BundleError: naming what does not fit, what was expected and what was found
    """
    card = read_card(folder, feature_sets)
    n_classes, with_sums = len(card.class_names), card.readout == MEAN_AND_SUM
    shapes = tensor_shapes(card.n_features, card.widths, n_classes, card.n_members, card.n_shared, with_sums=with_sums)
    above = {name: shape for name, shape in shapes.items() if card.shares_layers and name.startswith(HIDDEN)}
    own = {name: shape for name, shape in shapes.items() if name not in above}
    tensors = read_tensors(folder / WEIGHTS_FILE, own)
    if above:
        tensors |= read_tensors(real_path(folder).parent / WEIGHTS_FILE, above)
    network = from_tensors(tensors, len(card.widths), of_value=card.of_value, with_sums=with_sums)
    if card.of_value and not is_opposite(network):
        raise BundleError(folder / WEIGHTS_FILE, "the second output is not the opposite of the value")
    try:
        forest = load_forest(folder, len(card.class_names), of_value=card.of_value)
    except BundleError as error:  # costs the second opinion only
        return Bundle(card, network, folder, None, str(error))
    return Bundle(card, network, folder, forest)


def load_endpoints(folders: Sequence[Path], feature_sets: FeatureSets) -> tuple[Bundle, ...]:
    """Loads the bundles of the endpoints of one model, of which one pass of the hidden layers predicts all.

    :raises BundleError: as :func:`load_bundle`, or if they have no hidden layers or no features in common
    """
    bundles = tuple(load_bundle(folder, feature_sets) for folder in folders)
    wanted = _common(bundles[0].card)
    for bundle in bundles:
        if not bundle.card.shares_layers or _common(bundle.card) != wanted:
            raise BundleError(bundle.path, f"it has not all in common with the endpoint {bundles[0].card.endpoint}")
    return bundles


def _common(card: Card) -> tuple[object, ...]:
    """What the endpoints of one model have in common."""
    network = (card.widths, card.n_members, card.n_shared, card.readout)
    return (*network, card.feature_set, card.n_features, card.features, card.preparation)


def content_hash(bundle: Bundle) -> str:
    """SHA-256 of the card and the weights: two bundles with the same hash give the same results. Renaming a model or
    describing it does not change it.

    :return: 64 hexadecimal digits; the same on every device
    """
    digest = hashlib.sha256(json.dumps(bundle.card.as_trained.as_dict(), sort_keys=True).encode())
    for name, tensor in bundle.network.tensors():
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class TrainedBundle:
    """All that is written of a model, or of one of several endpoints."""

    bundle: Bundle
    domain: Domain | None = None
    """Its applicability domain."""
    out_of_fold: OutOfFold | None = None
    """What its members predicted of the training records that they had not seen."""
    training_records: TrainingRecords | None = None
    """The training records by name, in the order of ``domain`` and ``out_of_fold``."""
    forest: Forest | None = None
    """Grown on the same examples."""


def check_folder(folder: Path) -> None:
    """Checks, before any work is done, whether a bundle can be written there.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    known = set(BUNDLE_FILES)
    if has_endpoints(folder):
        try:
            known |= {ENDPOINTS_FILE, *(each.name for each in endpoint_folders(folder).values())}
        except BundleError as error:
            raise OutputError(folder, f"exists and is not a model folder ({error}); choose a new name") from error
    check_model_folder(folder, known, "model folder")


def save_bundle(
    bundle: Bundle,
    domain: Domain | None = None,
    *,
    out_of_fold: OutOfFold | None = None,
    training_records: TrainingRecords | None = None,
    forest: Forest | None = None,
) -> None:
    """Writes a bundle to ``bundle.path``, whole or not at all; an older bundle there is replaced. For the other
    arguments see :class:`TrainedBundle`.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    check_folder(bundle.path)
    with written_folder(bundle.path) as fresh:
        save_tensors(bundle.network.tensors(), fresh / WEIGHTS_FILE)
        _write(TrainedBundle(bundle, domain, out_of_fold, training_records, forest), fresh)


def save_endpoints(
    folder: Path,
    endpoints: Sequence[TrainedBundle],
    fingerprints: Sequence[bytes] = (),
    rows: Sequence[NDArray[np.int64]] = (),
) -> list[Path]:
    """Writes several endpoints of one model into a folder, whole or not at all; an older model there is replaced.

    :param endpoints: with the same hidden layers
    :param fingerprints: of all training molecules of all endpoints; empty of records without them
    :param rows: for each endpoint, the places of its training molecules among these
    :return: the folder of each endpoint
    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    check_folder(folder)
    names = [each.bundle.card.endpoint for each in endpoints]
    places = folder_names(names)
    with written_folder(folder) as fresh:
        (fresh / ENDPOINTS_FILE).write_text(endpoints_text(names, places), encoding="utf-8")
        hidden = [each for each in endpoints[0].bundle.network.tensors() if each[0].startswith(HIDDEN)]
        save_tensors(hidden, fresh / WEIGHTS_FILE)
        if fingerprints:
            save_fingerprints(fingerprints, fresh / DOMAIN_FILE)
        for number, (each, place) in enumerate(zip(endpoints, places, strict=True)):
            own = fresh / place
            own.mkdir()
            heads = [tensor for tensor in each.bundle.network.tensors() if not tensor[0].startswith(HIDDEN)]
            save_tensors(heads, own / WEIGHTS_FILE)
            _write(each, own, rows[number] if fingerprints else None)
    return [folder / place for place in places]


def _write(trained: TrainedBundle, folder: Path, shared_rows: NDArray[np.int64] | None = None) -> None:
    """All but the weights."""
    card, known = trained.bundle.card, trained.out_of_fold
    if trained.domain is not None or known is not None:
        save_domain(trained.domain, folder / DOMAIN_FILE, known, shared_rows=shared_rows)
    if trained.training_records is not None:
        predicted = {} if known is None else _predicted_columns(card, known)
        save_training_records(trained.training_records, folder / TRAINING_FILE, predicted)
    if trained.forest is not None:
        save_forest(trained.forest, folder / FOREST_FILE)
    save_card(card.as_dict(), folder / CARD_FILE)


def _predicted_columns(card: Card, known: OutOfFold) -> dict[str, NDArray[np.float32]]:
    """Columns with what was predicted out of fold, [n] each."""
    if card.of_value:
        return {"predicted": known.probabilities[:, 0]}
    return {f"probability_{name}": each for name, each in zip(card.class_names, known.probabilities.T, strict=True)}
