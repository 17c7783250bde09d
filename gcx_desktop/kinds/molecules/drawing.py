"""A molecule as a picture, drawn in a worker process."""

from __future__ import annotations

from ...depict.colour import Paper
from ...depict.drawing import Depiction, depict
from ...library.record import Rejected, Source, Span
from .reader import read_molecule_at


def draw_molecule(source: Source, paper: Paper, span: Span) -> Depiction | Rejected:
    """The depiction of a record.

    :raises DepictionError: if it cannot be drawn
    """
    read = read_molecule_at(source, span)
    return read if isinstance(read, Rejected) else depict(read.mol, paper=paper)
