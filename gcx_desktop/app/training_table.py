"""Labelled records for training: read from a table, cleaned, every one that was left out counted."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..graph.graph import Graph
from ..kinds.kind import Decode, Kind, LabelledGraph, Learning, Parameters
from ..kinds.registry import kind_of_library
from ..library.library import Library, open_library
from ..library.record import Rejected, Span
from ..pool import Lost, WorkerPool
from ..progress import CancelToken, Report, Stopwatch, silent
from ..wording import counted
from .read_records import MOST_AT_ONCE, settle_lost, spans_in_chunks

MAX_CLASS_VALUES = 20
_WHOLE = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """Records with a class each; none twice."""

    graphs: tuple[Graph, ...]
    labels: NDArray[np.int64]
    """[n_graphs], indices into ``values``"""
    scaffolds: tuple[str, ...]
    """[n_graphs]"""
    fingerprints: tuple[bytes, ...]
    """[n_graphs]"""
    positions: tuple[int, ...]
    """[n_graphs], of their records in the file"""
    values: tuple[str, ...]
    """The distinct values of the label column, numbers in ascending order, else words in alphabetical order."""
    n_records: int
    dropped: dict[str, int]
    """Reason → records left out for it."""
    sha256: str
    """Of the file's bytes."""
    kind: Kind
    parameters: Parameters
    """What the card is to say of the features."""
    decode: Decode
    """How the graphs' codes become features."""
    rejected: tuple[Rejected, ...] = ()
    """The unreadable ones among those with a label."""


def read_training_table(
    path: Path,
    label: str,
    *,
    pool: WorkerPool,
    smiles_column: str | None = None,
    delimiter: str | None = None,
    limit: int | None = None,
    tasks: Path | None = None,
    without_defining: bool = False,
    object_features: Path | None = None,
    only_object_features: bool = False,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> TrainingTable:
    """Reads a table, or an SDF with the label as a data field, or what else is a library with labels.

    A blank label (nothing, NA, NaN) means not measured. Of records that are the same thing the first is kept
    if their labels agree, and none if they do not.

    :param tasks: of a kind of graph whose labels a file gives
    :param without_defining: leave the nodes by which a label is given out of the graphs, where the kind knows them
    :param object_features: a file of more features of the nodes, where the kind knows them
    :param only_object_features: have these in the place of the kind's own
    :raises LibraryError: if the file cannot be read
    :raises UnknownNameError: if there is no such column
    :raises UsageError: if the column does not hold 2 to 20 classes
    :raises Cancelled: if the user stopped it
    """
    if only_object_features and object_features is None:
        raise UsageError("--only-object-features needs their file; name it with --object-features")
    with open_library(
        path, smiles_column=smiles_column, delimiter=delimiter, object_features=object_features, cancel=cancel
    ) as library:
        n_records = len(library) if limit is None else min(limit, len(library))
        kind = kind_of_library(library)
        words = kind.labels.words(library, label, n_records, tasks)
        measured = [position for position, word in enumerate(words) if word]
        values = distinct_values(words, f"{kind.labels.called} '{label}'")
        features = library.source.object_features if object_features is not None else None
        learning = Learning(label, tasks, without_defining, features, only_object_features)
        parameters = _parameters(library, kind, measured, learning, pool)
        decode = kind.featurizer.decode(parameters, library.source)
        watch = Stopwatch(f"Reading {kind.name}", len(measured), report)
        dropped = Counter({"no label": len(words) - len(measured)})
        read: dict[str, list[tuple[int, int, LabelledGraph]]] = {}
        rejected: list[Rejected] = []
        task = kind.reader.labelled(library.source, parameters)
        for done, (position, found) in enumerate(_read(library, task, measured, pool), start=1):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if isinstance(found, Rejected):
                dropped["unreadable"] += 1
                rejected.append(found)
            else:
                read.setdefault(found.identity, []).append((values.index(words[position]), position, found))
            watch.tell(done, rejected=dropped["unreadable"])
    kept: list[tuple[int, int, LabelledGraph]] = []
    for same in read.values():
        if len({value for value, *_ in same}) > 1:
            dropped["contradictory labels"] += len(same)
        else:
            kept.append(same[0])
            dropped["duplicate"] += len(same) - 1
    labels = np.array([value for value, *_ in kept], dtype=np.int64)
    if len(np.unique(labels)) < len(values):
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items() if count)
        raise UsageError(
            f"{path}: only {kind.words.counted(len(kept))} left of {counted(n_records, 'record')} "
            f"({left_out}), too few to show all {len(values)} classes"
        )
    return TrainingTable(
        graphs=tuple(record.graph for *_, record in kept),
        labels=labels,
        scaffolds=tuple(record.group for *_, record in kept),
        fingerprints=tuple(record.fingerprint for *_, record in kept),
        positions=tuple(position for _, position, _ in kept),
        values=values,
        n_records=n_records,
        dropped={reason: dropped[reason] for reason in ("no label", "unreadable", "duplicate", "contradictory labels")},
        sha256=file_sha256(path),
        kind=kind,
        rejected=tuple(rejected),
        parameters=parameters,
        decode=decode,
    )


def _parameters(
    library: Library, kind: Kind, positions: Sequence[int], learning: Learning, pool: WorkerPool
) -> Parameters:
    """Of the features, from all records at ``positions`` that can be read."""
    if kind.featurizer.observe is None:
        return kind.featurizer.parameters((), learning)
    observed = (each for _, each in _read(library, kind.featurizer.observe(library.source, learning), positions, pool))
    return kind.featurizer.parameters((each for each in observed if not isinstance(each, Rejected)), learning)


def _read(
    library: Library, task: Callable[[Span], Any], positions: Sequence[int], pool: WorkerPool
) -> Iterator[tuple[int, Any]]:
    """Each position and what the task found there, in order."""
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    results = (each for chunk in pool.map(task, chunks) for each in chunk)
    for position, result in zip(positions, results, strict=True):
        yield position, settle_lost(library, position, result) if isinstance(result, Lost) else result


def distinct_values(words: Sequence[str], where: str) -> tuple[str, ...]:
    """Numbers in ascending order, else words in alphabetical order.

    :param where: what holds them, as sentences call it
    :raises UsageError: unless there are 2 to ``MAX_CLASS_VALUES`` different ones
    """
    values = sorted(set(words) - {""})
    if len(values) > MAX_CLASS_VALUES:
        raise UsageError(
            f"{where} has {len(values):,} different values; a classifier needs 2 to {MAX_CLASS_VALUES} "
            "classes (is it a measurement?)"
        )
    if len(values) < 2:
        only = f"only the value '{values[0]}'" if values else "no value at all"
        raise UsageError(f"{where} has {only}; a classifier needs at least 2 classes")
    if all(_WHOLE.fullmatch(value) for value in values):
        values.sort(key=int)
    return tuple(values)


def file_sha256(path: Path) -> str:
    """Of a file's bytes, as a model's card says it of the table that it was trained on."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
