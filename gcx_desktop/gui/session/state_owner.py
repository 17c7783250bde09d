"""The single owner of the window's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...app.state import WindowState


class StateOwner(QObject):
    """Holds the state, replaces it, and drops answers that were requested for an earlier state.

    Attribute ``now``. Signal ``changed(before, now)``: some field has changed; each part compares the fields that it
    uses (:meth:`follow`).
    """

    changed = Signal(WindowState, WindowState)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = WindowState()

    def replace(self, **changes: Any) -> None:
        """Replaces some fields of the state; emits nothing if the values are the same.

        :raises TypeError: for a name that is no field of :class:`WindowState`
        """
        before, now = self.now, replace(self.now, **changes)
        if now != before:
            self.now = now
            self.changed.emit(before, now)

    def follow(self, slot: Callable[[], object], *names: str) -> None:
        """Calls ``slot()`` whenever one of these fields has changed."""

        def compare(before: WindowState, now: WindowState) -> None:
            if not _same(before, now, names):
                slot()

        self.changed.connect(compare)

    def while_same(self, slot: Callable[..., object], *names: str) -> Callable[..., None]:
        """``slot`` for an answer that is requested now: does nothing if one of these fields has changed by then."""
        asked = self.now

        def answer(*values: Any) -> None:
            if _same(asked, self.now, names):
                slot(*values)

        return answer


def _same(one: WindowState, other: WindowState, names: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
