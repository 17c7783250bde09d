"""A model bundle: a folder with ``weights.safetensors``, ``card.json`` and, as far as that is known, the records that
it was trained on, in ``domain.safetensors`` and ``training.parquet``; a forest beside the network is in
``forest.safetensors``.

Nothing is unpickled, sizes are checked before anything is read, and what does not fit is refused with a sentence that
says what was expected and what was found.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import torch

from ..errors import BundleError, OutputError
from ..leftovers import replaced_folder
from ..paths import real_path
from .card import CARD_FILE, Card, FeatureSets, read_card
from .domain import DOMAIN_FILE, Domain, save_domain
from .forest import FOREST_FILE, Forest, save_forest
from .network import Network, from_tensors, tensor_shapes
from .out_of_fold import OutOfFold
from .training_records import TRAINING_FILE, TrainingRecords, save_training_records

WEIGHTS_FILE = "weights.safetensors"

_FILES = {WEIGHTS_FILE, CARD_FILE, DOMAIN_FILE, TRAINING_FILE, FOREST_FILE}

MAX_HEADER_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Bundle:
    """A trained network and its card."""

    card: Card
    network: Network
    path: Path


def load_bundle(folder: Path, feature_sets: FeatureSets) -> Bundle:
    """Loads a bundle and checks that its weights fit its card and its card fits the features.

    :param feature_sets: the feature sets that this program has
    :raises BundleError: naming what does not fit, what was expected and what was found
    """
    card = read_card(folder, feature_sets)
    path = folder / WEIGHTS_FILE
    tensors = _read_weights(path)
    expected = tensor_shapes(card.n_features, card.widths, len(card.class_names), card.n_members, card.n_shared)
    missing = sorted(expected.keys() - tensors.keys())
    if missing:
        raise BundleError(path, "a tensor is missing", expected=missing[0], got=", ".join(sorted(tensors))[:200])
    for name, shape in expected.items():
        got = tensors[name]
        if tuple(got.shape) != shape:
            raise BundleError(
                path, f"'{name}' has another shape than the card says", expected=shape, got=tuple(got.shape)
            )
        if got.dtype != torch.float32:
            raise BundleError(path, f"'{name}' has another number type", expected="float32", got=got.dtype)
        if not torch.isfinite(got).all():
            raise BundleError(
                path, f"'{name}' holds a NaN or infinite number", expected="finite weights", got="NaN or ∞"
            )
    return Bundle(card, from_tensors(tensors, len(card.widths)), folder)


def content_hash(bundle: Bundle) -> str:
    """SHA-256 of the card and the weights: two bundles with the same hash give the same results.

    :return: 64 hexadecimal digits; the same on every device
    """
    digest = hashlib.sha256(json.dumps(bundle.card.as_dict(), sort_keys=True).encode())
    for name, tensor in bundle.network.tensors():
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read_weights(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        size = path.stat().st_size
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        with path.open("rb") as file:
            header = int.from_bytes(file.read(8), "little")
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from error
    if size > MAX_WEIGHTS_BYTES:
        raise BundleError(path, "the weights are too large", expected=f"at most {MAX_WEIGHTS_BYTES} bytes", got=size)
    if header > MAX_HEADER_BYTES:
        raise BundleError(path, "the header is too large", expected=f"at most {MAX_HEADER_BYTES} bytes", got=header)
    try:
        tensors: dict[str, torch.Tensor] = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise BundleError(path, f"not a safetensors file ({error})") from error
    return tensors


def check_folder(folder: Path) -> None:
    """Checks, before any work is done, whether a bundle can be written there.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a bundle
    """
    if folder.exists() and (not folder.is_dir() or {p.name for p in folder.iterdir()} - _FILES):
        raise OutputError(folder, "exists and is not a model folder; choose a new name")
    parent = real_path(folder).parent
    if not parent.is_dir():
        raise OutputError(folder, f"the folder {parent} does not exist; make it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(folder, f"the folder {parent} is read-only")


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
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    folder, names = bundle.path, bundle.card.class_names
    check_folder(folder)
    target = real_path(folder)
    try:
        with replaced_folder(target) as fresh:
            tensors = {name: tensor.detach().float().cpu().contiguous() for name, tensor in bundle.network.tensors()}
            save_file(tensors, fresh / WEIGHTS_FILE)
            (fresh / WEIGHTS_FILE).chmod(0o644)
            text = json.dumps(bundle.card.as_dict(), indent=2, ensure_ascii=False, allow_nan=False)
            if domain is not None or out_of_fold is not None:
                save_domain(domain, fresh / DOMAIN_FILE, out_of_fold)
                (fresh / DOMAIN_FILE).chmod(0o644)
            if training_records is not None:
                predicted = {} if out_of_fold is None else dict(zip(names, out_of_fold.probabilities.T, strict=True))
                save_training_records(training_records, fresh / TRAINING_FILE, predicted)
                (fresh / TRAINING_FILE).chmod(0o644)
            if forest is not None:
                save_forest(forest, fresh / FOREST_FILE)
                (fresh / FOREST_FILE).chmod(0o644)
            (fresh / CARD_FILE).write_text(text + "\n", encoding="utf-8")
            fresh.chmod(0o755)
    except (OSError, SafetensorError) as error:
        raise OutputError(folder, f"cannot be written ({getattr(error, 'strerror', None) or error})") from error
