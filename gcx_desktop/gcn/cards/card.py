"""The card of a model bundle: what the network is, what it was trained on and its quality. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ...errors import BundleError, UnknownNameError, UsageError
from ...wording import counted
from .card_entries import MAX_CLASSES, MAX_LAYERS, check_entries

FORMAT_VERSION = 3
"""Of the cards that are written."""
READ_VERSIONS = (1, 2, 3)
"""Of the cards that are read. One of version 1 lacks what came with version 2 (ensembles), one of version 2 what came
with 3 (values); both mean what they meant."""
MEAN, MEAN_AND_SUM = "mean", "mean-and-sum"
"""What a head sees of a graph's nodes: their mean, or their sum, too."""
TRANSFORMS = ("none", "log10", "-log10")
"""What may have been done to measurements before they were learned."""
DIRECTIONS = ("raises", "lowers")
"""The "classes" of a value: what is explained of it, and of its opposite."""
CARD_FILE = "card.json"

MAX_CARD_BYTES = 1 << 20
MAX_WIDTH = 65_536


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """What the program knows of a feature set that cards name."""

    n_features: Callable[[Mapping[str, Any]], int]
    """From the parameters in a card to the number of features.

    Raises ValueError, TypeError or KeyError for parameters that make no sense."""
    preparation_steps: tuple[str, ...] = ()
    """Names of what can be done to records before they become graphs."""


FeatureSets = Mapping[str, FeatureSet]
"""The feature sets that the program has, by name."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a network was trained on."""

    source: str
    """File name and origin."""
    label: str
    """Column of the table."""
    n_records: int
    """Rows of the table."""
    n_used: int
    """Molecules left after removing rows without a label and unreadable, duplicate and contradictory ones."""
    class_counts: dict[str, int]
    sha256: str
    """Hash of the table's bytes."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Why rows were left out, and how many."""
    label_values: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Value of the column → its class, "" if its rows were left out, and the number of its rows; empty if the card does
    not say."""

    @property
    def labels_in_words(self) -> str:
        """Such as "Active = inhibitor (691), Inactive = no inhibitor (822)"; "" if the card does not say."""
        return ", ".join(
            f"{value} = {name} ({count:,})" if name else f"{value} left out ({count:,})"
            for value, (name, count) in self.label_values.items()
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """Quality on the test parts of one split protocol, over the seeds: name → (mean, standard deviation)."""

    split: str
    """Such as "scaffold 80/10/10"."""
    seeds: tuple[int, ...]
    values: dict[str, tuple[float | None, float | None]]
    """As :func:`~..reliability.scores.classification_scores` names them → mean, sample standard deviation over the
    seeds; ``None`` of a single one, and for what is not known."""

    def in_words(self, name: str, digits: int = 3) -> str:
        """A metric as text, such as "0.826 ± 0.011"; "—" if it is not known."""
        mean, sd = self.values[name]
        if mean is None:
            return "—"
        return f"{mean:.{digits}f}" + ("" if sd is None else f" ± {sd:.{digits}f}")

    @property
    def have_sd(self) -> bool:
        """Whether any of the values has a standard deviation."""
        return any(sd is not None for _, sd in self.values.values())

    @property
    def runs(self) -> str:
        """Such as "5 seeds"."""
        return counted(len(self.seeds), "seed")


@dataclass(frozen=True, slots=True)
class Card:
    """The content of ``card.json``."""

    name: str
    task: str
    """What is predicted, as a chemist would say it."""
    class_names: tuple[str, ...]
    widths: tuple[int, ...]
    """Of the hidden layers of one member."""
    feature_set: str
    """Name of the feature set; the network works with no other."""
    n_features: int
    features: dict[str, Any] = field(default_factory=dict)
    """Parameters of the feature set, such as a vocabulary; empty if there are none."""
    format_version: int = FORMAT_VERSION
    training_data: TrainingData | None = None
    split_protocol: str = ""
    seeds: tuple[int, ...] = ()
    metrics: tuple[Metrics, ...] = ()
    """The first is the main one."""
    training: dict[str, Any] = field(default_factory=dict)
    """Training settings, and the number of epochs of the final weights."""
    command: str = ""
    """The command line that makes this bundle."""
    date: str = ""
    """ISO 8601."""
    library_versions: dict[str, str] = field(default_factory=dict)
    licence: str = ""
    known_limits: tuple[str, ...] = ()
    positive_class: str | None = None
    """The class that "yes", "active" and the like mean; ``None`` if that follows from the names, or is not known."""
    baseline: tuple[Metrics, ...] = ()
    """Of a random forest on the splits and seeds of ``metrics``; empty if none was grown."""
    endpoint: str = ""
    """Name of the value that is predicted, such as "pIC50", or of one of several endpoints; else ""."""
    shares_layers: bool = False
    """Whether the hidden layers are in the folder above, with those of other endpoints."""
    cut: str = ""
    """The comparison that made classes of a measurement, such as ">= 6.5"; "" if there was none."""
    scale: dict[str, str] = field(default_factory=dict)
    """Of a value: the "unit" of the measurements and the "transform" that made the value of them; empty of classes."""
    value_range: tuple[float, ...] = ()
    """Of a value: the least, the mean and the largest of the training records."""
    readout: str = MEAN
    """:data:`MEAN` or :data:`MEAN_AND_SUM`."""
    n_members: int = 1
    """Networks of which the scores are averaged; 1: no ensemble."""
    n_shared: int = 0
    """The number of hidden layers that all members share, the first ones."""
    preparation: tuple[str, ...] = ()
    """Names of what was done to records before they became the graphs that the network was trained on; the same is done
    before it predicts."""
    calibration: dict[str, Any] = field(default_factory=dict)
    """What the scores were divided by and what was added, as :class:`~..reliability.calibration.Calibration` says it;
    both are part of the weights. Empty if they are not calibrated."""
    foundation: dict[str, str] = field(default_factory=dict)
    """"name" and "sha256" of the weights from which training started; empty if they were random."""
    default_method: str = ""
    """Id of the method that is shown first; "" if the card says none."""
    method_evidence: dict[str, Any] = field(default_factory=dict)
    """What masking the nodes that each method marks does to predictions out of fold: "n_records", the "shares" of the
    nodes, and the figures of "methods" by id, each a number. Empty if it was not measured."""
    description: str = ""
    """The user's own words about the model."""
    trained_as: str = ""
    """The name under which it was trained, if it has another now."""

    @property
    def lasting_name(self) -> str:
        """The name that stays when the model is renamed, and the endpoint of several, by which projects know it."""
        name = self.trained_as or self.name
        return f"{name}/{self.endpoint}" if self.shares_layers else name

    @property
    def as_trained(self) -> Card:
        """The card without what the user may change of a model later."""
        return replace(self, name=self.trained_as or self.name, description="", trained_as="")

    def as_dict(self) -> dict[str, Any]:
        """For ``card.json``, without the entries of :data:`SAYS_NOTHING`."""
        return {name: value for name, value in asdict(self).items() if SAYS_NOTHING.get(name, ...) != value}

    @property
    def of_value(self) -> bool:
        """Whether a value is predicted; ``class_names`` are then :data:`DIRECTIONS`."""
        return bool(self.scale)

    @property
    def title(self) -> str:
        """The name, and which of several endpoints it is."""
        return f"{self.name}/{self.endpoint}" if self.shares_layers else self.name

    @property
    def architecture(self) -> str:
        """Such as "GCN, widths 128-256-512" or "mean of 5 GCNs, 2 layers shared, widths 128-256-192"."""
        networks = f"mean of {self.n_members} GCNs" if self.n_members > 1 else "GCN"
        shared = f", {counted(self.n_shared, 'layer')} shared" if self.n_shared else ""
        seen = ", mean and sum over nodes" if self.readout == MEAN_AND_SUM else ""
        return f"{networks}{shared}, widths {'-'.join(map(str, self.widths))}{seen}"

    def class_index(self, name: str) -> int:
        """:raises UnknownNameError: if there is no such class"""
        if name not in self.class_names:
            raise UnknownNameError("class", name, self.class_names)
        return self.class_names.index(name)


SAYS_NOTHING: Mapping[str, Any] = {
    "features": {},
    "positive_class": None,
    "baseline": (),
    "endpoint": "",
    "shares_layers": False,
    "cut": "",
    "scale": {},
    "value_range": (),
    "readout": MEAN,
    "n_members": 1,
    "n_shared": 0,
    "preparation": (),
    "calibration": {},
    "foundation": {},
    "default_method": "",
    "method_evidence": {},
    "description": "",
    "trained_as": "",
}
"""Entry → the value with which it is left out, so that a card of before stays what it is."""


def read_card(folder: Path, feature_sets: FeatureSets) -> Card:
    """The card of a bundle; reads no weights.

    :param feature_sets: the feature sets that this program has
    :raises BundleError: if the folder is not a bundle or its card does not fit
    """
    path = folder / CARD_FILE
    if not folder.is_dir():
        raise BundleError(folder, "not a model folder (a folder with card.json and weights.safetensors)")
    if not path.is_file():
        raise BundleError(folder, f"not a model folder: it has no {CARD_FILE}")
    return _card_of(path, read_card_values(path), feature_sets)


def read_card_values(path: Path) -> dict[str, Any]:
    """The entries of a card's file, not checked yet.

    :raises BundleError: if it is too large or not a JSON object
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CARD_BYTES + 1)
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from error
    if len(data) > MAX_CARD_BYTES:
        raise BundleError(path, "the card is too large", expected=f"at most {MAX_CARD_BYTES} bytes", got="more")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BundleError(path, f"not valid JSON ({error})") from error
    if not isinstance(values, dict):
        raise BundleError(path, "the card is not a JSON object", expected="object", got=type(values).__name__)
    return values


def _card_of(path: Path, values: dict[str, Any], feature_sets: FeatureSets) -> Card:
    version = values.get("format_version")
    if version not in READ_VERSIONS:
        known = f"{READ_VERSIONS[0]} to {READ_VERSIONS[-1]}"
        raise BundleError(path, "unknown format version", expected=known, got=repr(version)[:80])
    try:
        card = _made_of(values)
    except (TypeError, KeyError, ValueError) as error:
        raise BundleError(path, f"the card has an entry that is missing or of the wrong kind ({error})") from error
    feature_set = feature_sets.get(card.feature_set)
    if feature_set is None:
        named = " or ".join(feature_sets)
        raise BundleError(path, "unknown feature set", expected=named, got=repr(card.feature_set)[:80])
    try:
        dimension = feature_set.n_features(card.features)
    except (TypeError, KeyError, ValueError) as error:
        raise BundleError(path, f"what the card says of its features makes no sense ({error})") from error
    if card.n_features != dimension:
        raise BundleError(path, "the feature dimension does not fit", expected=dimension, got=card.n_features)
    if not 1 <= len(card.widths) <= MAX_LAYERS or not all(1 <= width <= MAX_WIDTH for width in card.widths):
        raise BundleError(
            path, "impossible layer widths", expected=f"1 to {MAX_LAYERS} of 1 to {MAX_WIDTH}", got=card.widths
        )
    most_shared = len(card.widths) - 1 if card.n_members > 1 else 0
    if card.n_shared > most_shared:
        shared = "impossible number of layers that all members share"
        raise BundleError(path, shared, expected=f"at most {most_shared}", got=card.n_shared)
    if not 2 <= len(card.class_names) <= MAX_CLASSES or len(set(card.class_names)) != len(card.class_names):
        raise BundleError(
            path, "impossible classes", expected=f"2 to {MAX_CLASSES} distinct names", got=len(card.class_names)
        )
    if card.readout not in (MEAN, MEAN_AND_SUM):
        raise BundleError(path, "unknown readout", expected=f"{MEAN} or {MEAN_AND_SUM}", got=repr(card.readout)[:80])
    transform = card.scale.get("transform", TRANSFORMS[0])
    if transform not in TRANSFORMS:
        raise BundleError(path, "unknown transform", expected=" or ".join(TRANSFORMS), got=repr(transform)[:80])
    if card.of_value and card.class_names != DIRECTIONS:
        raise BundleError(path, "impossible classes of a value", expected=" and ".join(DIRECTIONS))
    if card.positive_class is not None and card.positive_class not in card.class_names:
        raise BundleError(
            path, "unknown positive class", expected=" or ".join(card.class_names)[:80], got=card.positive_class[:80]
        )
    steps = feature_set.preparation_steps
    unknown = [step for step in card.preparation if step not in steps]
    if unknown:
        raise BundleError(
            path,
            "its network was trained on records prepared in a way that this program does not know",
            expected=" or ".join(steps) or "no preparation",
            got=repr(unknown[0])[:80],
        )
    return card


def check_card(card: Card) -> None:
    """Checks that a card that is to be written can be read again.

    :raises UsageError: naming the first entry that is too long or not of its kind
    """
    try:
        check_entries(card.as_dict())
    except ValueError as error:
        raise UsageError(f"the model's card cannot be written: {error}") from error


def _made_of(values: Mapping[str, Any]) -> Card:
    """The card with these entries; entries that this version does not know are left out.

    :raises TypeError: if one is missing
    :raises ValueError: naming the first that is not of its kind
    """
    check_entries(values)
    kept = {name: value for name, value in values.items() if name in {f.name for f in fields(Card)}}
    data = kept.get("training_data")
    if data is not None:
        known = {f.name for f in fields(TrainingData)}
        said = {name: value for name, value in data.items() if name in known}
        values_of = {value: (name, n) for value, (name, n) in said.get("label_values", {}).items()}
        kept["training_data"] = TrainingData(**said | {"label_values": values_of})
    for name in ("metrics", "baseline"):
        kept[name] = tuple(map(_metrics_of, kept.get(name, ())))
    for name in ("class_names", "widths", "seeds", "known_limits", "preparation", "value_range"):
        kept[name] = tuple(kept.get(name, ()))
    return Card(**kept)


def _metrics_of(entry: Mapping[str, Any]) -> Metrics:
    values = {name: (mean, sd) for name, (mean, sd) in entry["values"].items()}
    return Metrics(entry["split"], tuple(entry["seeds"]), values)
