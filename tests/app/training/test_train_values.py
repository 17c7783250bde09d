"""Training on measurements, from the table to the model's folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.explaining.model_knowledge import load_model_knowledge
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.model_domain import add_domain
from gcx_desktop.app.training.train_model import TrainingRequest, endpoint_name, train_model
from gcx_desktop.app.training.training_table import TrainingTableRequest, read_training_table
from gcx_desktop.errors import BundleError, UsageError
from gcx_desktop.gcn.bundles.bundle import Bundle, load_bundle
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.library.labels.value_scale import Transform, ValueScale
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

SETTINGS = {"widths": (8, 8), "learning_rate": 0.02, "batch_size": 16, "max_epochs": 20}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def rows() -> list[tuple[str, float]]:
    """Alkyl chains on rings: each CH2 raises the value by 0.5, a hydroxyl lowers it by 1, and rings differ a little."""
    rings = ("c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccncc1")
    return [
        (f"{ring}{'C' * n}{'O' * oxygen}", 0.5 * n - oxygen + 0.01 * number)
        for number, ring in enumerate(rings)
        for n in range(1, 13)
        for oxygen in (0, 1)
    ]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(["smiles,logP", *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [f"{smiles},{value:.2f}" for smiles, value in rows()]
    return write(tmp_path_factory.mktemp("values") / "chains.csv", [*lines, "CCCC,>5", "CCCCC,"])


@pytest.fixture(scope="module")
def trained(table: Path, pool: WorkerPool, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    output = tmp_path_factory.mktemp("models") / "chains"
    asked = TrainingRequest(table, "logP", output, split=SplitProtocol.RANDOM, n_seeds=1, n_folds=3, settings=SETTINGS)
    return train_model(asked, Work(pool))


def test_many_different_numbers_are_learned_as_values_and_the_card_says_so(trained: Bundle) -> None:
    card = trained.card
    assert card.of_value
    assert (card.endpoint, card.class_names) == ("logP", ("raises", "lowers"))
    assert card.scale == {"unit": "", "transform": "none"}
    assert card.value_range == pytest.approx((-0.5, np.mean([value for _, value in rows()]), 6.04))
    names = ["rmse", "mae", "r2", "spearman", "coverage_90"]
    assert list(card.metrics[0].values) == names
    assert list(card.baseline[0].values) == names[:-1]
    r2 = card.metrics[0].values["r2"][0]
    assert r2 is not None
    assert r2 > 0.5


def test_a_bundle_of_values_is_loaded_as_it_was_and_knows_its_records(trained: Bundle) -> None:
    loaded = load_bundle(trained.path, FEATURE_SETS)
    assert loaded.network.of_value
    assert loaded.forest is not None
    knowledge = load_model_knowledge(trained.path, loaded.card)
    assert not knowledge.problems
    assert knowledge.conformal is None
    assert knowledge.intervals is not None
    assert knowledge.out_of_fold is not None
    measured = (
        dict(zip(knowledge.records.texts, knowledge.out_of_fold.measured, strict=True)) if knowledge.records else {}
    )
    assert measured["OCCc1ccccc1"] == 0.0
    assert float(knowledge.out_of_fold.errors.mean()) < 1.0


def test_weights_whose_second_output_is_not_the_opposite_are_refused(trained: Bundle, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    for file in trained.path.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(tmp_path / "weights.safetensors")
    weights["head.bias"] += 1
    save_file(weights, tmp_path / "weights.safetensors")
    with pytest.raises(BundleError, match="the second output is not the opposite of the value"):
        load_bundle(tmp_path, FEATURE_SETS)


def test_duplicates_have_their_mean_unless_they_lie_far_apart(pool: WorkerPool, tmp_path: Path) -> None:
    lines = [f"{smiles},{value}" for smiles, value in rows()]
    path = write(tmp_path / "t.csv", [*lines, "OCc1ccccc1,-0.3", "c1ccccc1CC,9"])
    found = read_training_table(TrainingTableRequest(path, "logP"), Work(pool))
    of = dict(zip(found.texts, found.labels.tolist(), strict=True))
    assert of["OCc1ccccc1"] == pytest.approx(-0.4)
    assert "CCc1ccccc1" not in of
    assert (found.dropped["duplicate"], found.dropped["contradictory labels"]) == (1, 2)


def test_a_transform_makes_the_endpoint_and_leaves_out_what_has_no_logarithm(pool: WorkerPool, tmp_path: Path) -> None:
    lines = [f"{smiles},{10.0**value}" for smiles, value in rows()]
    path = write(tmp_path / "t.csv", [*lines, "CCCCCCC,0"])
    asked = TrainingTableRequest(path, "logP", scale=ValueScale("nM", Transform.NEGATIVE_LOG10))
    found = read_training_table(asked, Work(pool))
    assert dict(zip(found.texts, found.labels.tolist(), strict=True))["CCc1ccccc1"] == pytest.approx(9 - 1.0)
    assert "CCCCCCC" not in found.texts


def test_a_cut_makes_classes_that_are_called_active_and_inactive(table: Path, pool: WorkerPool) -> None:
    found = read_training_table(TrainingTableRequest(table, "logP", cut=">= 3"), Work(pool))
    assert not found.of_value
    assert found.class_names == ("inactive", "active")
    of = dict(zip(found.texts, found.labels.tolist(), strict=True))
    assert of["CCCCCCc1ccccc1"] == 1  # 3.0
    assert of["CCCCCc1ccccc1"] == 0
    assert of["CCCC"] == 1  # >5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": LearnedTask.VALUE, "cut": ">= 3"}, "values have no classes"),
        ({"cut": ">= 3", "scale": ValueScale("nM", Transform.LOG10)}, "--unit and --transform are of values"),
        ({"cut": "three"}, "chains.csv: ‘three’ is no cut"),
        ({"cut": ">= 50"}, "no row is known to be >= 50, so that there is one class only"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(
    changes: dict[str, object], sentence: str, table: Path, pool: WorkerPool
) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_training_table(replace(TrainingTableRequest(table, "logP"), **changes), Work(pool))  # type: ignore[arg-type]


def test_text_among_the_numbers_is_refused_with_file_column_and_record(pool: WorkerPool, tmp_path: Path) -> None:
    lines = [f"{smiles},{value}" for smiles, value in rows()]
    path = write(tmp_path / "t.csv", [*lines, "CCCCCCC,insoluble"])
    with pytest.raises(UsageError, match=r"t\.csv: column ‘logP’, record 121, holds ‘insoluble’"):
        read_training_table(TrainingTableRequest(path, "logP"), Work(pool))


@pytest.mark.parametrize(
    ("column", "scale", "name"),
    [
        ("log_solubility", ValueScale("mol/l"), "log_solubility"),
        ("IC50_nM", ValueScale("nM", Transform.NEGATIVE_LOG10), "pIC50"),
        ("Ki (uM)", ValueScale("uM", Transform.NEGATIVE_LOG10), "pKi"),
        ("dose", ValueScale("mg/kg", Transform.NEGATIVE_LOG10), "-log10 dose"),
        ("clearance", ValueScale("", Transform.LOG10), "log10 clearance"),
    ],
)
def test_an_endpoint_is_called_as_chemists_write_it(column: str, scale: ValueScale, name: str) -> None:
    assert endpoint_name(column, scale) == name


def test_rows_that_a_column_holds_out_make_one_more_row_of_metrics(pool: WorkerPool, tmp_path: Path) -> None:
    lines = [f"{smiles},{value},{'Test' if i % 6 == 5 else 'train'}" for i, (smiles, value) in enumerate(rows())]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["smiles,logP,set", *lines]) + "\n")
    found = read_training_table(TrainingTableRequest(path, "logP", split_column="set"), Work(pool))
    assert sum(found.held_out) == 20
    asked = TrainingRequest(path, "logP", tmp_path / "m", split=SplitProtocol.RANDOM, n_seeds=1, n_folds=2)
    settings = {**SETTINGS, "max_epochs": 1}
    card = train_model(replace(asked, split_column="set", settings=settings), Work(pool)).card
    assert [each.split for each in card.metrics] == ["random 80/10/10", "given test rows"]
    assert [each.split for each in card.baseline] == ["random 80/10/10", "given test rows"]
    with pytest.raises(UsageError, match="column ‘logP’ marks 0 of 120 molecules with ‘test’"):
        train_model(replace(asked, split_column="logP", settings=settings), Work(pool))


def test_the_domain_of_a_model_of_values_is_made_again_from_its_table(
    trained: Bundle, table: Path, pool: WorkerPool
) -> None:
    file = trained.path / "domain.safetensors"
    made = file.read_bytes()
    add_domain(trained.path, table, Work(pool))
    assert file.read_bytes() == made


def test_a_card_with_an_unknown_transform_is_refused(trained: Bundle, tmp_path: Path) -> None:
    import json

    for each in trained.path.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    card = json.loads((tmp_path / "card.json").read_text())
    card["scale"]["transform"] = "ln"
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(BundleError, match="unknown transform: expected none or log10 or -log10, got 'ln'"):
        load_bundle(tmp_path, FEATURE_SETS)
