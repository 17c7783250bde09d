"""Networks, ensembles and forests that are trained on a part of the records and scored on another.

For every split and seed the records are divided 80/10/10. A single network is fitted to the training part, and the
validation part decides when to stop; the members of an ensemble are trained on the folds of both parts together. The
test part, used for nothing else, is scored. The final weights are then trained on all records.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.cards.card import Metrics
from ...gcn.fitting.ensemble import (
    Ensemble,
    EnsembleTask,
    of_endpoint,
    stratified_folds,
    train_ensembles,
    value_folds,
)
from ...gcn.fitting.fit_many import FitTask, fit_many
from ...gcn.fitting.split_protocol import SplitProtocol
from ...gcn.fitting.splits import Split, given_test, split_examples
from ...gcn.fitting.training import Examples, FitPlan, fit, predict_member_scores, predict_probabilities
from ...gcn.forest import N_TREES, Forest, fit_forest
from ...gcn.network import Network
from ...gcn.reliability.calibration import Calibration, softmax
from ...gcn.reliability.conformal import coverage, fit_conformal
from ...gcn.reliability.domain import similarity_to_other_folds
from ...gcn.reliability.intervals import fit_intervals, interval_coverage
from ...gcn.reliability.out_of_fold import OutOfFold
from ...gcn.reliability.scores import CLASS_SCORES, classification_scores
from ...gcn.reliability.value_scores import value_scores
from ...kinds.kind import Kind
from ...pool import default_workers
from ...progress import ProgressReporter
from ...work import Work
from .training_table import JointTable, TrainingTable

COVERAGE = "coverage_90"
"""The metric that says how many test records have their class in their set, or their value in their interval, of
90 %."""
LEAST_TREES = 25
"""Of the forest that is kept for each endpoint of a model of many."""
LARGEST_SCAFFOLD = 0.8
"""A group of records with a larger share than this fits into no training part."""


@dataclass(frozen=True, slots=True)
class Splits:
    """How the records are divided for the metrics."""

    seeds: tuple[int, ...]
    of_protocols: Mapping[SplitProtocol, Sequence[Split]]
    """By protocol, the main one first: a split for each seed."""

    def each(self) -> Iterator[tuple[SplitProtocol, int, Split]]:
        """Protocol, seed and split."""
        for protocol, splits in self.of_protocols.items():
            for seed, split in zip(self.seeds, splits, strict=True):
                yield protocol, seed, split

    def among(self, rows: NDArray[np.int64], n: int) -> Splits:
        """The same splits of some of the records, numbered anew.

        :param rows: [n_some], their places among all
        :param n: the number of all
        """
        place = np.full(n, -1)
        place[rows] = np.arange(len(rows))
        return Splits(
            self.seeds,
            {
                protocol: [
                    Split(*(place[part][place[part] >= 0] for part in (each.train, each.validation, each.test)))
                    for each in splits
                ]
                for protocol, splits in self.of_protocols.items()
            },
        )

    def metrics(self, scores: Sequence[dict[str, float]]) -> tuple[Metrics, ...]:
        """A row for each protocol.

        :param scores: of each split, in the order of :meth:`each`
        """
        n = len(self.seeds)
        return tuple(
            Metrics(split_title(protocol), self.seeds, mean_over_seeds(scores[i * n : (i + 1) * n]))
            for i, protocol in enumerate(self.of_protocols)
        )


@dataclass(frozen=True, slots=True)
class Trained:
    """The final network, and what is known of its quality."""

    network: Network
    metrics: tuple[Metrics, ...]
    course: Mapping[str, Any]
    """What the card says of training beyond its settings."""
    calibration: Calibration | None = None
    """``None`` if the scores are not calibrated."""
    out_of_fold: OutOfFold | None = None
    """``None`` of a single network."""


def split_title(protocol: SplitProtocol) -> str:
    """As the metrics of a card name the split."""
    return f"{protocol} test rows" if protocol is SplitProtocol.GIVEN else f"{protocol} 80/10/10"


def make_splits(protocols: Sequence[SplitProtocol], table: TrainingTable, seeds: Sequence[int]) -> Splits:
    """:raises UsageError: if a part is too small for training, validation or test"""
    names = table.class_names
    return Splits(
        tuple(seeds), {each: [checked_split(each, table, names, seed) for seed in seeds] for each in protocols}
    )


def checked_split(protocol: SplitProtocol, table: TrainingTable, names: Sequence[str], seed: int) -> Split:
    """Splits a table.

    :raises UsageError: if a part is too small for training, validation or test, or one scaffold holds nearly all
    """
    words, n = table.kind.words, len(table.labels)
    if protocol not in (SplitProtocol.RANDOM, SplitProtocol.GIVEN):
        _, counts = np.unique(table.scaffolds, return_counts=True)
        share = counts.max() / n
        if share > LARGEST_SCAFFOLD:
            raise UsageError(
                f"one scaffold holds {share * 100:.0f} % of the {words.records}, so that no others are left to test "
                f"on; use --split {SplitProtocol.RANDOM}"
            )
    split = _made(protocol, table, seed)
    if table.of_value:
        _check_sizes(split, protocol, table, seed)
        return split
    for part, members in split.parts().items():
        present = np.unique(table.labels[members])
        if len(present) < (len(names) if part == "train" else 2):
            held = f"no {words.record}" if not len(present) else f"only {' and '.join(names[i] for i in present)}"
            raise UsageError(
                f"{words.counted(n)} {'is' if n == 1 else 'are'} too few for a {protocol} split: its {part} part "
                f"(seed {seed}, {words.counted(len(members))}) holds {held}; use more {words.records} or another "
                "--split"
            )
    return split


def _made(protocol: SplitProtocol, table: TrainingTable | JointTable, seed: int) -> Split:
    if protocol is SplitProtocol.GIVEN:
        return given_test(table.strata, np.array(table.held_out, dtype=np.bool_), seed)
    return split_examples(protocol, table.strata, table.scaffolds, seed)


def _check_sizes(split: Split, protocol: SplitProtocol, table: TrainingTable, seed: int) -> None:
    """:raises UsageError: if a part has too few records with values"""
    words = table.kind.words
    for part, members in split.parts().items():
        if len(members) < 2 or len(np.unique(table.labels[members])) < 2:
            raise UsageError(
                f"{words.counted(len(table.labels))} are too few for a {protocol} split: its {part} part (seed {seed}) "
                f"holds {words.counted(len(members))}; use more {words.records} or another --split"
            )


def make_joint_splits(protocols: Sequence[SplitProtocol], joint: JointTable, seeds: Sequence[int]) -> Splits:
    """The same splits for all endpoints.

    :raises UsageError: if an endpoint has nothing in a training or test part
    """
    n = len(joint.graphs)
    splits = Splits(tuple(seeds), {each: [_made(each, joint, seed) for seed in seeds] for each in protocols})
    for table, rows in zip(joint.tables, joint.rows, strict=True):
        for protocol, seed, split in splits.among(rows, n).each():
            present = {name: np.unique(table.labels[part]) for name, part in split.parts().items()}
            enough = 2 if table.of_value else len(table.class_names)
            if len(present["train"]) < enough or not len(present["test"]):
                raise UsageError(
                    f"{table.kind.words.counted(len(table.labels))} with the label {table.meaning.column} are too few "
                    f"for a {protocol} split (seed {seed}); leave the label out, or use another --split"
                )
    return splits


def split_task(name: str, examples: Examples, split: Split, plan: FitPlan) -> FitTask:
    """To fit a network to the training part, stopped by the validation part; the test part is not used."""
    return FitTask(name, examples.take(split.train), plan, examples.take(split.validation))


def train_single(
    table: TrainingTable, splits: Splits, plan: FitPlan, work: Work, *, at_once: int | None = None
) -> Trained:
    """A single network on all records, for the median number of epochs that the validation parts of the main split
    chose.

    :param at_once: networks trained at the same time; ``None``: one a core
    :raises Cancelled: if the user stopped it
    """
    examples = Examples(table.graphs, table.labels)
    tasks = [
        split_task(f"{protocol} split, seed {seed}", examples, split, replace(plan, seed=seed))
        for protocol, seed, split in splits.each()
    ]
    fits = fit_many(tasks, at_once=at_once, report=work.report, cancel=work.cancel)
    scores: list[dict[str, float]] = []
    chosen: dict[SplitProtocol, list[int]] = {protocol: [] for protocol in splits.of_protocols}
    for fitted, (protocol, _, split) in zip(fits, splits.each(), strict=True):
        test = examples.take(split.test)
        scores.append(scores_of(test.labels, predict_probabilities(fitted.network, test.graphs, plan.decode)))
        chosen[protocol].append(fitted.epochs)
    epochs = max(1, round(statistics.median(next(iter(chosen.values())))))
    what = f"Final weights, all {table.kind.name}"
    final = fit(examples, plan, epochs=epochs, what=what, report=work.report, cancel=work.cancel)
    course = {
        "early_stopping": f"epoch with the best validation {'RMSE' if plan.of_value else 'AUC-ROC'}",
        "epochs_chosen_by_validation": {str(protocol): each for protocol, each in chosen.items()},
        "final_epochs": epochs,
    }
    return Trained(final.network, splits.metrics(scores), course)


def train_with_folds(
    table: TrainingTable, splits: Splits, plan: FitPlan, n_folds: int, work: Work, *, at_once: int | None = None
) -> Trained:
    """An ensemble of a network for each fold of all records.

    :param at_once: networks trained at the same time; ``None``: one a core
    :raises UsageError: if a class has too few records for the folds
    :raises Cancelled: if the user stopped it
    """
    examples = Examples(table.graphs, table.labels)
    tasks = [
        ensemble_task(table, f"{protocol} split, seed {seed}", known_part(split), replace(plan, seed=seed), n_folds)
        for protocol, seed, split in splits.each()
    ]
    everything = np.arange(len(examples))
    tasks.append(ensemble_task(table, f"all {table.kind.name}", everything, plan, n_folds))
    *judged, final = train_ensembles(tasks, at_once=at_once, report=work.report, cancel=work.cancel)
    scores = [
        score_ensemble(ensemble, task, examples.take(split.test))
        for ensemble, task, (_, _, split) in zip(judged, tasks, splits.each(), strict=False)
    ]
    return Trained(
        final.network,
        splits.metrics(scores),
        {"folds": n_folds, "epochs": "the number set beforehand; no part decides on it"},
        final.calibration,
        _out_of_fold(table, final, tasks[-1]),
    )


def train_endpoints_with_folds(
    joint: JointTable, splits: Splits, plan: FitPlan, n_folds: int, work: Work, *, at_once: int | None = None
) -> list[Trained]:
    """One ensemble of several endpoints, of a network for each fold of all records, taken apart and calibrated.

    :param plan: of all endpoints
    :param at_once: networks trained at the same time; ``None``: one a core
    :raises UsageError: if a class of an endpoint has too few records for the folds
    :raises Cancelled: if the user stopped it
    """
    labels, strata, n = joint.labels, joint.strata, len(joint.graphs)
    examples = Examples(joint.graphs, labels)
    parts = [(f"{protocol} split, seed {seed}", known_part(split), seed) for protocol, seed, split in splits.each()]
    tasks = []
    for name, chosen, seed in (*parts, (f"all {joint.tables[0].kind.name}", np.arange(n), plan.seed)):
        folds = value_folds(strata[chosen].astype(np.float64), n_folds, seed)
        _check_endpoint_folds(joint, labels[chosen], folds, n_folds)
        tasks.append(EnsembleTask(name, examples.take(chosen), replace(plan, seed=seed), folds))
    *judged, final = train_ensembles(tasks, at_once=at_once, report=work.report, cancel=work.cancel)
    found = []
    for number, (table, rows) in enumerate(zip(joint.tables, joint.rows, strict=True)):
        own, scores = Examples(table.graphs, table.labels), []
        for ensemble, task, (_, _, split) in zip(judged, tasks, splits.among(rows, n).each(), strict=False):
            scores.append(score_ensemble(*of_endpoint(ensemble, task, number), own.take(split.test)))
        ensemble, task = of_endpoint(final, tasks[-1], number)
        found.append(
            Trained(
                ensemble.network,
                splits.metrics(scores),
                {"folds": n_folds, "epochs": "the number set beforehand; no part decides on it"},
                ensemble.calibration,
                _out_of_fold(table, ensemble, task),
            )
        )
    return found


def _check_endpoint_folds(
    joint: JointTable, labels: NDArray[np.float64], folds: NDArray[np.int64], n_folds: int
) -> None:
    """:param labels: [n, n_endpoints]
    :raises UsageError: if an endpoint has no record in a fold, or a class of one none outside of a fold
    """
    for column, table in zip(labels.T, joint.tables, strict=True):
        known = ~np.isnan(column)
        for k in range(n_folds):
            learned = np.unique(column[known & (folds != k)])
            wanted = 2 if table.of_value else len(table.class_names)
            if not known[folds == k].any() or len(learned) < wanted:
                raise UsageError(
                    f"{table.kind.words.counted(int(known.sum()))} with the label {table.meaning.column} are too few "
                    f"for {n_folds} folds; leave the label out, or use fewer --folds"
                )


def known_part(split: Split) -> NDArray[np.int64]:
    """The records that are not in the test part, ascending."""
    return np.sort(np.concatenate([split.train, split.validation]))


def ensemble_task(
    table: TrainingTable, name: str, chosen: NDArray[np.int64], plan: FitPlan, n_folds: int
) -> EnsembleTask:
    """The ensemble to be trained on some records.

    :raises UsageError: if a class has fewer of them than there are folds
    """
    examples = Examples(table.graphs, table.labels).take(chosen)
    return EnsembleTask(
        name, examples, plan, checked_folds(examples.labels, table.class_names, table.kind, n_folds, plan.seed)
    )


def checked_folds(
    labels: NDArray[np.int64] | NDArray[np.float64], names: Sequence[str], kind: Kind, n_folds: int, seed: int
) -> NDArray[np.int64]:
    """[n], the fold of each record.

    :param labels: [n], indices of the classes, or values
    :param names: of the classes
    :raises UsageError: if there are fewer records, or fewer of a class, than there are folds
    """
    words, of_value = kind.words, labels.dtype.kind == "f"
    counts = np.array([len(labels)]) if of_value else np.bincount(labels, minlength=len(names))
    least = int(counts.argmin())
    if counts[least] < n_folds:
        which = "" if of_value else f" of class {names[least]}"
        raise UsageError(
            f"only {words.counted(int(counts[least]))}{which} can be trained on, too few for {n_folds} folds; use more "
            f"{words.records} or fewer --folds"
        )
    if of_value:
        return value_folds(labels.astype(np.float64), n_folds, seed)
    return stratified_folds(labels.astype(np.int64), n_folds, seed)


def score_ensemble(ensemble: Ensemble, task: EnsembleTask, test: Examples) -> dict[str, float]:
    """The scores on the test part, that of the sets of 90 % among them."""
    network = ensemble.network
    of_members = predict_member_scores(network, test.graphs, task.plan.decode)
    if network.of_value:
        known = fit_intervals(ensemble.out_of_fold[:, 0], task.train.labels, task.folds)
        intervals = known.intervals(of_members[:, :, 0])
        scores = value_scores(test.labels, of_members[:, :, 0].mean(axis=1))
        return scores | {COVERAGE: interval_coverage(intervals, test.labels)}
    conformal = fit_conformal(ensemble.out_of_fold, task.train.labels, task.folds, network.n_members)
    sets = conformal.sets(softmax(of_members))
    scores = scores_of(test.labels, softmax(of_members.mean(axis=1)))
    return scores | {COVERAGE: coverage(sets, test.labels)}


def scores_of(labels: NDArray[np.integer] | NDArray[np.floating], outputs: NDArray[np.floating]) -> dict[str, float]:
    """The scores of a test part that a card has.

    :param labels: [n], indices of classes, or values
    :param outputs: [n, n_classes], probabilities, or values and their opposites
    """
    if labels.dtype.kind == "f":
        return value_scores(labels, outputs[:, 0])
    if len(np.unique(labels)) < 2:  # may be so of one of several endpoints
        return dict.fromkeys(CLASS_SCORES, math.nan)
    return classification_scores(labels, outputs)


def trees_for(n_endpoints: int) -> int:
    """Trees in the forest that is kept for each of several endpoints, so that a model of many does not become large."""
    return max(LEAST_TREES, N_TREES // n_endpoints)


def train_baseline(
    table: TrainingTable, splits: Splits, work: Work, *, n_kept_trees: int = N_TREES
) -> tuple[tuple[Metrics, ...], Forest | None]:
    """A random forest on the same parts, and one on all records; none if the kind of graph counts no environments.

    :param n_kept_trees: of the latter
    :raises Cancelled: if the user stopped it
    """
    if not table.counts:
        return (), None
    threads, watch = default_workers(), ProgressReporter("Growing forests", 1 + len(list(splits.each())), work.report)
    scores: list[dict[str, float]] = []
    for done, (_, seed, split) in enumerate(splits.each(), start=1):
        work.raise_if_cancelled()
        known = known_part(split)
        grown = fit_forest([table.counts[i] for i in known], table.labels[known], seed, n_threads=threads)
        found = grown.probabilities([table.counts[i] for i in split.test])
        scores.append(scores_of(table.labels[split.test], found))
        watch.report_done(done)
    work.raise_if_cancelled()
    forest = fit_forest(table.counts, table.labels, splits.seeds[0], n_threads=threads, n_trees=n_kept_trees)
    watch.report_done(1 + len(scores))
    return splits.metrics(scores), forest


def _out_of_fold(table: TrainingTable, final: Ensemble, task: EnsembleTask) -> OutOfFold:
    similarity = similarity_to_other_folds(table.fingerprints, task.folds) if all(table.fingerprints) else None
    return OutOfFold(table.labels, task.folds, final.out_of_fold.astype(np.float32), similarity)


def mean_over_seeds(scores: Sequence[dict[str, float]]) -> dict[str, tuple[float | None, float | None]]:
    """Mean and sample standard deviation of each score over the seeds of which it is known; ``None`` as the deviation
    of a single seed, and as both of none."""
    values = {name: [each[name] for each in scores if not math.isnan(each[name])] for name in scores[0]}
    return {
        name: (
            round(statistics.fmean(each), 4) if each else None,
            round(statistics.stdev(each), 4) if len(each) > 1 else None,
        )
        for name, each in values.items()
    }
