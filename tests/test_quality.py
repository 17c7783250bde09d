"""The comparison of how well methods predict: ``python -m benchmarks quality``, on a tiny table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.predictors import Trial, chemprop_predictor, log_counts
from benchmarks.quality import quality_figures
from benchmarks.quality_figures import figures_in_words, ranks_of, targets
from benchmarks.quality_plan import (
    CHEMPROP,
    CHEMPROP_ENSEMBLE,
    ENSEMBLE,
    FOREST,
    LOGISTIC,
    MEMBER,
    QualityRequest,
    QualityTable,
)
from benchmarks.quality_results import ResultKey, Results
from gcx_desktop.app.training.held_out import COVERAGE, split_title
from gcx_desktop.app.training.training_table import TrainingTable, TrainingTableRequest, read_training_table
from gcx_desktop.errors import FileError, GcxError
from gcx_desktop.gcn.cards.card import Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.splits import Split, stratified
from gcx_desktop.gcn.reliability.scores import auc_roc
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

RANDOM = SplitProtocol.RANDOM
TABLE = QualityTable("alcohols", "alcohols.csv", "alcohol", ("no", "yes"), "tiny", {"widths": (4,), "max_epochs": 1})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 20 alcohols and 20 amines."""
    made = tmp_path_factory.mktemp("data")
    rows = [f"{'C' * n}{end},{int(end == 'O')}" for n in range(1, 21) for end in "ON"]
    (made / TABLE.file).write_text("\n".join(["smiles,alcohol", *rows]) + "\n")
    return made


@pytest.fixture(scope="module")
def table(folder: Path) -> TrainingTable:
    with WorkerPool(1) as pool:
        request = TrainingTableRequest(folder / TABLE.file, TABLE.label, class_names=TABLE.class_names)
        return read_training_table(request, Work(pool))


def request_of(folder: Path, *methods: str, n_seeds: int = 2) -> QualityRequest:
    return QualityRequest(folder, (TABLE,), (RANDOM,), n_seeds, methods, foundation="none")


def metrics(auc: float, **others: float) -> Metrics:
    return Metrics(split_title(RANDOM), (0, 1), {"auc_roc": (auc, 0.01)} | {n: (v, 0.0) for n, v in others.items()})


def test_all_methods_are_scored_on_the_same_splits(folder: Path) -> None:
    figures = quality_figures(request_of(folder, ENSEMBLE, MEMBER, FOREST, LOGISTIC, n_seeds=1))
    [(where, of_methods)] = figures.items()
    assert where == ("alcohols", RANDOM)
    assert list(of_methods) == [ENSEMBLE, MEMBER, FOREST, LOGISTIC]
    assert {each.seeds for each in of_methods.values()} == {(0,)}
    assert of_methods[FOREST].values["auc_roc"] == (1.0, None)  # the end atom is the class
    assert of_methods[LOGISTIC].values["auc_roc"] == (1.0, None)
    assert [method for method, each in of_methods.items() if COVERAGE in each.values] == [ENSEMBLE]


def test_a_result_in_the_file_is_not_computed_again_and_a_new_one_is_added(folder: Path, tmp_path: Path) -> None:
    request = replace(request_of(folder, LOGISTIC, n_seeds=1), results=tmp_path / "results.json")
    quality_figures(request)
    [entry] = json.loads((tmp_path / "results.json").read_text())
    entry["scores"]["auc_roc"] = 0.25
    (tmp_path / "results.json").write_text(json.dumps([entry]))
    again = quality_figures(replace(request, n_seeds=2))["alcohols", RANDOM][LOGISTIC]
    assert again.values["auc_roc"][0] == 0.625  # 0.25 of the file and 1 of the second seed
    assert [each["seed"] for each in json.loads((tmp_path / "results.json").read_text())] == [0, 1]


def test_a_result_of_another_version_or_table_is_another(tmp_path: Path) -> None:
    key = ResultKey("alcohols", "ab", "random", 0, FOREST, "300 trees")
    results = Results(tmp_path / "results.json")
    results.add({key: {"auc_roc": 0.5}})
    found = Results(tmp_path / "results.json")
    assert found.get(key) == {"auc_roc": 0.5}
    assert found.get(replace(key, version="10 trees")) is None
    assert found.get(replace(key, sha256="cd")) is None


def test_results_that_another_run_has_added_stay(tmp_path: Path) -> None:
    one, other = (ResultKey("alcohols", "ab", "random", seed, FOREST, "") for seed in (0, 1))
    first, second = Results(tmp_path / "results.json"), Results(tmp_path / "results.json")
    first.add({one: {"auc_roc": 0.5}})
    second.add({other: {"auc_roc": 0.75}})
    assert Results(tmp_path / "results.json").get(one) == {"auc_roc": 0.5}


@pytest.mark.parametrize("text", ["", "{}x", '{"a": 1}', '[{"scores": 3}]', '[{"scores": {}, "colour": "red"}]'])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(FileError, match="not a file of results"):
        Results(path)


def test_log_counts_stand_in_the_columns_of_their_keys() -> None:
    rows = log_counts([np.array([[3, 1], [9, 2]], dtype=np.uint16), np.array([[3, 5]], dtype=np.uint16)]).toarray()
    assert rows[0, [3, 9]].tolist() == pytest.approx([np.log(2), np.log(3)])
    assert rows[1, 3] == pytest.approx(np.log(6))
    assert np.count_nonzero(rows) == 3


def write_chemprop(path: Path, predictions: list[list[float]], smiles: list[str]) -> str:
    """A command that takes chemprop's options and writes what a chemprop that predicts this would write."""
    path.write_text(
        f"""#!/usr/bin/env python3
import csv, pathlib, sys
given = sys.argv
if "--version" in given:
    print("chemprop 2.0.0")
    sys.exit()
rows = list(csv.DictReader(open(given[given.index("--data-path") + 1])))
if [row["smiles"] for row in rows if row["split"] == "test"] != {smiles!r} or {{row["split"] for row in rows}} != {{
    "train", "val", "test"
}}:
    sys.exit("other molecules")
for member, found in enumerate({predictions!r}[: int(given[given.index("--ensemble-size") + 1])]):
    folder = pathlib.Path(given[given.index("--output-dir") + 1]) / f"model_{{member}}"
    folder.mkdir(parents=True)
    text = "".join(f"{{name}},{{p}}\\n" for name, p in zip({smiles!r}, found))
    (folder / "test_predictions.csv").write_text("smiles,y\\n" + text)
"""
    )
    path.chmod(0o755)
    return str(path)


def test_chemprop_is_run_as_a_command_and_its_networks_averaged(table: TrainingTable, tmp_path: Path) -> None:
    split = stratified(table.labels, 0)
    smiles = [table.texts[i] for i in split.test]
    found = np.random.default_rng(0).random((5, len(smiles)))
    command = write_chemprop(tmp_path / "chemprop", found.tolist(), smiles)
    for method, expected in ((CHEMPROP, found[0]), (CHEMPROP_ENSEMBLE, found.mean(axis=0))):
        predictor = chemprop_predictor(method, command)
        assert predictor is not None
        assert "chemprop 2.0.0" in predictor.version
        [scores] = predictor.scores(Trial(table, split, 0))
        assert scores["auc_roc"] == pytest.approx(auc_roc(table.labels[split.test] == 1, expected))
        assert scores["brier_score"] == pytest.approx(((expected - table.labels[split.test]) ** 2).mean())


def test_a_chemprop_that_fails_says_what_it_said(table: TrainingTable, tmp_path: Path) -> None:
    command = write_chemprop(tmp_path / "chemprop", [[0.5]], ["CCO"])
    predictor = chemprop_predictor(CHEMPROP, command)
    assert predictor is not None
    with pytest.raises(GcxError, match=r"ended with 1: other molecules"):
        predictor.scores(Trial(table, stratified(table.labels, 0), 0))


def test_chemprop_is_missing_where_there_is_no_such_command(tmp_path: Path, folder: Path) -> None:
    request = replace(request_of(folder, LOGISTIC, CHEMPROP, n_seeds=1), chemprop=str(tmp_path / "nowhere"))
    assert list(quality_figures(request)["alcohols", RANDOM]) == [LOGISTIC]


def write_card(models: Path, table: TrainingTable, **changes: object) -> None:
    rows = {"split": split_title(RANDOM), "seeds": [0, 1]}
    card = {
        "name": "tiny",
        "task": "",
        "class_names": ["no", "yes"],
        "widths": [4],
        "feature_set": table.kind.feature_set,
        "n_features": table.kind.featurizer.n_features(table.parameters),
        "format_version": 2,
        "n_members": 5,
        "preparation": ["largest-fragment"],
        "training_data": {
            "source": "",
            "label": "alcohol",
            "n_records": 40,
            "n_used": 40,
            "class_counts": {},
            "sha256": table.sha256,
        },
        "metrics": [rows | {"values": {"auc_roc": [0.875, 0.125]}}],
        "baseline": [rows | {"values": {"auc_roc": [0.75, 0.0]}}],
    }
    (models / "tiny").mkdir(parents=True)
    (models / "tiny" / "card.json").write_text(json.dumps(card | changes))


def test_figures_of_a_card_are_taken_as_they_stand(folder: Path, table: TrainingTable, tmp_path: Path) -> None:
    write_card(tmp_path, table)
    request = replace(request_of(folder, ENSEMBLE, MEMBER, FOREST), models=tmp_path)
    of_methods = quality_figures(request)["alcohols", RANDOM]
    assert {name: each.values["auc_roc"] for name, each in of_methods.items()} == {
        ENSEMBLE: (0.875, 0.125),
        FOREST: (0.75, 0.0),
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"n_members": 1}, "is a single network"),
        ({"preparation": []}, "prepared otherwise"),
        ({"training_data": None}, "another table than alcohols.csv"),
        ({"metrics": [], "baseline": []}, ""),
        ({"format_version": 99}, "unknown format version"),
    ],
)
def test_figures_of_something_else_are_not_taken(
    folder: Path,
    table: TrainingTable,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    reason: str,
) -> None:
    write_card(tmp_path, table, **changes)
    of_methods = quality_figures(replace(request_of(folder, FOREST), models=tmp_path))["alcohols", RANDOM]
    assert of_methods[FOREST].values["auc_roc"] == (1.0, 0.0)
    assert reason in capsys.readouterr().err


def test_equal_means_share_the_better_rank() -> None:
    of_methods = {ENSEMBLE: metrics(0.9), FOREST: metrics(0.9), LOGISTIC: metrics(0.8), CHEMPROP: metrics(0.95)}
    assert ranks_of(of_methods) == {CHEMPROP: 1, ENSEMBLE: 2, FOREST: 2, LOGISTIC: 4}


def test_each_target_is_reached_or_not_or_was_not_measured() -> None:
    ours = metrics(0.921, calibration_error=0.04, **{COVERAGE: 0.95})
    figures = {("BBBP", RANDOM): {ENSEMBLE: ours, FOREST: metrics(0.921, calibration_error=0.03)}}
    reached = {text.removeprefix("BBBP, random: "): holds for text, _, holds in targets(figures)}
    assert reached == {
        "AUC-ROC at or above the forest's": True,
        "AUC-ROC above that of chemprop": None,
        "AUC-ROC above that of chemprop, its ensemble of 5": None,
        "AUC-ROC ≥ 0.92": True,
        "calibration error ≤ the forest's": False,
        "calibration error ≤ 0.05": True,
        "coverage of 90 % sets from 0.88 to 0.94": False,
    }


def test_the_tables_say_figures_ranks_and_targets() -> None:
    scaffold = {ENSEMBLE: metrics(0.7), CHEMPROP: metrics(0.7)}
    figures = {("BBBP", SplitProtocol.SCAFFOLD): scaffold, ("BBBP", RANDOM): {FOREST: metrics(0.9, accuracy=0.8)}}
    lines = figures_in_words(figures).splitlines()
    assert "| random | random forest | 0.900 ± 0.010 | 1 | 0.800 ± 0.000 | — | — | — | — |" in lines
    assert "| ours, an ensemble | 1.00 | 1 |" in lines
    assert "| BBBP, scaffold: AUC-ROC above that of chemprop | 0.700 against 0.700 | no |" in lines
    assert "| BBBP, scaffold: AUC-ROC ≥ 0.74 | 0.700 against 0.740 | no |" in lines


def test_values_are_ranked_by_their_error_and_have_their_own_columns_and_targets() -> None:
    def of_values(rmse: float, **others: float) -> Metrics:
        values = {"rmse": (rmse, 0.01), **{name: (each, 0.0) for name, each in others.items()}}
        return Metrics("random 80/10/10", (0, 1), values)

    of_methods = {ENSEMBLE: of_values(0.61, r2=0.9, **{COVERAGE: 0.9}), FOREST: of_values(0.8)}
    figures = {("ESOL", RANDOM): of_methods}
    assert ranks_of(of_methods) == {ENSEMBLE: 1, FOREST: 2}
    lines = figures_in_words(figures).splitlines()
    assert "| split | method | RMSE | rank | MAE | R² | Spearman | coverage of 90 % intervals |" in lines
    assert "| random | ours, an ensemble | 0.610 ± 0.010 | 1 | — | 0.900 ± 0.000 | — | 0.900 ± 0.000 |" in lines
    assert {text: reached for text, _, reached in targets(figures)} == {
        "ESOL, random: RMSE at or below the forest's": True,
        "ESOL, random: coverage of 90 % intervals from 0.88 to 0.94": True,
    }


def test_known_molecules_are_those_outside_the_test_part(table: TrainingTable) -> None:
    split = Split(np.array([4, 1]), np.array([2]), np.array([0, 3]))
    trial = Trial(table, split, 0)
    assert trial.known.tolist() == [1, 2, 4]
    assert trial.truth.tolist() == table.labels[[0, 3]].tolist()
