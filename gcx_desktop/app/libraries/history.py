"""What the user did and can take back: one line of steps, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

MAX_STEPS = 100
MAX_SIZE = 5_000_000
"""Records in all steps together; the newest step is kept whatever its size."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done, and how it is taken back and done again."""

    words: str
    """As after "Undo": "Note"."""
    undo: Callable[[], None]
    redo: Callable[[], None]
    subject: str = ""
    """What it is about; one that goes on with the same subject is one step with that before."""
    size: int = 1
    """Records that it remembers something of."""


class History:
    """Steps that were done, of which the last is taken back first."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Has ``listener`` called whenever there is something else to take back or to do again."""
        self._listeners.append(listener)

    @property
    def undo_words(self) -> str:
        """What would be taken back; "" if nothing."""
        return self._done[-1].words if self._done else ""

    @property
    def redo_words(self) -> str:
        """What would be done again; "" if nothing."""
        return self._undone[-1].words if self._undone else ""

    def add(self, step: Step, *, continued: bool = False) -> None:
        """Remembers what was done.

        :param continued: goes on with the last step, if that has the same subject
        """
        self._undone = []
        if continued and self._done and self._done[-1].subject == step.subject:
            step = replace(step, undo=self._done.pop().undo)
        self._done.append(step)
        while len(self._done) > MAX_STEPS or (len(self._done) > 1 and sum(s.size for s in self._done) > MAX_SIZE):
            del self._done[0]
        self._notify()

    def undo(self) -> None:
        """Takes the last step back, if there is one."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            step.undo()
            self._notify()

    def redo(self) -> None:
        """Does the step again that was taken back last, if there is one."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            step.redo()
            self._notify()

    def clear(self) -> None:
        """Forgets all steps."""
        self._done, self._undone = [], []
        self._notify()

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
