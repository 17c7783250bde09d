"""What ``python -m benchmarks quality`` compares: each is trained on a part of a table and predicts another.

None of them is tuned here. The networks are trained as ``gcx train`` trains them, the others with the settings that
their authors gave them.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gcx_desktop.app.training.held_out import ensemble_task, known_part, score_ensemble, scores_of
from gcx_desktop.app.training.training_table import TrainingTable
from gcx_desktop.errors import GcxError
from gcx_desktop.gcn.fitting.ensemble import train_ensembles
from gcx_desktop.gcn.fitting.splits import Split
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, predict_probabilities
from gcx_desktop.gcn.forest import N_TREES, fit_forest
from gcx_desktop.gcn.reliability.scores import classification_scores
from gcx_desktop.graph.counted_environments import COUNTING, N_KEYS, KeyCounts
from gcx_desktop.pool import default_workers
from gcx_desktop.work import Work

from .quality_plan import CHEMPROP_MEMBERS, ENSEMBLE, FOREST, LOGISTIC, MEMBER

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Scores = dict[str, float]
"""Name → value, as :func:`.scores_of` has them; of an ensemble also the coverage of its sets or intervals."""

CHEMPROP_EPOCHS = 50
"""Its own default."""
_MOST_ITERATIONS = 2000
"""Of logistic regression; scikit-learn's own 100 end before it has converged."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A split of a table."""

    table: TrainingTable
    split: Split
    seed: int
    """Of the split, if it has one, and of what training draws at random."""

    @property
    def known(self) -> NDArray[np.int64]:
        """Indices of the training and the validation part, ascending."""
        return known_part(self.split)

    @property
    def truth(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """[n_test], the classes or values of the test part."""
        return self.table.labels[self.split.test]

    def counts(self, indices: NDArray[np.int64]) -> list[KeyCounts]:
        return [self.table.counts[i] for i in indices]


@dataclass(frozen=True, slots=True)
class Predictor:
    """One or several methods that are trained together."""

    methods: tuple[str, ...]
    version: str
    """What the scores depend on beside the trial; results of another version are no longer its own."""
    scores: Callable[[Trial], list[Scores]]
    """Trains on all parts but the test part, and scores each of the methods on that."""


def network_predictor(plan: FitPlan, start: str, n_folds: int, work: Work) -> Predictor:
    """Ours: the ensemble, and its first member with the calibration of all.

    :param plan: of every member, but for the seed
    :param start: where training starts, in words
    """
    settings = json.dumps(plan.settings.as_dict(), sort_keys=True)
    told = f"{n_folds} folds from {start}, {plan.n_frozen} layers frozen, {settings}"
    return Predictor((ENSEMBLE, MEMBER), told, partial(_network_scores, plan, n_folds, work))


def forest_predictor() -> Predictor:
    """The forest that a trained model is compared with."""
    told = f"{N_TREES} trees, {COUNTING}, scikit-learn {version('scikit-learn')}"
    return Predictor((FOREST,), told, _forest_scores)


def logistic_predictor() -> Predictor:
    """Logistic regression on log(1 + count) of the forest's environments, C = 1."""
    told = f"C = 1, {COUNTING}, scikit-learn {version('scikit-learn')}"
    return Predictor((LOGISTIC,), told, _logistic_scores)


def chemprop_predictor(method: str, command: str) -> Predictor | None:
    """chemprop's message-passing network with all its defaults; ``None`` if it is not installed. The validation part
    chooses its epoch.

    :param command: its command, a name or a path
    """
    found = shutil.which(command)
    if found is None:
        return None
    size = CHEMPROP_MEMBERS[method]
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.split()
    told = f"chemprop {said[-1] if said else '?'}, {CHEMPROP_EPOCHS} epochs, {size} networks"
    return Predictor((method,), told, partial(_chemprop_scores, found, size))


def _network_scores(plan: FitPlan, n_folds: int, work: Work, trial: Trial) -> list[Scores]:
    table, seeded = trial.table, replace(plan, seed=trial.seed)
    task = ensemble_task(table, f"seed {trial.seed}", trial.known, seeded, n_folds)
    [ensemble] = train_ensembles([task], report=work.report, cancel=work.cancel)
    test = Examples(table.graphs, table.labels).take(trial.split.test)
    of_member = predict_probabilities(ensemble.network.member(0), test.graphs, table.decode)
    return [score_ensemble(ensemble, task, test), scores_of(test.labels, of_member)]


def _forest_scores(trial: Trial) -> list[Scores]:
    known = trial.known
    labels = trial.table.labels[known]
    forest = fit_forest(trial.counts(known), labels, trial.seed, n_threads=default_workers())
    return [scores_of(trial.truth, forest.probabilities(trial.counts(trial.split.test)))]


def _logistic_scores(trial: Trial) -> list[Scores]:
    from sklearn.linear_model import LogisticRegression

    known = trial.known
    model = LogisticRegression(max_iter=_MOST_ITERATIONS, random_state=trial.seed)
    model.fit(log_counts(trial.counts(known)), trial.table.labels[known])
    found = model.predict_proba(log_counts(trial.counts(trial.split.test)))
    return [classification_scores(trial.truth, found)]


def log_counts(counts: Sequence[KeyCounts]) -> csr_matrix:
    """[n, ``N_KEYS``], log(1 + count) of each environment."""
    from scipy.sparse import csr_matrix

    every = np.concatenate(counts)
    starts = np.cumsum([0, *(len(each) for each in counts)])
    return csr_matrix((np.log1p(every[:, 1].astype(np.float64)), every[:, 0], starts), (len(counts), N_KEYS))


def _chemprop_scores(command: str, size: int, trial: Trial) -> list[Scores]:
    if len(trial.table.class_names) != 2:
        raise GcxError("chemprop is compared on two classes only")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "table.csv"
        write_chemprop_table(trial, table)
        predicted = _run_chemprop(command, size, trial, table, folder / "model")
    first = predicted if trial.table.of_value else 1 - predicted
    return [scores_of(trial.truth, np.stack([first, predicted], axis=1))]


def write_chemprop_table(trial: Trial, path: Path) -> None:
    """Columns ``smiles``, ``y`` (index of the class, or the value) and ``split`` (train, val, test), a row for each
    molecule."""
    part = np.full(len(trial.table.labels), "train")
    part[trial.split.validation], part[trial.split.test] = "val", "test"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["smiles", "y", "split"])
        rows.writerows(zip(trial.table.texts, trial.table.labels.tolist(), part.tolist(), strict=True))


def _run_chemprop(command: str, size: int, trial: Trial, table: Path, output: Path) -> NDArray[np.float64]:
    """[n_test], the probability of the second class, or the value, the mean over its networks."""
    task = "regression" if trial.table.of_value else "classification"
    arguments = [
        *(command, "train", "--data-path", str(table), "--output-dir", str(output)),
        *("--smiles-columns", "smiles", "--target-columns", "y", "--task-type", task),
        *("--splits-column", "split", "--epochs", str(CHEMPROP_EPOCHS), "--ensemble-size", str(size)),
        *("--pytorch-seed", str(trial.seed * size), "--accelerator", "cpu", "--remove-checkpoints", "-q"),
    ]  # the networks of an ensemble have the seeds from the one named on
    done = subprocess.run(arguments, cwd=table.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GcxError(f"{command} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    expected = [trial.table.texts[i] for i in trial.split.test]
    found = []
    for member in range(size):
        with (output / f"model_{member}" / "test_predictions.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        if [row["smiles"] for row in rows] != expected:
            raise GcxError(f"{command}: its predictions are not of the molecules of the test part, or in another order")
        found.append([float(row["y"]) for row in rows])
    mean: NDArray[np.float64] = np.mean(found, axis=0)
    return mean
