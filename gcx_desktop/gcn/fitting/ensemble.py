"""Ensembles: a network for each fold of a cross-validation, all of them together again one network.

Each member is trained on the other folds for a number of epochs that is set beforehand, so that its fold decides
nothing and is predicted honestly: out of fold. From these predictions follow the calibration, which is folded into the
heads, and what a prediction is worth (:mod:`..reliability.out_of_fold`, :mod:`..reliability.conformal`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...progress import CancelToken, Report, silent
from ..network import Network, combine, with_outputs
from ..reliability.calibration import Calibration, calibrated, fit_calibration
from .endpoints import output_slices
from .fit_many import FitTask, fit_many
from .training import Examples, FitPlan, predict_scores


@dataclass(frozen=True, slots=True)
class EnsembleTask:
    """An ensemble to be trained."""

    name: str
    """Of the ensemble among the others, such as ``"random split, seed 0"``."""
    train: Examples
    plan: FitPlan
    """Of every member, but for the seed, which is another for each; the members share the layers that are frozen."""
    folds: NDArray[np.int64]
    """[n], the fold of each example, 0 … K − 1: member k sees all folds but the k-th."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """A trained ensemble."""

    network: Network
    """All members, calibrated."""
    calibration: Calibration | None
    """What was folded into the heads; ``None`` of values, and before endpoints are taken apart."""
    out_of_fold: NDArray[np.float64]
    """[n, n_classes], calibrated probabilities of each example by the member that had not seen it; of a value the value
    and its opposite; of several endpoints their scores."""


def stratified_folds(labels: NDArray[np.integer], n_folds: int, seed: int) -> NDArray[np.int64]:
    """[n], the fold of each example: the examples of each class, shuffled, are dealt out in turn.

    :param labels: [n], class indices
    :raises ValueError: if a class has fewer examples than there are folds
    """
    random = np.random.default_rng(seed)
    folds = np.empty(len(labels), dtype=np.int64)
    dealt = 0
    for value in np.unique(labels):
        of_class = random.permutation(np.flatnonzero(labels == value))
        if len(of_class) < n_folds:
            raise ValueError(f"class {value} has {len(of_class)} examples, too few for {n_folds} folds")
        folds[of_class] = (dealt + np.arange(len(of_class))) % n_folds
        dealt += len(of_class)
    return folds


def value_folds(values: NDArray[np.floating], n_folds: int, seed: int) -> NDArray[np.int64]:
    """[n], the fold of each example: of each ``n_folds`` values that follow each other in size one for each fold.

    :param values: [n]
    """
    random = np.random.default_rng(seed)
    folds = np.empty(len(values), dtype=np.int64)
    order = np.argsort(values, kind="stable")
    for start in range(0, len(order), n_folds):
        some = order[start : start + n_folds]
        folds[some] = random.permutation(n_folds)[: len(some)]
    return folds


def train_ensembles(
    tasks: Sequence[EnsembleTask],
    *,
    at_once: int | None = None,
    what: str = "Training",
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> list[Ensemble]:
    """Trains ensembles, several members at the same time; the weights do not depend on it.

    :param at_once: how many; ``None``: one a core
    :return: in the order of the tasks
    :raises GcxError: if a loss becomes NaN or infinite
    :raises Cancelled: if the user stopped it
    """
    members = [_member_task(task, k) for task in tasks for k in range(_n_folds(task))]
    fits = iter(fit_many(members, at_once=at_once, what=what, report=report, cancel=cancel))
    return [_joined(task, [next(fits).network for _ in range(_n_folds(task))]) for task in tasks]


def _n_folds(task: EnsembleTask) -> int:
    return int(task.folds.max()) + 1


def _member_task(task: EnsembleTask, k: int) -> FitTask:
    n_folds = _n_folds(task)
    plan = replace(task.plan, seed=task.plan.seed * n_folds + k)
    train = task.train.take(np.flatnonzero(task.folds != k))
    return FitTask(f"{task.name}, fold {k + 1} of {n_folds}", train, plan, epochs=plan.settings.max_epochs)


def _joined(task: EnsembleTask, members: Sequence[Network]) -> Ensemble:
    labels = task.train.labels
    scores = np.empty((len(labels), members[0].n_classes))
    for k, member in enumerate(members):
        own = np.flatnonzero(task.folds == k)
        scores[own] = predict_scores(member, task.train.take(own).graphs, task.plan.decode)
    network = combine(members, task.plan.n_frozen)
    return Ensemble(network, None, scores) if task.plan.endpoints else _calibrated(network, scores, task)


def of_endpoint(ensemble: Ensemble, task: EnsembleTask, number: int) -> tuple[Ensemble, EnsembleTask]:
    """One of the endpoints of an ensemble, calibrated, and the task as if it had been trained on its labels alone.

    :param ensemble: of several endpoints
    :param task: by which it was trained
    """
    endpoint, outputs = task.plan.endpoints[number], list(output_slices(task.plan.endpoints))[number]
    column = task.train.labels[:, number]
    rows = np.flatnonzero(~np.isnan(column))
    labels = column[rows].astype(np.float64) if endpoint.of_value else column[rows].astype(np.int64)
    plan = replace(task.plan, n_classes=endpoint.n_classes, of_value=endpoint.of_value, endpoints=())
    alone = EnsembleTask(task.name, Examples(task.train.take(rows).graphs, labels), plan, task.folds[rows])
    network = with_outputs(ensemble.network, outputs.start, outputs.stop, of_value=endpoint.of_value)
    return _calibrated(network, ensemble.out_of_fold[rows, outputs], alone), alone


def _calibrated(network: Network, scores: NDArray[np.float64], task: EnsembleTask) -> Ensemble:
    """:param scores: [n, n_classes], out of fold"""
    if task.plan.of_value:
        return Ensemble(network, None, scores)
    calibration = fit_calibration(scores, task.train.labels)
    return Ensemble(calibrated(network, calibration), calibration, calibration.probabilities(scores))
