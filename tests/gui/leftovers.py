"""Finds widgets and timers that still exist."""

from __future__ import annotations

import gc
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken


def widgets_and_timers() -> list[str]:
    """Descriptions of what is left after a garbage collection; see :func:`_left`."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return sorted(set(_left()))


def _left() -> Iterator[str]:
    """Top-level widgets known to Qt, widgets known to Python (even deleted ones keep a part of a window's memory,
    through slots and their values), and running timers that are not single-shot."""
    for widget in QApplication.topLevelWidgets():
        yield f"the top-level {type(widget).__name__} {widget.objectName()!r}"
    for left in gc.get_objects():
        kind = type(left)
        if issubclass(kind, QWidget):
            yield f"a {kind.__name__}" if Shiboken.isValid(left) else f"what Python knows of a deleted {kind.__name__}"
        elif issubclass(kind, QTimer) and Shiboken.isValid(left) and left.isActive() and not left.isSingleShot():
            yield f"a running timer of {left.parent()!r}"
