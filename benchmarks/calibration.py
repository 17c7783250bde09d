"""``python -m benchmarks calibration``: which calibration of out-of-fold scores gives the best probabilities.

On the training parts of random splits of BBBP and BACE: networks of five folds score the records that they had not
seen, and each way of calibration, fitted on the scores of four folds, is judged on the fifth. The test part, which
decides nothing, is predicted by the mean of the five networks' scores, calibrated by all folds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gcx_desktop.app.training.training_table import TrainingTable, TrainingTableRequest, read_training_table
from gcx_desktop.gcn.fitting.ensemble import stratified_folds
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.splits import split_examples
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, fit, predict_scores
from gcx_desktop.gcn.fitting.training_settings import ENSEMBLE_SETTINGS
from gcx_desktop.gcn.reliability.calibration import fit_calibration, log_loss, softmax
from gcx_desktop.gcn.reliability.conformal import coverage, fit_conformal
from gcx_desktop.gcn.reliability.scores import brier_score, calibration_error
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

TABLES = {"bbbp": "p_np", "bace": "Class"}
SEEDS = (0, 1, 2)
N_FOLDS = 5
EPOCHS = 20
"""Of every network: none is chosen by the records that it is then calibrated on."""
_DRAWS = 100
LEAST = 1e-7
"""Smallest probability that is judged: Venn–ABERS gives 0 where no record of the class had so low a score."""

MEASURES = ("log loss", "calibration error", "Brier")

Floats = NDArray[np.float64]
Calibrator = Callable[[Floats, NDArray[np.int64], Floats], Floats]
"""Scores [n, 2] and classes [n] to fit, scores [m, 2] to calibrate → [m, 2] probabilities."""


def uncalibrated(_: Floats, __: NDArray[np.int64], new: Floats) -> Floats:
    """The softmax of the scores."""
    return softmax(new)


def with_temperature_and_bias(scores: Floats, labels: NDArray[np.int64], new: Floats) -> Floats:
    """What the program does."""
    return fit_calibration(scores, labels).probabilities(new)


def venn_abers(scores: Floats, labels: NDArray[np.int64], new: Floats) -> Floats:
    """Inductive Venn–ABERS (Vovk and Petej, UAI 2014): isotonic regressions with the new record as either class, merged
    as minimises the log loss, p = p₁ / (1 − p₀ + p₁)."""
    from sklearn.isotonic import IsotonicRegression

    known = scores[:, 1] - scores[:, 0]
    values = new[:, 1] - new[:, 0]
    found = np.empty((len(values), 2))
    for row, value in zip(found, values, strict=True):
        for c in (0, 1):
            model = IsotonicRegression(y_min=0, y_max=1).fit(np.append(known, value), np.append(labels, c))
            row[c] = model.predict([value])[0]
    positive = found[:, 1] / (1 - found[:, 0] + found[:, 1])
    return np.stack([1 - positive, positive], axis=1)


CALIBRATORS: dict[str, Calibrator] = {
    "none": uncalibrated,
    "temperature and bias": with_temperature_and_bias,
    "Venn–ABERS": venn_abers,
}


@dataclass(frozen=True, slots=True)
class MemberScores:
    """The scores of the networks of the folds."""

    out_of_fold: Floats
    """[n_train, 2]"""
    labels: NDArray[np.int64]
    """[n_train]"""
    folds: NDArray[np.int64]
    """[n_train]"""
    of_test: Floats
    """[n_folds, n_test, 2]"""
    test_labels: NDArray[np.int64]
    """[n_test]"""


def print_calibration(data: Path) -> None:
    """Trains, judges and prints tables."""
    for name, label in TABLES.items():
        with WorkerPool() as pool:
            table = read_training_table(TrainingTableRequest(data / f"{name}.csv", label), Work(pool))
        runs = [score_members(table, seed, name) for seed in SEEDS]
        print(_figures(name, runs), flush=True)


def score_members(table: TrainingTable, seed: int, name: str = "") -> MemberScores:
    """Trains a network for each fold of the training part of a random split (nine tenths of the records)."""
    split = split_examples(SplitProtocol.RANDOM, table.labels, table.scaffolds, seed)
    examples = Examples(table.graphs, table.labels)
    train = examples.take(np.concatenate([split.train, split.validation]))
    test = examples.take(split.test)
    folds = stratified_folds(train.labels, N_FOLDS, seed)
    out_of_fold, of_test = np.empty((len(train), 2)), np.empty((N_FOLDS, len(test), 2))
    for k in range(N_FOLDS):
        print(f"\r{name}, seed {seed}, fold {k} ", end="", file=sys.stderr)
        plan = FitPlan(2, table.decode, ENSEMBLE_SETTINGS, seed * N_FOLDS + k)
        network = fit(train.take(np.flatnonzero(folds != k)), plan, epochs=EPOCHS).network
        own = np.flatnonzero(folds == k)
        out_of_fold[own] = predict_scores(network, train.take(own).graphs, table.decode)
        of_test[k] = predict_scores(network, test.graphs, table.decode)
    return MemberScores(out_of_fold, train.labels, folds, of_test, test.labels)


def _on_inner_folds(run: MemberScores, calibrate: Calibrator) -> Floats:
    found = np.empty_like(run.out_of_fold)
    for k in range(N_FOLDS):
        own = run.folds == k
        found[own] = calibrate(run.out_of_fold[~own], run.labels[~own], run.out_of_fold[own])
    return found


def _judged(labels: NDArray[np.int64], probabilities: Floats) -> tuple[float, float, float]:
    kept = np.clip(probabilities, LEAST, 1 - LEAST)
    return log_loss(labels, np.log(kept)), calibration_error(labels, kept), brier_score(labels, kept)


def _figures(name: str, runs: list[MemberScores]) -> str:
    lines = [
        f"### {name}",
        "",
        f"Mean ± standard deviation over {len(runs)} seeds.",
        "",
        f"| calibration | {' | '.join(f'{each}, {part}' for part in ('inner folds', 'test') for each in MEASURES)} |",
        "| --- |" + " ---: |" * 6,
    ]
    for words, calibrate in CALIBRATORS.items():
        inner = [_judged(run.labels, _on_inner_folds(run, calibrate)) for run in runs]
        test = [_judged(run.test_labels, calibrate(run.out_of_fold, run.labels, run.of_test.mean(0))) for run in runs]
        cells = [_spread(values) for part in (inner, test) for values in zip(*part, strict=True)]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    lines += ["", _least_error(runs), *_coverages(runs), ""]
    return "\n".join(lines)


def _least_error(runs: list[MemberScores]) -> str:
    """The calibration error that probabilities have by chance although they are right, of so many records."""
    random = np.random.default_rng(0)
    found: tuple[list[float], list[float]] = [], []
    for run in runs:
        calibration = fit_calibration(run.out_of_fold, run.labels)
        for errors, scores in zip(found, (run.out_of_fold, run.of_test.mean(0)), strict=True):
            p = calibration.probabilities(scores)
            drawn = (random.random((_DRAWS, len(p))) < p[:, 1]).astype(np.int64)
            errors.append(float(np.mean([calibration_error(labels, p) for labels in drawn])))
    inner, test = map(_spread, found)
    return (
        f"If the calibrated probabilities were right, chance alone would give a calibration error of {inner} on the "
        f"inner folds ({len(runs[0].labels):,} records) and of {test} on the test part ({len(runs[0].test_labels):,})."
    )


def _coverages(runs: list[MemberScores]) -> Iterator[str]:
    """How often sets of 90 % hold the class of records of the test part."""
    held, of_classes, single, empty = [], [], [], []
    for run in runs:
        calibration = fit_calibration(run.out_of_fold, run.labels)
        predictor = fit_conformal(calibration.probabilities(run.out_of_fold), run.labels, run.folds, N_FOLDS)
        sets = predictor.sets(np.stack([calibration.probabilities(each) for each in run.of_test], axis=1))
        held.append(coverage(sets, run.test_labels))
        of_classes.append([coverage(sets[run.test_labels == c], run.test_labels[run.test_labels == c]) for c in (0, 1)])
        single.append(float((sets.sum(axis=1) == 1).mean()))
        empty.append(float((sets.sum(axis=1) == 0).mean()))
    per_class = " and ".join(_spread(values) for values in zip(*of_classes, strict=True))
    yield (
        f"Sets of 90 % on the test part hold the class of {_spread(held)} of the records, of the two classes "
        f"{per_class}; {_spread(single)} hold one class, {_spread(empty)} none."
    )


def _spread(values: Iterator[float] | tuple[float, ...] | list[float]) -> str:
    numbers = np.array(list(values))
    return f"{numbers.mean():.3f} ± {numbers.std(ddof=1):.3f}"
