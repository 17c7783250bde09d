"""Offers unsaved work: while nothing is open, when its library is opened, and in the File menu."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from ...app.projects.unsaved_work import MAX_AGE_DAYS, MAX_NUMBER, UnsavedWork
from ..session.session import Session
from ..widgets.message_bar import MessageBar
from ..widgets.message_box import message_box
from ..widgets.plain_labels import literal
from .empty_page import EmptyPage

_ROLE = QMessageBox.ButtonRole


class UnsavedFiles(QObject):
    """Attribute ``question``: the box that is open. Signal ``restore_wanted(path)``: a project is to be opened."""

    restore_wanted = Signal(Path)

    def __init__(self, session: Session, page: EmptyPage, menu: QMenu, messages: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._page, self._menu, self._messages, self._window = session, page, menu, messages, window
        self._asked_about: Path | None = None
        """A library that was just opened without its project."""
        self._declined: set[Path] = set()
        self._starting = False
        self.question: QMessageBox | None = None
        projects, libraries = session.projects, session.libraries
        projects.unsaved_found.connect(self._found)
        projects.left.connect(self._left)
        libraries.opened.connect(self._opened)
        page.restore_wanted.connect(self.restore)
        page.discard_wanted.connect(projects.discard)
        self._fill([])

    def look(self) -> None:
        """At the start: removes what is too old, and offers the rest."""
        self._starting = True
        self._session.projects.prune_unsaved(self._pruned)
        self._session.projects.look_for_unsaved()

    def restore(self, work: UnsavedWork) -> None:
        self._messages.hide()
        self.restore_wanted.emit(work.project)

    def _pruned(self, gone: Sequence[UnsavedWork]) -> None:
        if gone:
            names = ", ".join(work.words for work in gone[:3]) + (" …" if len(gone) > 3 else "")
            self._messages.warn(
                f"unsaved work was removed ({names}): the latest {MAX_NUMBER} are kept, for {MAX_AGE_DAYS} days"
            )

    def _opened(self) -> None:
        library = self._session.libraries.library
        if library is not None and self._session.projects.writer is None:
            self._asked_about = library.path.absolute()
            self._session.projects.look_for_unsaved()

    def _found(self, works: Sequence[UnsavedWork]) -> None:
        self._fill(works)
        path, self._asked_about = self._asked_about, None
        starting, self._starting = self._starting, False
        if starting and works and (self._session.libraries.busy or self._session.libraries.shown is not None):
            self._offer(works[0])  # the program was started with a file, so the empty page is not visible
        library, writer = self._session.libraries.library, self._session.projects.writer
        if path is None or library is None or writer is not None or library.path.absolute() != path:
            return
        of_library = [work for work in works if work.library == path and work.project not in self._declined]
        if of_library:
            self._offer(of_library[0])

    def _offer(self, work: UnsavedWork) -> None:
        def discard() -> None:
            self._session.projects.discard(work)

        self._declined.add(work.project)  # is offered once; the menu still has it
        self._messages.offer(
            f"restore the work on {work.words}?", "Restore", lambda: self.restore(work), ("Discard", discard)
        )

    def _left(self, work: UnsavedWork) -> None:
        """Offers to restore the work on the library that was just closed."""
        self._declined.add(work.project)
        if self._session.libraries.shown is not None:  # else the empty page has it
            self._messages.offer(f"the work on {work.name} is kept", "Go Back to It", lambda: self.restore(work))

    def _fill(self, works: Sequence[UnsavedWork]) -> None:
        self._page.show_unsaved(works)
        self._menu.clear()
        self._menu.setEnabled(bool(works))
        for work in works:
            action = self._menu.addAction(literal(work.words))
            action.triggered.connect(lambda _=False, work=work: self.restore(work))

    # Pasting

    def asks_where(self, text: str) -> bool:
        """Asks where to open pasted molecules, if they would replace unsaved work.

        :return: whether that is asked; otherwise they may be opened at once
        """
        session = self._session
        if session.projects.pastes_onto(text) or not session.projects.holds_work:
            return False
        shown = session.libraries.shown
        name = shown.path.name if shown is not None else ""
        words = "Where are the pasted molecules to be opened?"
        lost = session.projects.would_be_lost
        becomes = f"{lost}" if lost else "the work is kept, and the File menu leads back to it"
        ends = " What is being done there ends." if session.running else ""
        more = f"There is work on {name}. In this window they take its place: {becomes}.{ends}"
        box = message_box(QMessageBox.Icon.Question, words, more, self._window)
        beside = box.addButton("In a New Window", _ROLE.AcceptRole)
        beside.clicked.connect(lambda: session.projects.paste_beside(text, self._open_beside))
        box.addButton("In This Window", _ROLE.ActionRole).clicked.connect(lambda: session.paste(text))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(beside)
        box.setEscapeButton(cancel)
        box.finished.connect(self._answered)
        self.question = box
        box.open()
        return True

    def _answered(self) -> None:
        self.question = None

    def _open_beside(self, project: Path) -> None:
        if start_window(project):
            self._messages.note("the pasted molecules are opened in a new window")
        else:
            self._messages.warn("a new window could not be started; File ▸ Restore Unsaved Work has what was pasted")
            self._session.projects.look_for_unsaved()


def start_window(project: Path) -> bool:
    """Starts the program once more, on a project; returns whether that worked."""
    frozen = bool(getattr(sys, "frozen", False))
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments([*([] if frozen else ["-m", "gcx_desktop"]), str(project)])
    # Whoever reads this process's output must not wait for the end of the new one.
    process.setStandardOutputFile(QProcess.nullDevice())
    process.setStandardErrorFile(QProcess.nullDevice())
    started = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)
