"""A model bundle: a folder with ``weights.safetensors``, ``card.json`` and, as far as that is known, the records that
it was trained on, in ``domain.safetensors`` and ``training.parquet``; a forest beside the network is in
``forest.safetensors``.

Nothing is unpickled, sizes are checked before anything is read, and what does not fit is refused with a sentence that
says what was expected and what was found.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError
from ..cards.card import CARD_FILE, Card, FeatureSets, read_card
from ..forest import FOREST_FILE, Forest, load_forest, save_forest
from ..network import Network, from_tensors, is_opposite, tensor_shapes
from ..reliability.domain import DOMAIN_FILE, Domain, save_domain
from ..reliability.out_of_fold import OutOfFold
from .model_file import BUNDLE_FILES
from .model_folder import check_model_folder, save_card, written_folder
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
    shapes = tensor_shapes(card.n_features, card.widths, len(card.class_names), card.n_members, card.n_shared)
    tensors = read_tensors(folder / WEIGHTS_FILE, shapes)
    network = from_tensors(tensors, len(card.widths), of_value=card.of_value)
    if card.of_value and not is_opposite(network):
        raise BundleError(folder / WEIGHTS_FILE, "the second output is not the opposite of the value")
    try:
        forest = load_forest(folder, len(card.class_names), of_value=card.of_value)
    except BundleError as error:  # costs the second opinion only
        return Bundle(card, network, folder, None, str(error))
    return Bundle(card, network, folder, forest)


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


def check_folder(folder: Path) -> None:
    """Checks, before any work is done, whether a bundle can be written there.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    check_model_folder(folder, BUNDLE_FILES.keys(), "model folder")


def save_bundle(
    bundle: Bundle,
    domain: Domain | None = None,
    *,
    out_of_fold: OutOfFold | None = None,
    training_records: TrainingRecords | None = None,
    forest: Forest | None = None,
) -> None:
    """Writes a bundle to ``bundle.path``, whole or not at all; an older bundle there is replaced.

    :param domain: its applicability domain
    :param out_of_fold: what its members predicted of the training records that they had not seen
    :param training_records: the training records by name, in the order of ``domain`` and ``out_of_fold``
    :param forest: grown on the same examples
    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    folder = bundle.path
    check_folder(folder)
    with written_folder(folder) as fresh:
        save_tensors(bundle.network.tensors(), fresh / WEIGHTS_FILE)
        if domain is not None or out_of_fold is not None:
            save_domain(domain, fresh / DOMAIN_FILE, out_of_fold)
        if training_records is not None:
            predicted = {} if out_of_fold is None else _predicted_columns(bundle.card, out_of_fold)
            save_training_records(training_records, fresh / TRAINING_FILE, predicted)
        if forest is not None:
            save_forest(forest, fresh / FOREST_FILE)
        save_card(bundle.card.as_dict(), fresh / CARD_FILE)


def _predicted_columns(card: Card, known: OutOfFold) -> dict[str, NDArray[np.float32]]:
    """Columns with what was predicted out of fold, [n] each."""
    if card.of_value:
        return {"predicted": known.probabilities[:, 0]}
    return {f"probability_{name}": each for name, each in zip(card.class_names, known.probabilities.T, strict=True)}
