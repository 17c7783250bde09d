"""A look at what is on screen, soon after that may have changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

_MS = 15


class Glance(QObject):
    """One look for all that changes within a moment."""

    def __init__(self, look: Callable[[], object], view: QWidget) -> None:
        super().__init__(view)
        self._timer = QTimer(self, singleShot=True, interval=_MS)
        self._timer.timeout.connect(look)

    def soon(self, *_: object) -> None:
        """Not put off by further calls, so that a long scroll shows pictures on its way."""
        if not self._timer.isActive():
            self._timer.start()
