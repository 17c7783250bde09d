"""Converts records between the form in which a project stores them and the form in which they are read from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import ProjectError
from ...graph.graph import Graph
from ...kinds.kind import ReadRecord
from ...library.record import Rejected
from ...progress import CancelToken
from ...project.results import StoredExplanation, StoredResults
from ...project.store import Project
from ...project.stored_rows import StoredRecord, StoredRejection
from ...wording import counted

_PORTION_SIZE = 500
"""Number of stored records that are fetched together."""
_SHOWN = 10
"""How many damaged records a sentence names by number."""


@dataclass(frozen=True, slots=True)
class RecordFromProject:
    """A stored record of any kind of graph: a :class:`~..kinds.kind.ReadRecord`, which documents each attribute. The
    data fields of its file are unknown."""

    position: int
    title: str
    graph: Graph
    text: str
    text_order: NDArray[np.int32] | None
    n_places: int
    node_index: NDArray[np.int32] | None
    preparation: str
    structure: str = ""
    record_warning: None = None
    nearest: tuple[()] = ()


def fits(stored: StoredExplanation, methods: Sequence[str], n_nodes: int) -> bool:
    """Whether the maps of these methods exist, each with a row for each node."""
    return all(id_ in stored.maps and len(stored.maps[id_]) == n_nodes for id_ in methods)


def has_known_codes(stored: StoredRecord | StoredRejection, n_codes: int) -> bool:
    """Whether the features know the code of each node.

    :param n_codes: number of codes that the features know
    """
    return isinstance(stored, StoredRejection) or bool(stored.codes.min() >= 0 and stored.codes.max() < n_codes)


def forget_damaged(
    project: Project,
    results: StoredResults,
    positions: NDArray[np.int64],
    methods: Sequence[str],
    n_codes: int,
    cancel: CancelToken | None = None,
) -> list[int]:
    """Finds and notes records with damaged results and removes all that is stored for them, so that it is computed
    again.

    :param positions: the records that are checked
    :param methods: ids of the methods whose maps are checked
    :param n_codes: how many codes a node may have
    :return: the positions of the damaged records
    :raises Cancelled: between two portions, once ``cancel`` is set
    :raises ProjectError: if it cannot be removed, for instance from a read-only project
    """
    damaged = damaged_positions(results, positions, methods, n_codes, cancel)
    if not damaged:
        return []
    if project.read_only:
        raise ProjectError(project.path, f"what it holds of {_records(damaged)} is damaged")
    results.forget(damaged)
    project.note_damaged(damaged)
    return damaged


def damaged_positions(
    results: StoredResults,
    positions: NDArray[np.int64],
    methods: Sequence[str],
    n_codes: int,
    cancel: CancelToken | None = None,
) -> list[int]:
    """The positions of records with damaged results; arguments as for :func:`forget_damaged`."""
    reading = results.reading
    read = np.union1d(reading.positions(), reading.rejected_positions())
    predicted = set(results.predicted_positions().tolist())
    explained = {id_: set(results.explained_positions(id_).tolist()) for id_ in methods}
    present = [id_ for id_ in methods if explained[id_]]
    stored = np.intersect1d(positions, read)
    damaged: list[int] = []
    for start in range(0, len(stored), _PORTION_SIZE):
        if cancel is not None:
            cancel.raise_if_cancelled()
        some = stored[start : start + _PORTION_SIZE].tolist()
        records, explanations = reading.records(some), results.explanations(some, present)
        for position in some:
            record, explanation = records.get(position), explanations.get(position)
            sound = record is not None and has_known_codes(record, n_codes)
            if sound and position in predicted and not isinstance(record, StoredRejection):
                wanted = [id_ for id_ in present if position in explained[id_]]
                sound = record is not None and explanation is not None and fits(explanation, wanted, len(record.codes))
            if not sound:
                damaged.append(position)
    return damaged


def damage_words(path: Path, positions: Sequence[int]) -> str:
    """A sentence about records whose stored results were damaged.

    :param path: of the project
    :param positions: at least one
    """
    return f"{path}: what it held of {_records(positions)} was damaged and is computed again"


def _records(positions: Sequence[int]) -> str:
    listed = ", ".join(f"{position + 1:,}" for position in positions[:_SHOWN])
    if len(positions) == 1:
        return f"record {listed}"
    return f"{counted(len(positions), 'record')} ({listed}{', …' if len(positions) > _SHOWN else ''})"


def from_store(stored: StoredRecord | StoredRejection) -> RecordFromProject | Rejected:
    """A stored record in the form in which it is read from a file."""
    if isinstance(stored, StoredRejection):
        return Rejected(stored.position, stored.line, stored.title, stored.reason, stored.drawable)
    return RecordFromProject(
        stored.position,
        stored.title,
        Graph(stored.codes, stored.edges),
        stored.text,
        stored.text_order,
        stored.n_places,
        stored.node_index,
        stored.preparation,
    )


def to_store(read: ReadRecord) -> StoredRecord:
    """The part of a record that a project stores."""
    return StoredRecord(
        read.position,
        read.title,
        read.text,
        read.n_places,
        read.graph.codes,
        read.graph.edges,
        read.node_index,
        read.text_order,
        read.preparation,
    )
