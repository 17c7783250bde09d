"""Everything that is measured at once, on a small library and a network of random weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gcx_desktop.app.evaluation.measure_library import LibraryEvaluation, measure_library
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.training.training_table import file_sha256
from gcx_desktop.errors import Cancelled
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card, TrainingData
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.work import Work

SMILES = ("CCO", "CCN", "c1ccccc1", "CC(=O)O", "broken", "CCCN", "CCl", "OCCO")


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("smiles,label\n" + "".join(f"{smiles},{i % 2}\n" for i, smiles in enumerate(SMILES)) + "CC,\n")
    return path


@pytest.fixture
def bundle() -> Bundle:
    card = Card("tiny", "task", ("no", "yes"), (8, 8), FEATURE_SET, N_FEATURES)
    return Bundle(card, initialise(N_FEATURES, (8, 8), 2, torch.Generator().manual_seed(0)), Path("tiny"))


def measured(table: Path, bundle: Bundle, pool: WorkerPool, **options: object) -> LibraryEvaluation:
    with open_library(table) as library:
        request = ExplanationRequest(library, bundle, [method("cam"), method("eb")])
        work = Work(pool, **{name: options.pop(name) for name in ("report", "cancel") if name in options})  # type: ignore[arg-type]
        return measure_library(request, "label", explain_library, work, **options)  # type: ignore[arg-type]


def test_of_a_sample_the_molecules_are_spread_over_those_with_a_label(
    table: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    found = measured(table, bundle, pool, n_wanted=3)
    assert found.evaluation.positions.tolist() == [0, 3, 7]
    assert found.n_labelled == 8
    assert [check.method for check in found.checks] == ["cam", "eb"]
    assert found.method_ids == tuple(found.evaluation.measures) == ("cam", "eb")


def test_of_all_molecules_none_is_left_out_but_those_that_cannot_be_read(
    table: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    found = measured(table, bundle, pool)
    assert found.evaluation.positions.tolist() == [0, 1, 2, 3, 5, 6, 7]
    assert [each.position for each in found.evaluation.rejected] == [4]


def test_it_is_known_whether_the_model_was_trained_on_the_file(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    assert not measured(table, bundle, pool, n_wanted=2).trained_on
    data = TrainingData("table.csv", "label", 9, 8, {}, file_sha256(table))
    same = replace(bundle, card=replace(bundle.card, training_data=data))
    assert measured(table, same, pool, n_wanted=2).trained_on
    with table.open("a") as file:
        file.write("CCC,1\n")
    assert not measured(table, same, pool, n_wanted=2).trained_on


def test_it_reports_progress_and_can_be_stopped_at_any_step(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    steps: list[str] = []
    measured(table, bundle, pool, report=lambda progress: steps.append(progress.what))
    assert set(steps) == {"Evaluating", "Randomising layers"}
    for step in set(steps):
        cancel = CancelToken()

        def tell(progress: Progress, step: str = step, cancel: CancelToken = cancel) -> None:
            if progress.what == step:
                cancel.cancel()

        with pytest.raises(Cancelled):
            measured(table, bundle, pool, report=tell, cancel=cancel)
