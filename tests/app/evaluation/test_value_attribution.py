"""Maps of a value against what each atom is known to add to it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau

from gcx_desktop.app.evaluation.benchmark_attribution import (
    AttributionRequest,
    benchmark_attribution,
    read_attribution_table,
)
from gcx_desktop.app.evaluation.value_attribution import score_value_attribution
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.cli.main import main
from gcx_desktop.errors import UsageError
from gcx_desktop.explain.attribution import kendall_tau
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, N_FEATURES
from gcx_desktop.library.labels.measurements import ValueMeaning
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

METHODS = ("cam", "occlusion", "contribution")


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A nitrogen adds 2, an oxygen takes 1 away, a carbon adds nothing; the value is the sum over N atoms."""
    rows = []
    for i, n in enumerate(range(2, 32)):
        chain = "C" * n
        for ends in (("N", "O"), ("N", ""), ("O", "O")):
            smiles = f"{ends[0]}{chain}{ends[1]}"
            adds = [{"N": 2, "O": -1}.get(atom, 0) for atom in smiles]
            rows.append((smiles, sum(adds), "test" if i % 4 == 3 else "train", " ".join(map(str, adds))))
    rows += [("NCC", 2, "train", "2 0"), ("NCCC", 2, "test", "2 0 zero 0")]
    path = tmp_path_factory.mktemp("attribution") / "heteroatoms.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("smiles", "y", "part", "adds"), *rows])
    return path


def request(table: Path) -> AttributionRequest:
    return AttributionRequest(table, "y", "part", truth_column="adds")


def test_each_atom_has_its_number_and_records_with_other_numbers_are_rejected(table: Path, pool: WorkerPool) -> None:
    read = read_attribution_table(request(table), Work(pool))
    assert isinstance(read.meaning, ValueMeaning)
    assert (len(read.train), len(read.test)) == (69, 21)
    for label, truth in zip(read.test.labels, read.truth, strict=True):
        assert truth.sum() == label
    assert sorted(each.reason for each in read.rejected) == [
        "its column of true atoms holds 2 numbers, but it has 3 atoms",
        "its column of true atoms holds no finite numbers, but it has 4 atoms",
    ]


def knowing_network() -> Network:
    """Whose contributions are exactly what the atoms add, over the number of atoms."""
    weight = torch.zeros(N_FEATURES, 2)
    weight[FEATURE_NAMES.index("symbol: N"), 0] = 1.0
    weight[FEATURE_NAMES.index("symbol: O"), 1] = 1.0
    head = torch.tensor([[2.0, -2.0], [-1.0, 1.0]])
    return Network((Layer(weight, torch.zeros(2)),), Layer(head, torch.zeros(2)), of_value=True)


def test_a_network_that_knows_what_atoms_add_finds_those_that_raise_and_those_that_lower(
    table: Path, pool: WorkerPool
) -> None:
    read = read_attribution_table(request(table), Work(pool))
    cam, occlusion, contribution = score_value_attribution(
        knowing_network(), read.test, read.truth, [method(id_) for id_ in METHODS], seed=4
    )
    assert (cam.seed, cam.method, cam.n_molecules) == (4, "cam", 21)
    for row in (cam, occlusion, contribution):
        assert row.auroc_mean == row.auroc_negative_mean == 1.0
    assert occlusion.jaccard_best == 1.0  # it alone does not show the neighbours
    assert occlusion.kendall_mean == pytest.approx(1.0)
    assert math.isnan(cam.rmse_mean)
    assert contribution.rmse_mean > 0


def test_a_label_of_few_numbers_is_a_value_beside_numbers_of_atoms_but_for_the_user(
    table: Path, pool: WorkerPool
) -> None:
    asked = AttributionRequest(
        table, "y", "part", truth_column="adds", task=LearnedTask.CLASSES, class_of={"1": "a", "2": "b", "-2": "c"}
    )
    read = read_attribution_table(asked, Work(pool))
    assert not isinstance(read.meaning, ValueMeaning)


def test_atoms_that_all_add_the_same_cannot_be_scored(table: Path, pool: WorkerPool) -> None:
    read = read_attribution_table(request(table), Work(pool))
    same = [np.zeros_like(each) for each in read.truth]
    with pytest.raises(UsageError, match="in no test row do atoms add different amounts"):
        score_value_attribution(knowing_network(), read.test, same, [method("cam")], seed=0)


def test_the_rank_correlation_is_that_of_scipy() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        one, other = random.integers(0, 4, 12).astype(float), random.integers(0, 3, 12).astype(float)
        assert kendall_tau(one, other) == pytest.approx(kendalltau(one, other).statistic)
    assert math.isnan(kendall_tau(np.ones(3), np.arange(3.0)))


def test_a_row_for_each_seed_and_method_with_the_columns_that_are_promised(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = ["--label", "y", "--split-column", "part", "--truth-column", "adds", "--epochs", "1", "--folds", "2"]
    few = ["--method", "contribution", "--method", "eb", "--seeds", "0", "1"]
    assert main(["benchmark-attribution", str(table), *words, *few, "-o", str(out), "--quiet"]) == 0
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["method"], row["seed"]) for row in rows] == [
        *(("contribution", "0"), ("eb", "0"), ("contribution", "1"), ("eb", "1")),
    ]
    promised = ["auroc_mean", "auroc_median", "jaccard_best", "jaccard_default", "n_molecules", "model_r2"]
    assert {*promised, "kendall_mean", "pearson_mean", "auroc_negative_mean"} <= set(rows[0])


def test_smarts_or_a_column_say_which_atoms_are_true(table: Path, pool: WorkerPool) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["benchmark-attribution", str(table), "--label", "y", "--split-column", "part", "-o", "-"])
    assert stopped.value.code == 2
    with pytest.raises(UsageError, match="unknown column"):
        benchmark_attribution(AttributionRequest(table, "y", "part", truth_column="none"), [method("cam")], Work(pool))
