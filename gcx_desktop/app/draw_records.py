"""Depictions of records, drawn in worker processes: a record that cannot be drawn keeps its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ..depict.colour import Paper
from ..depict.drawing import Depiction, depict
from ..library.library import Library
from ..library.record import Rejected, Source, Span
from ..pool import Lost, WorkerPool
from .read_records import read_molecule_at, spans_in_chunks

MOST_AT_ONCE = 16
"""Depictions that a worker draws in one go."""


def draw_at(source: Source, paper: Paper, span: Span) -> Depiction | Rejected:
    """The depiction of a record, in a worker process.

    :raises DepictionError: if it cannot be drawn
    """
    read = read_molecule_at(source, span)
    return read if isinstance(read, Rejected) else depict(read.mol, paper=paper)


def why_not_drawn(result: Rejected | Lost) -> str:
    """What stands in place of a depiction."""
    if result.reason.startswith("took longer"):
        return f"too complex to draw ({result.reason})"
    return result.reason


def draw_records(
    library: Library, pool: WorkerPool, positions: Sequence[int], *, paper: Paper = Paper.WHITE
) -> Iterator[Depiction | Rejected | Lost]:
    """A depiction for each position, in order."""
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    for results in pool.map(partial(draw_at, library.source, paper), chunks):
        yield from results
