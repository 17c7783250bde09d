"""The search of the open library for a substructure, as the window sees it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from ...app.libraries.find_substructure import Matches, find_substructure, query_of_text
from ...app.libraries.row_filters import Mask
from ...library.library import Library
from ...pool import WorkerPool
from ...substructure.query import Notation, Query
from ...work import Work
from ..background.jobs import Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link, TaskRunner


class LibrarySearch(QObject):
    """Searches for one substructure at a time; matches are available as they are found.

    Attributes: ``text`` ("" if there is no search), ``as_smarts`` (whether the text must be read as SMARTS),
    ``notation`` (how it was read, ``None`` until known), ``containing`` (whether each record is known to contain the
    substructure, ``None`` if there is no search), ``unknown`` (for which records this could not be decided, likewise),
    ``n_searched`` records, ``trouble`` (why there is no search, one sentence).
    Signal ``changed()``: some attributes changed, or the search is over.
    """

    changed = Signal()

    def __init__(
        self, pool: WorkerPool, runner: TaskRunner, *, priority: int = 0, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pool, self._priority = pool, priority
        self._latest = LatestTask(runner, self)
        self._library: Library | None = None
        self._forget("", as_smarts=False)

    @property
    def running(self) -> bool:
        return self._latest.running

    @property
    def n_found(self) -> int:
        return int(np.count_nonzero(self.containing)) if self.containing is not None else 0

    @property
    def n_unknown(self) -> int:
        return int(np.count_nonzero(self.unknown)) if self.unknown is not None else 0

    def look_for(self, library: Library, text: str, *, as_smarts: bool = False) -> None:
        """Starts a search, unless it is the same as the last one. An empty text ends the last one.

        :param text: SMILES or SMARTS
        :param as_smarts: whether the text must be read as SMARTS, not as a molecule
        """
        text = text.strip()
        if library is self._library and (text, as_smarts) == (self.text, self.as_smarts):
            return
        self.stop()
        self._forget(text, as_smarts=as_smarts)
        self._library = library
        if text:
            self._begin(library)
        self.changed.emit()

    def stop(self) -> None:
        """Ends the search; its matches are discarded with the library."""
        self._latest.drop()
        self._library = None

    def _forget(self, text: str, *, as_smarts: bool) -> None:
        self.text, self.as_smarts, self.trouble, self.n_searched = text, as_smarts, "", 0
        self.notation: Notation | None = None
        self.containing: Mask | None = None
        self.unknown: Mask | None = None

    def _begin(self, library: Library) -> None:
        self.containing, self.unknown = (np.zeros(len(library), dtype=np.bool_) for _ in range(2))
        text, as_smarts, pool, priority = self.text, self.as_smarts, self._pool, self._priority

        def job(link: Link) -> None:
            asked = query_of_text(text, as_smarts=as_smarts, pool=pool, priority=priority)
            link.deliver(asked)
            for found in find_substructure(library, asked.smarts, Work(pool, cancel=link.cancel), priority=priority):
                link.deliver(found)

        about = Unlisted("its filter says how far it is, and ends it")
        self._latest.start(job, about, parts=self._store, failed=self._fail, ended=self.changed.emit)

    def _store(self, parts: Sequence[Query | Matches]) -> None:
        if self.containing is None or self.unknown is None:
            return
        for part in parts:
            if isinstance(part, Query):
                self.notation = part.notation
                continue
            here = slice(self.n_searched, self.n_searched + len(part.containing))
            self.containing[here], self.unknown[here] = part.containing, part.unknown
            self.n_searched += len(part.containing)
        self.changed.emit()

    def _fail(self, words: str) -> None:
        self.trouble = words
