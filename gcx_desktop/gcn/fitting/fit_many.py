"""Several networks trained at the same time, such as those of the folds of a cross-validation.

Each is trained by one thread, so that its weights are the same however many are trained at once; torch holds the
interpreter's lock only between its operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

import torch

from ...pool import default_workers
from ...progress import CancelToken, PartProgress, Progress, ProgressReporter, Report, silent
from .training import Examples, Fit, FitPlan, fit


@dataclass(frozen=True, slots=True)
class FitTask:
    """One network to be trained, as :func:`.training.fit` takes it."""

    name: str
    """Of the network among the others, such as ``"fold 2 of 5"``."""
    train: Examples
    plan: FitPlan
    validation: Examples | None = None
    epochs: int | None = None

    @property
    def most_epochs(self) -> int:
        return self.epochs or self.plan.settings.max_epochs


def fit_many(
    tasks: Sequence[FitTask],
    *,
    at_once: int | None = None,
    what: str = "Training",
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> list[Fit]:
    """Trains several networks. They are the same, bit by bit, whatever ``at_once`` is.

    :param at_once: how many at the same time; ``None``: as many as this process has cores
    :param report: is called in this thread; counts the epochs of all, and names network and epoch
    :return: in the order of the tasks
    :raises GcxError: if a loss becomes NaN or infinite; the others are stopped then
    :raises Cancelled: if the user stopped it
    """
    stop, news = CancelToken(cancel), SimpleQueue[tuple[int, Progress] | Future[Fit]]()
    totals, done = [task.most_epochs for task in tasks], [0] * len(tasks)
    watch = ProgressReporter(what, sum(totals), report)
    threads_before = torch.get_num_threads()
    threads = ThreadPoolExecutor(at_once or default_workers(), "fit", partial(torch.set_num_threads, 1))
    try:
        futures = [threads.submit(_run, task, number, news, stop) for number, task in enumerate(tasks)]
        for future in futures:
            future.add_done_callback(news.put)
        waiting = len(tasks)
        while waiting:
            message = news.get()
            if isinstance(message, Future):
                message.result()
                waiting -= 1
                continue
            number, progress = message
            done[number], totals[number] = progress.done, progress.total or totals[number]
            watch.total = sum(totals)
            part = PartProgress(tasks[number].name, done[number], totals[number], progress.figure)
            detail = f"{part.name}, epoch {part.done}: {progress.detail}"
            watch.report_done(sum(done), detail=detail, part=part)
        return [future.result() for future in futures]
    finally:
        stop.cancel()
        threads.shutdown(cancel_futures=True)
        torch.set_num_threads(threads_before)


def _run(task: FitTask, number: int, news: SimpleQueue[tuple[int, Progress] | Future[Fit]], stop: CancelToken) -> Fit:
    stop.raise_if_cancelled()

    def tell(progress: Progress) -> None:
        news.put((number, progress))

    return fit(
        task.train, task.plan, validation=task.validation, epochs=task.epochs, what=task.name, report=tell, cancel=stop
    )
