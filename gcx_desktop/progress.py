"""How a long job reports its progress, and how it is cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Cancelled


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How far one of the things is that a long job does side by side, such as a network that is trained."""

    name: str
    """Such as ``"random split, seed 0, fold 2 of 5"``."""
    done: int
    """Of a network its epochs."""
    total: int
    figure: float | None = None
    """A number that shows how it goes, such as the loss; ``None`` if there is none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A report on the progress of a long job."""

    what: str
    """What is being done, such as ``"Explaining"``."""
    done: int
    total: int | None
    """``None`` while the total is not known."""
    rejected: int = 0
    """Records that could not be read so far."""
    elapsed: float = 0.0
    """Seconds since the job began."""
    detail: str = ""
    """More in words, such as ``"loss 0.412, validation AUC 0.881"``."""
    figure: float | None = None
    """The number of a :class:`PartProgress`, if the job is one of its parts."""
    part: PartProgress | None = None
    """The part that went on, of a job that does several things side by side."""

    @property
    def remaining(self) -> float | None:
        """Seconds left at the speed so far; ``None`` before that is known."""
        if self.total is None or self.done == 0:
            return None
        return self.elapsed / self.done * max(self.total - self.done, 0)


Report = Callable[[Progress], None]
"""Takes each :class:`Progress`. Called from the thread that does the work; must return at once."""


def silent(_: Progress) -> None:
    """A :data:`Report` that does nothing."""


@dataclass(slots=True)
class ProgressReporter:
    """Makes the :class:`Progress` reports of one job, at most ``per_second`` of them, but always the last."""

    what: str
    total: int | None
    report: Report
    per_second: float = 10.0
    _began: float = field(default_factory=time.monotonic)
    _last_report: float = 0.0

    def report_done(
        self,
        done: int,
        *,
        rejected: int = 0,
        detail: str = "",
        figure: float | None = None,
        part: PartProgress | None = None,
    ) -> None:
        now = time.monotonic()
        if done != self.total and now - self._last_report < 1.0 / self.per_second:
            return
        self._last_report = now
        elapsed = now - self._began
        self.report(Progress(self.what, done, self.total, rejected, elapsed, detail, figure, part))


class CancelToken:
    """Set once to stop a job; the job checks it between its steps."""

    def __init__(self, parent: CancelToken | None = None) -> None:
        """:param parent: of the job that this one is a part of; stops it, too"""
        self._event, self._parent = threading.Event(), parent

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set() or (self._parent is not None and self._parent.cancelled)

    def raise_if_cancelled(self) -> None:
        """:raises Cancelled: if somebody called :meth:`cancel`."""
        if self.cancelled:
            raise Cancelled


def raise_if_cancelled(cancel: CancelToken | None) -> None:
    """For functions with an optional token.

    :raises Cancelled: if there is a token and it is set
    """
    if cancel is not None:
        cancel.raise_if_cancelled()
