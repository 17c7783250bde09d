"""The colour scale of the open library, computed in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...pool import WorkerPool
from ...work import Work
from ..background.jobs import Unlisted
from ..background.task_runner import Link, Task, TaskRunner
from ..background.torch_threads import use_one_thread

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


_Job = Callable[[Link], dict[str, float]]


class LibraryScale(QObject):
    """Attribute ``values``: method id → value with the strongest colour; empty until computed.

    Signals: ``came()``, they are computed, or could not be; ``trouble(sentence)``.
    """

    came = Signal()
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._task: Task | None = None
        """The task whose values are wanted."""
        self._running: Task | None = None
        """The same, or one that was stopped and has not ended yet: there is never more than one."""
        self._next: _Job | None = None
        self.values: dict[str, float] = {}

    @property
    def busy(self) -> bool:
        return self._task is not None or self._next is not None

    def compute(self, library: Library, bundle: Bundle, preparation: Preparation, pool: WorkerPool) -> None:
        """Starts the computation again and discards the one before."""
        self.stop()

        def job(link: Link) -> dict[str, float]:
            from ...app.explaining.colour_scale import library_scale
            from ...app.explaining.request import ExplanationRequest
            from ...app.explaining.second_opinion import available_methods

            use_one_thread()
            request = ExplanationRequest(library, bundle, available_methods(bundle), preparation=preparation)
            return library_scale(request, Work(pool, cancel=link.cancel))

        if self._running is None:
            self._start(job)
        else:
            self._next = job  # else libraries opened in quick succession would all be computed at the same time

    def _start(self, job: _Job) -> None:
        self._task = self._running = task = self._runner.start(
            job,
            Unlisted("it explains a sample of 256 records, and the legend waits for it"),
            done=lambda scales: self._take(task, scales),
            failed=lambda words: self._fail(task, words),
            ended=lambda: self._ended(task),
        )

    def stop(self) -> None:
        """Discards the values and stops their computation."""
        self.values, self._next = {}, None
        if self._task is not None:
            self._task.stop()
            self._task = None

    def _take(self, task: Task, scales: dict[str, float]) -> None:
        if task is self._task:
            self.values = scales
            self.came.emit()

    def _fail(self, task: Task, words: str) -> None:
        """Reports a failure, unless the task was stopped: its file may be closed by now."""
        if task is self._task:
            self.trouble.emit(words)

    def _ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            if not self.values:
                self.came.emit()  # nothing should wait for them any longer
        if task is self._running:
            self._running, job, self._next = None, self._next, None
            if job is not None:
                self._start(job)
