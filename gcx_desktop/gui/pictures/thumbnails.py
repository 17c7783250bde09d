"""Pictures of structures for the table or the gallery, those on screen first, with saliency if there are results.

Structures are drawn in worker processes; pictures are painted from them here, one per turn of the event loop.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter

from ...depict.colour import ColourScale, Paper
from ...depict.drawing import Depiction
from ...depict.halos import Halo, halos
from ...kinds.kind import MatchedDepiction
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.record import Rejected, Span
from ...pool import WorkerPool
from ..background.drawing_queue import DrawingQueue
from .atom_outline import match_colour, match_edges, paint_edges
from .kept_depictions import KeptDepictions
from .picture import paint_ground, thumbnail

MAX_IMAGES = 1500
UNDRAWN = "too complex\nto draw"
_LINE = 1.0
"""Width of the outline of matching atoms, in logical pixels."""

_FIT = 1.25
"""Largest scale in pixels per unit of a depiction, so that small molecules stay small."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """The saliency of one record as a thumbnail shows it."""

    values: NDArray[np.float32]
    """[n_record_atoms]"""
    maximum: float
    colour_threshold: float
    signed: bool = False


@dataclass(frozen=True, slots=True)
class SubstructureOutline:
    """A substructure that is outlined in the pictures."""

    pattern: str
    """Key of the substructure."""
    aligned: bool = False
    """Whether records are turned so that the substructure lies the same way in all, where possible."""


class Thumbnails(QObject):
    """Attributes: ``colouring``, gives the saliency of a record, ``None`` if there is none to show; ``outlined``, the
    outlined substructure, ``None`` for none.

    Signals: ``ready()``, pictures on screen have changed; ``unreadable(Rejected)``, a record could not be read.
    """

    ready = Signal()
    unreadable = Signal(Rejected)

    def __init__(self, pool: WorkerPool, parent: QObject | None = None, *, max_images: int = MAX_IMAGES) -> None:
        super().__init__(parent)
        self._max_images = max_images
        self.colouring: Callable[[int], Colouring | None] = lambda _: None
        self._library: Library | None = None
        self._paper = Paper.WHITE
        self._size, self._ratio = QSize(104, 60), 1.0
        self._generation = 0
        self.outlined: SubstructureOutline | None = None
        self._depictions = KeptDepictions()
        self._images: OrderedDict[int, tuple[int, QImage]] = OrderedDict()
        self._queue = DrawingQueue(
            pool, self, is_drawn=self._depictions.__contains__, work=self._work, drawn=self._take
        )
        self._paint_next = QTimer(self)
        self._paint_next.setInterval(1)  # lets other events be handled in between
        self._paint_next.timeout.connect(self._paint_one)

    def set_library(self, library: Library | None) -> None:
        self._library = library
        self._forget_drawings()

    def set_paper(self, paper: Paper) -> None:
        if paper is not self._paper:
            self._paper = paper
            self._forget_drawings()

    def set_outlined(self, outlined: SubstructureOutline | None) -> None:
        """Sets the outlined substructure and draws the pictures on screen again; the old ones stay until then."""
        if outlined != self.outlined:
            self.outlined = outlined
            self._depictions.clear()
            self._generation += 1
            self._queue.start_over()

    def set_size(self, size: QSize, ratio: float) -> None:
        """Sets the size of pictures in logical pixels, and the device pixels per logical pixel."""
        if (size, ratio) != (self._size, self._ratio):
            self._size, self._ratio = size, ratio
            self.recolour()

    def recolour(self) -> None:
        """Paints the pictures on screen again, after saliency, scale or colour threshold changed."""
        self._generation += 1
        self._paint_soon()

    def forget_colours(self, positions: Sequence[int]) -> None:
        """Paints the pictures of records with new results again, once they are on screen."""
        for position in positions:
            known = self._images.get(position)
            if known is not None:
                self._images[position] = (-1, known[1])
        self._paint_soon()

    def want(self, positions: Sequence[int]) -> None:
        """Sets the records on screen; earlier requests for others are dropped."""
        if self._library is not None:
            self._queue.want(positions)
            self._paint_soon()

    def picture(self, position: int) -> QImage | str | None:
        """The picture, a text where there can be none, or ``None`` while it is not there."""
        known = self._images.get(position)
        if known is not None:
            return known[1]
        depiction = self._depictions.get(position)
        return depiction if isinstance(depiction, str) else None

    @property
    def matched_atoms(self) -> Mapping[int, frozenset[int]]:
        """The outlined atoms, by position of the record."""
        return self._depictions.matched_atoms

    def _paint_soon(self) -> None:
        if self._library is not None:
            self._paint_next.start()

    def _forget_drawings(self) -> None:
        self._queue.forget()
        self._depictions.clear()
        self._images.clear()
        self._paint_next.stop()

    def _work(self, position: int) -> tuple[Callable[[Span], Any], Span]:
        library, outlined = self._library, self.outlined
        assert library is not None  # noqa: S101
        kind = kind_of_library(library)
        task: Callable[[Span], Any] = kind.drawing.depict(library.source, self._paper)
        if outlined is not None:
            task = kind.fragmenter.depict_match(library.source, self._paper, outlined.pattern, outlined.aligned)
        return task, library.span(position)

    def _take(self, position: int, result: Any) -> None:
        matched: frozenset[int] | None = None
        if isinstance(result, MatchedDepiction):
            result, matched = result.depiction, result.places
        if isinstance(result, Depiction):
            self._depictions.keep(position, result, matched)
            self._paint_soon()
        else:  # a rejected record's row says why
            self._depictions.keep(position, UNDRAWN if result is None else "", matched)
            self.ready.emit()
            if isinstance(result, Rejected):
                self.unreadable.emit(result)

    @Slot()
    def _paint_one(self) -> None:
        for position in self._queue.wanted:
            depiction = self._depictions.get(position)
            if not isinstance(depiction, Depiction):
                continue
            known = self._images.get(position)
            if known is not None and known[0] == self._generation:
                continue
            self._images[position] = (self._generation, self._paint(position, depiction))
            self._images.move_to_end(position)
            while len(self._images) > self._max_images:
                self._images.popitem(last=False)
            self.ready.emit()
            return
        self._paint_next.stop()

    def _paint(self, position: int, depiction: Depiction) -> QImage:
        ratio = self._ratio

        def paint_under(painter: QPainter) -> None:
            colouring, painted = self.colouring(position), list[Halo]()
            if colouring is not None and len(colouring.values) == len(depiction.atom_xy):
                colours = ColourScale(colouring.maximum, colouring.signed, depiction.paper)
                painted = halos(depiction, colouring.values, colours, colouring.colour_threshold)
            paint_ground(painter, depiction, painted)
            match = self.matched_atoms.get(position)
            if match:
                line, ground = match_colour(depiction.paper), QColor(depiction.paper.background)
                paint_edges(painter, match_edges(depiction, match), line, ground, _LINE, ratio)

        return thumbnail(depiction, self._size, ratio, _FIT, paint_under)
