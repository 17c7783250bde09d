"""Sanity checks of the methods on some records of a library."""

from __future__ import annotations

from collections.abc import Sequence

from ...explain.forward_pass import Method
from ...explain.sanity import Randomised, randomised_layers
from ...gcn.bundle import Bundle
from ...kinds.registry import decode_of
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.record import Rejected
from ...pool import WorkerPool
from ...progress import CancelToken, Report, Stopwatch, silent
from ..explaining.colour_scale import sample_positions
from ..explaining.read_records import read_library

SAMPLE = 300
"""Records, spread evenly over the library: enough for a mean to the second digit."""


def check_sanity(
    library: Library,
    bundle: Bundle,
    methods: Sequence[Method],
    *,
    pool: WorkerPool,
    positions: Sequence[int],
    preparation: Preparation = AS_RECORDED,
    seed: int = 0,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> list[Randomised]:
    """One for each method; see :mod:`.explain.sanity`. None if no record can be read.

    :raises Cancelled: once ``cancel`` is set
    """
    watch = Stopwatch("Randomising layers", len(bundle.network.hidden) + 1, report)
    sample = [positions[i] for i in sample_positions(len(positions), SAMPLE)]
    read = read_library(
        library, pool, positions=sample, preparation=preparation, features=bundle.card.features, cancel=cancel
    )
    graphs = [record.graph for record in read if not isinstance(record, Rejected)]
    if not graphs:
        return []
    decode = decode_of(bundle.card, library.source)
    return randomised_layers(bundle.network, graphs, decode, methods, seed=seed, after_layer=watch.tell, cancel=cancel)
