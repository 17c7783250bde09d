"""One request at a time to a worker process; only the answer to the latest one is delivered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ...pool import WorkerFailure, WorkerPool, sole_result

URGENT = -10
"""Priority in the worker pool: before thumbnails and texts."""


class LatestAnswer(QObject):
    """Sends requests and drops earlier ones. Answers come in the window's thread."""

    _came = Signal(int, object)

    def __init__(self, pool: WorkerPool, parent: QObject, *, priority: int = URGENT) -> None:
        """:param priority: as for :meth:`~gcx_desktop.pool.WorkerPool.submit`"""
        super().__init__(parent)
        self._pool, self._priority = pool, priority
        self._number = 0
        self._future: Future[list[Any]] | None = None
        self._done: Callable[[Any], object] = _nothing
        self._failed: Callable[[str], object] = _nothing
        self._came.connect(self._answer)

    @property
    def waiting(self) -> bool:
        return self._future is not None

    def ask(
        self,
        function: Callable[[Any], Any],
        item: Any,
        *,
        done: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        """Calls ``function(item)`` in a worker, then ``done(result)`` or ``failed(sentence)`` in this thread."""
        self.forget()
        self._done, self._failed = done, failed
        number = self._number
        self._future = self._pool.submit(function, [item], priority=self._priority)
        self._future.add_done_callback(lambda future: self._pass_on(future, number))

    def forget(self) -> None:
        """Drops the latest request."""
        self._number += 1
        self._done = self._failed = _nothing  # else they would keep their objects alive
        if self._future is not None:
            self._future.cancel()
            self._future = None

    def _pass_on(self, future: Future[list[Any]], number: int) -> None:
        """Passes an answer on to the window's thread; called in the pool's thread."""
        result = sole_result(future)
        if result is None:
            return
        try:
            self._came.emit(number, result)
        except RuntimeError:  # the window closed meanwhile
            return

    @Slot(int, object)
    def _answer(self, number: int, result: Any) -> None:
        if number != self._number:
            return
        done, failed = self._done, self._failed
        self._future, self._done, self._failed = None, _nothing, _nothing
        if isinstance(result, WorkerFailure):
            failed(result.reason)
        else:
            done(result)


def _nothing(_: object) -> None:
    """Ignores an answer."""
