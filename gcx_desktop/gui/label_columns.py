"""Which columns of the open library can hold the true classes of its molecules, looked for when it is asked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDockWidget

from .session import Session
from .task_runner import Link, Task


class LabelColumns(QObject):
    """Attribute ``names``: the columns, ``None`` until they are known.

    Signals: ``changed()``, ``trouble(sentence)``.
    """

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, session: Session, dock: QDockWidget) -> None:
        """:param dock: that wants to know; while it is hidden, nothing is looked for"""
        super().__init__(dock)
        self._session, self._dock = session, dock
        self._task: Task | None = None
        self.names: list[str] | None = None
        libraries = session.libraries
        for signal in (libraries.appeared, libraries.closed, session.model_changed):
            signal.connect(self._start_over)
        for signal in (libraries.opened, libraries.rows_changed):
            signal.connect(self._look)
        dock.visibilityChanged.connect(lambda _: self._look())

    def _start_over(self) -> None:
        if self._task is not None:
            self._task.stop()
            self._task = None
        self.names = None
        self.changed.emit()
        self._look()

    def _look(self) -> None:
        """Unless they are known."""
        libraries, card = self._session.libraries, self._session.card
        rows = libraries.rows
        if self._dock.isHidden() or self.names is not None or self._task is not None:
            return
        if not libraries.texts_read or rows is None or card is None:
            return
        known, of = rows.so_far(), card

        def job(link: Link) -> list[str]:
            from ..app.labelled_records import label_columns

            return label_columns(known, of, link.cancel.raise_if_cancelled)

        self._task = task = self._session.runner.start(
            job, done=lambda names: self._take(task, names), failed=self.trouble.emit
        )

    def _take(self, task: Task, names: list[str]) -> None:
        if task is self._task:
            self._task, self.names = None, names
            self.changed.emit()
