"""What a long function is given to do its work with. Imports neither torch nor Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .pool import WorkerPool
from .progress import CancelToken, Report, raise_if_cancelled, silent


@dataclass(frozen=True, slots=True)
class Work:
    """Worker processes, who hears how far it is, and who may stop it."""

    pool: WorkerPool
    report: Report = silent
    cancel: CancelToken | None = None
    """``None`` for what cannot be stopped."""

    @property
    def unreported(self) -> Work:
        """The same for a part of a job whose progress the job itself tells."""
        return replace(self, report=silent)

    def raise_if_cancelled(self) -> None:
        """:raises Cancelled: if somebody stopped it"""
        raise_if_cancelled(self.cancel)
