"""The project that the window keeps its work in, without widgets: opened, saved, written and closed in a thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ..app.kept_project import Explained, KeptProject
from ..app.project_source import (
    FoundSource,
    Place,
    accept_change,
    find_source,
    fingerprint_of,
    locate_source,
    source_of,
    stored_records,
)
from ..errors import GcxError, ProjectError
from ..library.library import Library
from ..library.table_options import FOUND, read_options
from ..project.store import Mark, Project, StoredSource, copy_project, create_project, open_project
from .library_session import LibrarySession
from .task_runner import Lane

WRITE_MS = 700
"""Changes of so long are written together."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A project that was opened, on its way into the window."""

    project: Project
    settings: dict[str, Any]
    marks: dict[int, Mark]
    found: FoundSource


class ProjectSession(QObject):
    """Attributes: ``kept``, the project of the open library, ``None`` if there is none; ``busy`` while one is opened
    or made; ``trouble_writing``, whether the last change could not be saved.

    Signals: ``attached(settings)``, a project was opened and its library is there; ``saved_as()``, the open library
    has a project now that was made from the window; ``changed()``, something that the status line says; ``asked(
    FoundSource)``, its library is missing or changed and :meth:`use_changed`, :meth:`locate` or :meth:`cancel` is to be
    called; ``trouble(sentence)``; ``said(sentence)``.
    """

    attached = Signal(object)
    saved_as = Signal()
    changed = Signal()
    asked = Signal(object)
    trouble = Signal(str)
    said = Signal(str)

    def __init__(self, libraries: LibrarySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._libraries = libraries
        self._lane = Lane(self)
        self._coming: Coming | None = None
        self._opening_library = False
        self._restoring = False
        self._opened: list[Project] = []
        self.kept: KeptProject | None = None
        self.busy = False
        self.trouble_writing = False
        self._write_soon = QTimer(self)
        self._write_soon.setSingleShot(True)
        self._write_soon.setInterval(WRITE_MS)
        self._write_soon.timeout.connect(self.write)
        # After everything else has the library: what the project says of the view comes on top of that.
        libraries.opened.connect(self._library_opened, Qt.ConnectionType.QueuedConnection)
        libraries.opening.connect(self._library_opening, Qt.ConnectionType.QueuedConnection)
        libraries.closed.connect(self._let_go)
        libraries.marks_changed.connect(self._marks_changed)

    @property
    def words(self) -> str:
        """For the status line; "" without a project."""
        if self.busy:
            return "opening project…" if self.kept is None else "project…"
        if self.kept is None:
            return ""
        if self.kept.read_only:
            return "project (read-only)"
        return "project not saved" if self.trouble_writing else "project saved"

    @property
    def place(self) -> str:
        """The project's file; "" without one."""
        return str(self.kept.project.path) if self.kept is not None else ""

    # Opening

    def open(self, path: Path) -> None:
        """Opens a project and then its library; the ones before stay until they are there."""
        if self.kept is not None and _same_file(self.kept.project.path, path):
            self.said.emit(f"{path.name} is open in this window")
            return
        self._look(lambda: _look_into(path))

    def use_changed(self) -> None:
        """Takes the changed library as it is now; what was computed of it is forgotten."""
        self._settle(lambda coming: accept_change(coming.project, coming.found.source))

    def locate(self, path: Path) -> None:
        """Takes the library from another place."""
        self._settle(lambda coming: locate_source(coming.project, coming.found.source, path))

    def cancel(self) -> None:
        """Opens nothing."""
        self._drop_coming()
        self._set_busy(False)

    def _look(self, look: Callable[[], Coming]) -> None:
        self._drop_coming()
        self._set_busy(True)
        self._lane.submit(lambda: self._noted(look()), self._came, self._could_not)

    def _noted(self, coming: Coming) -> Coming:
        """In the thread: the window may close before the project comes into it."""
        self._opened.append(coming.project)
        return coming

    def _settle(self, answer: Callable[[Coming], None]) -> None:
        coming = self._coming
        if coming is None:
            return

        def settle() -> Coming:
            answer(coming)
            return _looked_up(coming.project, coming.found.source.id)

        self._lane.submit(settle, self._came, lambda words: self._not_settled(coming, words))

    def _not_settled(self, coming: Coming, words: str) -> None:
        self.trouble.emit(words)
        if coming is self._coming:
            self.asked.emit(coming.found)

    def _came(self, coming: Coming) -> None:
        if self._coming is not None and self._coming.project is not coming.project:
            self._drop_coming()
        self._coming = coming
        if coming.found.place in (Place.CHANGED, Place.MISSING):
            self.asked.emit(coming.found)
            return
        self._opening_library = True
        said = coming.settings.get("options")
        options = read_options(said) if isinstance(said, dict) else FOUND
        self._libraries.open(coming.found.path, options=options, known=partial(stored_records, coming.project))

    def _could_not(self, words: str) -> None:
        self._set_busy(False)
        self.trouble.emit(words)

    def _library_opened(self) -> None:
        coming, self._coming, self._opening_library = self._coming, None, False
        library = self._libraries.library
        if coming is None:
            return
        self._set_busy(False)
        if library is None or library.path != coming.found.path:
            self._close(coming.project)
            return
        if library.fingerprint != fingerprint_of(coming.found.source):  # it was changed in this moment
            self._coming = coming
            self._set_busy(True)
            self._libraries.close()
            self._settle(lambda _: None)
            return
        self.kept = KeptProject(coming.project, coming.found.source.id, coming.settings)
        self.trouble_writing = False
        made = self._libraries.marks.all()  # while the rest of a large library was looked for
        self._restoring = True
        self._libraries.marks.replace({**coming.marks, **made})
        self._restoring = False
        self.kept.put_marks(self._libraries.marks, made)
        self.kept.put_records(library)
        self._begin_soon()
        self.attached.emit(coming.settings)
        if self.kept.read_only:
            words = f"project {coming.project.path.name}: {coming.project.why_read_only}"
            self.trouble.emit(f"{words}; save it under another name to keep what you do")
        self.changed.emit()

    def _library_opening(self, on: bool) -> None:
        if not on and self._opening_library:  # it could not be opened
            self._opening_library = False
            self.cancel()

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
        """Makes a project of the open library, a copy of its project if it has one, and goes on in that."""
        library, kept = self._libraries.library, self.kept
        if library is None:
            return

        def make() -> KeptProject:
            return _made(path, library) if kept is None else _copied(path, kept)

        self._set_busy(True)
        self._lane.submit(make, lambda made: self._go_on_in(made, library, kept), self._could_not)

    def _go_on_in(self, made: KeptProject, library: Library, before: KeptProject | None) -> None:
        self._set_busy(False)
        if library is not self._libraries.library or before is not self.kept:
            self._close(made.project)
            return
        self._let_go()
        self.kept = made
        self.trouble_writing = False
        made.put_marks(self._libraries.marks, self._libraries.marks.all())
        made.put_records(library)
        self.saved_as.emit()
        self.write()
        self.changed.emit()

    def put(self, settings: Mapping[str, Any]) -> None:
        """Saves settings, soon."""
        if self.kept is not None:
            self.kept.put_settings(settings)
            self._begin_soon()

    def put_explained(self, explained: Explained) -> None:
        """Saves a record that was explained by itself, soon."""
        if self.kept is not None and not self.kept.read_only:
            self.kept.put_explained(explained)
            self._begin_soon()

    def write(self) -> None:
        """Saves now what is to be saved, in the thread."""
        kept = self.kept
        self._write_soon.stop()
        if kept is not None and kept.pending:
            self._lane.submit(kept.write, lambda _: self._written(kept), lambda words: self._not_written(kept, words))

    def _begin_soon(self) -> None:
        if self.kept is not None and self.kept.pending and not self._write_soon.isActive():
            self._write_soon.start()

    def _marks_changed(self, positions: Sequence[int]) -> None:
        if self.kept is not None and not self._restoring:
            self.kept.put_marks(self._libraries.marks, positions)
            self._begin_soon()

    def _written(self, kept: KeptProject) -> None:
        if kept is self.kept and self.trouble_writing:
            self.trouble_writing = False
            self.changed.emit()

    def _not_written(self, kept: KeptProject, words: str) -> None:
        self.trouble.emit(words)
        if kept is self.kept:
            self.trouble_writing = True
            self.changed.emit()

    # Closing

    def _let_go(self) -> None:
        kept, self.kept = self.kept, None
        self._write_soon.stop()
        if kept is not None:
            self._lane.submit(kept.close, lambda _: None, self.trouble.emit)
            self.changed.emit()

    def shut_down(self) -> None:
        """Saves and closes; for closing the window, after all that uses the project has ended."""
        kept, self.kept = self.kept, None
        self._write_soon.stop()
        self._lane.finish()
        if kept is not None:
            with contextlib.suppress(GcxError):  # there is no window any more that could say so
                kept.close()
        for project in self._opened:  # those that did not come so far; closing one twice does nothing
            project.close()


def _look_into(path: Path) -> Coming:
    """Opens a project and looks for its library.

    :raises ProjectError: if it cannot be used
    """
    project = open_project(path)
    try:
        return _looked_up(project, project.settings().get("source"))
    except BaseException:
        project.close()
        raise


def _looked_up(project: Project, source_id: object) -> Coming:
    """:param source_id: of the library that is wanted, the latest if there is none such"""
    sources = project.sources()
    if not sources:
        raise ProjectError(project.path, "no molecule file belongs to it; open one and save a project of it")
    source = _source(sources, source_id)
    return Coming(project, project.settings(), project.marks(source.id), find_source(project, source))


def _source(sources: Sequence[StoredSource], id_: object) -> StoredSource:
    return next((source for source in sources if source.id == id_), sources[-1])


def _made(path: Path, library: Library) -> KeptProject:
    project = create_project(path)
    try:
        return KeptProject(project, source_of(project, library))
    except BaseException:
        project.close()
        path.resolve().unlink(missing_ok=True)
        raise


def _copied(path: Path, kept: KeptProject) -> KeptProject:
    kept.write()
    with kept.in_use() as project:
        copy = copy_project(project, path)
    return KeptProject(copy, kept.source_id, copy.settings())


def _same_file(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
