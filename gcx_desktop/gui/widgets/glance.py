"""A look at what is on screen, soon after that may have changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

_MS = 15


class Glance(QObject):
    """Bundles changes within a moment into one update."""

    def __init__(self, look: Callable[[], object], view: QWidget) -> None:
        super().__init__(view)
        self._timer = QTimer(self, singleShot=True, interval=_MS)
        self._timer.timeout.connect(look)

    def soon(self, *_: object) -> None:
        """Schedules an update; further calls do not delay it, so that pictures appear during a long scroll."""
        if not self._timer.isActive():
            self._timer.start()
