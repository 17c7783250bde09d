"""The undo history: one sequence of the user's steps, of all kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

MAX_STEPS = 100
MAX_SIZE = 5_000_000
"""Limit of the records in all steps together; the newest step is kept whatever its size."""


@dataclass(frozen=True, slots=True)
class Step:
    """An action of the user, with the functions that undo and redo it."""

    words: str
    """The name shown after "Undo", such as "Note"."""
    undo: Callable[[], None]
    redo: Callable[[], None]
    subject: str = ""
    """What the step changes; a continued step with the same subject is merged with the one before."""
    size: int = 1
    """Number of records that it holds data of."""


class History:
    """The steps that can be undone and redone; the last is undone first."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls ``listener`` whenever the step to undo or redo changes."""
        self._listeners.append(listener)

    @property
    def undo_words(self) -> str:
        """The name of the step that would be undone; "" if there is none."""
        return self._done[-1].words if self._done else ""

    @property
    def redo_words(self) -> str:
        """The name of the step that would be redone; "" if there is none."""
        return self._undone[-1].words if self._undone else ""

    def add(self, step: Step, *, continued: bool = False) -> None:
        """Adds a step.

        :param continued: whether to merge it with the last step, if that has the same subject
        """
        self._undone = []
        if continued and self._done and self._done[-1].subject == step.subject:
            step = replace(step, undo=self._done.pop().undo)
        self._done.append(step)
        while len(self._done) > MAX_STEPS or (len(self._done) > 1 and sum(s.size for s in self._done) > MAX_SIZE):
            del self._done[0]
        self._notify()

    def undo(self) -> None:
        """Undoes the last step, if there is one."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            step.undo()
            self._notify()

    def redo(self) -> None:
        """Redoes the step that was undone last, if there is one."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            step.redo()
            self._notify()

    def clear(self) -> None:
        """Removes all steps."""
        self._done, self._undone = [], []
        self._notify()

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
