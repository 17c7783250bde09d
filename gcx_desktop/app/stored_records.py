"""What a project holds of a record, and the record as it is read from its file: one into the other."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph.features import N_CODES
from ..graph.graph import Graph
from ..graph.molgraph import MolGraph
from ..kinds.kind import ReadRecord
from ..library.record import Rejected
from ..project.results import StoredExplanation
from ..project.rows import StoredRecord, StoredRejection
from .read_records import ReadMolecule


def fits(stored: StoredExplanation, methods: Sequence[str], n_nodes: int) -> bool:
    """Whether the maps of these methods are there, each with a row for each node."""
    return all(id_ in stored.maps and len(stored.maps[id_]) == n_nodes for id_ in methods)


def has_known_codes(stored: StoredRecord | StoredRejection) -> bool:
    """Whether each node is an atom that the features know."""
    return isinstance(stored, StoredRejection) or bool(stored.codes.min() >= 0 and stored.codes.max() < N_CODES)


def from_store(stored: StoredRecord | StoredRejection) -> ReadMolecule | Rejected:
    """A stored record as if it had just been read."""
    if isinstance(stored, StoredRejection):
        return Rejected(stored.position, stored.line, stored.title, stored.reason, stored.drawable)
    graph = Graph(stored.codes, stored.edges)
    molecule = MolGraph(graph, stored.atom_index, stored.n_record_atoms, stored.smiles, stored.smiles_order)
    return ReadMolecule(stored.position, stored.title, molecule, preparation=stored.preparation)


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
