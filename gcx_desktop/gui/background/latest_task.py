"""One task at a time for one purpose: results of earlier ones are ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...progress import Progress
from .jobs import JobDescription, Unlisted
from .task_runner import Link, Task, TaskRunner


class LatestTask(QObject):
    """Starts tasks and calls only the latest one's callbacks. Signal ``changed()``: one began, ended or was dropped."""

    changed = Signal()

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._task: Task | None = None

    @property
    def running(self) -> bool:
        """Whether a task is running that was not dropped."""
        return self._task is not None

    @property
    def stopping(self) -> bool:
        return self._task is not None and self._task.stopping

    def start(
        self,
        function: Callable[[Link], Any],
        about: JobDescription | Unlisted,
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[str], object] | None = None,
        parts: Callable[[list[Any]], object] | None = None,
        progressed: Callable[[Progress], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        ended: Callable[[], object] | None = None,
    ) -> Task:
        """As :meth:`TaskRunner.start`; drops the previous task. ``running`` is false before ``ended`` is called."""
        if self._task is not None:
            self._task.drop()

        def heard(slot: Callable[..., object] | None) -> Callable[..., None] | None:
            def call(*values: Any) -> None:
                if slot is not None and task is self._task:
                    slot(*values)

            return None if slot is None else call

        def end() -> None:
            if task is self._task:
                self._task = None
                if ended is not None:
                    ended()
                self.changed.emit()

        self._task = task = self._runner.start(
            function,
            about,
            done=heard(done),
            failed=heard(failed),
            parts=heard(parts),
            progressed=heard(progressed),
            cancelled=heard(cancelled),
            ended=end,
        )
        self.changed.emit()
        return task

    def stop(self) -> None:
        """Asks the task to end; its callbacks are still called."""
        if self._task is not None:
            self._task.stop()

    def drop(self) -> None:
        """Asks the task to end; its callbacks are not called any more."""
        if self._task is not None:
            task, self._task = self._task, None
            task.drop()
            self.changed.emit()
