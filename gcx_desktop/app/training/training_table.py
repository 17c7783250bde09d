"""Reads labelled records for training from a table, cleans them, and counts those that are left out."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.cards.card import DIRECTIONS
from ...gcn.reliability.value_scores import strata
from ...graph.counted_environments import KeyCounts
from ...graph.graph import Decode, Graph
from ...kinds.kind import Kind, LearningTask, Parameters, TrainingGraph
from ...kinds.registry import kind_of_library, other_files
from ...library.labels.label_meaning import NO_LABEL, LabelMeaning, UnsettledLabelsError, training_meaning
from ...library.labels.labels import column_words
from ...library.labels.measurements import (
    LEAST_MEASUREMENTS,
    ValueMeaning,
    are_measurements,
    parse_cut,
    read_measurements,
    value_meaning,
)
from ...library.labels.value_scale import NO_SCALE, ValueScale
from ...library.library import Library, open_library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.record import Rejected
from ...library.table_options import DETECT_ALL, TableOptions
from ...pool import WorkerPool
from ...progress import ProgressReporter
from ...wording import counted
from ...work import Work
from ..explaining.read_records import run_on_records
from .learned_task import LearnedTask

ACTIVITY_NAMES = ("inactive", "active")
"""Of the classes that a cut makes of a measurement."""


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """Records with their classes or values, without duplicates."""

    graphs: tuple[Graph, ...]
    labels: NDArray[np.int64] | NDArray[np.float64]
    """[n_graphs], indices into ``class_names``, or values"""
    scaffolds: tuple[str, ...]
    """[n_graphs]"""
    fingerprints: tuple[bytes, ...]
    """[n_graphs]"""
    positions: tuple[int, ...]
    """[n_graphs], positions of the records in the file"""
    meaning: LabelMeaning | ValueMeaning
    """What the cells of the label column are taken for."""
    n_records: int
    dropped: dict[str, int]
    """Reason → number of records left out for it."""
    sha256: str
    """Hash of the file's bytes."""
    kind: Kind
    parameters: Parameters
    """The feature parameters for the card."""
    decode: Decode
    """Converts the graphs' codes to features."""
    rejected: tuple[Rejected, ...] = ()
    """The unreadable records among those with a label."""
    counts: tuple[KeyCounts, ...] = ()
    """[n_graphs], how often each environment occurs; empty if the kind of graph counts none"""
    preparation: Preparation = NO_PREPARATION
    """What was done to the records before they became graphs and were compared with each other."""
    texts: tuple[str, ...] = ()
    """[n_graphs], by which records are the same: of molecules canonical SMILES"""
    titles: tuple[str, ...] = ()
    """[n_graphs]"""
    held_out: tuple[bool, ...] = ()
    """[n_graphs], whether a column says that a record is one to test on; empty without such a column"""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes. The positive one of two classes is the last, unless the classes are numbered. Of
        a value its two directions."""
        return DIRECTIONS if isinstance(self.meaning, ValueMeaning) else self.meaning.class_names

    @property
    def of_value(self) -> bool:
        """Whether the labels are values."""
        return isinstance(self.meaning, ValueMeaning)

    @property
    def strata(self) -> NDArray[np.int64]:
        """[n_graphs]: the groups from which a random split takes the same shares: the classes, or ranges of values."""
        return strata(self.labels) if self.of_value else self.labels.astype(np.int64)


@dataclass(frozen=True, slots=True)
class TrainingTableRequest:
    """What is read from a table, an SDF with the label as a data field, or another library with labels."""

    path: Path
    label: str
    """The column that holds the classes, or the name of one of the kind's labels."""
    options: TableOptions = DETECT_ALL
    """How a table is read."""
    limit: int | None = None
    """Number of first records to use; ``None`` for all."""
    tasks: Path | None = None
    """A file of labels, for a kind of graph that has them in a file."""
    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value → the new name of its class, chosen by the user."""
    class_names: Sequence[str] = ()
    """Names of the classes, matched with the values by meaning."""
    without_defining: bool = False
    """Whether the nodes that define the label are left out of the graphs, if the kind knows them."""
    object_features: Path | None = None
    """A file of additional node features, if the kind supports them."""
    only_object_features: bool = False
    """Whether these replace the features of the kind."""
    preparation: Preparation | None = None
    """What is done to the records first; ``None`` for the kind's default."""
    task: LearnedTask = LearnedTask.AUTO
    cut: str = ""
    """A comparison that makes classes of a measurement, such as ">= 6.5"; "": none."""
    scale: ValueScale = NO_SCALE
    """Unit and transform of values."""
    split_column: str = ""
    """A column that says which records are held out: those with the word "test"; "": none."""


TEST_WORD = "test"


@dataclass(frozen=True, slots=True)
class JointTable:
    """Records with labels of several endpoints, most of them maybe not of all."""

    tables: tuple[TrainingTable, ...]
    """[n_endpoints], each with the records that have its label"""
    rows: tuple[NDArray[np.int64], ...]
    """[n_endpoints][n of its table], the places of its records among all"""
    graphs: tuple[Graph, ...]
    """[n], of all records that have any label"""
    scaffolds: tuple[str, ...]
    """[n]"""
    fingerprints: tuple[bytes, ...]
    """[n]"""
    held_out: tuple[bool, ...] = ()
    """[n], as that of :class:`TrainingTable`"""

    @property
    def labels(self) -> NDArray[np.float64]:
        """[n, n_endpoints], class indices or values, NaN where nothing is known."""
        found = np.full((len(self.graphs), len(self.tables)), math.nan)
        for endpoint, (table, rows) in enumerate(zip(self.tables, self.rows, strict=True)):
            found[rows, endpoint] = table.labels
        return found

    @property
    def strata(self) -> NDArray[np.int64]:
        """[n]: the groups from which a random split takes the same shares. A record is in that of the rarest stratum of
        any endpoint that it belongs to, so that what is rare is in every part."""
        found, size = np.zeros(len(self.graphs), np.int64), np.full(len(self.graphs), len(self.graphs) + 1)
        group = 0
        for table, rows in zip(self.tables, self.rows, strict=True):
            own = table.strata
            for value in np.unique(own):
                members = rows[own == value]
                rarer = members[len(members) < size[members]]
                found[rarer], size[rarer] = group, len(members)
                group += 1
        return found


def read_training_table(
    request: TrainingTableRequest, work: Work, *, on_opened: Callable[[Library], object] = lambda _: None
) -> TrainingTable:
    """The table of one label, as :func:`read_joint_table` reads it."""
    (table,) = read_joint_table(request, (request.label,), work, on_opened=on_opened).tables
    return table


def read_joint_table(
    request: TrainingTableRequest,
    columns: Sequence[str],
    work: Work,
    *,
    on_opened: Callable[[Library], object] = lambda _: None,
) -> JointTable:
    """Reads the records that have a label; :func:`.training_meaning` decides what the labels mean. The first of
    duplicate records is kept if their labels agree, and none if they do not. Of duplicates with values the mean is
    kept, unless they lie farther apart than the standard deviation of all values. All that is decided for each label by
    itself.

    :param columns: of the labels, in the place of that of the request
    :param on_opened: is given the library before it is read
    :raises LibraryError: if the file cannot be read
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown what the labels mean
    :raises UsageError: if a column holds neither 2 to 20 classes nor measurements
    :raises Cancelled: if the user stopped it
    """
    path, tasks, class_of = request.path, request.tasks, request.class_of
    object_features, pool = request.object_features, work.pool
    if request.only_object_features and object_features is None:
        raise UsageError("--only-object-features needs their file; name it with --object-features")
    with open_library(path, request.options, others=other_files(object_features), cancel=work.cancel) as library:
        on_opened(library)
        n_records = len(library) if request.limit is None else min(request.limit, len(library))
        kind = kind_of_library(library)
        asked: list[_Column] = []
        for column in columns:
            label = column if kind.labels.name is None else kind.labels.name(library, column, tasks)
            words = kind.labels.words(library, label, n_records, tasks)
            names = request.class_names or (() if class_of else _classes_by_file(kind, label, tasks, words))
            asked.append(_Column(*_meaning(request, words, label, names)))
        parts = column_words(library, request.split_column, n_records) if request.split_column else []
        held_out = [part.strip().casefold() == TEST_WORD for part in parts]
        measured = [at for at in range(n_records) if any(each.label_of[at] is not None for each in asked)]
        features = library.source.companion if object_features is not None else None
        learning = LearningTask(label, tasks, request.without_defining, features, request.only_object_features)
        parameters = _parameters(library, kind, measured, learning, pool)
        decode = kind.featurizer.decode(parameters, library.source)
        watch = ProgressReporter(f"Reading {kind.name}", len(measured), work.report)
        read: dict[str, list[_Placed]] = {}
        rejected: list[Rejected] = []
        preparation = kind.training_preparation if request.preparation is None else request.preparation
        task = kind.reader.training(library.source, parameters, preparation)
        for done, (position, found) in enumerate(run_on_records(library, task, measured, pool), start=1):
            work.raise_if_cancelled()
            if isinstance(found, Rejected):
                rejected.append(found)
            else:
                read.setdefault(found.identity, []).append(_Placed(position, found))
            watch.report_done(done, rejected=len(rejected))
    kept_of = [_kept(read, each, rejected, n_records, kind, path) for each in asked]
    identities = [identity for identity in read if any(identity in labels for labels, _ in kept_of)]
    records = [read[identity][0] for identity in identities]
    row_of = {identity: row for row, identity in enumerate(identities)}
    sha256 = file_sha256(path)
    tables, rows = [], []
    for each, (labels, dropped) in zip(asked, kept_of, strict=True):
        known = each.label_of
        own = np.array([row_of[identity] for identity in labels], dtype=np.int64)
        given = np.array(list(labels.values()), dtype=np.float64)
        tables.append(
            _table(
                [next(placed for placed in read[one] if known[placed.position] is not None) for one in labels],
                labels=given if isinstance(each.meaning, ValueMeaning) else given.astype(np.int64),
                meaning=each.meaning,
                n_records=n_records,
                dropped=dropped,
                sha256=sha256,
                kind=kind,
                rejected=tuple(lost for lost in rejected if known[lost.position] is not None),
                parameters=parameters,
                decode=decode,
                preparation=preparation,
                held_out=held_out,
            )
        )
        rows.append(own)
    return JointTable(
        tuple(tables),
        tuple(rows),
        tuple(placed.record.graph for placed in records),
        tuple(placed.record.group for placed in records),
        tuple(placed.record.fingerprint for placed in records),
        tuple(held_out[placed.position] for placed in records) if held_out else (),
    )


@dataclass(frozen=True, slots=True)
class _Column:
    meaning: LabelMeaning | ValueMeaning
    label_of: Sequence[float | None]
    """[n_records], the class index or value; ``None`` without one"""


@dataclass(frozen=True, slots=True)
class _Placed:
    position: int
    record: TrainingGraph


_DROPPED = ("no label", "unreadable", "duplicate", "contradictory labels")


def _kept(
    read: Mapping[str, Sequence[_Placed]],
    column: _Column,
    rejected: Sequence[Rejected],
    n_records: int,
    kind: Kind,
    path: Path,
) -> tuple[dict[str, float], dict[str, int]]:
    """The label of each record that is learned from, by its identity, and why how many rows are left out.

    :param read: records by their identity
    :raises UsageError: if too few are left
    """
    of_value, label_of = isinstance(column.meaning, ValueMeaning), column.label_of
    dropped = Counter(
        {
            "no label": sum(each is None for each in label_of),
            "unreadable": sum(label_of[each.position] is not None for each in rejected),
        }
    )
    of_same = {
        identity: [label for each in same if (label := label_of[each.position]) is not None]
        for identity, same in read.items()
    }
    apart = float(np.std([label for given in of_same.values() for label in given])) if of_value and read else 0.0
    kept: dict[str, float] = {}
    for identity, given in of_same.items():
        if not given:
            continue
        if max(given) - min(given) > apart:
            dropped["contradictory labels"] += len(given)
        else:
            kept[identity] = math.fsum(given) / len(given)
            dropped["duplicate"] += len(given) - 1
    n_wanted = LEAST_MEASUREMENTS if isinstance(column.meaning, ValueMeaning) else len(column.meaning.class_names)
    if (len(kept) if of_value else len(set(kept.values()))) < n_wanted:
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items() if count)
        wanted = f"to be learned from (at least {n_wanted})" if of_value else f"to show all {n_wanted} classes"
        raise UsageError(
            f"{path}: only {kind.words.counted(len(kept))} left of {counted(n_records, 'record')} "
            f"({left_out}), too few {wanted}"
        )
    return kept, {reason: dropped[reason] for reason in _DROPPED}


def _table(placed: Sequence[_Placed], held_out: Sequence[bool], **others: Any) -> TrainingTable:
    """:param held_out: [n_records]; empty if that is not known
    :param others: the other fields of the table
    """
    records = [each.record for each in placed]
    counts = tuple(record.counts for record in records if record.counts is not None)
    return TrainingTable(
        graphs=tuple(record.graph for record in records),
        scaffolds=tuple(record.group for record in records),
        fingerprints=tuple(record.fingerprint for record in records),
        positions=tuple(each.position for each in placed),
        counts=counts if len(counts) == len(records) else (),
        texts=tuple(record.identity for record in records),
        titles=tuple(record.title for record in records),
        held_out=tuple(held_out[each.position] for each in placed) if held_out else (),
        **others,
    )


def _meaning(
    request: TrainingTableRequest, words: Sequence[str], label: str, names: Sequence[str]
) -> tuple[LabelMeaning | ValueMeaning, list[float | None]]:
    """What a label column means, and the class index or value of each row; ``None`` without one.

    :param names: of the classes, if they are known
    :raises UsageError: naming file and column, if it does not hold what is to be learned
    """
    path = request.path
    notes: tuple[str, ...] = ()
    try:
        if learned_task(request, words) is LearnedTask.VALUE:
            meaning, values = value_meaning(read_measurements(words, label), request.scale)
            return meaning, [None if math.isnan(value) else value for value in values.tolist()]
        if request.cut:
            cut, measured = parse_cut(request.cut), read_measurements(words, label)
            words, names = cut.classes(measured), names or ACTIVITY_NAMES
            if len({word for word in words if word}) < 2:
                which = "every row of which it is known is" if "1" in words else "no row is known to be"
                raise UsageError(f"column ‘{label}’: {which} {cut.in_words}, so that there is one class only")
            notes = (*measured.notes, f"{names[-1]}: {label} {cut.in_words}")
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    of_classes = meaning_for_training(path, words, label, request.class_of, names)
    known = [None if index == NO_LABEL else float(index) for index in of_classes.classes_of(words)]
    return replace(of_classes, notes=(*of_classes.notes, *notes)), known


def learned_task(request: TrainingTableRequest, words: Sequence[str]) -> LearnedTask:
    """Classes or values: what the user chose, or else what the cells are.

    :raises UsageError: if the choices contradict each other
    """
    chosen, scaled = request.task, request.scale != NO_SCALE
    named = bool(request.class_of or request.class_names or request.cut)
    if chosen is LearnedTask.VALUE and named:
        raise UsageError("values have no classes; leave out either --task value or what names classes")
    if scaled and (named or chosen is LearnedTask.CLASSES):
        raise UsageError("--unit and --transform are of values; leave them out for classes")
    if chosen is not LearnedTask.AUTO:
        return chosen
    if scaled or (not named and are_measurements(words)):
        return LearnedTask.VALUE
    return LearnedTask.CLASSES


def _parameters(
    library: Library, kind: Kind, positions: Sequence[int], learning: LearningTask, pool: WorkerPool
) -> Parameters:
    """The feature parameters, learned from all readable records at ``positions``."""
    if kind.featurizer.observe is None:
        return kind.featurizer.parameters((), learning)
    task = kind.featurizer.observe(library.source, learning)
    observed = (each for _, each in run_on_records(library, task, positions, pool))
    return kind.featurizer.parameters((each for each in observed if not isinstance(each, Rejected)), learning)


def _classes_by_file(kind: Kind, label: str, tasks: Path | None, words: Sequence[str]) -> tuple[str, ...]:
    """The classes of the records in the order of the kind's file of labels; empty if no file names them."""
    if kind.labels.classes is None:
        return ()
    present = set(words)
    found = tuple(name for name in kind.labels.classes(label, tasks) if name in present)
    return found if len(found) > 1 else ()


def meaning_for_training(
    path: Path, words: Sequence[str], label: str, class_of: Mapping[str, str], class_names: Sequence[str] = ()
) -> LabelMeaning:
    """As ``training_meaning``, but errors name the file."""
    try:
        return training_meaning(words, label, class_of=class_of, class_names=class_names)
    except UnsettledLabelsError as error:
        raise error.of_file(path) from None
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes, as in the card of a model that was trained on it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
