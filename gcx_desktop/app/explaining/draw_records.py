"""Draws records in worker processes; a record that cannot be drawn keeps its place in the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.record import Rejected
from ...pool import WorkerFailure
from ...work import Work
from .read_records import spans_in_chunks

MOST_DRAWN_AT_ONCE = 16
"""Number of depictions in one task of a worker."""


def why_not_drawn(result: Rejected | WorkerFailure) -> str:
    """The text shown instead of a depiction."""
    if result.reason.startswith("took longer"):
        return f"too complex to draw ({result.reason})"
    return result.reason


def draw_records(
    library: Library, positions: Sequence[int], work: Work, *, paper: Paper = Paper.WHITE
) -> Iterator[Depiction | Rejected | WorkerFailure]:
    """Draws each position, in order.

    :raises Cancelled: once ``work.cancel`` is set
    """
    chunks = spans_in_chunks(library, positions, MOST_DRAWN_AT_ONCE, work.pool.n_workers)
    draw = kind_of_library(library).drawing.depict(library.source, paper)
    for results in work.pool.map(draw, chunks, cancel=work.cancel):
        yield from results
