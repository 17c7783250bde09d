"""The open library in the window: its rows, their order on screen, and the reading of their texts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ...app.explaining.show_record import read_texts
from ...app.libraries.history import History
from ...app.libraries.library_rows import OF_PREDICTIONS, Column, LibraryRows
from ...app.libraries.library_view_order import View, view_order, view_positions
from ...app.libraries.marks import Marks
from ...app.libraries.preview_table import TablePreview, preview_table
from ...app.libraries.row_order import Order, Positions
from ...app.libraries.row_texts import TEXT_PIECE
from ...app.projects.unsaved_work import is_pasted
from ...errors import FileError, LibraryError, NoSmilesColumnError, UsageError
from ...kinds.kind import Kind
from ...library.library import KnownBoundaries, Library
from ...library.record import RecordText, Rejected
from ...library.table_options import DETECT_ALL, TableOptions
from ...pool import WorkerPool
from ...progress import CancelToken
from ..background.jobs import JobDescription, Unlisted
from ..background.latest_answer import LatestAnswer
from ..background.task_runner import Lane, Task, TaskRunner
from .library_search import LibrarySearch
from .opening import NamedLibrary, open_named
from .state_owner import StateOwner

_BACKGROUND = 10
"""Priority in the worker pool: after records and thumbnails that the user waits for."""
_REPAINT_MS = 80
_GROW_MS = 250
FOLLOW_MS = 2000
"""Least time between two updates while texts are read: filtering by texts goes through all rows each time."""
_REST = 10
"""The pause after such an update, in multiples of the time that it took."""
_REARRANGE_MS = 400
"""Time between two updates while a search runs: sorting a million rows takes a while."""


class LibrarySession(QObject):
    """Opens and closes libraries and keeps their rows.

    A library is ``shown`` as soon as its first records are found, and is ``library`` once all are found: what needs
    all records waits for that.
    Attributes: ``shown`` and ``rows`` (``None`` while nothing is shown), ``order``, ``view``, ``search`` (for the
    substructure of the view's filters).
    Signals: ``appeared()`` (the first rows of a library are there), ``grew()`` (more rows are), ``opened()`` (all rows
    are), ``closing()`` (the library is still there, so that work can be saved), ``closed()`` (only after
    ``appeared``), ``order_changed()`` (rows were reordered), ``rows_changed()`` (cells have new values; bundled),
    ``rejected_changed()``, ``marks_changed(positions)`` (a sequence), ``history_changed()`` (another step can be
    undone), ``trouble(sentence)``, ``unreadable(sentence)`` (the file was changed; may be emitted often),
    ``columns_wanted(path, sentence)`` (the user must choose the SMILES column of a table; the sentence says what is
    wrong with the last choice, or is ""), ``opening(bool)``, ``stop_wanted()`` (the user wants to stop the opening:
    :meth:`stop_opening` is to be called, after a question if work may be lost).
    """

    appeared = Signal()
    grew = Signal()
    opened = Signal()
    closing = Signal()
    closed = Signal()
    order_changed = Signal()
    rows_changed = Signal()
    rejected_changed = Signal()
    marks_changed = Signal(Sequence)
    history_changed = Signal()
    trouble = Signal(str)
    unreadable = Signal(str)
    columns_wanted = Signal(Path, str)
    opening = Signal(bool)
    stop_wanted = Signal()

    def __init__(self, pool: WorkerPool, runner: TaskRunner, state: StateOwner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner, self._state = runner, state
        self._lane = Lane(self)
        self._arranging = CancelToken()
        self._arranged: tuple[View, int, Positions] | None = None
        """A view without its substructure, the version of the rows, and the positions that it shows: during a search
        nothing else changes."""
        self.rows: LibraryRows | None = None
        self.order = Order.of_file(0)
        self.view = View()
        self._task: Task | None = None
        """The task that opens a library of which nothing is shown yet."""
        self._scan: Task | None = None
        """The task that still finds records of the library that is shown."""
        self._scratch: Path | None = None
        self._texts = LatestAnswer(pool, self, priority=_BACKGROUND)
        self._n_announced = (0, 0)
        self._growing = QTimer(self, interval=_GROW_MS)
        self._growing.timeout.connect(self._grow)
        self._repaint = QTimer(self, singleShot=True, interval=_REPAINT_MS)
        self._repaint.timeout.connect(self._tell_rows_changed)
        self._rearrange = QTimer(self, singleShot=True, interval=_REARRANGE_MS)
        self._rearrange.timeout.connect(self._arrange)
        self._follow = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow.timeout.connect(self._arrange)
        self._arranging_since: float | None = None
        self.search = LibrarySearch(pool, runner, priority=_BACKGROUND, parent=self)
        self.search.changed.connect(self._search_changed)

    @property
    def shown(self) -> Library | None:
        """The open library, even if only its first records are found yet."""
        return self._state.now.library

    @property
    def library(self) -> Library | None:
        """The open library, ``None`` until all of its records are found."""
        return None if self.scanning else self.shown

    @property
    def kind(self) -> Kind:
        """The kind of graph that the window shows."""
        return self._state.now.kind

    @property
    def scanning(self) -> bool:
        """Whether the file is still being searched for further records."""
        return self._scan is not None

    @property
    def busy(self) -> bool:
        """Whether a library is being opened."""
        return self._task is not None or self.scanning

    @property
    def n_records(self) -> int:
        """The number of records found so far, 0 while nothing is shown."""
        return 0 if self.rows is None else len(self.rows)

    @property
    def marks(self) -> Marks:
        """The user's marks of the open library; each library has its own."""
        return self.rows.marks if self.rows is not None else Marks()

    @property
    def history(self) -> History:
        """The undo history of the open library."""
        return self.marks.history

    @property
    def texts_read(self) -> bool:
        """Whether titles and fields of all records have been read, or of as many as are kept."""
        rows, library = self.rows, self.library
        return library is not None and rows is not None and (rows.texts_full or rows.n_texts >= len(library))

    def open(
        self,
        path: Path,
        *,
        options: TableOptions = DETECT_ALL,
        scratch: Path | None = None,
        known: KnownBoundaries | None = None,
    ) -> None:
        """Opens a file in the background; the previous library stays until the first rows of this one are there.

        :param options: how to read a table
        :param scratch: a folder to delete when the library is closed
        :param known: as for :func:`open_library`
        """
        if self._task is not None:
            self._task.drop()

        self.opening.emit(True)
        self._task = task = self._runner.start(
            partial(open_named, path, options, known),
            JobDescription("Opening", stop=self.stop_wanted.emit, as_share=True),
            parts=lambda parts: self._show(task, parts[0], scratch),
            done=lambda named: self._finish(task, named, scratch),
            failed=lambda words: self._could_not_open(task, path, words, pasted=is_pasted(path)),
            ended=lambda: self._opening_ended(task),
        )

    def stop_opening(self) -> None:
        """Cancels the opening; a library of which only a part is shown is closed."""
        if self._task is not None:
            self._task.stop()
        elif self.scanning:
            self.close()

    def preview(
        self,
        path: Path,
        options: TableOptions,
        *,
        done: Callable[[TablePreview], object],
        failed: Callable[[str], object],
    ) -> Task:
        """Reads the first rows of a file, in the background."""
        about = Unlisted("it reads the first rows, and its dialog shows them")
        return self._runner.start(lambda _: preview_table(path, options), about, done=done, failed=failed)

    def close(self) -> None:
        """Closes the library."""
        library = self.shown
        if library is None:
            return
        self.closing.emit()
        self.rows = None
        if self._scan is not None:
            self._scan.drop()
            self._scan = None
            self.opening.emit(self.busy)
        self._growing.stop()
        self._texts.forget()
        self._repaint.stop()
        self._rearrange.stop()
        self._follow.stop()
        self._arranging.cancel()
        self._arranging_since = None
        self.search.stop()
        self.order = Order.of_file(0)
        self._state.replace(library=None)
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
            filters = view.filters
            self.search.look_for(self.library, filters.substructure, as_smarts=filters.substructure_as_smarts)
        self._arrange()

    def ensure_text(self, position: int) -> None:
        """Reads a record's texts at once, for a row on screen that the background task has not reached yet."""
        if self.rows is None or self.shown is None or self.rows.has_text(position):
            return
        try:
            self.rows.store_text(position, self.shown.text(position))
        except LibraryError as error:  # the file was changed; painting the row must not fail
            self.unreadable.emit(str(error))

    def touch(self) -> None:
        """Announces that cells have new values; repaints are bundled."""
        if not self._repaint.isActive():
            self._repaint.start()

    def show_probability_of(self, class_index: int) -> None:
        """Shows the probability of a class in its column; rows that are sorted by it are sorted again."""
        if self.rows is None or self.rows.probability_class == class_index:
            return
        self.rows.show_probability_of(class_index)
        self.touch()
        if self.view.column == Column.PROBABILITY:
            self._arrange()

    def reject(self, rejected: Rejected) -> None:
        if self.rows is not None and rejected.position not in self.rows.rejected:
            self.rows.reject(rejected)
            self.touch()

    def rearrange_by_predictions(self, *, complete: bool) -> None:
        """Filters again after a delay if filters depend on predictions; also sorts by them, once they are complete."""
        filters, of_predictions = self.view.filters, OF_PREDICTIONS
        filtered = filters.predicted is not None or any(each.column in of_predictions for each in filters.ranges)
        if complete and (filtered or self.view.column in of_predictions):
            self._arrange()
        elif filtered:
            self._arrange_soon()

    def _marks_changed(self, positions: Sequence[int]) -> None:
        self._arranged = None
        self.marks_changed.emit(positions)
        if self.view.filters.marked is not None:
            self._arrange()

    def _arrange_soon(self) -> None:
        if not self._rearrange.isActive():
            self._rearrange.start()

    def _show(self, task: Task, named: NamedLibrary, scratch: Path | None) -> None:
        """Shows a library of which only the first records are found."""
        library, field_names = named
        if task is not self._task:  # another library is wanted by now
            library.close()
            if scratch is not None:
                shutil.rmtree(scratch, ignore_errors=True)
            return
        self.close()
        self._task, self._scan, self._scratch = None, task, scratch
        n_records = len(library)
        self.rows, self.order, self.view = LibraryRows(n_records, field_names), Order.of_file(n_records), View()
        self._n_announced = (0, 0)
        self._arranged = None
        self.rows.marks.listen(self._marks_changed)
        self.rows.marks.history.listen(self.history_changed.emit)
        self._growing.start()
        self._state.replace(library=library)
        self.appeared.emit()

    def _grow(self) -> None:
        """Makes rows of the records found since the last call. They are sorted and filtered once all are there."""
        library, rows = self.shown, self.rows
        if library is None or rows is None or (n_records := len(library)) == len(rows):
            return
        rows.grow(n_records)
        if self.view.is_of_file:
            self.order = Order.of_file(n_records)
        self.grew.emit()

    def _finish(self, task: Task, named: NamedLibrary, scratch: Path | None) -> None:
        if task is not self._scan:
            self._show(task, named, scratch)
        if task is self._scan:
            self._complete()

    def _complete(self) -> None:
        self._growing.stop()
        self._grow()
        self._scan = None
        self.opened.emit()
        library = self.library
        if library is None:  # a slot of ``opened`` has closed it
            return
        if library.damaged:
            self.trouble.emit(f"{library.path.name}: {library.damaged}")
        if not self.view.is_of_file:
            self.set_view(self.view)
        self.read_more_texts()

    def _could_not_open(self, task: Task, path: Path, words: str, *, pasted: bool) -> None:
        error = task.error
        if task is self._scan and self.shown is not None:
            reason = error.reason if isinstance(error, LibraryError) else words
            self.shown.damaged = f"{reason}; it is shown as far as it was read"
            self._complete()
        elif isinstance(error, NoSmilesColumnError | UsageError) and not pasted:
            self.columns_wanted.emit(path, words if isinstance(error, UsageError) else "")
        elif pasted and isinstance(error, FileError):  # in a file that the user never saw
            self.trouble.emit(f"what was pasted cannot be opened: {error.reason}")
        else:
            self.trouble.emit(words)

    def _opening_ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
        if not self.busy:
            self.opening.emit(False)

    def _arrange(self) -> None:
        rows, view = self.rows, self.view
        if rows is None:
            return
        if view.is_of_file:
            self._set_order(rows, view, Order.of_file(len(rows)))
            return
        snapshot, version = rows.snapshot(), rows.version
        base, before = view.without_substructure, self._arranged
        # While records are being found, no substructure is searched for, and all rows are shown.
        wanted = self.search.unknown if view.filters.substructure_unknown else self.search.containing
        containing = wanted if view.filters.substructure and not self.scanning else None
        self._arranging.cancel()
        self._arranging = cancel = CancelToken()
        self._arranging_since = monotonic()

        def job() -> tuple[Positions, Order]:
            if before is not None and before[:2] == (base, version):
                positions = before[2]
            else:
                positions = view_positions(snapshot, base, cancel.raise_if_cancelled)
            return positions, view_order(positions, len(snapshot), containing)

        def take(found: tuple[Positions, Order]) -> None:
            if rows is self.rows:
                self._rest()
                self._arranged = base, version, found[0]
                self._set_order(rows, view, found[1])

        self._lane.submit(job, take, group="view")

    def _rest(self) -> None:
        """After rows were arranged: the longer that took, the longer the pause before the next time."""
        if self._arranging_since is not None:
            took = 1000 * (monotonic() - self._arranging_since)
            self._follow.setInterval(max(FOLLOW_MS, round(_REST * took)))
            self._arranging_since = None

    def _search_changed(self) -> None:
        if self.search.running:
            self._arrange_soon()
        else:
            self._arrange()

    def _set_order(self, rows: LibraryRows, view: View, order: Order) -> None:
        if rows is self.rows and view == self.view:
            self.order = order
            self.order_changed.emit()

    def read_more_texts(self) -> None:
        """Reads one piece at a time, so that a worker is soon free for what the user waits for."""
        if self.library is None or self.rows is None or self.texts_read:
            return
        library = self.library
        self._texts.ask(
            partial(read_texts, library.source),
            library.spans(self.rows.n_texts, self.rows.n_texts + TEXT_PIECE),
            done=self._store_texts,
            failed=lambda reason: self.trouble.emit(f"{library.path.name}: titles cannot be read ({reason})"),
        )

    def _store_texts(self, texts: Sequence[RecordText | Rejected]) -> None:
        rows = self.rows
        if rows is None:
            return
        rows.store_texts(texts)
        self.touch()
        if not self.texts_read:
            self.read_more_texts()
            if self.view.filters_texts and not self._follow.isActive() and self._arranging_since is None:
                self._follow.start()
        elif not self.view.filters.none or self.view.column >= Column.TITLE:
            self._arrange()

    @Slot()
    def _tell_rows_changed(self) -> None:
        self.rows_changed.emit()
        now = (len(self.rows.rejected), self.rows.n_warned) if self.rows is not None else self._n_announced
        if now != self._n_announced:
            self._n_announced = now
            self.rejected_changed.emit()
