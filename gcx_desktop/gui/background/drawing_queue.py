"""Draws what is on screen, in worker processes.

One at a time, so that a worker stays free for the selected record; what has left the screen is not drawn any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from ...pool import WorkerPool
from .latest_answer import LatestAnswer


class DrawingQueue:
    """Attribute ``wanted``: the items on screen, in the order in which they are drawn."""

    def __init__(
        self,
        pool: WorkerPool,
        parent: QObject,
        *,
        is_drawn: Callable[[Any], bool],
        work: Callable[[Any], tuple[Callable[[Any], Any], Any]],
        drawn: Callable[[Any, Any], object],
    ) -> None:
        """
        :param is_drawn: whether an item is drawn already
        :param work: the function that draws an item in a worker process, and its argument
        :param drawn: called with an item and its drawing, ``None`` if it cannot be drawn; it counts as drawn then
        """
        self.wanted: Sequence[Any] = ()
        self._answer = LatestAnswer(pool, parent, priority=0)
        self._is_drawn, self._work, self._drawn = is_drawn, work, drawn

    def want(self, wanted: Sequence[Any]) -> None:
        """Replaces the wanted items; earlier ones are dropped, except the one that is being drawn."""
        self.wanted = wanted
        self._draw_next()

    def start_over(self) -> None:
        """Ignores the drawing in progress; draws what is wanted and not drawn yet."""
        self._answer.forget()
        self._draw_next()

    def forget(self) -> None:
        """Drops all wanted items."""
        self.wanted = ()
        self._answer.forget()

    def _draw_next(self) -> None:
        if self._answer.waiting:
            return
        thing = next((each for each in self.wanted if not self._is_drawn(each)), None)
        if thing is not None:
            function, item = self._work(thing)
            self._answer.ask(
                function,
                item,
                done=lambda result: self._take(thing, result),
                failed=lambda _: self._take(thing, None),
            )

    def _take(self, thing: Any, result: Any) -> None:
        self._drawn(thing, result)
        self._draw_next()
