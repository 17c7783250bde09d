"""Maps against atoms that are known to make the class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.evaluation.benchmark_attribution import (
    AttributionRequest,
    benchmark_attribution,
    network_trainer,
    read_attribution_table,
    score_attribution,
)
from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.cli.main import main
from gcx_desktop.errors import UsageError
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.foundation import load_foundation
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.paths import bundled_models
from gcx_desktop.pool import WorkerPool
from gcx_desktop.substructure.query import QueryError
from gcx_desktop.work import Work

TINY = {"widths": (8,), "learning_rate": 0.02, "max_epochs": 3, "patience": 3, "average_epochs": 0.0}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class 1 has a nitrogen or a fluorine."""
    tails = ["C", "CC", "CCC", "CCCC", "C(C)C", "C(C)CC", "CCCCC", "CC(C)C"]
    rows = [
        (f"{tail}{end}", int(end != "O"), "test" if i % 4 == 3 else "train")
        for i, tail in enumerate(tails)
        for end in ("O", "N", "F")
    ]
    path = tmp_path_factory.mktemp("attribution") / "amines.csv"
    lines = [
        f"{smiles},{label},{split}" for smiles, label, split in [*rows, ("CS", 1, "validation"), ("C1", 1, "test")]
    ]
    path.write_text("\n".join(["smiles,label,part", *lines]) + "\n")
    return path


def request(table: Path, *truth: str) -> AttributionRequest:
    return AttributionRequest(table, "label", "part", truth or ("[#7]", "F"), n_folds=1, settings=TINY)


def test_the_truth_is_the_union_of_all_matches_of_all_patterns(table: Path, pool: WorkerPool) -> None:
    read = read_attribution_table(request(table), Work(pool))
    assert (len(read.train), len(read.test)) == (18, 6)
    assert [rejected.reason for rejected in read.rejected] != []
    for label, truth in zip(read.test.labels, read.truth, strict=True):
        assert truth.sum() == label


def test_a_network_that_knows_the_true_atoms_has_a_perfect_score(table: Path, pool: WorkerPool) -> None:
    read = read_attribution_table(request(table), Work(pool))
    weight = torch.zeros(N_FEATURES, 1)
    for name in ("symbol: N", "symbol: F"):
        weight[FEATURE_NAMES.index(name)] = 1.0
    network = Network((Layer(weight, torch.zeros(1)),), Layer(torch.tensor([[-1.0, 1.0]]), torch.zeros(2)))
    occlusion, cam = score_attribution(network, read, 1, [method("occlusion"), method("cam")], seed=0, model_auc=1.0)
    assert (occlusion.auroc_mean, occlusion.auroc_median, occlusion.jaccard_best) == (1.0, 1.0, 1.0)
    # CAM shows the neighbour as well, if less.
    assert (cam.auroc_mean, cam.jaccard_default) == (1.0, 0.5)
    assert occlusion.n_molecules == 4


def test_each_seed_and_method_has_a_row(table: Path, pool: WorkerPool) -> None:
    asked = AttributionRequest(table, "label", "part", ("[#7]", "F"), seeds=(1, 2), n_folds=1, settings=TINY)
    rows = benchmark_attribution(asked, [method("cam"), method("eb")], Work(pool))
    assert [(row.seed, row.method) for row in rows] == [(1, "cam"), (1, "eb"), (2, "cam"), (2, "eb")]
    assert all(0 <= row.auroc_mean <= 1 and 0 <= row.jaccard_best <= 1 for row in rows)


def test_an_ensemble_has_a_member_for_each_fold_and_a_single_network_none(table: Path, pool: WorkerPool) -> None:
    single = request(table)
    read = read_attribution_table(single, Work(pool))
    members = [
        network_trainer(replace(single, n_folds=n_folds), read)(0, Work(pool)).n_members for n_folds in (1, 3, None)
    ]
    assert members == [1, 3, 5]


def test_training_starts_from_the_layers_of_a_foundation(table: Path, pool: WorkerPool) -> None:
    asked = replace(
        request(table), n_folds=3, foundation=str(bundled_models() / "foundation"), settings={"max_epochs": 1}
    )
    network = network_trainer(asked, read_attribution_table(asked, Work(pool)))(0, Work(pool))
    foundation = load_foundation(bundled_models() / "foundation", FEATURE_SET, N_FEATURES).network
    assert network.n_shared == 2
    for own, given in zip(network.hidden[:2], foundation.hidden[:2], strict=True):
        assert torch.equal(own.weight, given.weight)


def test_a_class_with_fewer_rows_than_folds_is_refused_with_a_sentence(table: Path, pool: WorkerPool) -> None:
    asked = replace(request(table), n_folds=7)
    with pytest.raises(UsageError, match="only 6 molecules of class 0 can be trained on, too few for 7 folds"):
        benchmark_attribution(asked, [method("cam")], Work(pool))


def test_a_table_that_cannot_be_scored_is_refused_with_a_sentence(
    table: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    with pytest.raises(QueryError, match="‘C1’ is no SMARTS"):
        read_attribution_table(request(table, "C1"), Work(pool))
    with pytest.raises(UsageError, match="no test row of the positive class has true atoms"):
        benchmark_attribution(request(table, "[Xe]"), [method("cam")], Work(pool))
    path = tmp_path / "one part.csv"
    path.write_text("smiles,label,part\nCN,1,train\nCO,0,train\n")
    with pytest.raises(UsageError, match="no row with ‘test’ in column ‘part’ has the label ‘0’"):
        read_attribution_table(request(path), Work(pool))


def test_the_command_writes_the_columns_that_are_promised(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = ["--label", "label", "--split-column", "part", "--truth", "[#7]", "--truth", "F", "--epochs", "1"]
    assert main(["benchmark-attribution", str(table), *words, "-o", str(out), "--seeds", "0", "3", "--quiet"]) == 0
    header, *rows = out.read_text().splitlines()
    wanted = ["method", "auroc_mean", "auroc_median", "jaccard_best", "jaccard_default", "n_molecules", "model_auc"]
    assert set(wanted) <= set(header.split(","))
    assert len(rows) == 2 * len(METHOD_NAMES)
    assert np.isfinite(float(rows[0].split(",")[1]))
