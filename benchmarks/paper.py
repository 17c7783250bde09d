"""``python -m benchmarks paper``: the paper's measures beside the authors' own figures.

Theirs are of a network trained on every molecule, so ours is trained on every molecule, too; beside it stands one that
was trained on 80 % and is judged on molecules of scaffolds that it has not seen. What the authors published: fidelity
in their result files; contrastivity and sparsity recomputed from their saved maps.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gcx_desktop.app.evaluation.evaluate_methods import Evaluation, evaluate_methods, summarise
from gcx_desktop.app.evaluation.labelled_records import NO_LABEL, ClassLabels
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.training.held_out import checked_split, split_task
from gcx_desktop.app.training.training_table import TrainingTable, TrainingTableRequest, read_training_table
from gcx_desktop.explain.method import methods
from gcx_desktop.explain.saliency_cutoff import PAPER_CUTOFF
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.fitting.fit_many import fit_many
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, fit
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.gcn.network import Network
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES, atom_features
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import NO_PREPARATION
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

EPOCHS = 100
"""Of the network that is trained on every molecule; the authors' number."""
SETTINGS = TrainingSettings(label_smoothing=0.0, class_balance=0.0)


@dataclass(frozen=True, slots=True)
class Task:
    """A table and the authors' figures for it."""

    name: str
    file: str
    label: str
    accuracy: float
    """Theirs, nothing masked, on molecules that the network was trained on."""
    theirs: dict[str, tuple[float | None, float | None, float | None]]
    """By method: fidelity; contrastivity and sparsity in %."""


TASKS = (
    Task(
        "BBBP",
        "bbbp.csv",
        "p_np",
        0.953,
        {
            "gradient": (0.188, 0.02, 0.01),
            "cam": (0.171, 100, 3.9),
            "grad-cam": (0.171, 100, 3.9),
            "grad-cam-avg": (0.174, 100, 3.1),
            "eb": (0.178, 43.2, 33.9),
            "c-eb": (0.182, 93.4, 25.6),
        },
    ),
    Task(
        "BACE",
        "bace.csv",
        "Class",
        0.928,
        {
            "gradient": (0.385, 0.55, 0.25),
            "cam": (0.362, 100, 6.6),
            "grad-cam": (0.362, 100, 6.6),
            "grad-cam-avg": (0.383, 100, 6.4),
            "eb": (0.377, 40.8, 34.0),
            "c-eb": (0.353, 91.5, 31.8),
        },
    ),
    Task(
        "Tox21 NR-ER",
        "tox21.csv",
        "NR-ER",
        0.685,
        {
            "gradient": (0.534, None, None),
            "cam": (0.112, None, None),
            "grad-cam": (0.112, None, None),
            "grad-cam-avg": (0.170, None, None),
            "eb": (0.191, None, None),
            "c-eb": (0.115, None, None),
        },
    ),
)


def print_paper(data: Path, epochs: int = EPOCHS) -> None:
    """Trains, evaluates and prints a table for each task."""
    for task in TASKS:
        path = data / task.file
        with WorkerPool() as pool:
            table = read_training_table(TrainingTableRequest(path, task.label, preparation=NO_PREPARATION), Work(pool))
            seen = _evaluate(path, table, _fit_all(table, epochs), table.positions, pool)
            split = checked_split(SplitProtocol.SCAFFOLD_BALANCED, table, table.class_names, 0)
            examples = Examples(table.graphs, table.labels)
            plan = FitPlan(len(table.class_names), atom_features, TrainingSettings(), 0)
            held_out = fit_many([split_task("train part", examples, split, plan)], report=_tell)[0].network
            unseen = _evaluate(path, table, held_out, [table.positions[i] for i in split.test], pool)
        print(_table(task, seen, unseen), flush=True)


def _fit_all(table: TrainingTable, epochs: int) -> Network:
    examples = Examples(table.graphs, table.labels)
    return fit(
        examples, FitPlan(len(table.class_names), atom_features, SETTINGS, 0), epochs=epochs, report=_tell
    ).network


def _evaluate(
    path: Path, table: TrainingTable, network: Network, positions: list[int] | tuple[int, ...], pool: WorkerPool
) -> Evaluation:
    card = Card("paper", "", table.class_names, network.widths, FEATURE_SET, N_FEATURES)
    label_of = dict(zip(table.positions, table.labels.tolist(), strict=True))
    with open_library(path) as library:
        indices = np.full(len(library), NO_LABEL, dtype=np.int64)
        indices[list(positions)] = [label_of[position] for position in positions]
        labels = ClassLabels(table.meaning, indices)
        request = ExplanationRequest(library, Bundle(card, network, Path()), methods())
        return evaluate_methods(request, labels, explain_library, Work(pool, _tell))


def _table(task: Task, seen: Evaluation, unseen: Evaluation) -> str:
    lines = [
        f"### {task.name}",
        "",
        (
            f"Accuracy, nothing masked: theirs {task.accuracy:.3f}; ours {seen.scores()['accuracy']:.3f} on the "
            f"{seen.n_molecules:,} molecules that it was trained on, {unseen.scores()['accuracy']:.3f} (AUC-ROC "
            f"{unseen.scores()['auc_roc']:.3f}) on {unseen.n_molecules:,} that it was not."
        ),
        "",
        (
            "| method | fidelity theirs | ours | at random | held-out | at random | contrastivity theirs | ours "
            "| held-out | sparsity theirs | ours | held-out |"
        ),
        "| --- |" + " ---: |" * 11,
    ]
    for method in methods():
        fidelity, contrast, sparse = task.theirs.get(method.id, (None, None, None))
        a, b = summarise(seen, method.id, PAPER_CUTOFF), summarise(unseen, method.id, PAPER_CUTOFF)
        cells = [
            _three(fidelity),
            *map(_three, (a.fidelity, a.fidelity_random, b.fidelity, b.fidelity_random)),
            *(_percent(contrast), _percent(100 * a.contrastivity), _percent(100 * b.contrastivity)),
            *(_percent(sparse), _percent(100 * a.sparsity), _percent(100 * b.sparsity)),
        ]
        lines.append(f"| `{method.id}` | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _three(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def _tell(progress: Progress) -> None:
    if progress.done % 20 == 0 or progress.done == progress.total:
        print(f"\r{progress.what} {progress.done}/{progress.total} ", end="", file=sys.stderr, flush=True)
