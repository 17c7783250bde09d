"""The commands on a model of a value: columns, fields and maps as the contract has them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.explaining.value_words import value_words
from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import load_bundle
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

RINGS = ("c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccncc1")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each carbon of a chain raises the value, a hydroxyl lowers it."""
    lines = [
        f"{ring}{'C' * n}{'O' * oxygen},{0.5 * n - oxygen + 0.01 * number:.2f}"
        for number, ring in enumerate(RINGS)
        for n in range(1, 13)
        for oxygen in (0, 1)
    ]
    path = tmp_path_factory.mktemp("values") / "chains.csv"
    path.write_text("\n".join(["smiles,logP", *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def model(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "chains"
    command = ["train", str(table), "--label", "logP", "--split", "random", "--seeds", "1", "--folds", "3", "--quiet"]
    assert main([*command, "--widths", "8,8", "--foundation", "none", "--epochs", "5", "-o", str(folder)]) == 0
    return folder


def written(capsys: pytest.CaptureFixture[str], *command: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main([*command, "-o", "-", "--quiet"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_predict_writes_value_and_interval_in_the_place_of_classes(
    table: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = written(capsys, "predict", str(table), "--model", str(model))
    assert list(rows[0])[:12] == [
        *("record", "title", "smiles", "logP", "logP_low", "logP_high", "spread", "similarity", "domain"),
        *("nearest_smiles", "nearest_title", "nearest_measured"),
    ]
    assert rows[0]["input_logP"] == "0.50"
    for row in rows:
        assert float(row["logP_low"]) < float(row["logP"]) < float(row["logP_high"])
    assert [float(row["nearest_measured"]) for row in rows[:4]] == [float(row["input_logP"]) for row in rows[:4]]


def test_explain_has_raises_and_lowers_and_signed_methods_the_value(
    table: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = ("--method", "cam", "--method", "contribution", "--method", "forest")
    options = ("--model", str(model), "--class", "all", "--limit", "4")
    rows = written(capsys, "explain", str(table), *methods, *options)
    assert [(row["method"], row["class"]) for row in rows[:4]] == [
        *(("cam", "raises"), ("cam", "lowers"), ("contribution", "value"), ("forest", "value")),
    ]
    raises, lowers, value, _ = ([float(x) for x in row["saliency"].split()] for row in rows[:4])
    n = len(value)
    assert [up - down for up, down in zip(raises, lowers, strict=True)] == pytest.approx(
        [x * n for x in value], abs=1e-5
    )
    (one,) = {row["class"] for row in written(capsys, "explain", str(table), "--method", "cam", *options[:2])}
    assert one == "raises"


def test_structure_files_carry_the_value_and_its_maps(
    table: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.sdf"
    command = ["explain", str(table), "--model", str(model), "--limit", "2", "--method", "occlusion", "-o", str(out)]
    assert main([*command, "--quiet"]) == 0
    text = out.read_text()
    assert text.count(">  <chains_logP>") == 2
    assert text.count(">  <atom.dprop.occlusion-value>") == 2
    assert "probability" not in text


def test_what_is_taken_for_values_is_printed_before_training(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(table.read_text() + "CCCCCC,5.3 nM\n")
    assert main(["train", str(bad), "--label", "logP", "-o", str(tmp_path / "m")]) == 2
    said = capsys.readouterr().err
    assert "bad.csv: column ‘logP’, record 121, holds ‘5.3 nM’" in said
    assert not (tmp_path / "m").exists()


def test_evaluate_compares_values_and_says_what_is_taken(
    table: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", str(table), "--model", str(model), "--label", "logp", "--method", "occlusion"]
    assert main([*command, "-o", "-"]) == 0
    printed = capsys.readouterr()
    (row,) = csv.DictReader(io.StringIO(printed.out))
    assert list(row)[:9] == [
        *("method", "fidelity", "contrastivity", "sparsity", "n_molecules", "rmse", "mae", "r2", "spearman"),
    ]
    assert float(row["fidelity"]) > float(row["fidelity_random"])
    assert float(row["mae"]) <= float(row["rmse"])
    assert "values: logP from -0.5 to 6.04 (120). They are taken as they are, in the model's unit" in printed.err
    assert "fidelity is how far the value falls without the atoms that raise it" in printed.err


def test_a_swapped_sign_is_suspected_by_evaluate(
    table: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, *lines = table.read_text().split()
    swapped = tmp_path / "swapped.csv"
    negated = [f"{smiles},{-float(value)}" for smiles, value in (line.split(",") for line in lines)]
    swapped.write_text("\n".join([header, *negated]) + "\n")
    command = ["evaluate", str(swapped), "--model", str(model), "--label", "logP", "--method", "cam", "--quiet"]
    assert main([*command, "-o", str(tmp_path / "out.csv")]) == 0
    assert "run in opposite directions" in capsys.readouterr().err
    assert "run in opposite directions" in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--class-of", "1=raises"), "values have no classes"),
        (("--active-if", ">= 3"), "values have no classes"),
        (("--transform", "-log10"), "--transform -log10 needs the unit of the numbers"),
    ],
)
def test_what_does_not_fit_a_model_of_values_is_refused(
    options: tuple[str, ...],
    sentence: str,
    table: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["evaluate", str(table), "--model", str(model), "--label", "logP", *options]
    assert main([*command, "-o", str(tmp_path / "out.csv")]) == 2
    assert sentence in capsys.readouterr().err


def test_substructures_of_values_are_divided_at_a_cut(
    table: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["substructures", str(table), "--model", str(model), "--label", "logP", "--min-molecules", "0"]
    assert main([*command, "--cut", "2.25", "-o", "-"]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert {(row["class"], row["group"]) for row in rows} <= {
        ("raises", "measured logP ≥ 2.25"),
        ("lowers", "measured logP < 2.25"),
    }
    assert "high: measured logP ≥ 2.25, low: below" in printed.err
    assert "% of which are high" in printed.err


def test_a_transform_that_begins_like_an_option_is_taken_as_it_is_written(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(table), "--label", "logP", "--transform", "-log10", "-o", str(tmp_path / "m")]
    assert main(command) == 2
    assert "--transform -log10 needs the unit of the numbers" in capsys.readouterr().err


def test_a_report_writes_values_and_intervals_and_no_probability(table: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    command = ["report", str(table), "--model", str(model), "--limit", "24", "--method", "cam", "--class", "all"]
    assert main([*command, "-o", str(out), "--quiet"]) == 0
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    first = written_row(table, model)
    assert "explains what raises logP" in said
    assert "explains what lowers logP" in said
    assert f"logP {first} " in said
    assert "nine in ten" in said
    assert "RMSE" in said
    assert "probabilit" not in said
    assert "predicted raises" not in said


def written_row(table: Path, model: Path) -> str:
    """The first predicted value as the report writes it, with the digits that the model's error leaves."""
    with open_library(table) as library, WorkerPool(1) as pool:
        bundle = load_bundle(model, FEATURE_SETS)
        request = ExplanationRequest(library, bundle, positions=[0], preparation=Preparation(largest_fragment=True))
        (record,) = explain_library(request, Work(pool))
        words = value_words(bundle.card)
        assert isinstance(record, ExplainedRecord)
        assert words is not None
        return words.text(float(record.explanation.probabilities[0]))
