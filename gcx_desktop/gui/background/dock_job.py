"""The one job at a time that a dock has done in the background, told of in the status bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from .latest_task import LatestTask
from .run_status import RunStatus
from .task_runner import Link, TaskRunner


class DockJob(QObject):
    """Attribute ``status``, for the status bar. Signals: ``changed()``, it began or ended; ``trouble(sentence)``."""

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, dock: QWidget) -> None:
        super().__init__(dock)
        self.status = RunStatus(dock)
        self._latest = LatestTask(runner)
        self.status.stop_wanted.connect(self.stop)

    @property
    def busy(self) -> bool:
        return self._latest.running

    def start(self, function: Callable[[Link], Any], done: Callable[[Any], object], *, what: str) -> None:
        """Has ``done(function(link))`` happen, the call in a thread, unless it is stopped or forgotten before.

        :param what: is done, in words such as "Evaluating"
        """
        self._latest.start(
            function,
            done=done,
            failed=self.trouble.emit,
            progressed=self.status.show_progress,
            ended=self._ended,
        )
        self.status.begin(what)
        self.changed.emit()

    def stop(self) -> None:
        """Asks it to end, which takes a moment."""
        if self.busy:
            self._latest.stop()
            self.status.stopping()

    def forget(self) -> None:
        """Ends it for all that the dock hears: what it is about is true no more."""
        if self.busy:
            self._latest.drop()
            self._ended()

    def _ended(self) -> None:
        self.status.end()
        self.changed.emit()
