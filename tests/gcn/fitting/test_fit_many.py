from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from gcx_desktop.errors import Cancelled, GcxError
from gcx_desktop.gcn.fitting.fit_many import FitTask, fit_many
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, fit
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.graph.graph import Graph
from gcx_desktop.progress import CancelToken, Progress

SMALL = TrainingSettings(widths=(8, 8), learning_rate=0.02, batch_size=8, max_epochs=12, patience=3, average_epochs=0.5)


def decode(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    return np.eye(5, dtype=np.float32)[codes]


def pairs(n: int, seed: int = 0) -> Examples:
    """Two nodes; those of class 1 hold one of kind 4."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, 5, (n, 2))
    graphs = [Graph(each, np.array([(0, 1)], dtype=np.int32)) for each in codes]
    return Examples(graphs, (codes == 4).any(axis=1).astype(np.int64))


def tasks(n: int = 3) -> list[FitTask]:
    return [
        FitTask(f"fold {i + 1} of {n}", pairs(40, i), FitPlan(2, decode, SMALL, seed=i), pairs(20, 9 + i))
        for i in range(n)
    ]


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_the_weights_do_not_depend_on_how_many_are_trained_at_once(at_once: int) -> None:
    found = fit_many(tasks(), at_once=at_once)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        expected = [fit(each.train, each.plan, validation=each.validation) for each in tasks()]
    finally:
        torch.set_num_threads(before)
    for one, other in zip(found, expected, strict=True):
        assert one.history == other.history
        assert all(
            torch.equal(a, b) for (_, a), (_, b) in zip(one.network.tensors(), other.network.tensors(), strict=True)
        )


def test_the_number_of_torchs_threads_is_the_callers_afterwards() -> None:
    before = torch.get_num_threads()
    fit_many(tasks(2))
    assert torch.get_num_threads() == before


def test_progress_counts_the_epochs_of_all_names_fold_and_epoch_and_ends_complete() -> None:
    told: list[Progress] = []
    callers = set()

    def report(progress: Progress) -> None:
        told.append(progress)
        callers.add(threading.get_ident())

    fits = fit_many(tasks(), report=report)
    assert told[-1].done == told[-1].total == sum(len(each.history) for each in fits)
    assert told[-1].detail.startswith("fold ")
    assert ", epoch " in told[-1].detail
    assert "validation AUC" in told[-1].detail
    assert callers == {threading.get_ident()}


def test_a_stop_stops_all_and_leaves_no_thread() -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        fit_many(tasks(4), at_once=2, report=lambda _: cancel.cancel(), cancel=cancel)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fit")]


def test_one_that_diverges_stops_the_others() -> None:
    wild = replace(SMALL, learning_rate=5.0, max_epochs=100_000, patience=100_000)
    worse = replace(tasks(2)[1], plan=FitPlan(2, lambda codes: decode(codes) * np.float32(1e38), wild, 0))
    endless = replace(tasks(2)[0], plan=FitPlan(2, decode, replace(wild, learning_rate=0.01), 0))
    with pytest.raises(GcxError, match="lower learning rate"):
        fit_many([endless, worse], at_once=2)


def test_without_validation_each_runs_its_own_number_of_epochs() -> None:
    some = [replace(task, validation=None, epochs=i + 1) for i, task in enumerate(tasks())]
    assert [each.epochs for each in fit_many(some)] == [1, 2, 3]
