"""Runs plain functions in threads and passes their progress and results to the window. The only user of QThread.

A long job is a function of a :class:`Link`: it reports progress, delivers parts of its result, and checks a
cancel token. Its reports are collected and passed on in the window's thread at most ``UPDATES_PER_SECOND`` times
a second, so that a fast job cannot flood the event loop. Short jobs that must not overtake each other, such as
explaining the selected record, go to a :class:`Lane`.
"""

from __future__ import annotations

import queue
import threading
import traceback
import weakref
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot
from shiboken6 import Shiboken

from ...errors import Cancelled, GcxError
from ...progress import CancelToken, Progress, Report
from ...terminal import say
from .jobs import Job, JobDescription, Jobs, Unlisted

UPDATES_PER_SECOND = 12


def threads_running() -> int:
    """How many threads of this module are running, busy or idle; 0 after everything is closed."""
    return sum(Shiboken.isValid(thread) and thread.isRunning() for thread in list(_FunctionThread.alive))


@dataclass(slots=True)
class Link:
    """The channel from a job to the window: progress, parts of the result, cancellation."""

    cancel: CancelToken = field(default_factory=CancelToken)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _progress: Progress | None = None
    _parts: list[Any] = field(default_factory=list)

    def report(self, progress: Progress) -> None:
        """Reports progress; only the latest report is passed on."""
        with self._lock:
            self._progress = progress

    def deliver(self, part: Any) -> None:
        """Delivers a part of the result; all parts are passed on, in order."""
        with self._lock:
            self._parts.append(part)

    def take(self) -> tuple[Progress | None, list[Any]]:
        """Takes the progress and the parts that came since the last call."""
        with self._lock:
            progress, parts = self._progress, self._parts
            self._progress, self._parts = None, []
        return progress, parts


def error_sentence(error: BaseException) -> str:
    """The sentence that the user sees for an error; the traceback of a defect also goes to standard error."""
    if isinstance(error, GcxError):
        return str(error)
    if isinstance(error, CancelledError):
        return "stopped, because the worker processes were ended; start it again"
    say(*"".join(traceback.format_exception(error)).splitlines())
    return f"something went wrong that should not ({type(error).__name__}: {error})"


class Task(QObject):
    """A running job.

    Signals, all in the window's thread: ``progressed(Progress)``, ``parts(list)``; then exactly one of
    ``done(result)``, ``failed(sentence)``, ``cancelled()``; and last ``ended()``.
    """

    progressed = Signal(Progress)
    parts = Signal(list)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, function: Callable[[Link], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._link = Link()
        self._job: Job | None = None
        self._thread = _FunctionThread(lambda: function(self._link), self)
        self._thread.finished.connect(self._finish)
        self._timer = QTimer(self)
        self._timer.setInterval(1000 // UPDATES_PER_SECOND)
        self._timer.timeout.connect(self._pass_on)

    def start(self) -> None:
        self._timer.start()
        self._thread.start()

    def list_as(self, job: Job) -> None:
        """Sets the listed job, which is updated with this task."""
        self._job = job

    def stop(self) -> None:
        """Asks the job to end; ``cancelled`` follows."""
        self._link.cancel.cancel()
        if self._job is not None:
            self._job.show_stopping()

    def drop(self) -> None:
        """Asks the job to end and removes it from the list, since its result is not wanted any more."""
        self.stop()
        self._unlist()

    @property
    def stopping(self) -> bool:
        return self._link.cancel.cancelled

    @property
    def error(self) -> BaseException | None:
        """The exception that the job raised, for callers that can handle it."""
        return self._thread.error

    def abandon(self) -> None:
        """Asks the job to end and emits no more signals. Stops the timer, which nothing else would stop."""
        self.blockSignals(True)
        self._timer.stop()
        self.stop()

    def wait(self) -> None:
        """Blocks until the thread is gone; signals may still follow."""
        self._thread.wait()

    @Slot()
    def _pass_on(self) -> None:
        progress, parts = self._link.take()
        if parts:
            self.parts.emit(parts)
        if progress is not None:
            if self._job is not None:
                self._job.show_progress(progress)
            self.progressed.emit(progress)

    @Slot()
    def _finish(self) -> None:
        self._timer.stop()
        self._pass_on()
        error = self._thread.error
        if error is None:
            self.done.emit(self._thread.result)
        elif isinstance(error, Cancelled) or (isinstance(error, CancelledError) and self.stopping):
            self.cancelled.emit()
        else:
            self.failed.emit(error_sentence(error))
        self._unlist()
        self.ended.emit()
        self._thread.forget()

    def _unlist(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.end()


class TaskRunner(QObject):
    """Starts tasks and keeps those that run. Attribute ``jobs``: the registry that the user sees."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs(self)
        self._tasks: list[Task] = []

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
        """Runs ``function`` in a thread of its own; the callbacks are called in the window's thread.

        :param about: what the user is shown about it, or why it is not listed
        """
        task = Task(function, self)
        self._tasks.append(task)
        if isinstance(about, JobDescription):
            task.list_as(self.jobs.begin(about, task.stop))
        for signal, slot in (
            (task.done, done),
            (task.failed, failed),
            (task.parts, parts),
            (task.progressed, progressed),
            (task.cancelled, cancelled),
        ):
            if slot is not None:
                signal.connect(slot)
        task.ended.connect(lambda: self._forget(task))
        if ended is not None:
            task.ended.connect(ended)
        task.start()
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def close(self) -> None:
        """Stops all tasks and waits for their threads."""
        self.jobs.clear()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.abandon()
        for task in tasks:
            task.wait()

    def _forget(self, task: Task) -> None:
        if task in self._tasks:
            self._tasks.remove(task)
        task.deleteLater()


_Job = tuple[str, int, Callable[[], Any], Any, Any]


class Lane(QObject):
    """One thread that does short jobs one after another; answers come in the window's thread.

    A waiting job is dropped when its ``group`` gets a newer one: only the latest matters.
    Attribute ``closing``: set once the lane is closed; long jobs should check it.
    """

    _answered = Signal(object, object, object)
    _progressed = Signal(Job, Progress)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._newest: dict[str, int] = {}
        self._closed = False
        self.closing = CancelToken()
        self._thread = _FunctionThread(self._work, self)
        self._answered.connect(self._answer)
        self._progressed.connect(self._show_progress)
        self._thread.start()

    def submit(
        self,
        function: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object] | None = None,
        *,
        group: str = "",
    ) -> None:
        """Calls ``function()`` in the lane's thread, and then ``done(result)`` in the window's thread."""
        number = self._newest.get(group, 0) + 1
        if group:
            self._newest[group] = number
        self._jobs.put((group, number, function, done, failed))

    def submit_listed(
        self,
        function: Callable[[Report, CancelToken], Any],
        about: JobDescription,
        jobs: Jobs,
        *,
        done: Callable[[Any], object],
        failed: Callable[[str], object],
        cancelled: Callable[[], object],
    ) -> None:
        """As :meth:`submit`, for a job that may take long: it is listed, even while it waits, and can be stopped.

        :param function: takes a function to report progress, and a cancel token
        """
        cancel = CancelToken()

        def stop() -> None:
            cancel.cancel()
            job.show_stopping()

        def in_thread() -> Any:
            try:
                cancel.raise_if_cancelled()
                return function(lambda progress: self._progressed.emit(job, progress), cancel)
            except Cancelled as stopped:
                return stopped

        def answer(result: Any) -> None:
            job.end()
            if isinstance(result, Cancelled):
                cancelled()
            else:
                done(result)

        def fail(words: str) -> None:
            job.end()
            failed(words)

        job = jobs.begin(about, stop)
        self.submit(in_thread, answer, fail)

    def close(self) -> None:
        """Ends the thread after the current job."""
        if not self._closed:
            self._closed = True
            self.closing.cancel()
            self._jobs.put(None)
            self._thread.wait()

    def finish(self) -> None:
        """Runs all waiting jobs, then ends the thread; no answers are delivered any more."""
        if not self._closed:
            self._jobs.put(None)
            self._thread.wait()
            self._closed = True

    def _work(self) -> None:
        while self._do(self._jobs.get()):
            pass

    def _do(self, job: _Job | None) -> bool:
        """Runs one job. In a function of its own, so that a waiting thread keeps nothing of the last job alive.

        :return: whether there may be another job
        """
        if job is None or self._closed:
            return False
        group, number, function, done, failed = job
        if group and self._newest[group] != number:
            return True
        try:
            answer: Any = function()
        except Cancelled:
            return True
        except Exception as error:
            self._answered.emit(failed, None, error)
        else:
            self._answered.emit(done, answer, None)
        return True

    @Slot(Job, Progress)
    def _show_progress(self, job: Job, progress: Progress) -> None:
        if not self._closed:
            job.show_progress(progress)

    @Slot(object, object, object)
    def _answer(self, callback: Callable[[Any], object] | None, answer: Any, error: Exception | None) -> None:
        if self._closed:
            return
        if error is None:
            assert callback is not None  # noqa: S101
            callback(answer)
        else:
            words = error_sentence(error)
            if callback is not None:
                callback(words)


class _FunctionThread(QThread):
    alive: ClassVar[weakref.WeakSet[_FunctionThread]] = weakref.WeakSet()

    def __init__(self, function: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._function: Callable[[], Any] | None = function
        self.result: Any = None
        self.error: BaseException | None = None
        self.alive.add(self)

    def run(self) -> None:
        try:
            if self._function is not None:
                self.result = self._function()
        except BaseException as error:
            self.error = error
        finally:
            self._function = None

    def forget(self) -> None:
        """Releases the result or error: the traceback of an error keeps all local variables of the function alive."""
        self.result = self.error = None
