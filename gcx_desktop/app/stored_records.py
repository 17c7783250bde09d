"""What a project holds of a record, and the record as it is read from its file: one into the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph
from ..kinds.kind import ReadRecord
from ..library.record import Rejected
from ..project.results import StoredExplanation
from ..project.rows import StoredRecord, StoredRejection


@dataclass(frozen=True, slots=True)
class RecordFromProject:
    """A record that became a graph once, of whatever kind: a :class:`~..kinds.kind.ReadRecord`, which says more of each
    field. Of the fields of its file nothing is known."""

    position: int
    title: str
    graph: Graph
    text: str
    text_order: NDArray[np.int32] | None
    n_places: int
    node_index: NDArray[np.int32] | None
    preparation: str
    structure: str = ""
    warned: None = None


def fits(stored: StoredExplanation, methods: Sequence[str], n_nodes: int) -> bool:
    """Whether the maps of these methods are there, each with a row for each node."""
    return all(id_ in stored.maps and len(stored.maps[id_]) == n_nodes for id_ in methods)


def has_known_codes(stored: StoredRecord | StoredRejection, n_codes: int) -> bool:
    """Whether each node is one that the features know.

    :param n_codes: that they know
    """
    return isinstance(stored, StoredRejection) or bool(stored.codes.min() >= 0 and stored.codes.max() < n_codes)


def from_store(stored: StoredRecord | StoredRejection) -> RecordFromProject | Rejected:
    """A stored record as if it had just been read."""
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
    """What a project keeps of a record that was read."""
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
