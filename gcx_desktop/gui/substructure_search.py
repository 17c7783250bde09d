"""The search of the open library for a substructure, as the window sees it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from ..app.find_substructure import find_substructure
from ..app.row_filters import Mask
from ..library.library import Library
from ..pool import WorkerPool
from .task_runner import Link, Task, TaskRunner


class SubstructureSearch(QObject):
    """Looks for one substructure at a time; what it finds can be had as it comes.

    Attributes: ``smarts`` ("" if nothing is looked for), ``containing`` (whether each record is known to contain it,
    ``None`` if nothing is looked for), ``n_searched`` records, ``trouble`` (why there is no search, one sentence).
    Signal ``changed()``: some of these did, or the search is over.
    """

    changed = Signal()

    def __init__(
        self, pool: WorkerPool, runner: TaskRunner, *, priority: int = 0, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pool, self._runner, self._priority = pool, runner, priority
        self._library: Library | None = None
        self._task: Task | None = None
        self._forget("")

    @property
    def running(self) -> bool:
        return self._task is not None

    @property
    def n_found(self) -> int:
        return int(np.count_nonzero(self.containing)) if self.containing is not None else 0

    def look_for(self, library: Library, smarts: str) -> None:
        """Begins a search, unless it is the one that was begun last. An empty text ends the one before."""
        smarts = smarts.strip()
        if library is self._library and smarts == self.smarts:
            return
        self.stop()
        self._forget(smarts)
        self._library = library
        if smarts:
            self._begin(library, smarts)
        self.changed.emit()

    def stop(self) -> None:
        """Ends the search; what it found is forgotten with the library."""
        if self._task is not None:
            task, self._task = self._task, None
            task.stop()
        self._library = None

    def _forget(self, smarts: str) -> None:
        self.smarts, self.trouble, self.n_searched = smarts, "", 0
        self.containing: Mask | None = None

    def _begin(self, library: Library, smarts: str) -> None:
        self.containing = np.zeros(len(library), dtype=np.bool_)
        pool, priority = self._pool, self._priority

        def job(link: Link) -> None:
            for found in find_substructure(library, smarts, pool=pool, priority=priority, cancel=link.cancel):
                link.deliver(found)

        self._task = task = self._runner.start(
            job,
            parts=lambda parts: self._store(task, parts),
            failed=lambda words: self._fail(task, words),
            ended=lambda: self._end(task),
        )

    def _store(self, task: Task, parts: Sequence[Mask]) -> None:
        if task is not self._task or self.containing is None:
            return
        for found in parts:
            self.containing[self.n_searched : self.n_searched + len(found)] = found
            self.n_searched += len(found)
        self.changed.emit()

    def _fail(self, task: Task, words: str) -> None:
        if task is self._task:
            self.trouble = words

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.changed.emit()
