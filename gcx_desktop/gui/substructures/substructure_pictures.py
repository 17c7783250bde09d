"""Pictures of the substructures on screen, drawn in worker processes, those on screen first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ...pool import WorkerPool
from ...substructure.findings import RecurringPattern
from ..background.drawing_queue import DrawingQueue
from ..pictures.picture import thumbnail
from ..pictures.thumbnails import UNDRAWN

MAX_PICTURES = 600
_FIT = 1.0
"""Largest scale in pixels per unit of a depiction."""


class PatternPictures(QObject):
    """Signal ``ready()``: pictures on screen have changed."""

    ready = Signal()

    def __init__(self, pool: WorkerPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kind, self._paper = DEFAULT_KIND, Paper.WHITE
        self._size, self._ratio = QSize(104, 56), 1.0
        self._pictures: OrderedDict[str, QImage | str] = OrderedDict()
        self._queue = DrawingQueue(
            pool,
            self,
            is_drawn=lambda pattern: pattern.key in self._pictures,
            work=lambda pattern: (self._kind.fragmenter.depict_pattern(self._paper), pattern),
            drawn=self._take,
        )

    def set_looks(self, paper: Paper, size: QSize, ratio: float) -> None:
        """Sets paper, size in logical pixels, and device pixels per logical pixel."""
        if (paper, size, ratio) != (self._paper, self._size, self._ratio):
            self._paper, self._size, self._ratio = paper, size, ratio
            self._forget()

    def set_kind(self, kind: Kind) -> None:
        """Sets the kind of graph whose substructures are drawn."""
        self._kind = kind
        self._forget()

    def _forget(self) -> None:
        self._pictures.clear()
        self._queue.forget()

    def want(self, patterns: Sequence[RecurringPattern]) -> None:
        """Sets the substructures on screen; earlier requests for others are dropped."""
        self._queue.want(patterns)

    def picture(self, pattern: RecurringPattern) -> QImage | str | None:
        """The picture, a text where there can be none, or ``None`` while it is not there."""
        return self._pictures.get(pattern.key)

    def _take(self, pattern: RecurringPattern, result: Any) -> None:
        drawn = isinstance(result, Depiction)
        self._pictures[pattern.key] = thumbnail(result, self._size, self._ratio, _FIT) if drawn else UNDRAWN
        while len(self._pictures) > MAX_PICTURES:
            self._pictures.popitem(last=False)
        self.ready.emit()
