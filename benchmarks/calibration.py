"""``python -m benchmarks calibration``: which calibration of out-of-fold scores gives the best probabilities.

On the training parts of random splits of BBBP and BACE: networks of five folds score the records that they had not
seen, and each way of calibration, fitted on the scores of four folds, is judged on the fifth. The test part, which
decides nothing, is predicted by the mean of the five networks' scores, calibrated by all folds. The networks are those
that ``gcx train`` would make for the same splits and seeds. The calibration error of the test parts stands beside that
of a random forest, of each seed and of the predictions of all seeds together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gcx_desktop.app.training.fit_plans import FitChoices, plan_fit
from gcx_desktop.app.training.foundation_choice import foundation_for
from gcx_desktop.app.training.held_out import checked_folds, known_part
from gcx_desktop.app.training.training_table import TrainingTable, TrainingTableRequest, read_training_table
from gcx_desktop.gcn.fitting.fit_many import FitTask, fit_many
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.splits import split_examples
from gcx_desktop.gcn.fitting.training import Examples, predict_scores
from gcx_desktop.gcn.forest import fit_forest
from gcx_desktop.gcn.reliability.calibration import fit_calibration, log_loss, softmax
from gcx_desktop.gcn.reliability.conformal import coverage, fit_conformal
from gcx_desktop.gcn.reliability.scores import brier_score, calibration_error
from gcx_desktop.pool import WorkerPool, default_workers
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

TABLES = {"bbbp": "p_np", "bace": "Class"}
N_SEEDS = 5
N_FOLDS = 5
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
    """The scores of the networks of the folds, and the forest's probabilities."""

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
    of_forest: Floats
    """[n_test, 2], probabilities"""

    @property
    def calibrated(self) -> Floats:
        """[n_test, 2], the probabilities of the ensemble as the program calibrates them."""
        return with_temperature_and_bias(self.out_of_fold, self.labels, self.of_test.mean(axis=0))


def print_calibration(data: Path) -> None:
    """Trains, judges and prints tables."""
    for name, label in TABLES.items():
        with WorkerPool() as pool:
            table = read_training_table(TrainingTableRequest(data / f"{name}.csv", label), Work(pool))
        runs = [score_members(table, seed, name) for seed in range(N_SEEDS)]
        print(_figures(name, runs), flush=True)


def score_members(table: TrainingTable, seed: int, name: str = "") -> MemberScores:
    """Trains a network for each fold of the training part of a random split (nine tenths of the records)."""
    labels = table.labels.astype(np.int64)
    split = split_examples(SplitProtocol.RANDOM, labels, table.scaffolds, seed)
    examples, known = Examples(table.graphs, labels), known_part(split)
    train, test = examples.take(known), examples.take(split.test)
    folds = checked_folds(labels[known], table.class_names, table.kind, N_FOLDS, seed)
    foundation = foundation_for(table.kind)
    plan = plan_fit(2, table.decode, FitChoices(seed=seed), n_folds=N_FOLDS, foundation=foundation)
    tasks = [
        FitTask(
            f"{name}, seed {seed}, fold {k}",
            train.take(np.flatnonzero(folds != k)),
            replace(plan, seed=seed * N_FOLDS + k),
            epochs=plan.settings.max_epochs,
        )
        for k in range(N_FOLDS)
    ]
    out_of_fold, of_test = np.empty((len(train), 2)), np.empty((N_FOLDS, len(test), 2))
    for k, fitted in enumerate(fit_many(tasks, report=_tell)):
        own = np.flatnonzero(folds == k)
        out_of_fold[own] = predict_scores(fitted.network, train.take(own).graphs, table.decode)
        of_test[k] = predict_scores(fitted.network, test.graphs, table.decode)
    forest = fit_forest([table.counts[i] for i in known], labels[known], seed, n_threads=default_workers())
    of_forest = forest.probabilities([table.counts[i] for i in split.test])
    return MemberScores(out_of_fold, labels[known], folds, of_test, labels[split.test], of_forest)


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
        test = [
            _judged(run.test_labels, calibrate(run.out_of_fold, run.labels, run.of_test.mean(axis=0))) for run in runs
        ]
        cells = [_spread(values) for part in (inner, test) for values in zip(*part, strict=True)]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    lines += ["", *_held_out_errors(runs), "", _least_error(runs), *_coverages(runs), ""]
    return "\n".join(lines)


def _held_out_errors(runs: list[MemberScores]) -> Iterator[str]:
    """Of a test part, and of all test parts together: of so many predictions chance alone makes less of an error."""
    labels = [run.test_labels for run in runs]
    n = sum(map(len, labels))
    yield f"| calibration error of test parts | of each seed | of the {n:,} predictions of all seeds together |"
    yield "| --- | ---: | ---: |"
    ours = [run.calibrated for run in runs]
    for name, found in (("ours", ours), ("random forest", [run.of_forest for run in runs])):
        each = _spread([calibration_error(one, p) for one, p in zip(labels, found, strict=True)])
        yield f"| {name} | {each} | {calibration_error(np.concatenate(labels), np.concatenate(found)):.3f} |"
    random = np.random.default_rng(0)
    by_chance = _spread([_error_by_chance(p, random) for p in ours])
    yield f"| right probabilities | {by_chance} | {_error_by_chance(np.concatenate(ours), random):.3f} |"


def _error_by_chance(probabilities: Floats, random: np.random.Generator) -> float:
    """The calibration error that probabilities have by chance although they are right, of so many records."""
    drawn = (random.random((_DRAWS, len(probabilities))) < probabilities[:, 1]).astype(np.int64)
    return float(np.mean([calibration_error(labels, probabilities) for labels in drawn]))


def _least_error(runs: list[MemberScores]) -> str:
    random = np.random.default_rng(0)
    inner = [fit_calibration(run.out_of_fold, run.labels).probabilities(run.out_of_fold) for run in runs]
    errors = _spread([_error_by_chance(p, random) for p in inner])
    return (
        f"If the calibrated probabilities were right, chance alone would give a calibration error of {errors} on the "
        f"inner folds ({len(runs[0].labels):,} records)."
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


def _tell(progress: Progress) -> None:
    print(f"\r{progress.detail} \033[K", end="", file=sys.stderr)
