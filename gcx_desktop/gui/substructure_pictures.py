"""Pictures of the substructures on screen, drawn in worker processes, those on screen first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ..depict.colour import Paper
from ..depict.drawing import Depiction
from ..kinds.kind import Kind
from ..kinds.registry import CUSTOMARY
from ..pool import WorkerPool, sole_result
from ..substructure.findings import Recurring
from .thumbnails import UNDRAWN

MAX_PICTURES = 600
_FIT = 1.0
"""Pixels to a unit of a depiction at most."""


class PatternPictures(QObject):
    """Signal ``ready()``: pictures on screen have changed."""

    ready = Signal()
    _drawn = Signal(object, object, object)

    def __init__(self, pool: WorkerPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._kind, self._paper = CUSTOMARY, Paper.WHITE
        self._size, self._ratio = QSize(104, 56), 1.0
        self._wanted: Sequence[Recurring] = ()
        self._pictures: OrderedDict[str, QImage | str] = OrderedDict()
        self._future: Future[list[Any]] | None = None
        self._drawn.connect(self._take)

    def set_looks(self, paper: Paper, size: QSize, ratio: float) -> None:
        """What pictures are drawn for: paper, size in logical pixels, device pixels to one of them."""
        if (paper, size, ratio) != (self._paper, self._size, self._ratio):
            self._paper, self._size, self._ratio = paper, size, ratio
            self._forget()

    def set_kind(self, kind: Kind) -> None:
        """Of graph, whose substructures are drawn."""
        self._kind = kind
        self._forget()

    def _forget(self) -> None:
        self._pictures.clear()
        self.want(())

    def want(self, patterns: Sequence[Recurring]) -> None:
        """What is on screen now; what was asked for before and is not among them is dropped."""
        self._wanted = patterns
        if not patterns and self._future is not None:
            self._future.cancel()
            self._future = None
        self._draw_next()

    def picture(self, pattern: Recurring) -> QImage | str | None:
        """The picture, words where there can be none, ``None`` while it is not there."""
        return self._pictures.get(pattern.key)

    def _draw_next(self) -> None:
        if self._future is not None:
            return
        pattern = next((each for each in self._wanted if each.key not in self._pictures), None)
        if pattern is not None:
            self._future = self._pool.submit(self._kind.fragmenter.depict_pattern(self._paper), [pattern])
            self._future.add_done_callback(lambda future: self._pass_on(future, pattern))

    def _pass_on(self, future: Future[list[Any]], pattern: Recurring) -> None:
        """In the pool's thread."""
        result = sole_result(future)
        if result is None:
            return
        try:
            self._drawn.emit(future, pattern, result)
        except RuntimeError:  # the window closed meanwhile
            return

    @Slot(object, object, object)
    def _take(self, future: Future[list[Any]], pattern: Recurring, result: Any) -> None:
        if future is not self._future:
            return
        self._future = None
        self._pictures[pattern.key] = self._painted(result) if isinstance(result, Depiction) else UNDRAWN
        while len(self._pictures) > MAX_PICTURES:
            self._pictures.popitem(last=False)
        self.ready.emit()
        self._draw_next()

    def _painted(self, depiction: Depiction) -> QImage:
        size, ratio = self._size, self._ratio
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        scale = min(size.width() / depiction.width, size.height() / depiction.height, _FIT)
        width, height = depiction.width * scale, depiction.height * scale
        place = QRectF((size.width() - width) / 2, (size.height() - height) / 2, width, height)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(depiction.svg.encode())).render(painter, place)
        painter.end()
        return image
