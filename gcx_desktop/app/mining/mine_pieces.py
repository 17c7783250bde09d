"""Recurring pieces in the explanations of a library, for a kind of graph that names its own pieces.

Counts and tests are those of :mod:`.mine_substructures`. An explanation shows a piece if all nodes of one of its places
are salient for the predicted class (the correct one, if labels are given), and shows a set if it shows each member.
Sets are the closed frequent sets of pieces of one node (:mod:`..substructure.item_sets`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...errors import UsageError
from ...kinds.kind import Kind, Pieces
from ...library.record import Rejected
from ...substructure.scheme import Scheme
from .classified_records import ClassifiedRecord
from .count_pieces import count_pieces
from .piece_collection import PieceCollection
from .substructure_search import MiningRequest, MiningResult


def mine_pieces(
    explained: Iterable[ClassifiedRecord | Rejected],
    kind: Kind,
    pieces: Callable[[Any], Pieces],
    request: MiningRequest,
    class_names: Sequence[str],
    classes: Sequence[int],
) -> MiningResult:
    """The salient pieces of a library.

    :param explained: its records, of which at least one is evidence
    :param pieces: see :attr:`Fragmenter.pieces`
    :param classes: the classes that are explained
    :raises UsageError: if the request is for molecules
    """
    usual = MiningRequest()
    if request.scheme is not Scheme.SALIENT or request.complete:
        raise UsageError(f"{kind.name} are not taken apart by a scheme; leave out --scheme and --complete")
    if (request.min_atoms, request.max_atoms) != (usual.min_atoms, usual.max_atoms):
        raise UsageError(f"{kind.name} have no atoms to be counted; leave out --min-atoms and --max-atoms")
    collection = PieceCollection(request.cutoff, request.seed)
    rejected: list[Rejected] = []
    for record in explained:
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            collection.add(record.read.position, record.class_index, pieces(record.read), record.values)
    counted = count_pieces(collection, request, classes, len(class_names))
    return MiningResult(
        kind=kind,
        findings=counted.findings,
        class_names=tuple(class_names),
        n_records=counted.n_records,
        n_explained=counted.n_explained,
        n_left_out=counted.n_left_out,
        rejected=tuple(rejected),
    )
