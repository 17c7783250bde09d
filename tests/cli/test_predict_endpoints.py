"""``gcx predict`` with a model of several endpoints: all of them at once, each as by itself."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import load_bundle, save_bundle
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE
from tests.several_model import ENDPOINTS, save_several

LIBRARY = "smiles,name,binds\nOc1ccccc1,a,7\nno structure,b,8\nCCCCO,c,9\nCC(=O)O,d,\n[Na+].[Cl-],e,1\nC1CCNCC1,f,2\n"
BEFORE = ("record", "title", "smiles")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text(LIBRARY)
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_several(tmp_path / "panel")
    return tmp_path / "panel"


def predict(library: Path, model: Path, out: str, *more: str) -> Path:
    path = library.with_name(out)
    assert main(["predict", str(library), "--model", str(model), "-o", str(path), "--workers", "1", *more]) == 0
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_columns_of_each_endpoint_one_after_another(library: Path, model: Path) -> None:
    found = rows(predict(library, model, "all.csv"))
    columns = list(found[0])
    expected = list(BEFORE)
    for name in ENDPOINTS:
        alone = rows(predict(library, model, f"{name}.csv", "--endpoint", name, "--no-fields"))
        own = [column for column in alone[0] if column not in BEFORE]
        expected += [f"{name}:{column}" for column in own]
        assert [row["record"] for row in alone] == [row["record"] for row in found] == ["1", "3", "4", "5", "6"]
        for row, all_of_it in zip(alone, found, strict=True):
            for column in own:
                one, other = row[column], all_of_it[f"{name}:{column}"]
                try:
                    assert float(other) == pytest.approx(float(one), rel=1e-4, abs=1e-5)
                except ValueError:
                    assert other == one
    assert columns == [*expected, "binds"]
    assert {"binds:predicted_class", "binds:prediction_set", "logP:logP", "logP:logP_low", "toxic:nearest_smiles"} < {
        *columns
    }
    assert [row["binds"] for row in found] == ["7", "9", "", "1", "2"]


def test_each_endpoint_has_the_nearest_of_its_own_molecules(library: Path, model: Path) -> None:
    phenol = rows(predict(library, model, "all.csv", "--no-fields"))[0]
    assert [phenol[f"{name}:nearest_smiles"] == "c1ccccc1O" for name in ENDPOINTS] == [True, False, True]
    assert [phenol[f"{name}:similarity"] == "1.0" for name in ENDPOINTS] == [True, False, True]
    assert phenol["toxic:nearest_title"] == "known 1"


def test_structure_files_have_fields_of_model_and_endpoint(library: Path, model: Path) -> None:
    path = predict(library, model, "all.sdf")
    mols = list(Chem.SDMolSupplier(str(path)))
    found = rows(predict(library, model, "all.csv"))
    assert len(mols) == len(found)
    for mol, row in zip(mols, found, strict=True):
        assert mol.GetProp("panel_binds:predicted_class") == row["binds:predicted_class"]
        assert mol.GetProp("panel_toxic:probability_yes") == row["toxic:probability_yes"]
        assert mol.GetProp("panel_logP:logP") == row["logP:logP"]
    alone = Chem.SDMolSupplier(str(predict(library, model, "one.sdf", "--endpoint", "toxic")))
    assert [each.GetProp("panel_toxic:predicted_class") for each in alone] == [
        row["toxic:predicted_class"] for row in found
    ]


def test_json_and_parquet_hold_the_same(library: Path, model: Path) -> None:
    found = rows(predict(library, model, "all.csv", "--no-fields"))
    as_json = json.loads(predict(library, model, "all.json", "--no-fields").read_text())
    as_parquet = pq.read_table(predict(library, model, "all.parquet", "--no-fields")).to_pylist()
    for row, one, other in zip(found, as_json, as_parquet, strict=True):
        assert list(row) == list(one) == list(other)
        assert float(row["logP:logP"]) == one["logP:logP"] == other["logP:logP"]
        assert row["binds:predicted_class"] == one["binds:predicted_class"] == other["binds:predicted_class"]


def test_a_project_keeps_one_endpoint(library: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = library.with_name("work.gcx")
    command = ["predict", str(library), "--model", str(model), "-o", str(library.with_name("o.csv"))]
    assert main([*command, "--project", str(project)]) != 0
    assert "choose one with --endpoint (binds, logP, toxic), or leave --project out" in capsys.readouterr().err
    assert not project.exists()
    assert main([*command, "--project", str(project), "--endpoint", "logP", "--workers", "1"]) == 0


def test_what_is_damaged_of_one_endpoint_costs_only_its_own_columns(
    library: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = rows(predict(library, model, "whole.csv"))
    (model / "binds" / DOMAIN_FILE).write_bytes(b"no")
    capsys.readouterr()
    found = rows(predict(library, model, "all.csv"))
    assert f"{model / 'binds' / DOMAIN_FILE}: not a safetensors file" in capsys.readouterr().err
    lost = [column for column in whole[0] if column not in found[0]]
    assert lost
    assert all(column.startswith("binds:") for column in lost)
    assert found == [{name: cell for name, cell in row.items() if name not in lost} for row in whole]


def test_an_endpoint_with_layers_of_its_own_is_refused(
    library: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = load_bundle(model / "toxic", FEATURE_SETS)
    save_bundle(replace(bundle, card=replace(bundle.card, shares_layers=False)))
    assert main(["predict", str(library), "--model", str(model), "-o", str(library.with_name("o.csv"))]) == 1
    assert "it has not all in common with the endpoint binds" in capsys.readouterr().err
