"""The columns of the open library that may hold true classes; searched for only when they are needed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDockWidget

from ...app.evaluation.label_columns import LabelColumn, label_columns
from ..background.jobs import Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from .session import Session


class LabelColumns(QObject):
    """Attribute ``found``: the columns, ``None`` until they are known.

    Signals: ``changed()``, ``trouble(sentence)``.
    """

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, session: Session, dock: QDockWidget) -> None:
        """:param dock: which needs the columns; while it is hidden, none are searched for"""
        super().__init__(dock)
        self._session, self._dock = session, dock
        self._latest = LatestTask(session.runner, self)
        self.found: list[LabelColumn] | None = None
        libraries = session.libraries
        session.state.follow(self._start_over, "model")
        for signal in (libraries.appeared, libraries.closed, session.labels.changed):
            signal.connect(self._start_over)
        for signal in (libraries.opened, libraries.rows_changed):
            signal.connect(self._look)
        dock.visibilityChanged.connect(lambda _: self._look())

    def _start_over(self) -> None:
        self._latest.drop()
        self.found = None
        self.changed.emit()
        self._look()

    def _look(self) -> None:
        """Searches for the columns, unless they are known."""
        libraries, card = self._session.libraries, self._session.card
        rows = libraries.rows
        if self._dock.isHidden() or self.found is not None or self._latest.running:
            return
        if not libraries.texts_read or rows is None or card is None:
            return
        known, of, choices = rows.snapshot(), card, self._session.labels.choices

        def job(link: Link) -> list[LabelColumn]:
            return label_columns(known, of, link.cancel.raise_if_cancelled, choices=choices)

        about = Unlisted("its dock says so, and ends it")
        self._latest.start(job, about, done=self._take, failed=self.trouble.emit)

    def _take(self, found: list[LabelColumn]) -> None:
        self.found = found
        self.changed.emit()
