"""The registry of running jobs: what each does, its progress, how it is stopped, and what closing would lose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ...progress import Progress

ANNOUNCE_MS = 400
"""Milliseconds after which a job is shown that is usually shorter."""
UNFINISHED_FILE = "An export is being written, and would not be whole."
"""The loss if the window is closed while a file is written."""


@dataclass(frozen=True, slots=True)
class JobDescription:
    """What the user is shown about a job."""

    what: str
    """What the job does, such as "Evaluating"."""
    loss: str | Callable[[], str] = ""
    """What would be lost if the window were closed now, a sentence; "" if nothing."""
    stop: Callable[[], object] | None = None
    """Stops the job; ``None``: its task is asked to end."""
    done_before: int = 0
    """Amount of the whole that was done before the job began."""
    as_share: bool = False
    """Whether progress is shown as a percentage from the start, since it counts bytes or the like."""
    brief: bool = False
    """Whether the job is usually short: it is shown only after ``ANNOUNCE_MS``."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The reason why a task is not listed as a job: it is short, or is shown and stopped where its results are."""

    why: str


def not_written(path: Path) -> str:
    """The sentence shown after the writing of a file was stopped."""
    return f"stopped; {path.name} was not written"


class Job:
    """A running job.

    Attributes: ``description``, ``progress`` (the latest, ``None`` before the first), ``stopping`` (whether it was
    asked to end), ``announced`` (whether it has run long enough to be shown).
    """

    def __init__(self, description: JobDescription, stop: Callable[[], object], jobs: Jobs) -> None:
        """:param stop: asks the job to end; a stop function in the description takes precedence"""
        self.description = description
        self.progress: Progress | None = None
        self.stopping = False
        self.announced = not description.brief
        self._stop, self._jobs = description.stop or stop, jobs

    @property
    def loss(self) -> str:
        """What would be lost if the window were closed now; "" if nothing."""
        loss = self.description.loss
        return loss if isinstance(loss, str) else loss()

    @property
    def visible(self) -> bool:
        """Whether the status bar shows it."""
        return self.announced and (self.progress is not None or not self.description.as_share)

    def stop(self) -> None:
        """Asks the job to end, which takes a moment."""
        self._stop()

    def show_progress(self, progress: Progress) -> None:
        """Updates the progress."""
        first, self.progress = self.progress is None, progress
        self._jobs.emit_change(changed=first)

    def show_stopping(self) -> None:
        """Marks the job as asked to end."""
        if not self.stopping:
            self.stopping = True
            self._jobs.emit_change(changed=False)

    def announce(self) -> None:
        """Marks the job as running long enough to be shown."""
        if not self.announced:
            self.announced = True
            self._jobs.emit_change(changed=True)

    def end(self) -> None:
        """Removes the job from the registry: it is over, or its result is not wanted any more. May be called twice."""
        self._jobs.remove(self)


class Jobs(QObject):
    """Attribute ``running``: the jobs, in the order in which they began.

    Signals: ``changed()``, jobs were added, removed or announced; ``progressed()``, a job made progress.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: tuple[Job, ...] = ()

    @property
    def announced(self) -> tuple[Job, ...]:
        """The jobs that have run long enough to be shown."""
        return tuple(job for job in self.running if job.announced)

    @property
    def visible(self) -> tuple[Job, ...]:
        """The jobs that the status bar shows."""
        return tuple(job for job in self.running if job.visible)

    @property
    def losses(self) -> list[str]:
        """What would be lost if the window were closed now, without repetitions."""
        return list(dict.fromkeys(loss for job in self.running if (loss := job.loss)))

    def begin(self, description: JobDescription, stop: Callable[[], object]) -> Job:
        """Adds a job.

        :param stop: asks the job to end; a stop function in the description takes precedence
        """
        job = Job(description, stop, self)
        self.running = (*self.running, job)
        if description.brief:
            QTimer.singleShot(ANNOUNCE_MS, self, lambda: job.announce())  # a bound method would not keep the job
        self.changed.emit()
        return job

    def stop_all(self) -> None:
        """Asks all jobs to end."""
        for job in self.running:
            job.stop()

    def remove(self, job: Job) -> None:
        """Removes a job."""
        if job in self.running:
            self.running = tuple(each for each in self.running if each is not job)
            self.changed.emit()

    def emit_change(self, *, changed: bool) -> None:
        """Emits that a job has changed, or only its progress."""
        if changed:
            self.changed.emit()
        else:
            self.progressed.emit()

    def clear(self) -> None:
        """Removes all jobs without a signal, when the window closes."""
        self.running = ()
