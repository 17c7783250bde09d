"""The window's worker processes: some for what the user waits for, others with lower priority for long jobs."""

from __future__ import annotations

from ...app.explaining.show_record import warm_up_worker
from ...pool import WorkerPool, default_workers

INTERACTIVE_WORKERS = 2
INTERACTIVE_TIME_LIMIT = 5.0
"""Seconds that a record may take before it is shown as too complex to draw."""
BATCH_NICENESS = 10
"""Niceness of the workers for long jobs: what the user waits for goes first."""


class Workers:
    """Attribute ``interactive`` (WorkerPool)."""

    def __init__(self, interactive: WorkerPool | None = None, batch: WorkerPool | None = None) -> None:
        """Given pools are not closed at the end."""
        self._given = (interactive, batch)
        # Their starting, while the window is being built, would double the time until it is on screen on two cores.
        self.interactive = interactive or WorkerPool(
            INTERACTIVE_WORKERS, time_limit=INTERACTIVE_TIME_LIMIT, starts_at_once=False
        )
        self._batch = batch

    def warm_up(self) -> None:
        """Starts the interactive workers, unless they have work already, and has them import what a record needs."""
        for _ in range(INTERACTIVE_WORKERS):
            self.interactive.submit(warm_up_worker, [None], priority=-100)

    @property
    def batch(self) -> WorkerPool:
        """The workers for long jobs, started when first needed."""
        if self._batch is None:
            self._batch = WorkerPool(default_workers(), niceness=BATCH_NICENESS)
        return self._batch

    def take_batch(self) -> WorkerPool | None:
        """Removes and returns the workers for long jobs, to be ended; the next job gets new ones.

        :return: ``None`` if there are none, or they were given
        """
        if self._batch in self._given:
            return None
        batch, self._batch = self._batch, None
        return batch

    def close(self) -> None:
        """Ends all own workers at once."""
        for pool in (self.interactive, self._batch):
            if pool is not None and pool not in self._given:
                pool.close()
