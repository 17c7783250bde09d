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
from ..gcn.bundle import Bundle
from ..kinds.kind import ReadRecord
from ..kinds.registry import kind_of_library
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool
from ..progress import CancelToken, Report, silent
from ..substructure.schemes import Scheme
from .classed_records import classed_records, explained_classes, no_evidence
from .count_pieces import count_pieces
from .gathered_pieces import GatheredPieces
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
    if kind.pieces is None:
        raise UsageError(f"{kind.name} name no pieces of their own")
    if request.scheme is not Scheme.SALIENT or request.complete:
        raise UsageError(f"{kind.name} are not taken apart by a scheme; leave out --scheme and --complete")
    classes = explained_classes(bundle, request.classes)
    gathered = GatheredPieces(request.threshold, request.seed)
    rejected: list[Rejected] = []
    for record in classed_records(
        library,
        bundle,
        method,
        classes,
        pool=pool,
        labels=labels,
        positions=positions,
        preparation=preparation,
        records=records,
        report=report,
        cancel=cancel,
    ):
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            gathered.add(record.read.position, record.class_index, kind.pieces(record.read), record.values)
    if not gathered.evidence:
        raise no_evidence(library, [names[each] for each in classes], labelled=labels is not None)
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
