"""What explanations of a library show again and again, of a kind of graph that names its own pieces.

The counts and tests are those of :mod:`.mine_substructures`: a record's explanation shows a piece if all nodes of one
of its places are salient for the class that is predicted, and rightly if labels are given; a set, if it shows each of
its members. Sets are the closed frequent ones of pieces of one node (:mod:`..substructure.item_sets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..explain.forward_pass import Method
from ..explain.measures import relative
from ..gcn.bundle import Bundle
from ..kinds.kind import ReadRecord
from ..kinds.registry import kind_of_library
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool
from ..progress import CancelToken, Report, silent
from ..substructure.schemes import Scheme
from .count_pieces import count_pieces
from .explain_library import explain_library
from .gathered_pieces import GatheredPieces
from .labelled_records import NO_LABEL
from .substructure_search import Mined, MiningRequest


def mine_pieces(
    library: Library,
    bundle: Bundle,
    method: Method,
    request: MiningRequest,
    *,
    pool: WorkerPool,
    labels: NDArray[np.int64] | None = None,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    records: Iterator[ReadRecord | Rejected] | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Mined:
    """The salient pieces of a library.

    :param labels: [n_records of the library], class indices or ``NO_LABEL``; with them only records that are predicted
        rightly are evidence, and those without a label do not count
    :param positions: the records that are looked at; by default all
    :param records: the same records, if they are being read already; not with ``labels``
    :raises UsageError: if the request is out of bounds or for molecules, the kind of graph names no pieces, or not one
        record is evidence
    :raises UnknownNameError: for a class that the model does not have
    :raises Cancelled: between two batches, once ``cancel`` is set
    """
    request.check()
    kind, names = kind_of_library(library), bundle.card.class_names
    pieces_of = kind.fragmenter.pieces
    if pieces_of is None:
        raise UsageError(f"{kind.name} name no pieces of their own")
    if request.scheme is not Scheme.SALIENT or request.complete:
        raise UsageError(f"{kind.name} are not taken apart by a scheme; leave out --scheme and --complete")
    classes = [bundle.card.class_index(name) for name in request.classes] or list(range(len(names)))
    wanted: Sequence[int] = range(len(library)) if positions is None else positions
    if labels is not None:
        wanted = [position for position in wanted if labels[position] != NO_LABEL]
    gathered = GatheredPieces(request.threshold, request.seed)
    rejected: list[Rejected] = []
    results = explain_library(
        library,
        bundle,
        [method],
        pool=pool,
        positions=wanted,
        preparation=preparation,
        records=records if labels is None else None,
        report=report,
        cancel=cancel,
    )
    for record in results:
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        predicted = record.explanation.predicted
        of_class = predicted if labels is None else int(labels[record.position])
        values = None
        if of_class == predicted and predicted in classes:
            values = relative(record.explanation.maps[method.id])[:, predicted]
        gathered.add(record.position, of_class, pieces_of(record.read), values)
    if not gathered.evidence:
        how = "predicted rightly as" if labels is not None else "predicted as"
        wanted_classes = " or ".join(names[each] for each in classes)
        raise UsageError(
            f"{library.path}: no {kind.words.record} is {how} {wanted_classes}, so there is nothing to explain"
        )
    counted = count_pieces(gathered, request, classes, len(names))
    return Mined(
        kind=kind,
        findings=counted.findings,
        class_names=names,
        n_records=counted.n_records,
        n_explained=counted.n_explained,
        n_left_out=counted.n_left_out,
        rejected=tuple(rejected),
    )
