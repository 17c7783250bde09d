"""Evaluation of a model of values, on molecules and a network worked by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.evaluation.evaluate_methods import Evaluation, evaluate_methods, summarise
from gcx_desktop.app.evaluation.label_suspicion import value_suspicion
from gcx_desktop.app.evaluation.measure_library import measure_library
from gcx_desktop.app.evaluation.records_behind import MeasureKind, records_behind_measure
from gcx_desktop.app.evaluation.true_labels import true_labels
from gcx_desktop.app.evaluation.write_evaluation import (
    VALUE_SUMMARY_COLUMNS,
    record_columns,
    record_rows,
    summary_columns,
    summary_rows,
)
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

RAISED = 12 * (1 / math.sqrt(6) + 1 / 2) / 4
"""What the nitrogen of CCCN adds: an average over its four atoms, of 1/2 at N and 1/√6 at its neighbour."""
LOWERED = 8 * (1 / 2 + 1 / 2) / 2
"""What the oxygen of CO takes away."""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def bundle() -> Bundle:
    """1 for a carbon chain; nitrogen raises it, oxygen lowers it."""
    weight = torch.zeros(N_FEATURES, 2)
    weight[FEATURE_NAMES.index("symbol: N"), 0] = weight[FEATURE_NAMES.index("symbol: O"), 1] = 1.0
    head = Layer(torch.tensor([[12.0, -12.0], [-8.0, 8.0]]), torch.tensor([1.0, -1.0]))
    card = Card(
        "basicity", "task", DIRECTIONS, (2,), FEATURE_SET, N_FEATURES, endpoint="pKa", scale={"transform": "none"}
    )
    return Bundle(card, Network((Layer(weight, torch.zeros(2)),), head, of_value=True), Path("basicity"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "bases.csv"
    path.write_text("smiles,pKa\nCCCN,3.5\nCC,1.5\nCCO,\nnonsense,1\nCO,-3\n")
    return path


def evaluation(table: Path, bundle: Bundle, pool: WorkerPool, *ids: str) -> Evaluation:
    with open_library(table) as library:
        request = ExplanationRequest(library, bundle, [method(id_) for id_ in ids])
        labels = true_labels(library, "pKa", bundle.card)
        return evaluate_methods(request, labels, explain_library, Work(pool))


def test_predictions_are_compared_with_what_was_measured(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam")
    assert found.positions.tolist() == [0, 1, 4]
    predicted = np.array([1 + RAISED, 1.0, 1 - LOWERED])
    np.testing.assert_allclose(found.probabilities[:, 0], predicted, rtol=1e-5)
    errors = predicted - [3.5, 1.5, -3]
    scores = found.scores()
    assert list(scores) == ["rmse", "mae", "r2", "spearman"]
    assert scores["rmse"] == pytest.approx(math.sqrt((errors**2).mean()), rel=1e-5)
    assert scores["spearman"] == 1.0


def test_fidelity_is_how_far_the_value_moves_as_the_maps_say(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam", "contribution")
    # Of CCCN "raises" holds N and its neighbour, without which the value falls to 1, and "lowers" nothing; of CO
    # "lowers" holds both atoms, without which it rises to 1. The mean of both maps is half of that.
    expected = [RAISED / 2, 0.0, LOWERED / 2]
    for id_ in ("cam", "contribution"):
        lost = found.measures[id_].lost[:, found.cutoffs.index(0.01)]
        np.testing.assert_allclose(lost, expected, rtol=1e-5, atol=1e-6)
        summary = summarise(found, id_, 0.01)
        assert summary.fidelity == pytest.approx(sum(expected) / 3, rel=1e-5)
        assert (summary.contrastivity, summary.n_salient) == (1.0, 2)
        assert summary.sparsity == pytest.approx((2 / 4 + 1 + 0) / 3)


def test_random_atoms_move_it_neither_way_if_as_many_are_masked_for_both_maps(
    table: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    found = evaluation(table, bundle, pool, "occlusion")
    np.testing.assert_allclose(found.lost_by_random_share, 0.0, atol=1e-6)
    by_share = found.measures["occlusion"].lost_by_share
    # One atom of four: without N the value falls to 1, and it does not rise without one that does not count.
    assert by_share[0, found.shares.index(0.2)] == pytest.approx(RAISED / 2, rel=1e-5)
    np.testing.assert_allclose(by_share[:, -1], 0.0, atol=1e-6)  # all atoms are masked for both


def test_rows_hold_the_columns_of_values(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam")
    (row,) = summary_rows(found, ["cam"], 0.01)
    assert set(row) == set(VALUE_SUMMARY_COLUMNS) == set(summary_columns(found))
    taken = "pKa from -3 to 3.5 (4); left out: no value (1)"
    assert row["labels"] == f"{taken}. They are taken as they are, in the model's unit"
    first, *_ = record_rows(found, ["cam"], 0.01, DIRECTIONS)
    assert list(first) == record_columns(found, DIRECTIONS, ["cam"])
    assert first["measured"] == 3.5
    assert first["error"] == pytest.approx(1 + RAISED - 3.5, rel=1e-4)


def test_records_behind_are_those_that_move_more_than_by_chance_and_the_others(
    table: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    found = evaluation(table, bundle, pool, "cam")
    moved = records_behind_measure(found, "cam", 0.01, MeasureKind.FIDELITY, MOLECULES.words)
    others = records_behind_measure(found, "cam", 0.01, MeasureKind.RANDOM, MOLECULES.words)
    assert moved.words == "moved more than by random atoms, CAM"
    assert moved.positions | others.positions == {0, 1, 4}
    assert 1 in others.positions
    assert not moved.positions & others.positions


def test_the_window_is_told_endpoint_and_unit(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    with open_library(table) as library:
        request = ExplanationRequest(library, bundle, [method("cam")])
        measured = measure_library(request, "pKa", explain_library, Work(pool), n_wanted=2)
    assert measured.value is not None
    assert (measured.value.name, measured.n_labelled) == ("pKa", 4)
    assert measured.evaluation.n_molecules == 2
    assert [check.method for check in measured.checks] == ["cam"]


def test_values_that_run_against_the_predictions_are_suspected_and_chance_is_not() -> None:
    measured = np.arange(30.0)
    assert value_suspicion(measured, measured) == ""
    assert "opposite directions (Spearman −1.000)" in value_suspicion(measured, -measured)
    assert value_suspicion(measured[:3], -measured[:3]) == ""  # of three, chance often orders them so
    assert value_suspicion(measured, np.zeros(30)) == ""
