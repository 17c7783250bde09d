"""The saliency that thumbnails show, and when those on screen are painted again."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer

from ...app.explaining.method_names import is_signed
from ..pictures.thumbnails import Colouring, Thumbnails
from ..session.session import Session

_PAUSE_MS = 150


class ShowsRecords(Protocol):
    """A view that shows records of the library."""

    def visible_positions(self) -> list[int]:
        """Positions of the records on screen."""


class ThumbnailColours(QObject):
    """Thumbnails follow the window's method, class, scale and colour threshold."""

    def __init__(
        self,
        session: Session,
        view: ShowsRecords,
        thumbnails: Thumbnails,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._view, self._thumbnails = session, view, thumbnails
        self._coloured: set[int] = set()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(thumbnails.recolour)
        thumbnails.colouring = self.colouring
        session.state.follow(self._pause.start, "model", "steps", "method", "class_index", "colour_threshold", "scale")
        session.scales_changed.connect(self._pause.start)
        session.libraries.rows_changed.connect(self._results_came)
        session.libraries.appeared.connect(self._coloured.clear)

    def colouring(self, position: int) -> Colouring | None:
        """The saliency of a record as the panel would show it; ``None`` while there is none."""
        session, now, rows = self._session, self._session.now, self._session.libraries.rows
        values = rows.maps.get(now.method, {}).get(position) if rows is not None else None
        if rows is None or values is None:
            return None
        column = values[:, now.class_shown(rows.predicted_at(position))]
        maximum = session.scales.get(now.method) if now.scale == "library" else None
        if maximum is None and now.scale == "library" and session.scales_awaited:
            return None  # colours that will change a moment later would mislead
        if maximum is None:
            finite = column[np.isfinite(column)]
            maximum = float(np.abs(finite).max()) if len(finite) else 0.0
        return Colouring(column, maximum, now.colour_threshold, is_signed(now.method))

    def _results_came(self) -> None:
        """Paints those on screen again that have just got a result."""
        rows = self._session.libraries.rows
        maps = rows.maps.get(self._session.now.method, {}) if rows is not None else {}
        now = {position for position in self._view.visible_positions() if position in maps}
        new, self._coloured = now - self._coloured, now
        if new:
            self._thumbnails.forget_colours(list(new))
