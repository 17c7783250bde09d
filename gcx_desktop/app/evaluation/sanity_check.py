"""Sanity checks of the methods on some records of a library."""

from __future__ import annotations

from ...explain.sanity import RandomisationResult, randomised_layers
from ...kinds.registry import decode_of
from ...library.record import Rejected
from ...progress import ProgressReporter
from ...work import Work
from ..explaining.colour_scale import sample_positions
from ..explaining.request import ExplanationRequest, read_requested

SANITY_SAMPLE = 300
"""Number of sampled records, spread evenly over the library: enough for two digits of a mean."""


def check_sanity(request: ExplanationRequest, work: Work, *, seed: int = 0) -> list[RandomisationResult]:
    """One result for each method; see :mod:`.explain.sanity`. Empty if no record can be read.

    :param request: the records, of which a sample is used
    :raises Cancelled: once ``work.cancel`` is set
    """
    bundle, wanted = request.bundle, request.wanted
    watch = ProgressReporter("Randomising layers", len(bundle.network.hidden) + 1, work.report)
    sample = [wanted[i] for i in sample_positions(len(wanted), SANITY_SAMPLE)]
    read = read_requested(request.with_positions(sample), work)
    graphs = [record.graph for record in read if not isinstance(record, Rejected)]
    if not graphs:
        return []
    decode = decode_of(bundle.card, request.library.source)
    return randomised_layers(
        bundle.network, graphs, decode, request.methods, seed=seed, after_layer=watch.report_done, cancel=work.cancel
    )
