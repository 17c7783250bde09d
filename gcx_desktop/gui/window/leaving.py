"""Asks before a library or the window is closed, but only if work would be lost or a job runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from ...wording import counted
from ..session.session import Session
from ..widgets.message_box import message_box

_ROLE = QMessageBox.ButtonRole


class Leaving(QObject):
    """Attributes: ``question``, the box that is open, ``None`` if there is none; ``lost_with_window``, a function that
    says what would be lost if the window were closed, though not if the library were; "" if nothing."""

    def __init__(
        self,
        session: Session,
        save: Callable[[], object],
        settle: Callable[[], object],
        window: QWidget,
    ) -> None:
        """:param save: asks for the name of a project
        :param settle: saves a text that is just being typed
        """
        super().__init__(window)
        self._session, self._save, self._settle, self._window = session, save, settle, window
        self.question: QMessageBox | None = None
        self.lost_with_window: Callable[[], str] = lambda: ""

    @property
    def has_reason(self) -> bool:
        """Whether there is a reason to ask; a text that is just being typed counts."""
        self._settle()
        lost = self._session.projects.would_be_lost or self._unkept_results()
        return bool(lost or self._session.jobs.losses)

    def leave(self, then: Callable[[], object], *, closing: str, window: bool = False) -> None:
        """Calls ``then``; if there is a reason to ask, only after the user agrees.

        :param closing: what ``then`` does, such as "Close"
        :param window: whether it closes the window, too
        """
        if self.question is not None:
            self.question.raise_()
            return
        more = self.lost_with_window() if window else ""
        if not self.has_reason and not more:
            then()
            return
        work = [each for each in (self._session.projects.would_be_lost, self._unkept_results()) if each]
        lost = [f"{reason[:1].upper()}{reason[1:]}." for reason in (*work, *filter(None, [more]))]
        self._ask(lost, self._session.jobs.losses, then, closing, saves=bool(work))

    def _unkept_results(self) -> str:
        """The results of a library that is too large to be saved automatically."""
        session = self._session
        rows, library = session.libraries.rows, session.libraries.library
        projects = session.projects
        if rows is None or library is None or projects.may_keep_results or not session.was_run:
            return ""
        if not projects.keeps_by_itself or (projects.writer is not None and projects.writer.read_only):
            return ""
        return (
            f"what was computed of {counted(len(library), 'record')} is in no file: it is too much to be kept by itself"
        )

    def _ask(
        self, lost: list[str], going_on: list[str], then: Callable[[], object], closing: str, *, saves: bool
    ) -> None:
        """:param saves: whether a project would save some of it"""
        words = "Work would be lost" if lost else "Something is still being done"
        box = message_box(QMessageBox.Icon.Question, words, "\n".join([*lost, *going_on]), self._window)
        leave = box.addButton(closing, _ROLE.DestructiveRole if lost else _ROLE.AcceptRole)
        leave.clicked.connect(lambda: then())
        if saves:
            save = box.addButton("Save Project…", _ROLE.ActionRole)
            save.clicked.connect(lambda: self._save())
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel if lost else leave)
        box.setEscapeButton(cancel)
        box.finished.connect(self._answered)
        self.question = box
        box.open()

    def _answered(self) -> None:
        self.question = None
