"""What explanations of a library show again and again, of whatever kind of graph it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...explain.forward_pass import Method
from ...gcn.bundle import Bundle
from ...kinds.kind import ReadRecord
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.record import Rejected
from ...pool import WorkerPool
from ...progress import CancelToken, Report, silent
from ..evaluation.label_suspicion import LabelsBesidePredictions
from ..evaluation.labelled_records import ClassLabels
from .classed_records import classed_records
from .mine_pieces import mine_pieces
from .mine_substructures import mine_substructures
from .substructure_search import Mined, MiningRequest


def mine(
    library: Library,
    bundle: Bundle,
    method: Method,
    request: MiningRequest,
    *,
    pool: WorkerPool,
    labels: ClassLabels | None = None,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    records: Iterator[ReadRecord | Rejected] | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Mined:
    """The pieces that the kind names and the sets of them, or else the fragments of molecules, counted and tested.

    :param labels: of the library's records; with them only records that are predicted
        rightly are evidence, and those without a label do not count
    :param positions: the records that are looked at; by default all
    :param records: the same records, if they are being read already; not with ``labels``
    :raises UsageError: if the request is out of bounds or not for this kind, or not one record is evidence
    :raises UnknownNameError: for a class that the model does not have
    :raises TooManyPatternsError: if there are more frequent patterns than anybody would read
    :raises Cancelled: between two portions, once ``cancel`` is set
    """
    request.check()
    kind, names = kind_of_library(library), bundle.card.class_names
    classes = [bundle.card.class_index(name) for name in request.classes] or list(range(len(names)))
    judged = LabelsBesidePredictions()
    explained = classed_records(
        library,
        bundle,
        method,
        classes,
        pool=pool,
        labels=None if labels is None else labels.labels,
        positions=positions,
        preparation=preparation,
        records=records,
        judged=judged,
        report=report,
        cancel=cancel,
    )
    if (pieces := kind.fragmenter.pieces) is not None:
        mined = mine_pieces(explained, kind, pieces, request, names, classes)
    else:
        mined = mine_substructures(explained, library, request, names, classes, pool=pool, report=report, cancel=cancel)
    return mined if labels is None else replace(mined, labels=labels.meaning, suspicion=judged.suspicion)
