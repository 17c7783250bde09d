"""The project in which the window saves its work, without widgets: opened, written and closed in a thread."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ...app.libraries.marks import Marks
from ...app.projects import pasted_molecules, unsaved_work
from ...app.projects.project_lifetime import (
    ProjectContents,
    append_to_pasted,
    close_project_writer,
    copy_project_writer,
    create_project_writer,
    delete_project,
    discard_project_writer,
    open_contents,
    read_contents,
    save_pasted_project,
)
from ...app.projects.project_source import (
    SourceLocation,
    SourceStatus,
    accept_change,
    fingerprint_of,
    locate_source,
    stored_records,
)
from ...app.projects.project_writer import ProjectWriter, UnsavedExplanation
from ...app.projects.unsaved_work import MAX_UNSAVED_RECORDS, UnsavedWork
from ...errors import GcxError
from ...library.library import Library
from ...library.table_options import DETECT_ALL, read_options
from ...progress import CancelToken, Report
from ...project.store import Project
from ..background.jobs import JobDescription, Jobs, not_written
from ..background.task_runner import Lane
from .library_session import LibrarySession

T = TypeVar("T")

KEPT = "Marks, notes, filters and results are kept by themselves and offered again; Ctrl+S puts them into a project"
WRITE_MS = 700
"""Changes within this time are written together."""


class ProjectSession(QObject):
    """Attributes: ``writer``, of the open library's project, ``None`` if there is none; ``busy`` while a project is
    opened or made; ``trouble_writing``, whether the last change could not be saved; ``keeps_by_itself``, whether work
    without a project is saved automatically, in a file of the program's own; ``cannot_keep``, why the work on the open
    library is not, "" if it is or if there is none; ``settings_now``, a function that gives the window's settings.

    Signals: ``attached(settings)``, a project was opened and its library is there; ``saved_as()``, the open library
    was saved as a project; ``kept_by_itself()``, its work is saved automatically from now on, or cannot be;
    ``left(UnsavedWork)``, the library was closed and its work stays; ``unsaved_found(list)``, the unsaved work that
    exists; ``changed()``, the text of the status line changed; ``asked(SourceLocation)``, the project's library is
    missing or changed, and :meth:`use_changed`, :meth:`locate` or :meth:`cancel` is to be called;
    ``trouble(sentence)``; ``note(sentence)``.
    """

    attached = Signal(Mapping)
    saved_as = Signal()
    kept_by_itself = Signal()
    left = Signal(UnsavedWork)
    unsaved_found = Signal(list)
    changed = Signal()
    asked = Signal(SourceLocation)
    trouble = Signal(str)
    note = Signal(str)

    def __init__(self, libraries: LibrarySession, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._libraries, self._jobs = libraries, jobs
        self._lane = Lane(self)
        self._coming: ProjectContents | None = None
        self._opening_library = False
        self._restoring = False
        self._beginning: Library | None = None
        """The library for which automatic saving is being prepared."""
        self._begun_ones: list[ProjectWriter] = []
        """Writers that the thread has made and the window has not received yet."""
        self._appending = False
        self._saved: ProjectWriter | None = None
        """The program's own project whose contents are in the user's project now."""
        self._work: dict[str, Any] = {}
        """Settings to be written once the file exists."""
        self._reason_shown = False
        self._opened: list[Project] = []
        self.writer: ProjectWriter | None = None
        self.busy = False
        self.trouble_writing = False
        self.keeps_by_itself = True
        self.cannot_keep = ""
        self.settings_now: Callable[[], Mapping[str, Any]] = dict
        self._write_soon = QTimer(self, singleShot=True, interval=WRITE_MS)
        self._write_soon.timeout.connect(self.write)
        # After everything else has got the library: the project's view replaces the default one.
        libraries.opened.connect(self._library_opened, Qt.ConnectionType.QueuedConnection)
        libraries.opening.connect(self._library_opening, Qt.ConnectionType.QueuedConnection)
        libraries.closed.connect(self._let_go)
        libraries.marks_changed.connect(self._marks_changed)

    @property
    def words(self) -> str:
        """The text for the status line; "" without a project."""
        if self.busy:
            return "opening project…" if self.writer is None else "project…"
        if self.writer is None:
            return ""
        if self.writer.read_only:
            return "project (read-only)"
        if self.writer.unsaved:
            return "work not kept" if self.trouble_writing else "no project, work kept"
        return "project not saved" if self.trouble_writing else "project saved"

    @property
    def place(self) -> str:
        """The project's file, or what is used instead; "" without one."""
        if self.writer is None:
            return ""
        return KEPT if self.writer.unsaved else str(self.writer.project.path)

    # Opening

    def open(self, path: Path) -> None:
        """Opens a project and then its library; those open before stay until then."""
        if self.writer is not None and _same_file(self.writer.project.path, path):
            self.note.emit(f"{path.name} is open in this window")
            return
        self._drop_coming()
        self._set_busy(True)

        def look(_: Report, cancel: CancelToken) -> ProjectContents:
            coming = self._noted(open_contents(path))
            if cancel.cancelled:
                coming.project.close()
            cancel.raise_if_cancelled()
            return coming

        self._lane.submit_listed(
            look,
            JobDescription(f"Opening {path.name}", brief=True),
            self._jobs,
            done=self._came,
            failed=self._could_not,
            cancelled=self.cancel,
        )

    def use_changed(self) -> None:
        """Uses the changed library as it is now; its stored results are discarded."""
        self._settle(lambda coming: accept_change(coming.project, coming.found.source))

    def locate(self, path: Path) -> None:
        """Uses the library at another path."""
        self._settle(lambda coming: locate_source(coming.project, coming.found.source, path))

    def cancel(self) -> None:
        """Cancels the opening."""
        self._drop_coming()
        self._set_busy(False)

    def _look(self, look: Callable[[], ProjectContents]) -> None:
        self._drop_coming()
        self._set_busy(True)
        self._lane.submit(lambda: self._noted(look()), self._came, self._could_not)

    def _noted(self, coming: ProjectContents) -> ProjectContents:
        """Records the opened project, in the thread: the window may close before it receives the project."""
        self._opened.append(coming.project)
        return coming

    def _settle(self, answer: Callable[[ProjectContents], None]) -> None:
        coming = self._coming
        if coming is None:
            return

        def settle() -> ProjectContents:
            answer(coming)
            return read_contents(coming.project, coming.found.source.id)

        self._lane.submit(settle, self._came, lambda words: self._not_settled(coming, words))

    def _not_settled(self, coming: ProjectContents, words: str) -> None:
        self.trouble.emit(words)
        if coming is self._coming:
            self.asked.emit(coming.found)

    def _came(self, coming: ProjectContents) -> None:
        if self._coming is not None and self._coming.project is not coming.project:
            self._drop_coming()
        self._coming = coming
        if coming.trouble:
            self.trouble.emit(coming.trouble)
        if coming.found.status in (SourceStatus.CHANGED, SourceStatus.MISSING):
            self.asked.emit(coming.found)
            return
        self._opening_library = True
        said = coming.settings.get("options")
        options = read_options(said) if isinstance(said, dict) else DETECT_ALL
        self._libraries.open(coming.found.path, options=options, known=partial(stored_records, coming.project))

    def _could_not(self, words: str) -> None:
        self._appending = False
        self._set_busy(False)
        self.trouble.emit(words)

    def _library_opened(self) -> None:
        coming, self._coming, self._opening_library, self._appending = self._coming, None, False, False
        library = self._libraries.library
        if coming is None:
            if not self._libraries.marks.none:  # made while further records of a large library were being found
                self.keep_by_itself()
            return
        self._set_busy(False)
        if library is None or library.path != coming.found.path:
            self._close(coming.project)
            return
        if library.fingerprint != fingerprint_of(coming.found.source):  # it was changed at this moment
            self._coming = coming
            self._set_busy(True)
            self._libraries.close()
            self._settle(lambda _: None)
            return
        self.writer = ProjectWriter(coming.project, coming.found.source.id, coming.settings)
        self.trouble_writing = False
        made = self._libraries.marks.all()  # while further records of a large library were being found
        self._restoring = True
        self._libraries.marks.replace({**coming.marks, **made})
        self._restoring = False
        self.writer.put_marks(self._libraries.marks, made)
        self.writer.put_records(library)
        self._begin_soon()
        self.attached.emit(coming.settings)
        if self.writer.read_only:
            words = f"project {coming.project.path.name}: {coming.project.why_read_only}"
            self.trouble.emit(f"{words}; save it under another name to keep what you do")
        self.changed.emit()

    def _library_opening(self, on: bool) -> None:
        if not on and self._opening_library:  # it could not be opened
            self._opening_library = False
            coming = self._coming
            self.cancel()
            if coming is not None and not coming.marks and unsaved_work.is_pasted(coming.found.path):
                self._lane.submit(lambda: unsaved_work.discard(coming.project.path), lambda _: None)

    def _drop_coming(self) -> None:
        if self._coming is not None:
            self._close(self._coming.project)
            self._coming = None

    def _close(self, project: Project) -> None:
        self._lane.submit(project.close, lambda _: None)

    def _set_busy(self, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.changed.emit()

    # Saving

    def save_as(self, path: Path) -> None:
        """Saves the open library as a new project, a copy of its project if it has one, and continues in that."""
        library, writer = self._libraries.library, self.writer
        if library is None:
            return
        if writer is not None and writer.unsaved and unsaved_work.is_pasted(library.path):
            self._set_busy(True)
            self._save(
                partial(save_pasted_project, writer, library.path, path),
                path,
                lambda molecules: self._go_over_to(path, writer, molecules),
            )
            return

        def make(report: Report, cancel: CancelToken) -> ProjectWriter:
            return (
                create_project_writer(path, library)
                if writer is None
                else copy_project_writer(writer, path, report, cancel)
            )

        self._set_busy(True)
        self._save(make, path, lambda made: self._go_on_in(made, library, writer))

    def _save(self, make: Callable[[Report, CancelToken], T], path: Path, done: Callable[[T], object]) -> None:
        """Nothing would be lost by closing the window, which waits for the job."""
        self._lane.submit_listed(
            make,
            JobDescription(f"Saving {path.name}", as_share=True, brief=True),
            self._jobs,
            done=done,
            failed=self._could_not,
            cancelled=lambda: self._not_saved(path),
        )

    def _not_saved(self, path: Path) -> None:
        self._set_busy(False)
        self.note.emit(not_written(path))

    def _go_over_to(self, path: Path, before: ProjectWriter, molecules: Path) -> None:
        """Opens the project in which pasted molecules were saved, with their marks and notes."""
        self._saved = before
        self.note.emit(f"the pasted molecules are in {molecules}")
        self.open(path)

    def _go_on_in(self, made: ProjectWriter, library: Library, before: ProjectWriter | None) -> None:
        self._set_busy(False)
        if library is not self._libraries.library or before is not self.writer:
            if library is self._libraries.library and self.writer is not None and self.writer.unsaved:
                # Automatic saving has begun meanwhile; its work is copied, too.
                path = Path(made.project.path)
                self._lane.submit(partial(delete_project, made.project), lambda _: self.save_as(path), self._could_not)
            else:
                self._close(made.project)
            return
        self._let_go(copied=True)
        self.writer = made
        self.trouble_writing, self.cannot_keep = False, ""
        made.put_marks(self._libraries.marks, self._libraries.marks.all())
        made.put_records(library)
        made.put_settings(self._work)
        self.saved_as.emit()
        self.write()
        self.changed.emit()

    # Work without a project

    @property
    def may_keep_results(self) -> bool:
        """Whether results of the open library are saved; without a project, only if the library is not too large."""
        library = self._libraries.library
        if self.writer is not None and not self.writer.unsaved:
            return not self.writer.read_only
        return self.keeps_by_itself and library is not None and len(library) <= MAX_UNSAVED_RECORDS

    def keep_by_itself(self) -> bool:
        """Begins to save the work on the open library automatically, unless it is in a project.

        ``kept_by_itself`` follows.

        :return: whether it has begun
        """
        library, marks = self._libraries.library, self._libraries.marks
        if (
            library is None
            or self.writer is not None
            or not self.keeps_by_itself
            or self.cannot_keep
            or self._appending
        ):
            return False
        if self._beginning is not library:
            self._beginning = library
            self._lane.submit(
                partial(self._begun, library, marks, {**self.settings_now(), **self._work}),
                lambda made: self._go_on_by_itself(made, library),
                lambda words: self._not_begun(words, library),
            )
        return True

    def _begun(self, library: Library, marks: Marks, settings: Mapping[str, Any]) -> ProjectWriter:
        """Makes the file, in the thread, and writes all work at once: library or window may be closed soon."""
        project, source_id = unsaved_work.begin(library)
        made = ProjectWriter(project, source_id)
        self._begun_ones.append(made)
        made.put_settings(settings)
        made.put_marks(marks, marks.all())
        if len(library) <= MAX_UNSAVED_RECORDS:
            made.put_records(library)
        made.write()
        return made

    def _go_on_by_itself(self, made: ProjectWriter, library: Library) -> None:
        self._begun_ones.remove(made)
        if self._beginning is library:
            self._beginning = None
        if library is not self._libraries.library or self.writer is not None:
            self._lane.submit(partial(close_project_writer, made), self._tell_left, self.trouble.emit)
            return
        self.writer = made
        self.trouble_writing = False
        made.put_marks(self._libraries.marks, self._libraries.marks.all())
        made.put_settings(self._work)
        self.kept_by_itself.emit()
        self.write()
        self.changed.emit()

    def _not_begun(self, words: str, library: Library) -> None:
        if self._beginning is library:
            self._beginning = None
        if library is self._libraries.library:
            self._cannot_keep(words)
            self.kept_by_itself.emit()

    def _cannot_keep(self, words: str) -> None:
        self.cannot_keep = words
        if not self._reason_shown:  # one notice, whatever is opened and done
            self._reason_shown = True
            self.trouble.emit(f"what you do is not kept by itself: {words}; save a project with Ctrl+S")

    def stop_keeping(self, words: str) -> None:
        """Stops automatic saving, since nothing more can be written; what was written stays.

        :param words: the reason
        """
        writer, self.writer = self.writer, None
        self._write_soon.stop()
        if writer is not None:
            self._lane.submit(writer.abandon, lambda _: None)
            self._cannot_keep(words)
            self.changed.emit()

    @property
    def has_marks_or_filters(self) -> bool:
        """Whether the open library has marks or filters."""
        return not self._libraries.marks.none or not self._libraries.view.filters.none

    @property
    def would_be_lost(self) -> str:
        """The part of the user's work that is saved nowhere, and why, as a clause; "" if all is saved."""
        writer = self.writer
        if writer is not None and writer.read_only:
            return (
                f"marks and notes made here are in no file: {writer.project.why_read_only}" if writer.has_notes else ""
            )
        if writer is not None:
            return "the last changes could not be saved" if self.trouble_writing and writer.pending else ""
        worked = bool(self._work) or self.has_marks_or_filters
        if worked and self.keeps_by_itself and self._libraries.scanning:
            return "marks, notes and filters are in no file before all records are found"
        return (
            f"marks, notes, filters and what was found are in no file: {self.cannot_keep}"
            if worked and self.cannot_keep
            else ""
        )

    def paste(self, text: str) -> None:
        """Opens pasted molecules; appends them to those that are shown, if those were pasted in the same format."""
        writer, library, suffix = self.writer, self._libraries.library, pasted_molecules.pasted_suffix(text)
        appends = writer is not None and writer.unsaved and not writer.read_only and library is not None
        if appends and writer is not None and library is not None and self.pastes_onto(text):
            self.writer, self._appending = None, True  # closed by the job, and opened again with the added molecules
            self._write_soon.stop()
            self._look(lambda: append_to_pasted(writer, library.path, text))
        elif not self.keeps_by_itself:
            self._paste_without(text)
        else:
            self._drop_coming()
            self._set_busy(True)
            self._lane.submit(
                lambda: self._noted(open_contents(pasted_molecules.begin_pasted(text, suffix))),
                self._came,
                lambda words: self._not_kept_paste(text, words),
            )

    def paste_beside(self, text: str, opened: Callable[[Path], object]) -> None:
        """Writes pasted molecules to a file of their own, for another window to open."""
        suffix = pasted_molecules.pasted_suffix(text)
        self._lane.submit(lambda: pasted_molecules.begin_pasted(text, suffix), opened, self.trouble.emit)

    def _not_kept_paste(self, text: str, words: str) -> None:
        self._set_busy(False)
        self._paste_without(text)
        self._cannot_keep(words)

    def _paste_without(self, text: str) -> None:
        """Opens pasted molecules from a temporary file, which is deleted when they are closed."""
        library, suffix = self._libraries.library, pasted_molecules.pasted_suffix(text)
        try:
            if library is not None and self.pastes_onto(text):
                text = pasted_molecules.with_appended(library.path.read_text("utf-8"), text, suffix)
            scratch = Path(tempfile.mkdtemp(prefix=unsaved_work.SCRATCH))
            path = scratch / f"{unsaved_work.PASTED}{suffix}"
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
        except OSError as error:
            self.trouble.emit(f"what was pasted cannot be put into a file ({error.strerror or error})")
        else:
            self._libraries.open(path, scratch=scratch)

    @property
    def holds_work(self) -> bool:
        """Whether there is work on the open library, saved or not."""
        return self.writer is not None or bool(self.would_be_lost)

    def pastes_onto(self, text: str) -> bool:
        """Whether pasted molecules are appended to those that are shown."""
        library = self._libraries.library
        pasted = library is not None and unsaved_work.is_pasted(library.path)
        return pasted and library is not None and library.path.suffix == pasted_molecules.pasted_suffix(text)

    def look_for_unsaved(self) -> None:
        """Searches for unsaved work that no window has open; ``unsaved_found`` follows."""
        if self.keeps_by_itself:
            self._lane.submit(unsaved_work.list_unsaved, self.unsaved_found.emit, group="unsaved")

    def prune_unsaved(self, done: Callable[[list[UnsavedWork]], object]) -> None:
        """Removes unsaved work that is too old or takes too much space, and says what was removed."""
        if self.keeps_by_itself:
            self._lane.submit(lambda: unsaved_work.prune(time.time()), done)

    def discard(self, work: UnsavedWork) -> None:
        """Deletes unsaved work."""
        self._lane.submit(lambda: unsaved_work.discard(work.project), lambda _: self.look_for_unsaved())

    def put_work(self, settings: Mapping[str, Any]) -> None:
        """Saves settings that count as work: without a project, automatic saving begins."""
        if self.writer is not None:
            self.put(settings)
        else:
            self._work.update(settings)
            self.keep_by_itself()

    def put(self, settings: Mapping[str, Any]) -> None:
        """Saves settings, after a short delay."""
        if self.writer is not None:
            self.writer.put_settings(settings)
            self._begin_soon()

    def put_explained(self, explained: UnsavedExplanation) -> None:
        """Saves a record that was explained singly, after a short delay."""
        if self.writer is not None and not self.writer.read_only:
            self.writer.put_explained(explained)
            self._begin_soon()

    def write(self) -> None:
        """Saves all pending changes now, in the thread."""
        writer = self.writer
        self._write_soon.stop()
        if writer is not None and writer.pending:
            self._lane.submit(
                writer.write, lambda _: self._written(writer), lambda words: self._not_written(writer, words)
            )

    def _begin_soon(self) -> None:
        if self.writer is not None and self.writer.pending and not self._write_soon.isActive():
            self._write_soon.start()

    def _marks_changed(self, positions: Sequence[int]) -> None:
        if self._restoring:
            return
        if self.writer is None:
            self.keep_by_itself()
        else:
            self.writer.put_marks(self._libraries.marks, positions)
            self._begin_soon()

    def _written(self, writer: ProjectWriter) -> None:
        if writer is self.writer and self.trouble_writing:
            self.trouble_writing = False
            self.changed.emit()

    def _not_written(self, writer: ProjectWriter, words: str) -> None:
        if writer is not self.writer or not self.trouble_writing:
            self.trouble.emit(words)
        if writer is self.writer:
            self.trouble_writing = True
            self.changed.emit()

    # Closing

    def _let_go(self, *, copied: bool = False) -> None:
        """Closes the project of the library that is being closed.

        :param copied: whether all its contents are in another project now
        """
        if not copied:
            self._work = {}
        writer, self.writer = self.writer, None
        copied = copied or (writer is not None and writer is self._saved)
        self._saved = None
        self._write_soon.stop()
        self.cannot_keep = ""
        if writer is not None:
            leave = (
                partial(discard_project_writer, writer)
                if copied and writer.unsaved
                else partial(close_project_writer, writer)
            )
            self._lane.submit(leave, self._tell_left, self.trouble.emit)
            self.changed.emit()

    def _tell_left(self, work: UnsavedWork | None) -> None:
        if work is not None:
            self.left.emit(work)
        self.look_for_unsaved()

    def shut_down(self) -> None:
        """Saves and closes the project; when the window closes, after everything that uses it has ended."""
        writer, self.writer = self.writer, None
        self._write_soon.stop()
        self._lane.finish()
        if writer is not None:
            with contextlib.suppress(GcxError):  # there is no window left to say so
                close_project_writer(writer)
        for made in self._begun_ones:
            with contextlib.suppress(GcxError):
                close_project_writer(made)
        for project in self._opened:  # those that the window never received; closing one twice does nothing
            project.close()


def _same_file(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
