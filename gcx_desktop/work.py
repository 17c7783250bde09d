"""What a long function needs to run: worker pool, progress, cancellation. Imports neither torch nor Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .pool import WorkerPool
from .progress import CancelToken, Report, raise_if_cancelled, silent


@dataclass(frozen=True, slots=True)
class Work:
    """The worker pool, the receiver of progress reports, and the token that stops the work."""

    pool: WorkerPool
    report: Report = silent
    cancel: CancelToken | None = None
    """``None`` for work that cannot be stopped."""

    @property
    def unreported(self) -> Work:
        """The same without progress reports, for a part of a job that reports progress itself."""
        return replace(self, report=silent)

    def raise_if_cancelled(self) -> None:
        """:raises Cancelled: if the work was stopped"""
        raise_if_cancelled(self.cancel)
