"""The open library as the window sees it: its rows, the order in which they are seen, and reading their texts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ..app.library_rows import Column, LibraryRows, Order
from ..app.library_view_order import View, view_order
from ..app.marks import Marks
from ..app.preview_table import TablePreview, preview_table
from ..app.show_record import read_texts
from ..errors import NoSmilesColumnError, UsageError
from ..library.library import Library, open_library
from ..library.record import Rejected
from ..library.table_options import FOUND, TableOptions
from ..pool import Lost, WorkerPool, sole_result
from ..progress import CancelToken
from .substructure_search import SubstructureSearch
from .task_runner import Lane, Link, Task, TaskRunner

TEXTS_AT_ONCE = 250
_BACKGROUND = 10
"""Priority in the worker pool: after records and thumbnails that somebody waits for."""
_REPAINT_MS = 80
_REARRANGE_MS = 400
"""Between two looks at what a running search has found: sorting a million rows takes a while."""


class LibrarySession(QObject):
    """Opens and closes libraries and keeps their rows.

    Attributes: ``library`` and ``rows`` (``None`` while nothing is open), ``order``, ``view``, ``search`` (for the
    substructure of the view's filters).
    Signals: ``opened()``, ``closed()``, ``order_changed()`` (rows stand elsewhere), ``rows_changed()`` (cells have new
    values; bundled), ``rejected_changed()``, ``marks_changed(positions)`` (a sequence), ``trouble(sentence)``,
    ``columns_wanted(path, sentence)`` (a table cannot be opened before somebody says which column holds SMILES; what is
    wrong with what was said, or ""),
    ``opening(bool)``.
    """

    opened = Signal()
    closed = Signal()
    order_changed = Signal()
    rows_changed = Signal()
    rejected_changed = Signal()
    marks_changed = Signal(object)
    trouble = Signal(str)
    columns_wanted = Signal(object, str)
    opening = Signal(bool)
    _texts_came = Signal(object, int, object)

    def __init__(self, pool: WorkerPool, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._runner = pool, runner
        self._lane = Lane(self)
        self._arranging = CancelToken()
        self.library: Library | None = None
        self.rows: LibraryRows | None = None
        self.order = Order.of_file(0)
        self.view = View()
        self._task: Task | None = None
        self._scratch: Path | None = None
        self._read_until = 0
        self._future: Future[list[Any]] | None = None
        self._n_rejected = 0
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(_REPAINT_MS)
        self._repaint.timeout.connect(self._tell_rows_changed)
        self._rearrange = QTimer(self)
        self._rearrange.setSingleShot(True)
        self._rearrange.setInterval(_REARRANGE_MS)
        self._rearrange.timeout.connect(self._arrange)
        self.search = SubstructureSearch(pool, runner, priority=_BACKGROUND, parent=self)
        self.search.changed.connect(self._search_changed)
        self._texts_came.connect(self._store_texts)

    @property
    def marks(self) -> Marks:
        """The user's, of the open library; each library has its own."""
        return self.rows.marks if self.rows is not None else Marks()

    @property
    def texts_read(self) -> bool:
        """Whether titles and fields of all records are there."""
        return self.rows is not None and self._read_until >= len(self.rows)

    def open(self, path: Path, *, options: TableOptions = FOUND, scratch: Path | None = None) -> None:
        """Opens a file in the background; the library before stays until it is there.

        :param options: what the user knows of a table
        :param scratch: a folder to delete when the library is closed
        """
        if self._task is not None:
            self._task.stop()

        def job(link: Link) -> tuple[Library, LibraryRows]:
            library = open_library(path, **asdict(options), report=link.report, cancel=link.cancel)
            return library, LibraryRows(len(library), library.field_names)

        self.opening.emit(True)
        self._task = task = self._runner.start(
            job,
            done=lambda result: self._take(result[0], result[1], scratch),
            failed=lambda words: self._could_not_open(path, words, task.error, pasted=scratch is not None),
            ended=lambda: self._opening_ended(task),
        )

    def preview(
        self,
        path: Path,
        options: TableOptions,
        *,
        done: Callable[[TablePreview], object],
        failed: Callable[[str], object],
    ) -> Task:
        """Has a look at the first rows of a file, in the background."""
        return self._runner.start(lambda _: preview_table(path, options), done=done, failed=failed)

    def close(self) -> None:
        """Lets go of the library."""
        if self.library is None:
            return
        library, self.library, self.rows = self.library, None, None
        if self._future is not None:
            self._future.cancel()
            self._future = None
        self._repaint.stop()
        self._rearrange.stop()
        self._arranging.cancel()
        self.search.stop()
        self.order = Order.of_file(0)
        self.closed.emit()
        library.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def shut_down(self) -> None:
        """Ends the threads; for closing the window."""
        self.close()
        self._lane.close()

    def set_view(self, view: View) -> None:
        """Sorts and filters in the background; ``order_changed`` follows."""
        self.view = view
        if self.library is not None:
            self.search.look_for(self.library, view.filters.substructure)
        self._arrange()

    def ensure_text(self, position: int) -> None:
        """Reads a record's words here and now, for a row that is on screen before the background came to it."""
        if self.rows is not None and self.library is not None and self.rows.titles[position] is None:
            self.rows.store_text(position, self.library.text(position))

    def touch(self) -> None:
        """Says that cells have new values; repaints are bundled."""
        if not self._repaint.isActive():
            self._repaint.start()

    def reject(self, rejected: Rejected) -> None:
        if self.rows is not None and rejected.position not in self.rows.rejected:
            self.rows.reject(rejected)
            self.touch()

    def rearrange_by_predictions(self, *, complete: bool) -> None:
        """Filters again, soon, where that depends on predictions; also sorts by them, once they are complete."""
        filters, of_predictions = self.view.filters, (Column.PREDICTION, Column.PROBABILITY)
        filtered = filters.predicted is not None or any(each.column in of_predictions for each in filters.ranges)
        if complete and (filtered or self.view.column in of_predictions):
            self._arrange()
        elif filtered:
            self._arrange_soon()

    def _marks_changed(self, positions: Sequence[int]) -> None:
        self.marks_changed.emit(positions)
        if self.view.filters.marked is not None:
            self._arrange()

    def _arrange_soon(self) -> None:
        if not self._rearrange.isActive():
            self._rearrange.start()

    def _take(self, library: Library, rows: LibraryRows, scratch: Path | None) -> None:
        self.close()
        self.library, self.rows, self._scratch = library, rows, scratch
        self.view = View()
        self.order = Order.of_file(len(library))
        self._read_until = self._n_rejected = 0
        rows.marks.listen(self._marks_changed)
        self.opened.emit()
        if library.damaged:
            self.trouble.emit(f"{library.path.name}: {library.damaged}")
        self._read_texts()

    def _could_not_open(self, path: Path, words: str, error: BaseException | None, *, pasted: bool) -> None:
        if isinstance(error, NoSmilesColumnError | UsageError) and not pasted:
            self.columns_wanted.emit(path, words if isinstance(error, UsageError) else "")
        else:
            self.trouble.emit(words)

    def _opening_ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
            self.opening.emit(False)

    def _arrange(self) -> None:
        rows, view = self.rows, self.view
        if rows is None:
            return
        if view.column == Column.NUMBER and not view.descending and view.filters.none:
            self._set_order(rows, view, Order.of_file(len(rows)))
            return
        containing = self.search.containing
        self._arranging.cancel()
        self._arranging = cancel = CancelToken()
        self._lane.submit(
            lambda: view_order(rows, view, containing, cancel.raise_if_cancelled),
            lambda order: self._set_order(rows, view, order),
            group="view",
        )

    def _search_changed(self) -> None:
        if self.search.running:
            self._arrange_soon()
        else:
            self._arrange()

    def _set_order(self, rows: LibraryRows, view: View, order: Order) -> None:
        if rows is self.rows and view == self.view:
            self.order = order
            self.order_changed.emit()

    def _read_texts(self) -> None:
        """One piece at a time, so that a worker is soon free for what somebody waits for."""
        if self.library is None or self.texts_read:
            return
        library, start = self.library, self._read_until
        task = partial(read_texts, library.source)
        spans = library.spans(start, start + TEXTS_AT_ONCE)
        self._future = self._pool.submit(task, [spans], priority=_BACKGROUND)
        self._future.add_done_callback(lambda future: self._pass_on(future, library, start))

    def _pass_on(self, future: Future[list[Any]], library: Library, start: int) -> None:
        """In the pool's thread."""
        result = sole_result(future)
        if result is None:
            return
        try:
            self._texts_came.emit(library, start, result)
        except RuntimeError:  # the window closed meanwhile
            return

    @Slot(object, int, object)
    def _store_texts(self, library: Library, start: int, texts: Any) -> None:
        rows = self.rows
        if library is not self.library or rows is None:
            return
        if isinstance(texts, Lost):
            self.trouble.emit(f"{library.path.name}: titles cannot be read ({texts.reason})")
            return
        for position, text in enumerate(texts, start):
            if rows.titles[position] is None:
                rows.store_text(position, text)
        self._read_until = start + len(texts)
        self.touch()
        if not self.texts_read:
            self._read_texts()
        elif not self.view.filters.none or self.view.column >= Column.TITLE:
            self._arrange()

    @Slot()
    def _tell_rows_changed(self) -> None:
        self.rows_changed.emit()
        if self.rows is not None and len(self.rows.rejected) != self._n_rejected:
            self._n_rejected = len(self.rows.rejected)
            self.rejected_changed.emit()
