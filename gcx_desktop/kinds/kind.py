"""What the program must know of a kind of graph: how its records are read, what their nodes become, what labels say.

A kind is a folder here with a :class:`Kind`, listed in :mod:`.registry`. Network and explainers know nodes, not atoms
or objects; commands and use cases ask the kind, which is found by a library's format or a model's feature set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..gcn.reliability.domain import DomainFile
from ..gcn.reliability.nearest import NearestRecord
from ..graph.counted_environments import CountedEnvironments, KeyCounts
from ..graph.graph import Decode, Graph
from ..library.molecules.preparation import NO_PREPARATION, Preparation
from ..library.record import CompanionFile, Format, OtherFormat, RecordWarning, Rejected, Source, Span
from ..pool import Packing
from ..substructure.findings import RecurringPattern
from ..substructure.pieces import restored_piece
from ..substructure.scheme import Scheme
from ..wording import counted

if TYPE_CHECKING:
    from ..depict.colour import Paper
    from ..depict.drawing import Depiction
    from ..library.library import Library

Parameters = Mapping[str, Any]
"""What the card of a model says of its features, such as a vocabulary; empty where there is nothing to say."""
NO_PARAMETERS: Parameters = {}
OLDER_CODES = "older codes"
"""In the parameters by which records are read: the name of the codes that their nodes get, :attr:`Featurizer.codes`."""


Pieces = Mapping[str, Sequence[tuple[int, ...]]]
"""The nodes of each occurrence of each piece of a record, by the piece's name."""

Rationale = Callable[[Any], NDArray[np.bool_] | None]
"""Of a :class:`ReadRecord` of the kind, [n_nodes]: which nodes define its label; ``None`` where that is not known."""


class ReadRecord(Protocol):
    """A record that became a graph."""

    @property
    def position(self) -> int:
        """0-based, in the file."""

    @property
    def title(self) -> str: ...

    @property
    def graph(self) -> Graph: ...

    @property
    def text(self) -> str:
        """The nodes as tables write them."""

    @property
    def text_order(self) -> NDArray[np.int32] | None:
        """The nodes as ``text`` writes them, −1 for what has no node; ``None`` if it is their own order."""

    @property
    def n_places(self) -> int:
        """How many places for a value the record has, such as atoms."""

    @property
    def node_index(self) -> NDArray[np.int32] | None:
        """[n_nodes], the place of each node; ``None`` if every place is a node."""

    @property
    def structure(self) -> str:
        """The record as a structure file holds it, if that was asked for and its own file holds none; else ""."""

    @property
    def preparation(self) -> str:
        """What was done before its graph was made, in words; "" if nothing."""

    @property
    def record_warning(self) -> RecordWarning | None:
        """What is wrong with the record's data fields."""

    @property
    def nearest(self) -> tuple[NearestRecord, ...]:
        """The nearest training record of a model, or of each of several endpoints; empty unless that was asked for and
        the kind has fingerprints."""


@dataclass(frozen=True, slots=True)
class TrainingGraph:
    """What training needs of a record. Made in worker processes."""

    graph: Graph
    identity: str
    """The same for records that are the same thing."""
    group: str
    """Key of what a split by groups keeps together."""
    fingerprint: bytes
    """By which a model knows what it was trained on; empty if the kind has none."""
    counts: KeyCounts | None = None
    """How often each environment occurs in it, by which a forest learns; ``None`` if the kind counts none."""
    title: str = ""
    """Of the record."""


@dataclass(frozen=True, slots=True)
class LearningTask:
    """By what a model is to learn, beside its table."""

    label: str
    """A column, or what the kind's labels are called."""
    tasks: Path | None = None
    """A file that says what has which label; ``None`` for the kind's own way."""
    without_defining: bool = False
    """Whether the nodes by which a label is given are left out of the graphs."""
    object_features: CompanionFile | None = None
    """More features of the nodes, of a kind that knows them."""
    only_object_features: bool = False
    """Whether these stand in the place of the kind's own; they must be given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a worker process reads records."""

    task: Callable[[Span], Any]
    """Picklable; gives a :class:`~gcx_desktop.library.record.Rejected`, or what ``packing`` unpacks to a
    :class:`ReadRecord`."""
    packing: Packing | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences call the things of a kind."""

    record: str
    """Such as "molecule"."""
    records: str
    node: str
    """Such as "atom"."""
    nodes: str
    picture: str
    """Over the column of pictures."""
    text: str
    """What the nodes as tables write them are called, such as "SMILES"."""
    left_out: str
    """Why a node that is drawn may have no value."""
    similarity: str = ""
    """How the fingerprints of two records are compared, with its source; "" if the kind has none."""
    drawn: str = ""
    """What must be known of pictures of substructures; "" if nothing."""

    @property
    def a_record(self) -> str:
        """With its article."""
        return _with_article(self.record)

    @property
    def a_node(self) -> str:
        """With its article."""
        return _with_article(self.node)

    def counted(self, n: int) -> str:
        """So many records, such as "1 molecule"."""
        return counted(n, self.record, self.records)

    def counted_nodes(self, n: int) -> str:
        """So many nodes, such as "12 atoms"."""
        return counted(n, self.node, self.nodes)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


@dataclass(frozen=True, slots=True)
class RecordToShow:
    """A record that was read, ready to be shown and explained. Made in worker processes."""

    read: ReadRecord
    names: tuple[str, ...]
    """[n_places], of atoms their elements' symbols."""
    depiction: Depiction | None
    message: str = ""
    """Why there is no depiction."""
    fingerprint: bytes = b""
    """By which the record is compared with those that a model knows; empty if the kind has none."""
    folded: frozenset[int] = frozenset()
    """Places that never have a value of their own, such as hydrogens."""
    environments: CountedEnvironments | None = None
    """By which a forest predicts it; ``None`` if the kind counts none."""
    identity: str = ""
    """As :attr:`TrainingGraph.identity`, of the record as it is predicted; "" if that is not known."""


@dataclass(frozen=True, slots=True)
class UnpredictableRecord:
    """A record that cannot be predicted, but can be drawn."""

    rejected: Rejected
    names: tuple[str, ...]
    """[n_places]"""
    depiction: Depiction | None
    message: str = ""
    """Why there is no depiction."""


ShowableRecord = RecordToShow | UnpredictableRecord | Rejected


@dataclass(frozen=True, slots=True, eq=False)
class MatchedDepiction:
    """A record as a picture, and its places where a pattern occurs."""

    depiction: Depiction
    places: frozenset[int]


class Grouping(StrEnum):
    """Nodes that the window picks at once, by one of them."""

    RING_SYSTEM = "ring system"
    FRAGMENT = "fragment"
    """The highlighted ones that hang together."""
    NAME = "name"
    """All that are called so."""
    NEIGHBOURS = "neighbours"


class Capability(StrEnum):
    """What the program does with some kinds only; the value is how a sentence names it."""

    STRUCTURE_FILES = "a structure file"
    QUERIES = "a search by structure"
    PREPARATION = "a preparation"
    SCAFFOLDS = "a split by scaffolds"


@dataclass(frozen=True, slots=True)
class Reader:
    """How records of a source become graphs, in worker processes."""

    reading: Callable[[Source, Parameters, bool, Preparation], Reading]
    """By a model's parameters and :data:`OLDER_CODES`; whether structures are wanted; what is done to records first."""
    training: Callable[[Source, Parameters, Preparation], Callable[[Span], TrainingGraph | Rejected]]
    """What a worker process makes of a record for training, by parameters and what is done to records first."""
    reading_nearest: Callable[[Source, Parameters, bool, Preparation, DomainFile], Reading] | None = None
    """As ``reading``, and looks for each record's nearest one among those of a domain; ``None`` of a kind without
    fingerprints."""
    files: OtherFormat | None = None
    """How files of the kind are divided and read; ``None`` of molecule files, which the library knows."""
    companion: Callable[[Path, Path | None], CompanionFile | None] | None = None
    """The file that the user names for a library, or else the one beside it, that says more of its records, if there is
    one; raises FileError if it cannot be read. ``None`` if nothing does."""
    data_beside: Callable[[Source, Parameters], Any] | None = None
    """What files beside a library say that decides what its records become by a model's parameters, as JSON holds it;
    ``None`` if none do."""
    environments: Callable[[Source, Preparation], Callable[[Span], CountedEnvironments | Rejected]] | None = None
    """What a worker process counts in a record, after what is done to it first: of the same nodes as ``reading``.
    ``None`` if the kind counts none."""


@dataclass(frozen=True, slots=True)
class PretrainingGraph:
    """A record, and what a network learns of it without a label. Made in worker processes."""

    graph: Graph
    values: NDArray[np.float32]
    """[n_values], NaN where one is not known"""
    counts: tuple[KeyCounts, ...]
    """For each of :attr:`Pretraining.counted`: how often each key occurs."""


@dataclass(frozen=True, slots=True)
class CountedTarget:
    """Counts of environments that a network learns."""

    name: str
    """Such as "Morgan counts of radius 2"."""
    radius: int
    """Of the largest environments."""
    n_keys: int
    """Keys lie below it."""
    n_commonest: int
    """So many keys are learned: those that most records have."""


@dataclass(frozen=True, slots=True)
class Pretraining:
    """What a network learns of records that have no label."""

    identify: Callable[[Source, Preparation], Callable[[Span], str | Rejected]]
    """What a worker process finds of a record: a text that is the same for records that are the same thing, after the
    preparation."""
    read: Callable[[Source, Preparation, Sequence[CountedTarget]], Callable[[Span], PretrainingGraph | Rejected]]
    """What a worker process makes of a record, with its values and these counts."""
    value_names: Callable[[], tuple[str, ...]]
    """[n_values], such as names of descriptors"""
    counted: tuple[CountedTarget, ...]


@dataclass(frozen=True, slots=True)
class Featurizer:
    """What the nodes' codes mean, by what a model's card says of its features."""

    n_features: Callable[[Parameters], int]
    """Raises ValueError, TypeError or KeyError for parameters that make no sense."""
    n_codes: Callable[[Parameters, Source], int]
    """Codes of nodes that are read from that source lie below it; raises as ``decode`` does."""
    decode: Callable[[Parameters, Source], Decode]
    """Of graphs that were read from that source; raises GcxError if it lacks what the features need."""
    limits: Callable[[Parameters], tuple[str, ...]]
    """What holds for every model of such features, for its card."""
    parameters: Callable[[Iterable[Any], LearningTask], Parameters]
    """From what was observed in all records that are trained on.

    Raises UsageError if the kind cannot learn so.
    """
    observe: Callable[[Source, LearningTask], Callable[[Span], Any]] | None = None
    """What a worker process finds in a record that decides on parameters; ``None`` if nothing does."""
    codes: str = ""
    """The codes that it decodes, by the feature set that was the first to have them; "" for those that records get
    unless a reader is asked for others."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How records become pictures, in worker processes."""

    depict: Callable[[Source, Paper], Callable[[Span], Depiction | Rejected]]
    """It may raise DepictionError. One place for a value each, as :attr:`ReadRecord.n_places` has."""
    show: Callable[[Source, Parameters, Paper | None, Preparation], Callable[[Span], ShowableRecord]]
    """All that the window needs of a record, by a model's parameters; without paper no depiction."""
    warm_up: Callable[[], None] | None = None
    """Imports what the first record would have to wait for; ``None`` if that is quick."""


class MiningSettings(Protocol):
    """What is looked for, as far as sentences say it."""

    @property
    def scheme(self) -> Scheme: ...

    @property
    def cutoff(self) -> float:
        """Share of a record's largest value above which a node is salient."""

    @property
    def complete(self) -> bool:
        """Whether salient parts are completed to whole rings and functional groups."""

    @property
    def min_support(self) -> float:
        """Share of the explained records that have in common what is frequent, at least."""


def pieces_in_words(search: MiningSettings, words: Words) -> str:
    """What counts as shown, a sentence about a kind that names its own pieces."""
    least = f"more than {search.cutoff * 100:.3g} % of the {words.record}'s largest saliency"
    return (
        f"Shown is what consists of {words.nodes} with {least}; sets are what at least "
        f"{search.min_support * 100:.3g} % of the explained {words.records} show together."
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """How substructures are listed, and what sentences say of them; by default as of a kind that names its pieces."""

    schemes: tuple[Scheme, ...] = ()
    """By which records can be taken apart; none if the kind names its pieces."""
    written_as: tuple[str, ...] = ("name",)
    """What a substructure is written as, first what tables list."""
    own_columns: frozenset[str] = frozenset()
    """Of tables, those that only some kinds have."""
    connected: bool = False
    """Whether the nodes that are drawn at random, to compare with, hang together."""
    alone: bool = False
    """Whether an explanation that shows one shows no more at that place."""
    aligned: bool = False
    """Whether records that contain one are drawn so that it lies alike in all of them."""
    row_aspect: float = 4.0
    """Of its picture in a row: width by height."""
    in_words: Callable[[MiningSettings, Words], str] = pieces_in_words
    """What counts as shown, in a sentence."""


@dataclass(frozen=True, slots=True)
class Fragmenter:
    """What recurs in explanations, and where."""

    pieces: Callable[[Any], Pieces] | None
    """Those of a :class:`ReadRecord` of the kind, each named on one line and of as many nodes wherever it occurs; every
    node is a piece by itself. ``None`` of molecules, which are taken apart."""
    match: Callable[[Source, str], Callable[[Span], frozenset[int]]]
    """What a worker process finds of a pattern in a record, by the pattern's key: all places where it occurs."""
    depict_match: Callable[[Source, Paper, str, bool], Callable[[Span], MatchedDepiction | Rejected]]
    """The same with the depiction; whether records are turned so that the pattern lies alike in all of them, where that
    can be."""
    depict_pattern: Callable[[Paper], Callable[[Any], Depiction]]
    """What a worker process draws of a :class:`~gcx_desktop.substructure.findings.RecurringPattern` of the kind; it may
    raise DepictionError."""
    restored: Callable[[Any], RecurringPattern] = restored_piece
    """Makes a pattern of the kind of its :attr:`~gcx_desktop.substructure.findings.RecurringPattern.plain`; raises
    KeyError, TypeError or ValueError if that is none."""
    listing: Listing = Listing()


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of the classes of records."""

    called: str
    """Where they stand, in sentences: such as "column"."""
    words: Callable[[Library, str, int, Path | None], list[str]]
    """The label of each of the first records of a library, as its file has it, "" where there is none: by a column, or
    the name of what the tasks file says."""
    names: Callable[[Sequence[str]], Sequence[str]] | None = None
    """Labels with these classes, of a kind whose labels stand in no column of its files; ``None`` if they do."""
    classes: Callable[[str, Path | None], tuple[str, ...]] | None = None
    """The classes of a label in their order, by a tasks file; empty where only the records say them. ``None`` if no
    file but that of the records does."""
    name: Callable[[Library, str, Path | None], str] | None = None
    """The label that a user means by a word, such as a column in other letters, by a tasks file; ``None`` if words mean
    themselves."""
    rationale: Callable[[str, Path | None], Rationale] | None = None
    """Of a label and a tasks file, as :attr:`words` takes them; ``None`` if no nodes define labels."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of graph: plain functions, of which those for a worker are picklable."""

    name: str
    """In the plural, for sentences."""
    words: Words
    formats: frozenset[Format]
    """Of its libraries."""
    feature_set: str
    """In the card of a model that is trained now. Any change to the features needs a new name."""
    capabilities: frozenset[Capability]
    text_column: str
    """Of tables: what :attr:`ReadRecord.text` stands under."""
    default_split: str
    """A protocol of :mod:`..gcn.fitting.splits`."""
    default_folds: int
    """The members of a model: a network for each fold; 1: a single network."""
    reader: Reader
    featurizer: Featurizer
    drawing: Drawing
    fragmenter: Fragmenter
    labels: Labels
    groupings: tuple[Grouping, ...] = (Grouping.NAME, Grouping.NEIGHBOURS)
    training_preparation: Preparation = NO_PREPARATION
    """What is done to the records that a model is trained on, unless the user says otherwise."""
    pretraining: Pretraining | None = None
    """What is learned without labels; ``None`` if nothing is."""
    older: Mapping[str, Featurizer] = field(default_factory=dict)
    """By the feature sets of models that were trained before, which go on as they are."""

    @property
    def featurizers(self) -> dict[str, Featurizer]:
        """By feature set: all that a model for this kind may have, the newest first."""
        return {self.feature_set: self.featurizer, **self.older}
