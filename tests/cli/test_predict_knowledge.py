"""Columns of ``gcx predict`` that say how far to trust each prediction, by the training molecules."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from rdkit import Chem

from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import save_bundle
from gcx_desktop.gcn.bundles.training_records import TRAINING_FILE, TrainingRecords
from gcx_desktop.gcn.network import Network, combine, from_tensors
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint
from tests.single_model import single_model

KNOWN = ["CCO", "c1ccccc1O", "CC(=O)O", "CCN", "CCCl"]
TITLES = ["ethanol", "phenol", "", "=amine", "chloride"]
MEASURED = [1, 1, 0, 1, 0]
LIBRARY = "smiles,name\nOc1ccccc1,a\nno structure,b\nCCCCO,c\nCC(=O)O,d\n[Na+].[Cl-],e\n"
BEFORE = ["record", "title", "smiles", "predicted_class", "probability"]
NEAREST = ["similarity", "domain", "nearest_smiles", "nearest_title", "nearest_measured"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A single network with a domain of which all is known."""
    bundle = single_model(tmp_path / "model")
    fingerprints = [morgan_fingerprint(Chem.MolFromSmiles(smiles)) for smiles in KNOWN]
    p = np.full((len(KNOWN), 2), 0.5, dtype=np.float32)
    known = OutOfFold(np.array(MEASURED), np.zeros(len(KNOWN), dtype=np.int64), p)
    names = [bundle.card.class_names[c] for c in MEASURED]
    records = TrainingRecords("smiles", KNOWN, TITLES, names)
    save_bundle(bundle, make_domain(fingerprints), out_of_fold=known, training_records=records)
    return bundle.path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text(LIBRARY)
    return path


def predict(library: Path, model: Path | str, out: str = "out.csv", *more: str) -> Path:
    path = library.with_name(out)
    assert main(["predict", str(library), "--model", str(model), "-o", str(path), "--workers", "1", *more]) == 0
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def similarity(one: str, other: str) -> float:
    a, b = (int.from_bytes(morgan_fingerprint(Chem.MolFromSmiles(each)), "big") for each in (one, other))
    return (a & b).bit_count() / (a | b).bit_count()


def test_each_molecule_has_its_nearest_training_molecule(library: Path, model: Path) -> None:
    found = rows(predict(library, model))
    assert list(found[0]) == [*BEFORE, "probability_not permeable", "probability_permeable", *NEAREST]
    phenol, butanol, acid, salt = found
    assert [phenol[name] for name in NEAREST] == ["1.0", "inside", "c1ccccc1O", "phenol", "permeable"]
    assert butanol["nearest_smiles"] == max(KNOWN, key=lambda known: similarity("CCCCO", known))
    assert float(butanol["similarity"]) == pytest.approx(max(similarity("CCCCO", known) for known in KNOWN), abs=1e-4)
    assert [acid[name] for name in NEAREST] == ["1.0", "inside", "CC(=O)O", "", "not permeable"]
    assert float(salt["similarity"]) == 0.0
    assert salt["domain"] == "outside"


def test_the_predictions_of_an_ensemble_have_their_sets_of_classes(library: Path, tmp_path: Path) -> None:
    bundle, random = single_model(tmp_path / "single"), torch.Generator().manual_seed(0)
    members = [_disturbed(bundle.network, random) for _ in range(3)]
    alone = [replace(bundle, network=each, path=tmp_path / f"member{k}") for k, each in enumerate(members)]
    for each in alone:
        save_bundle(each)
    measured, folds = np.arange(60) % 2, np.arange(60) // 2 % 3
    positive = np.random.default_rng(1).beta(1 + 2 * measured, 3 - 2 * measured).astype(np.float32)
    known = OutOfFold(measured, folds, np.stack([1 - positive, positive], axis=1))
    several = replace(bundle, card=replace(bundle.card, n_members=3), network=combine(members), path=tmp_path / "model")
    save_bundle(several, out_of_fold=known)
    found = rows(predict(library, several.path))
    assert list(found[0])[7:] == ["prediction_set", "spread"]
    of_members = [rows(predict(library, each.path)) for each in alone]
    expected = []
    for i in range(len(found)):
        held = []
        for c, name in enumerate(bundle.card.class_names):
            own = [float(each[i][f"probability_{name}"]) for each in of_members]
            usual = [known.probabilities[j, c] <= own[folds[j]] for j in np.flatnonzero(measured == c)]
            held += [name] if (1 + sum(usual)) / (1 + len(usual)) > 0.1 else []
        expected.append("|".join(held))
    assert [row["prediction_set"] for row in found] == expected
    assert len(set(expected)) > 1
    project = ("--project", str(library.with_name("p.gcx")))
    assert rows(predict(library, several.path, "first.csv", *project)) == rows(
        predict(library, several.path, "again.csv", *project)
    )


def _disturbed(network: Network, random: torch.Generator) -> Network:
    tensors = {n: t * (1 + 0.2 * torch.randn(t.shape, generator=random)) for n, t in network.tensors()}
    return from_tensors(tensors, len(network.hidden))


def test_predictions_are_those_of_the_model_without_that(library: Path, model: Path, tmp_path: Path) -> None:
    plain, found = rows(predict(library, single_model(tmp_path / "single").path)), rows(predict(library, model))
    assert list(plain[0]) == [*BEFORE, "probability_not permeable", "probability_permeable"]
    for one, other in zip(plain, found, strict=True):
        assert {name: other[name] for name in one} == one


def test_a_project_holds_predictions_and_the_nearest_molecules_are_looked_for_again(library: Path, model: Path) -> None:
    project = ("--project", str(library.with_name("p.gcx")))
    first = predict(library, model, "first.csv", *project).read_text()
    assert predict(library, model, "again.csv", *project).read_text() == first
    assert predict(library, model).read_text() == first


def test_other_tables_have_the_columns_and_structure_files_do_not(library: Path, model: Path) -> None:
    expected = [row["nearest_title"] for row in rows(predict(library, model))]
    table = pq.read_table(predict(library, model, "out.parquet"))
    assert table.column("nearest_title").to_pylist() == ["phenol", *table.column("nearest_title").to_pylist()[1:]]
    assert table.column("similarity").to_pylist()[0] == 1.0
    found = json.loads(predict(library, model, "out.json").read_text())
    assert [row["nearest_title"].removeprefix("=") for row in found] == [each.removeprefix("'=") for each in expected]
    assert "nearest" not in predict(library, model, "out.sdf").read_text()


def test_without_structures_the_measured_class_of_the_nearest_remains(library: Path, model: Path) -> None:
    (model / TRAINING_FILE).unlink()
    assert list(rows(predict(library, model))[0])[7:10] == ["similarity", "domain", "nearest_measured"]


@pytest.mark.parametrize(
    ("file", "left"), [(TRAINING_FILE, ["similarity", "domain", "nearest_measured"]), (DOMAIN_FILE, [])]
)
def test_a_damaged_file_costs_what_rests_on_it_and_is_named(
    library: Path, model: Path, file: str, left: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (model / file).write_bytes(b"damaged")
    found = rows(predict(library, model))
    assert list(found[0])[7:] == left
    said = capsys.readouterr().err
    assert said.count(file) == 1
    assert "the columns that need it are left out" in said
