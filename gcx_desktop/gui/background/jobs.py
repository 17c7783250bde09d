"""The registry of what runs: what each job does, how far it is, how it is stopped, and what closing would cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ...progress import Progress

ANNOUNCE_MS = 400
"""After so long a job is shown that is mostly over sooner."""
UNFINISHED_FILE = "An export is being written, and would not be whole."
"""What closing would cost while a file is written."""


@dataclass(frozen=True, slots=True)
class JobDescription:
    """What the user is to know of a job."""

    what: str
    """It does, such as "Evaluating"."""
    loss: str | Callable[[], str] = ""
    """What would be lost if the window were closed now, a sentence; "" if nothing."""
    stop: Callable[[], object] | None = None
    """How it is stopped; ``None``: its task is asked to end."""
    done_before: int = 0
    """How much of the whole was done before it began."""
    as_share: bool = False
    """Whether its progress counts bytes or the like, so that it is shown as a share of the whole, from the first on."""
    brief: bool = False
    """Whether it is mostly over at once: it is shown after ``ANNOUNCE_MS``."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Of a task that is in no list of jobs, because it is bounded or is shown and ended where its results are."""

    why: str


def not_written(path: Path) -> str:
    """What is said once the writing of a file was stopped."""
    return f"stopped; {path.name} was not written"


class Job:
    """One of what runs.

    Attributes: ``description``, ``progress`` (the latest, ``None`` before the first), ``stopping`` (whether it was
    asked to end), ``announced`` (whether it has lasted long enough to be spoken of).
    """

    def __init__(self, description: JobDescription, stop: Callable[[], object], jobs: Jobs) -> None:
        """:param stop: unless the description says another way"""
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
        """Asks it to end, which takes a moment."""
        self._stop()

    def show_progress(self, progress: Progress) -> None:
        """Has it be as far as this."""
        first, self.progress = self.progress is None, progress
        self._jobs.tell(changed=first)

    def show_stopping(self) -> None:
        """It was asked to end."""
        if not self.stopping:
            self.stopping = True
            self._jobs.tell(changed=False)

    def announce(self) -> None:
        """It has lasted long enough to be spoken of."""
        if not self.announced:
            self.announced = True
            self._jobs.tell(changed=True)

    def end(self) -> None:
        """It is over, or nobody waits for it any more. To end it twice does nothing."""
        self._jobs.remove(self)


class Jobs(QObject):
    """Attribute ``running``, in the order in which they began.

    Signals: ``changed()``, there are others, or one is shown from now on; ``progressed()``, one is further.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: tuple[Job, ...] = ()

    @property
    def announced(self) -> tuple[Job, ...]:
        """Those that can be spoken of."""
        return tuple(job for job in self.running if job.announced)

    @property
    def visible(self) -> tuple[Job, ...]:
        """Those that the status bar shows."""
        return tuple(job for job in self.running if job.visible)

    @property
    def losses(self) -> list[str]:
        """What would be lost if the window were closed now, each once."""
        return list(dict.fromkeys(loss for job in self.running if (loss := job.loss)))

    def begin(self, description: JobDescription, stop: Callable[[], object]) -> Job:
        """:param stop: asks it to end, unless the description says another way"""
        job = Job(description, stop, self)
        self.running = (*self.running, job)
        if description.brief:
            QTimer.singleShot(ANNOUNCE_MS, self, lambda: job.announce())  # Qt would not keep the job of a bound method
        self.changed.emit()
        return job

    def stop_all(self) -> None:
        """Asks all to end."""
        for job in self.running:
            job.stop()

    def remove(self, job: Job) -> None:
        """Lists a job no more."""
        if job in self.running:
            self.running = tuple(each for each in self.running if each is not job)
            self.changed.emit()

    def tell(self, *, changed: bool) -> None:
        """Says that a job is another than before, or only further."""
        if changed:
            self.changed.emit()
        else:
            self.progressed.emit()

    def clear(self) -> None:
        """Lists nothing any more, and says nothing of it: for closing the window."""
        self.running = ()
