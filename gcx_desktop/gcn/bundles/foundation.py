"""A foundation: hidden layers that learned what can be computed of records without labels, from which training starts.

It is a folder with ``weights.safetensors``, the hidden layers, and ``foundation.json``, its card. It is no model: it
has no classes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from ...errors import BundleError, UsageError
from ..cards.card import MAX_WIDTH, read_card_values
from ..cards.card_entries import FOUNDATION_ENTRIES, MAX_LAYERS, check_entries
from ..network import Network, from_tensors, tensor_shapes
from .model_folder import check_model_folder, save_card, written_folder
from .weights_file import WEIGHTS_FILE, read_tensors, save_tensors

FOUNDATION_FILE = "foundation.json"
FOUNDATION_VERSION = 1

_FILES = {WEIGHTS_FILE, FOUNDATION_FILE}
_HEAD = ("head.weight", "head.bias")
"""Tensors that a foundation does not have."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A file of which records were read."""

    source: str
    """File name."""
    sha256: str
    """Hash of the file's bytes."""
    n_records: int
    """Number of its first records that were read."""


@dataclass(frozen=True, slots=True)
class FoundationCard:
    """The content of ``foundation.json``."""

    name: str
    feature_set: str
    """Name of the feature set; the layers work with no other."""
    n_features: int
    widths: tuple[int, ...]
    """Of the hidden layers."""
    kind: str = ""
    """Of the records, in the plural."""
    format_version: int = FOUNDATION_VERSION
    preparation: tuple[str, ...] = ()
    """Names of what was done to records before they became graphs."""
    tables: tuple[SourceTable, ...] = ()
    excluded_tables: tuple[SourceTable, ...] = ()
    """No record of these was learned from."""
    n_molecules: int = 0
    """Records that the layers learned from, or that were held out."""
    n_held_out: int = 0
    """Of these the ones that were not learned from."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Why records were left out, and how many."""
    descriptors: tuple[str, ...] = ()
    """Names of the values that were learned."""
    fingerprints: dict[str, int] = field(default_factory=dict)
    """Name of the counts → number of keys that were learned."""
    r2: dict[str, float | None] = field(default_factory=dict)
    """Group of targets → the median over its targets of R² on the records held out, after the epoch whose weights were
    kept; ``None`` if it is not known."""
    epochs: tuple[dict[str, float | None], ...] = ()
    """Of each epoch the training loss, and R² as ``r2`` has it."""
    training: dict[str, Any] = field(default_factory=dict)
    """Settings of the training."""
    command: str = ""
    """The command line that makes this foundation."""
    date: str = ""
    """ISO 8601."""
    library_versions: dict[str, str] = field(default_factory=dict)
    licence: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For ``foundation.json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Foundation:
    """Hidden layers to start from, and their card."""

    card: FoundationCard
    network: Network
    """The hidden layers; the head has no outputs."""
    path: Path
    sha256: str
    """Hash of the weights' file."""

    @property
    def name(self) -> str:
        return self.card.name


def read_foundation_card(folder: Path) -> FoundationCard:
    """The card of a foundation; reads no weights.

    :raises BundleError: if the folder is not a foundation or its card does not fit
    """
    path = folder / FOUNDATION_FILE
    if not path.is_file():
        raise BundleError(folder, f"not a foundation (a folder with {FOUNDATION_FILE} and {WEIGHTS_FILE})")
    values = read_card_values(path)
    version = values.get("format_version")
    if version != FOUNDATION_VERSION:
        raise BundleError(path, "unknown format version", expected=FOUNDATION_VERSION, got=repr(version)[:80])
    try:
        card = _made_of(values)
    except (TypeError, KeyError, ValueError) as error:
        raise BundleError(path, f"the card has an entry that is missing or of the wrong kind ({error})") from error
    if not 1 <= len(card.widths) <= MAX_LAYERS or not all(1 <= width <= MAX_WIDTH for width in card.widths):
        raise BundleError(
            path, "impossible layer widths", expected=f"1 to {MAX_LAYERS} of 1 to {MAX_WIDTH}", got=card.widths
        )
    return card


def check_foundation_card(card: FoundationCard) -> None:
    """Checks that a card that is to be written can be read again.

    :raises UsageError: naming the first entry that is too long or not of its kind
    """
    try:
        check_entries(card.as_dict(), FOUNDATION_ENTRIES)
    except ValueError as error:
        raise UsageError(f"the foundation's card cannot be written: {error}") from error


def _made_of(values: Mapping[str, Any]) -> FoundationCard:
    """The card with these entries; entries that this version does not know are left out.

    :raises TypeError: if one is missing
    :raises ValueError: naming the first that is not of its kind
    """
    check_entries(values, FOUNDATION_ENTRIES)
    kept = {name: value for name, value in values.items() if name in {f.name for f in fields(FoundationCard)}}
    for name in ("tables", "excluded_tables"):
        kept[name] = tuple(
            SourceTable(each["source"], each["sha256"], each["n_records"]) for each in kept.get(name, ())
        )
    for name in ("widths", "preparation", "descriptors", "epochs"):
        kept[name] = tuple(kept.get(name, ()))
    return FoundationCard(**kept)


def load_foundation(folder: Path, feature_set: str, n_features: int) -> Foundation:
    """Loads a foundation and checks that its weights fit its card and its card fits the features.

    :param feature_set: name of the feature set that is wanted
    :param n_features: of that feature set
    :raises BundleError: naming what does not fit, what was expected and what was found
    """
    card = read_foundation_card(folder)
    if card.feature_set != feature_set:
        raise BundleError(
            folder,
            "a foundation of other features; choose another with --foundation, or none",
            expected=feature_set,
            got=card.feature_set,
        )
    if card.n_features != n_features:
        path = folder / FOUNDATION_FILE
        raise BundleError(path, "the feature dimension does not fit", expected=n_features, got=card.n_features)
    path = folder / WEIGHTS_FILE
    shapes = tensor_shapes(card.n_features, card.widths, n_classes=0)
    tensors = read_tensors(path, {name: shape for name, shape in shapes.items() if name not in _HEAD})
    no_outputs = {name: torch.zeros(shapes[name]) for name in _HEAD}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Foundation(card, from_tensors(tensors | no_outputs, len(card.widths)), folder, digest)


def check_foundation_folder(folder: Path) -> None:
    """Checks, before any work is done, whether a foundation can be written there.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a foundation
    """
    check_model_folder(folder, _FILES, "foundation")


def save_foundation(card: FoundationCard, network: Network, folder: Path) -> None:
    """Writes the hidden layers of a single network, whole or not at all; an older foundation there is replaced.

    :raises OutputError: if the folder cannot be written, or holds anything that is not a foundation
    """
    check_foundation_folder(folder)
    with written_folder(folder) as fresh:
        hidden = ((name, tensor) for name, tensor in network.tensors() if name not in _HEAD)
        save_tensors(hidden, fresh / WEIGHTS_FILE)
        save_card(card.as_dict(), fresh / FOUNDATION_FILE)
