"""The second kind of graph: what networks learn of VRD's photographs, and whether the maps show why.

Two tasks, each twice. With the objects that define the label in the graphs, they are the known rationale of the class,
so that attribution AUROC (Sanchez-Lengeling et al., NeurIPS 2020) measures each method. Without them, the network must
go by the rest of the image. Networks see the published train images alone, and are judged on the published test images.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from gcx_desktop.app.evaluation.evaluate_methods import Evaluation, evaluate_methods, summarise
from gcx_desktop.app.evaluation.labelled_records import class_labels
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.training.train_model import TrainingRequest, train_model
from gcx_desktop.explain.method import methods
from gcx_desktop.explain.saliency_cutoff import PAPER_CUTOFF
from gcx_desktop.gcn.bundles.bundle import Bundle, load_bundle
from gcx_desktop.kinds.registry import other_files, rationale_of
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

TASKS = ("vrd-country-urban", "vrd-indoor-outdoor")
SETTINGS = {"widths": (64, 128, 256)}
"""Half of the customary widths: there are a thousand images or two, with some nine objects each."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A network, judged on the test images."""

    task: str
    removed: bool
    """Whether the defining objects are left out."""
    n_train: int
    evaluation: Evaluation


def print_scenes(data: Path, kept: Path | None) -> None:
    """:param kept: a folder of the models; one that is there is not trained again"""
    folder = data / "scene_graphs"
    with TemporaryDirectory() as scratch, WorkerPool(2) as pool:
        for task in TASKS:
            for removed in (False, True):
                name = f"{task}-removed" if removed else task
                bundle = _model(
                    folder / "vrd_annotations_train.json", task, removed, (kept or Path(scratch)) / name, pool
                )
                with open_library(folder / "vrd_annotations_test.json", others=other_files()) as library:
                    print("\n".join(_table(_judged(library, bundle, task, removed, pool))), end="\n\n", flush=True)


def _model(table: Path, task: str, removed: bool, output: Path, pool: WorkerPool) -> Bundle:
    if output.exists():
        return load_bundle(output, FEATURE_SETS)
    request = TrainingRequest(table, task, output, without_defining=removed, n_seeds=1, settings=SETTINGS)
    return train_model(request, Work(pool, _tell))


def _judged(library: Library, bundle: Bundle, task: str, removed: bool, pool: WorkerPool) -> Experiment:
    labels = class_labels(library, task, bundle.card.class_names)
    request, rationale = ExplanationRequest(library, bundle, methods()), rationale_of(library, task)
    found = evaluate_methods(request, labels, explain_library, Work(pool), rationale=rationale)
    trained = bundle.card.training_data
    return Experiment(task, removed, trained.n_used if trained else 0, found)


def _table(found: Experiment) -> Iterator[str]:
    scores = found.evaluation.scores()
    larger = float(np.bincount(found.evaluation.labels).max()) / found.evaluation.n_molecules
    which = "defining objects removed" if found.removed else "defining objects kept"
    yield (
        f"{found.task}, {which}: {found.n_train:,} train images, {found.evaluation.n_molecules:,} test images, "
        f"AUC {scores['auc_roc']:.3f}, accuracy {scores['accuracy']:.3f}, "
        f"balanced accuracy {scores['balanced_accuracy']:.3f} (the larger class is {larger:.3f} of them)"
    )
    yield ""
    yield "| method | fidelity | at random | contrastivity | sparsity | attribution AUROC |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for method in methods():
        row = summarise(found.evaluation, method.id, PAPER_CUTOFF)
        area = f"{row.attribution_auroc:.3f}" if row.n_attributed else "—"
        yield (
            f"| `{method.id}` | {row.fidelity:.3f} | {row.fidelity_random:.3f} | {row.contrastivity:.3f} | "
            f"{row.sparsity:.3f} | {area} |"
        )


def _tell(progress: Progress) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{progress.what} {progress.done}/{progress.total}", end="", file=sys.stderr)
