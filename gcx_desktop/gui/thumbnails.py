"""Pictures of structures for the table or the gallery, those on screen first, with saliency where there are results.

Structures are drawn in worker processes, one at a time so that a worker stays free for the selected record; what is
no longer on screen is no longer asked for. Pictures are painted from them here, one between two events.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ..depict.colour import ColourScale, Paper
from ..depict.drawing import Depiction
from ..depict.halos import Halo, halos
from ..kinds.kind import MatchedDepiction
from ..kinds.registry import kind_of_library
from ..library.library import Library
from ..library.record import Rejected, Span
from ..pool import Lost, WorkerPool, sole_result
from .atom_match import match_colour, match_edges
from .atom_outline import paint_edges
from .picture import paint_ground

MAX_DEPICTIONS = 4000
MAX_PHOTOGRAPHS = 64_000_000
"""Bytes of the photographs that depictions have."""
MAX_IMAGES = 1500
UNDRAWN = "too complex\nto draw"
_LINE = 1.0
"""Around the atoms that match, in logical pixels."""

_FIT = 1.25
"""Pixels to a unit of a depiction at most: small molecules stay small beside large ones."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """The saliency of one record as a thumbnail shows it."""

    values: NDArray[np.float32]
    """[n_record_atoms]"""
    maximum: float
    threshold: float
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Outlined:
    """A substructure that is outlined in the pictures."""

    pattern: str
    """Its key."""
    aligned: bool = False
    """Whether records are turned so that it lies alike in all of them, where that can be."""


class Thumbnails(QObject):
    """Attributes: ``colouring``, the saliency of a record, ``None`` if it has none to show; ``outlined``, what is
    outlined, ``None`` for nothing.

    Signals: ``ready()``, pictures on screen have changed; ``unreadable(Rejected)``, a record is none.
    """

    ready = Signal()
    unreadable = Signal(object)
    _drawn = Signal(object, int, object)

    def __init__(self, pool: WorkerPool, parent: QObject | None = None, *, max_images: int = MAX_IMAGES) -> None:
        super().__init__(parent)
        self._pool, self._max_images = pool, max_images
        self.colouring: Callable[[int], Colouring | None] = lambda _: None
        self._library: Library | None = None
        self._paper = Paper.WHITE
        self._size, self._ratio = QSize(104, 60), 1.0
        self._generation = 0
        self.outlined: Outlined | None = None
        self._matches: dict[int, frozenset[int]] = {}
        self._depictions: OrderedDict[int, Depiction | str] = OrderedDict()
        self._images: OrderedDict[int, tuple[int, QImage]] = OrderedDict()
        self._wanted: Sequence[int] = ()
        self._future: Future[list[Any]] | None = None
        self._paint_next = QTimer(self)
        self._paint_next.setInterval(1)  # other events go between
        self._paint_next.timeout.connect(self._paint_one)
        self._drawn.connect(self._take)

    def set_library(self, library: Library | None) -> None:
        self._library = library
        self._forget_drawings()

    def set_paper(self, paper: Paper) -> None:
        if paper is not self._paper:
            self._paper = paper
            self._forget_drawings()

    def set_outlined(self, outlined: Outlined | None) -> None:
        """Draws those on screen anew; what was there stays until then."""
        if outlined != self.outlined:
            self.outlined = outlined
            self._drop_request()
            self._depictions.clear()
            self._matches.clear()
            self._generation += 1
            self._draw_next()

    def set_size(self, size: QSize, ratio: float) -> None:
        """Of the pictures in logical pixels, and device pixels to one of them."""
        if (size, ratio) != (self._size, self._ratio):
            self._size, self._ratio = size, ratio
            self.recolour()

    def recolour(self) -> None:
        """Paints those on screen again, after saliency, scale or threshold changed."""
        self._generation += 1
        self._paint_soon()

    def forget_colours(self, positions: Sequence[int]) -> None:
        """Paints these again when they are on screen: they have new results."""
        for position in positions:
            known = self._images.get(position)
            if known is not None:
                self._images[position] = (-1, known[1])
        self._paint_soon()

    def want(self, positions: Sequence[int]) -> None:
        """What is on screen now; what was asked for before and is not among them is dropped."""
        self._wanted = positions
        self._draw_next()
        self._paint_soon()

    def picture(self, position: int) -> QImage | str | None:
        """The picture, words where there can be none, ``None`` while it is not there."""
        known = self._images.get(position)
        if known is not None:
            return known[1]
        depiction = self._depictions.get(position)
        return depiction if isinstance(depiction, str) else None

    def _paint_soon(self) -> None:
        if self._library is not None:
            self._paint_next.start()

    def _drop_request(self) -> None:
        if self._future is not None:
            self._future.cancel()
            self._future = None

    def _forget_drawings(self) -> None:
        self._drop_request()
        self._wanted = ()
        self._depictions.clear()
        self._matches.clear()
        self._images.clear()
        self._paint_next.stop()

    def _draw_next(self) -> None:
        if self._future is not None or self._library is None:
            return
        position = next((p for p in self._wanted if p not in self._depictions), None)
        if position is None:
            return
        library, outlined = self._library, self.outlined
        kind = kind_of_library(library)
        task: Callable[[Span], Any] = kind.drawing.depict(library.source, self._paper)
        if outlined is not None:
            task = kind.fragmenter.depict_match(library.source, self._paper, outlined.pattern, outlined.aligned)
        self._future = self._pool.submit(task, [library.span(position)])
        self._future.add_done_callback(lambda future: self._pass_on(future, position))

    def _pass_on(self, future: Future[list[Any]], position: int) -> None:
        """In the pool's thread."""
        result = sole_result(future)
        if result is None:
            return
        try:
            self._drawn.emit(future, position, result)
        except RuntimeError:  # the window closed meanwhile
            return

    @Slot(object, int, object)
    def _take(self, future: Future[list[Any]], position: int, result: Any) -> None:
        if future is not self._future:
            return
        self._future = None
        if isinstance(result, MatchedDepiction):
            self._matches[position] = result.places
            result = result.depiction
        if isinstance(result, Depiction):
            self._depictions[position] = result
            self._paint_soon()
        else:  # a rejected record's row says why; a lost one was too much
            self._depictions[position] = UNDRAWN if isinstance(result, Lost) else ""
            self.ready.emit()
            if isinstance(result, Rejected):
                self.unreadable.emit(result)
        self._forget_oldest()
        self._draw_next()

    def _forget_oldest(self) -> None:
        bytes_ = sum(map(_photograph_bytes, self._depictions.values()))
        while len(self._depictions) > MAX_DEPICTIONS or bytes_ > MAX_PHOTOGRAPHS:
            dropped, depiction = self._depictions.popitem(last=False)
            self._matches.pop(dropped, None)
            bytes_ -= _photograph_bytes(depiction)

    @Slot()
    def _paint_one(self) -> None:
        for position in self._wanted:
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
        size, ratio = self._size, self._ratio
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        scale = min(size.width() / depiction.width, size.height() / depiction.height, _FIT)
        width, height = depiction.width * scale, depiction.height * scale
        x, y = (size.width() - width) / 2, (size.height() - height) / 2
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.translate(x, y)
        painter.scale(scale, scale)
        colouring, painted = self.colouring(position), list[Halo]()
        if colouring is not None and len(colouring.values) == len(depiction.atom_xy):
            colours = ColourScale(colouring.maximum, colouring.signed, depiction.paper)
            painted = halos(depiction, colouring.values, colours, colouring.threshold)
        paint_ground(painter, depiction, painted)
        match = self._matches.get(position)
        if match:
            line, ground = match_colour(depiction.paper), QColor(depiction.paper.background)
            paint_edges(painter, match_edges(depiction, match), line, ground, _LINE, ratio)
        painter.restore()
        svg = depiction.at(scale).svg
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(x, y, width, height))
        painter.end()
        return image


def _photograph_bytes(depiction: Depiction | str) -> int:
    """Of a depiction, or of the words in its place."""
    if isinstance(depiction, str) or depiction.photograph is None:
        return 0
    return len(depiction.photograph.jpeg)
