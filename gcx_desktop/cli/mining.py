"""The search for what explanations show again and again, as the commands' options ask for it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..terminal import say
from . import common

if TYPE_CHECKING:
    from ..app.mining.substructure_search import Mined, MiningRequest
    from ..gcn.bundle import Bundle
    from ..kinds.kind import ReadRecord
    from ..library.library import Library
    from ..library.record import Rejected
    from ..pool import WorkerPool
    from ..progress import Report


def mine_as_asked(
    args: argparse.Namespace,
    library: Library,
    bundle: Bundle,
    request: MiningRequest,
    *,
    pool: WorkerPool,
    positions: Sequence[int],
    records: Iterator[ReadRecord | Rejected] | None = None,
    report: Report,
) -> Mined:
    """By ``--method``, of records prepared as the options say; with ``--label`` of those that are predicted rightly.

    :param positions: of the first records, which ``--limit`` leaves
    :param records: the same, if they are being read already; not with ``--label``
    """
    from ..app.evaluation.labelled_records import class_labels
    from ..app.mining.mine_recurring import mine
    from ..explain.method import method

    labels = None
    if args.label is not None:
        card = bundle.card
        labels = class_labels(
            library,
            args.label,
            card.class_names,
            len(positions),
            args.tasks,
            positive=card.positive_class,
            class_of=common.class_of(args, card.class_names),
        )
        common.tell_labels(labels.meaning)
    mined = mine(
        library,
        bundle,
        method(args.method),
        request,
        pool=pool,
        labels=labels,
        positions=positions,
        preparation=common.preparation(args),
        records=records,
        report=report,
    )
    if mined.suspicion:
        say(f"gcx: {mined.suspicion}")
    return mined
