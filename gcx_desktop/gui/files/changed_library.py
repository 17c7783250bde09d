"""Checks whether the file of the open library has changed, and asks what to do if it has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from ...library.file_fingerprint import Change
from ...library.library import Library
from ..background.task_runner import Lane
from ..session.session import Session
from ..widgets.message_box import message_box

_ROLE = QMessageBox.ButtonRole
_CHANGED = (
    "{name} was changed since it was opened",
    "Its records may be others now, so no more of them are read. What is seen is what it was.",
)
_GONE = ("{name} cannot be found any more", "It was at\n{path}\nNo more of its records can be read until it is there.")


class ChangedLibrary(QObject):
    """Checks the file when the window becomes active, and when a record could not be read."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._lane = Lane(self)
        self.question: QMessageBox | None = None
        """The box that is open, ``None`` if there is none."""
        window.installEventFilter(self)
        session.trouble.connect(self.look)
        session.libraries.unreadable.connect(self.look)
        session.libraries.closed.connect(self._let_go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
        return super().eventFilter(watched, event)

    def look(self, *_: object) -> None:
        """Compares the file with the one that was opened, in the thread."""
        library = self._session.libraries.library
        if library is not None and self.question is None:
            self._lane.submit(library.changed, lambda change: self._tell(library, change), group="look")

    def shut_down(self) -> None:
        self._lane.close()

    def _tell(self, library: Library, change: Change) -> None:
        if change is Change.UNCHANGED or library is not self._session.libraries.library or self.question is not None:
            return
        self._session.stop()
        words, more = _GONE if change is Change.GONE else _CHANGED
        words, more = words.format(name=library.path.name), more.format(path=library.path)
        box = message_box(QMessageBox.Icon.Warning, words, more, self._window)
        again = box.addButton("Open It Again", _ROLE.AcceptRole)
        again.clicked.connect(lambda: self._open_again(library))
        close = box.addButton("Close It", _ROLE.RejectRole)
        close.clicked.connect(self._session.libraries.close)
        box.setDefaultButton(again)
        box.setEscapeButton(close)
        box.finished.connect(self._answered)
        self.question = box
        box.open()

    def _open_again(self, library: Library) -> None:
        """Opens the project if there is one, which asks what to do with the results; nothing is shown meanwhile."""
        session = self._session
        writer = session.projects.writer
        # The program's own project is deleted on closing if it holds no work.
        by_project = writer is not None and (not writer.unsaved or session.projects.has_marks_or_filters)
        session.libraries.close()
        if writer is not None and by_project:
            session.projects.open(writer.project.path)
        else:
            session.libraries.open(library.path, options=library.options)

    def _answered(self) -> None:
        self.question = None

    def _let_go(self) -> None:
        """Closes the question, which no longer applies."""
        if self.question is not None:
            self.question.close()
