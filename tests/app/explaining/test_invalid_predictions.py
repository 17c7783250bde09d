"""A network whose output is no finite number says "invalid", and never a class: in files, counts and exit codes."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import torch

from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES

SILICON = FEATURE_NAMES.index("symbol: Si")
LIBRARY = "smiles,name,y\nCCO,ethanol,yes\nC[Si](C)(C)C,silane,no\nCCN,amine,yes\nCCC,propane,no\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text(LIBRARY)
    return path


@pytest.fixture(params=["infinite", "NaN"])
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Its weights are finite, and its output for a molecule with silicon is not."""
    card = Card("tiny", "nothing real", ("no", "yes"), (4,), FEATURE_SET, N_FEATURES)
    network = initialise(N_FEATURES, (4,), 2, torch.Generator().manual_seed(0))
    with torch.no_grad():
        network.hidden[0].weight[SILICON] = 1e38
        network.head.weight[:] = torch.tensor([[1e38, -1e38], [1e38, 1e38], [0, 0], [0, 0]])
        if request.param == "infinite":
            network.head.weight[:, 1] = 0
    save_bundle(Bundle(card, network, tmp_path / "model"))
    return tmp_path / "model"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in (*arguments, "--workers", "1")])


def invalid(capsys: pytest.CaptureFixture[str]) -> None:
    said = capsys.readouterr().err
    assert "1 rejected" in said
    assert "record 2 (line 3): invalid: the network's output for it is not a finite number" in said
    assert re.search(r"1 prediction of \d is invalid \(record 2\)", said)


def test_a_prediction_that_is_no_number_is_invalid(
    library: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, rejected = tmp_path / "out.csv", tmp_path / "rejected.csv"
    assert run("predict", library, "--model", model, "-o", out) == 1
    invalid(capsys)
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["predicted_class"] in ("no", "yes") for row in rows] == [True, False, True, True]
    assert {rows[1][name] for name in rows[1] if name.startswith("prob")} == {"nan"}
    assert rows[1]["predicted_class"] == "invalid"
    assert run("predict", library, "--model", model, "-o", out, "--rejected", rejected) == 1
    assert "silane,invalid: the network's output" in rejected.read_text()


@pytest.mark.parametrize("classes", ["predicted", "all", "yes"])
def test_the_maps_of_an_invalid_prediction_are_none(
    library: Path, model: Path, tmp_path: Path, classes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--model", model, "--method", "cam", "--method", "eb", "--class", classes)
    assert run("explain", library, *options, "-o", tmp_path / "out.json") == 1
    invalid(capsys)
    rows = [row for row in json.loads((tmp_path / "out.json").read_text()) if row["record"] == 2]
    assert rows
    assert all(row["predicted_class"] == "invalid" and row["saliency"] == [None] * 5 for row in rows)
    assert run("explain", library, *options, "-o", tmp_path / "out.sdf") == 1
    silane = (tmp_path / "out.sdf").read_text().split("$$$$")[1]
    assert ">  <tiny_predicted_class>\ninvalid\n" in silane
    assert "atom.dprop" not in silane


def test_a_project_keeps_no_invalid_prediction(
    library: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        out = tmp_path / "out.csv"
        assert run("explain", library, "--model", model, "--project", tmp_path / "a.gcx", "-o", out) == 1
        invalid(capsys)


def test_invalid_predictions_count_for_no_measure(
    library: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    options = ("--model", model, "--label", "y", "--method", "cam")
    assert run("evaluate", library, *options, "-o", out) == 1
    invalid(capsys)
    with out.open() as file:
        assert next(csv.DictReader(file))["n_molecules"] == "3"
    assert run("substructures", library, "--model", model, "--min-molecules", "1", "-o", out) == 1
    invalid(capsys)
    assert run("report", library, "--model", model, "--method", "cam", "-o", tmp_path / "out.pdf") == 1
    invalid(capsys)


def test_where_every_prediction_is_invalid_there_is_nothing_to_evaluate(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "silanes.csv"
    library.write_text("smiles,y\nC[SiH3],yes\nCC[SiH3],no\n")
    for command in (("evaluate", "--label", "y"), ("substructures",), ("predict",)):
        arguments = (command[0], library, *command[1:], "--model", model, "-o", tmp_path / "out.csv")
        assert run(*arguments) == 1
        assert "2 predictions of 2 are invalid (first: record 1)" in capsys.readouterr().err
