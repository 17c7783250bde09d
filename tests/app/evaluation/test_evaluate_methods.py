"""Evaluation of a model and its methods, on molecules and a network worked by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gcx_desktop.app.evaluation.evaluate_methods import Evaluation, evaluate_methods, summarise
from gcx_desktop.app.evaluation.labelled_records import NO_LABEL, class_labels
from gcx_desktop.app.evaluation.write_evaluation import (
    SUMMARY_COLUMNS,
    curve_rows,
    record_rows,
    summary_columns,
    summary_rows,
)
from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.errors import UnknownNameError, UsageError
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.kinds.kind import Rationale
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def bundle() -> Bundle:
    """Calls a molecule an amine if it has a nitrogen; CAM shows N and its neighbours, for that class alone."""
    weight = torch.zeros(N_FEATURES, 1)
    weight[FEATURE_NAMES.index("symbol: N")] = 1.0
    head = Layer(torch.tensor([[-10.0, 10.0]]), torch.tensor([0.1, 0.0]))
    card = Card("amines", "has a nitrogen", ("other", "amine"), (1,), FEATURE_SET, N_FEATURES)
    return Bundle(card, Network((Layer(weight, torch.zeros(1)),), head), Path("amines"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "amines.csv"
    path.write_text("smiles,amine\nCCCN,1\nCC,0\nCCO,\nnonsense,1\n")
    return path


def evaluation(
    table: Path, bundle: Bundle, pool: WorkerPool, *ids: str, rationale: Rationale | None = None
) -> Evaluation:
    with open_library(table) as library:
        labels = class_labels(library, "amine", bundle.card.class_names)
        request = ExplanationRequest(library, bundle, [method(id_) for id_ in ids])
        return evaluate_methods(request, labels, explain_library, Work(pool), rationale=rationale)


def test_measures_of_two_molecules_worked_by_hand(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam")
    assert found.positions.tolist() == [0, 1]
    assert [each.position for each in found.rejected] == [3]
    assert found.scores()["accuracy"] == 1.0
    summary = summarise(found, "cam", 0.01)
    # CCCN: the map for "amine" holds N and its neighbour, without which it is no amine; that for "other" is empty, and
    # masking nothing changes nothing: it loses 1 − (1 + 0) / 2. CC has empty maps and loses nothing.
    assert found.measures["cam"].lost[:, found.cutoffs.index(0.01)].tolist() == [0.5, 0.0]
    assert summary.fidelity == 0.25
    assert summary.sparsity == pytest.approx((2 / 4 + 1) / 2)
    assert summary.contrastivity == 1.0
    assert (summary.n_molecules, summary.n_salient) == (2, 1)


def test_random_maps_have_the_size_of_the_map(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam")
    at = found.cutoffs.index(0.01)
    # Of CCCN two random atoms are masked, which half of the time are not N; three draws, half of them for "amine".
    assert found.measures["cam"].lost_at_random[0, at] in [pytest.approx(k / 6) for k in range(4)]
    assert found.measures["cam"].lost_at_random[1, at] == 0.0


def test_every_method_loses_the_same_when_all_atoms_are_masked(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "cam", "occlusion", "gradient")
    assert found.shares[-1] == 1.0
    for measures in found.measures.values():
        assert measures.lost_by_share[:, -1].tolist() == [1.0, 0.0]
    assert found.lost_by_random_share[:, -1].tolist() == [1.0, 0.0]


def test_the_nitrogen_is_the_first_atom_that_occlusion_masks(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    found = evaluation(table, bundle, pool, "occlusion")
    # One atom of four is masked: for "amine" N, for "other", against which N speaks, any but it.
    assert found.measures["occlusion"].lost_by_share[0, found.shares.index(0.2)] == 0.5


def test_the_same_seed_gives_the_same_evaluation(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    one, other = (evaluation(table, bundle, pool, "cam", "eb") for _ in range(2))
    assert list(summary_rows(one, ["cam", "eb"], 0.01)) == list(summary_rows(other, ["cam", "eb"], 0.01))


def test_rows_hold_the_columns_that_are_promised_and_no_number_where_there_is_none(
    table: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    found = evaluation(table, bundle, pool, "cam")
    (row,) = summary_rows(found, ["cam"], 0.01)
    assert set(row) == set(SUMMARY_COLUMNS) == set(summary_columns(found))
    assert row["auc_roc"] == 1.0
    curves = list(curve_rows(found, ["cam"]))
    assert len(curves) == len(found.cutoffs) + len(found.shares)
    first, second = record_rows(found, ["cam"], 0.01, bundle.card.class_names)
    assert (first["record"], first["label"], first["cam_contrastivity"]) == (1, "amine", 1.0)
    assert second["cam_contrastivity"] is None


def test_attribution_of_molecules_worked_by_hand(tmp_path: Path, bundle: Bundle, pool: WorkerPool) -> None:
    path = tmp_path / "amines.csv"
    path.write_text("smiles,amine\nCCCN,1\nCCCN,1\nN,1\nCC,0\n")
    # The map for "amine" of CCCN is 0, 0, 1/√6, 1/2: N is above all; of the second atom one is below half of the time.
    known = {0: np.array([False, False, False, True]), 1: np.array([False, True, False, False]), 2: np.array([True])}
    found = evaluation(path, bundle, pool, "cam", rationale=lambda read: known.get(read.position))
    assert found.attribution is not None
    np.testing.assert_allclose(found.attribution["cam"], [1.0, 1 / 6, math.nan, math.nan])
    (row,) = summary_rows(found, ["cam"], 0.01)
    assert set(row) == {*SUMMARY_COLUMNS, "attribution_auroc", "n_attributed"}
    assert summary_columns(found)[-2:] == ("attribution_auroc", "n_attributed")
    assert (row["attribution_auroc"], row["n_attributed"]) == (0.583333, 2)


def test_attribution_is_the_share_of_pairs_in_their_order_for_each_method_and_true_class(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    path, ids = tmp_path / "some.csv", ("cam", "occlusion", "input-gradient")
    smiles = ["CCNCCO", "NCC(N)C", "CCC(C)C", "c1ccncc1O", "CNC"]
    path.write_text("smiles,amine\n" + "".join(f"{each},{i % 2}\n" for i, each in enumerate(smiles)))
    known = [np.arange(sum(map(str.isalpha, each))) % 3 == i % 3 for i, each in enumerate(smiles)]
    found = evaluation(path, bundle, pool, *ids, rationale=lambda read: known[read.position])
    assert found.attribution is not None
    with open_library(path) as library:
        request = ExplanationRequest(library, bundle, [method(id_) for id_ in ids])
        explained = list(explain_library(request, Work(pool)))
    for id_ in ids:
        for i, record in enumerate(explained):
            assert isinstance(record, ExplainedRecord)
            values = record.explanation.maps[id_][:, i % 2]
            pairs = [(a > b) + 0.5 * (a == b) for a in values[known[i]] for b in values[~known[i]]]
            assert found.attribution[id_][i] == pytest.approx(np.mean(pairs))


def test_labels_may_be_names_or_numbers_of_classes_or_values_with_chosen_classes(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("smiles,Name,number,word,one,many\nC,b,1,no,0,1\nCC,a,2,yes,,2\nCCC,,1,no,0,3\n")
    with open_library(path) as library:

        def labels(column: str, **more: Any) -> list[int]:
            return class_labels(library, column, ("a", "b"), **more).labels.tolist()

        assert labels("Name") == labels("name") == labels("column 2") == [1, 0, NO_LABEL]
        assert labels("one") == [0, NO_LABEL, 0]
        assert labels("word", positive="b") == [0, 1, 0]
        assert labels("word", class_of={"yes": "a", "no": "B"}) == [1, 0, 1]
        for column in ("number", "word", "many"):
            with pytest.raises(UsageError, match=r"labels\.csv: column ‘.*--class-of"):
                labels(column)
        with pytest.raises(UnknownNameError):
            labels("no such")


def test_an_evaluation_of_one_class_alone_has_no_area_under_a_curve(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("smiles,amine\nCN,1\nCCN,1\n")
    scores = evaluation(path, bundle, pool, "cam").scores()
    assert math.isnan(scores["auc_roc"])
    assert scores["accuracy"] == 1.0
    assert np.isfinite(scores["balanced_accuracy"])
