"""The files that users and other programs read: columns, atom order, what is lost (nothing)."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
import torch
from rdkit import Chem

from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.read_records import wants_molblocks
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.output.write_results import ResultPlan, check_plan, number_cell, own_columns, write_results
from gcx_desktop.errors import OutputError, UnknownNameError, UsageError
from gcx_desktop.explain.method import paper_methods
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import combine, initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

SMILES = ["CCO", "[H]OC([H])c1ccccc1", "not a molecule", "[Na+].[Cl-]", "C(C)(C)(C)N", "[H][H]", "C" * 450]
TITLES = ["ethanol", "=1+1", "broken", "salt", "amine, with comma", "hydrogen", "a long chain"]


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    card = Card("tiny", "nothing real", ("no", "yes"), (8, 6), FEATURE_SET, N_FEATURES)
    return Bundle(card, initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(1)), Path("tiny"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "smiles", "dose"])
        writer.writerows((t, s, i) for i, (t, s) in enumerate(zip(TITLES, SMILES, strict=True)))
    return path


@pytest.fixture
def structures(tmp_path: Path) -> Path:
    """An SDF with explicit hydrogens in front of their atoms, and a broken record."""
    path = tmp_path / "library.sdf"
    mol = Chem.AddHs(Chem.MolFromSmiles("CC(=O)N"))
    order = list(range(mol.GetNumAtoms()))[::-1]
    block = Chem.MolToMolBlock(Chem.RenumberAtoms(mol, order))
    record = f"acetamide{block[block.index(chr(10)) :]}>  <dose>\n5 mg\n\n>  <tiny_predicted_class>\nstale\n\n$$$$\n"
    path.write_text(record + "broken\n\n\nnot a counts line\nM  END\n$$$$\n" + record)
    return path


def run(path: Path, out: str, bundle: Bundle, pool: WorkerPool, classes: str = "all") -> list[Rejected]:
    ids = tuple(m.id for m in paper_methods())
    with open_library(path) as library:
        results = explain_library(
            ExplanationRequest(library, bundle, paper_methods(), with_molblocks=wants_molblocks(out)), Work(pool)
        )
        return write_results(out, library, ResultPlan(bundle.card, ids, classes), results).rejected


def test_explain_csv_has_a_row_per_record_method_and_class_and_one_number_per_heavy_atom(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    rejected = run(table, str(tmp_path / "out.csv"), bundle, pool)
    assert [(r.record, r.line, r.title) for r in rejected] == [(3, 4, "broken"), (6, 7, "hydrogen")]
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "record",
        "title",
        "smiles",
        "predicted_class",
        "probability",
        "method",
        "class",
        "saliency",
    ]
    assert [int(row["record"]) for row in rows] == [r for r in (1, 2, 4, 5, 7) for _ in range(12)]
    for row in rows:
        assert row["smiles"] == SMILES[int(row["record"]) - 1]
        mol = Chem.MolFromSmiles(row["smiles"])
        values = np.array(row["saliency"].split(), dtype=float)
        assert len(values) == mol.GetNumHeavyAtoms()
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert row["predicted_class"] in ("no", "yes")
        assert 0.5 <= float(row["probability"]) <= 1
    cam = [np.array(r["saliency"].split(), float) * 1 for r in rows if r["method"] == "cam"]
    grad_cam = [np.array(r["saliency"].split(), float) for r in rows if r["method"] == "grad-cam"]
    for a, b in zip(cam, grad_cam, strict=True):
        np.testing.assert_allclose(a, b * len(b), rtol=1e-5, atol=1e-9)


def test_saliency_stands_in_the_order_of_the_written_smiles(
    structures: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    """The written SMILES, explained as a library of its own, gives the same numbers in the same places."""
    run(structures, str(tmp_path / "out.csv"), bundle, pool)
    with (tmp_path / "out.csv").open(newline="") as file:
        first = list(csv.DictReader(file))
    again = tmp_path / "again.smi"
    again.write_text(first[0]["smiles"] + " acetamide\n")
    run(again, str(tmp_path / "again.csv"), bundle, pool)
    with (tmp_path / "again.csv").open(newline="") as file:
        second = list(csv.DictReader(file))
    for a, b in zip(first[:12], second, strict=True):
        np.testing.assert_allclose(
            np.array(a["saliency"].split(), float), np.array(b["saliency"].split(), float), rtol=1e-4, atol=1e-7
        )


def test_explained_sdf_keeps_the_record_and_rdkit_restores_the_maps_as_atom_properties(
    structures: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    out = tmp_path / "out.sdf"
    (rejected,) = run(structures, str(out), bundle, pool)
    assert rejected.record == 2
    mols = list(Chem.SDMolSupplier(str(out), removeHs=False))
    assert len(mols) == 2
    original = structures.read_text().split("M  END")[0]
    assert out.read_text().startswith(original)
    for mol in mols:
        assert mol.GetProp("_Name") == "acetamide"
        assert mol.GetProp("dose") == "5 mg"
        assert mol.GetProp("tiny_predicted_class") in ("no", "yes")
        assert float(mol.GetProp("tiny_probability_no")) + float(mol.GetProp("tiny_probability_yes")) == pytest.approx(
            1
        )
        for method in paper_methods():
            for name in ("no", "yes"):
                has = [atom.HasProp(f"{method.id}-{name}") == 1 for atom in mol.GetAtoms()]
                assert has == [atom.GetAtomicNum() != 1 for atom in mol.GetAtoms()]


def test_a_table_exported_as_sdf_has_structures_titles_and_its_own_fields(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    out = tmp_path / "out.sdf.gz"
    run(table, str(out), bundle, pool, "predicted")
    with open_library(out) as library:
        texts = [library.text(i) for i in range(len(library))]
    assert [t.title for t in texts] == ["ethanol", "=1+1", "salt", "amine, with comma", "a long chain"]
    names = [name for name, _ in texts[0].fields]  # type: ignore[union-attr]
    assert names[:2] == ["smiles", "dose"]


def test_json_and_parquet_hold_the_same_numbers_as_lists(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    import pyarrow.parquet

    run(table, str(tmp_path / "out.json"), bundle, pool, "yes")
    run(table, str(tmp_path / "out.parquet"), bundle, pool, "yes")
    from_json = json.loads((tmp_path / "out.json").read_text())
    from_parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert len(from_json) == len(from_parquet) == 5 * 6
    for a, b in zip(from_json, from_parquet, strict=True):
        assert a["title"] == b["title"]
        assert a["saliency"] == pytest.approx(b["saliency"])


def test_predictions_alone_have_a_probability_for_each_class(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    with open_library(table) as library:
        results = explain_library(ExplanationRequest(library, bundle, ()), Work(pool))
        write_results(str(tmp_path / "out.tsv"), library, ResultPlan(bundle.card), results)
    lines = (tmp_path / "out.tsv").read_text().splitlines()
    assert lines[0] == "record\ttitle\tsmiles\tpredicted_class\tprobability\tprobability_no\tprobability_yes"
    assert len(lines) == 6


def test_predictions_of_an_ensemble_say_how_much_its_members_differ(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    members = [initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(seed)) for seed in range(3)]
    several = Bundle(replace(bundle.card, n_members=3), combine(members), Path("tiny"))
    with open_library(table) as library:
        alone = []
        for each in members:
            request = ExplanationRequest(library, replace(bundle, network=each), ())
            found = [r for r in explain_library(request, Work(pool)) if not isinstance(r, Rejected)]
            alone.append([each.explanation.probabilities for each in found])
        for name in ("out.csv", "out.sdf"):
            request = ExplanationRequest(library, several, (), with_molblocks=wants_molblocks(name))
            write_results(str(tmp_path / name), library, ResultPlan(several.card), explain_library(request, Work(pool)))
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[4:] == ["probability", "probability_no", "probability_yes", "spread"]
    of_class = ["no", "yes"].index
    expected = [np.std([p[i][of_class(row["predicted_class"])] for p in alone], ddof=1) for i, row in enumerate(rows)]
    assert [float(row["spread"]) for row in rows] == pytest.approx(expected, rel=1e-4)
    in_sdf = [mol.GetProp("tiny_spread") for mol in Chem.SDMolSupplier(str(tmp_path / "out.sdf"))]
    assert in_sdf == [row["spread"] for row in rows]


def test_the_library_is_never_overwritten(table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    before = table.read_bytes()
    with pytest.raises(OutputError, match="library itself"):
        run(table, str(table), bundle, pool)
    assert table.read_bytes() == before


def test_what_cannot_be_written_is_refused_before_any_work(bundle: Bundle) -> None:
    with pytest.raises(UsageError, match=r"\.csv"):
        check_plan(ResultPlan(bundle.card), "out.docx")
    with pytest.raises(UnknownNameError, match="unknown class 'maybe'; known: no, yes"):
        check_plan(ResultPlan(bundle.card, ("eb",), "maybe"), "out.csv")


SALTS = ["[Na+].CC(=O)[O-]", "c1ccccc1O", "C[NH3+].[Cl-]"]
DONE = ["largest fragment of 2 predicted; neutralised", "", "largest fragment of 2 predicted; neutralised"]
BOTH = Preparation(largest_fragment=True, neutralise=True)


def run_prepared(path: Path, out: Path, bundle: Bundle, pool: WorkerPool, *, explained: bool = True) -> None:
    used = paper_methods()[:1] if explained else []
    plan = ResultPlan(bundle.card, tuple(m.id for m in used), "yes", BOTH)
    with open_library(path) as library:
        molblocks = wants_molblocks(str(out))
        results = explain_library(
            ExplanationRequest(library, bundle, used, with_molblocks=molblocks, preparation=BOTH), Work(pool)
        )
        write_results(str(out), library, plan, results)


@pytest.fixture
def salts(tmp_path: Path) -> Path:
    path = tmp_path / "salts.smi"
    path.write_text("".join(f"{smiles} m{i}\n" for i, smiles in enumerate(SALTS)))
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "parquet", "xlsx"])
@pytest.mark.parametrize("explained", [False, True])
def test_what_was_done_to_a_molecule_is_the_last_column_of_every_table(
    suffix: str, explained: bool, salts: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    import pyarrow.parquet

    out = tmp_path / f"out.{suffix}"
    run_prepared(salts, out, bundle, pool, explained=explained)
    if suffix == "json":
        rows = json.loads(out.read_text())
    elif suffix == "parquet":
        rows = pyarrow.parquet.read_table(out).to_pylist()
    elif suffix == "xlsx":
        with zipfile.ZipFile(out) as sheet:
            assert DONE[0] in "".join(sheet.read(name).decode() for name in sheet.namelist() if name.endswith(".xml"))
        return
    else:
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter="," if suffix == "csv" else "\t"))
    assert list(rows[0])[-1] == "preparation"
    assert [row["preparation"] for row in rows] == DONE
    assert [row["smiles"] for row in rows] == SALTS


def test_a_removed_atom_has_no_value_in_a_table(salts: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool) -> None:
    run_prepared(salts, tmp_path / "out.csv", bundle, pool)
    run_prepared(salts, tmp_path / "out.json", bundle, pool)
    acids = tmp_path / "acids.smi"
    acids.write_text("CC(=O)O a\nc1ccccc1O b\nCN c\n")
    run_prepared(acids, tmp_path / "acids.csv", bundle, pool)
    with (tmp_path / "out.csv").open(newline="") as file, (tmp_path / "acids.csv").open(newline="") as other:
        rows, plain = list(csv.DictReader(file)), list(csv.DictReader(other))
    values = [row["saliency"].split() for row in rows]
    assert [[word == "nan" for word in words] for words in values] == [
        [True, False, False, False, False],
        [False] * 7,
        [False, False, True],
    ]
    for words, acid in zip(values, plain, strict=True):
        kept = [float(word) for word in words if word != "nan"]
        np.testing.assert_allclose(kept, [float(word) for word in acid["saliency"].split()], rtol=1e-5, atol=1e-7)
    assert [row["probability"] for row in rows] == [row["probability"] for row in plain]
    from_json = json.loads((tmp_path / "out.json").read_text())
    assert [[value is None for value in row["saliency"]] for row in from_json] == [
        [word == "nan" for word in words] for words in values
    ]


HYDROGENS = ["[Cl-].CN.[H+]", "[2H]C([2H])O", "[H]/N=C/C", "[H]O[H]", "[H][H].CC", "[H-].[Na+]", "[H]C(=O)O"]


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "parquet"])
@pytest.mark.parametrize("source", ["smi", "sdf"])
@pytest.mark.parametrize("preparation", [Preparation(), Preparation(largest_fragment=True)])
def test_there_is_a_number_for_every_atom_of_the_smiles_when_it_is_read_back(
    kind: str, source: str, preparation: Preparation, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    library, out = tmp_path / f"library.{source}", tmp_path / f"out.{kind}"
    if source == "smi":
        library.write_text("".join(f"{smiles}\n" for smiles in HYDROGENS))
    else:
        settings = Chem.SmilesParserParams()
        settings.removeHs = False
        blocks = [Chem.MolToMolBlock(Chem.MolFromSmiles(smiles, settings)) for smiles in HYDROGENS]
        library.write_text("".join(f"{block}$$$$\n" for block in blocks))
    method = paper_methods()[0]
    with open_library(library) as opened:
        results = explain_library(ExplanationRequest(opened, bundle, [method], preparation=preparation), Work(pool))
        plan = ResultPlan(bundle.card, (method.id,), preparation=preparation)
        assert write_results(str(out), opened, plan, results).rejected == []
    if kind in ("csv", "tsv"):
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if kind == "tsv" else ","))
        written = [(row["smiles"], [float(word) for word in row["saliency"].split()]) for row in rows]
    else:
        table = json.loads(out.read_text()) if kind == "json" else pq.read_table(out).to_pylist()
        written = [(row["smiles"], [np.nan if x is None else x for x in row["saliency"]]) for row in table]
    assert len(written) == len(HYDROGENS)
    for smiles, values in written:
        mol = Chem.MolFromSmiles(smiles)
        assert len(values) == mol.GetNumAtoms()
        for atom, value in zip(mol.GetAtoms(), values, strict=True):
            if atom.GetAtomicNum() == 1:
                assert np.isnan(value)
            elif not preparation:
                assert np.isfinite(value)


@pytest.mark.parametrize("hydrogens", [False, True])
def test_a_prepared_sdf_holds_the_record_as_it_came_and_values_for_the_atoms_kept(
    hydrogens: bool, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    salt = Chem.MolFromSmiles("[Cl-].C[NH2+]CC(=O)O")
    salt = Chem.AddHs(salt) if hydrogens else salt
    mol = Chem.RenumberAtoms(salt, list(range(salt.GetNumAtoms()))[::-1])
    path, out, again = tmp_path / "salt.sdf", tmp_path / "out.sdf", tmp_path / "again.sdf"
    path.write_text(Chem.MolToMolBlock(mol) + "$$$$\n")
    run_prepared(path, out, bundle, pool)
    (written,) = Chem.SDMolSupplier(str(out), removeHs=False)
    assert written.GetProp("tiny_preparation") == DONE[0]
    assert [atom.GetAtomicNum() for atom in written.GetAtoms()] == [atom.GetAtomicNum() for atom in mol.GetAtoms()]
    name = f"{paper_methods()[0].id}-yes"
    valued = [atom.GetAtomicNum() for atom in written.GetAtoms() if atom.HasProp(name)]
    assert sorted(valued) == [6, 6, 6, 7, 8, 8]
    run_prepared(out, again, bundle, pool)
    assert again.read_text() == out.read_text()


def test_a_smiles_library_as_prepared_sdf_has_all_its_atoms(
    salts: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    out = tmp_path / "out.sdf"
    run_prepared(salts, out, bundle, pool)
    mols = list(Chem.SDMolSupplier(str(out), removeHs=False))
    assert [mol.GetProp("tiny_preparation") for mol in mols] == DONE
    assert [mol.GetNumAtoms() for mol in mols] == [5, 7, 3]


def test_a_molecule_too_large_to_be_laid_out_is_predicted_and_written_without_coordinates(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    path, out = tmp_path / "large.smi", tmp_path / "out.sdf"
    path.write_text("C[C@H](F)" + "C" * 3000 + " chain\nCCO ethanol\n")
    with open_library(path) as library:
        results = explain_library(ExplanationRequest(library, bundle, (), with_molblocks=True), Work(pool))
        assert write_results(str(out), library, ResultPlan(bundle.card), results).rejected == []
    large, small = Chem.SDMolSupplier(str(out))
    assert large.GetNumAtoms() == 3003
    assert not large.GetConformer().GetPositions().any()
    assert small.GetConformer().GetPositions().any()


def test_an_sdf_keeps_no_preparation_of_a_run_before(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool, table: Path
) -> None:
    first, again = tmp_path / "first.sdf", tmp_path / "again.sdf"
    for library, out, preparation in ((table, first, Preparation(neutralise=True)), (first, again, Preparation())):
        plan = ResultPlan(bundle.card, preparation=preparation)
        with open_library(library) as opened:
            molblocks = wants_molblocks(str(out))
            request = ExplanationRequest(opened, bundle, (), None, preparation, with_molblocks=molblocks)
            results = explain_library(request, Work(pool))
            write_results(str(out), opened, plan, results)
    assert first.read_text().count("<tiny_preparation>") == 5
    assert again.read_text().count("<tiny_predicted_class>") == 5
    assert "<tiny_preparation>" not in again.read_text()


def test_an_sdf_keeps_the_saliency_of_a_run_before_only_if_the_molecule_was_prepared_alike(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    library, first, again = tmp_path / "library.smi", tmp_path / "first.sdf", tmp_path / "again.sdf"
    library.write_text("CC[NH3+] ion\nCCO neutral\n")
    chosen = paper_methods()[0]
    with open_library(library) as opened:
        plan = ResultPlan(bundle.card, (chosen.id,), "yes", Preparation(neutralise=True))
        results = explain_library(
            ExplanationRequest(opened, bundle, [chosen], with_molblocks=True, preparation=plan.preparation), Work(pool)
        )
        write_results(str(first), opened, plan, results)
    with open_library(first) as opened:
        write_results(
            str(again),
            opened,
            ResultPlan(bundle.card),
            explain_library(ExplanationRequest(opened, bundle, ()), Work(pool)),
        )
    name = f"atom.dprop.{chosen.id}-yes"
    assert [mol.HasProp(name) for mol in Chem.SDMolSupplier(str(first))] == [True, True]
    assert [mol.HasProp(name) for mol in Chem.SDMolSupplier(str(again))] == [False, True]


def with_fields(path: Path, out: Path, bundle: Bundle, pool: WorkerPool) -> None:
    with open_library(path) as library:
        results = explain_library(
            ExplanationRequest(library, bundle, with_molblocks=wants_molblocks(str(out))), Work(pool)
        )
        write_results(str(out), library, ResultPlan(bundle.card, with_fields=True), results)


def test_a_table_of_predictions_ends_with_the_librarys_own_columns(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    with_fields(table, tmp_path / "out.tsv", bundle, pool)
    with (tmp_path / "out.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert list(rows[0])[-1] == "dose"
    assert [row["dose"] for row in rows] == ["0", "1", "3", "4", "6"]


def test_a_spreadsheet_holds_the_numbers_of_own_columns_as_numbers(
    table: Path, tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    with_fields(table, tmp_path / "out.xlsx", bundle, pool)
    assert [row[-1].value for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows()][:2] == [
        "dose",
        0,
    ]
    assert [number_cell(text) for text in ("7", "-0.5", "007", "1E5", "", "12345678901234567890")] == [
        7, -0.5, "007", "1E5", "", "12345678901234567890"
    ]  # fmt: skip


def test_a_field_that_only_a_late_record_of_an_sdf_has_is_a_column_too(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
    library = tmp_path / "library.sdf"
    late = "> 300 <late> (300)\nhere\n\n>  <smiles>\nC\n\n"
    library.write_text("".join(f"{block}>  <dose>\n{i}\n\n{late * (i == 299)}$$$$\n" for i in range(300)))
    with_fields(library, tmp_path / "out.csv", bundle, pool)
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-3:] == ["dose", "late", "input_smiles"]
    assert [rows[299][name] for name in ("smiles", "dose", "late", "input_smiles")] == ["CCO", "299", "here", "C"]
    assert rows[0]["late"] == ""


def test_an_own_column_gives_way_to_the_programs() -> None:
    names = own_columns(["record", "input_record", "title ", "dose"], ["record", "title"])
    assert names == {
        "record": ("input_input_record",),
        "input_record": ("input_record",),
        "title ": ("title ",),
        "dose": ("dose",),
    }


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.parquet", "out.xlsx"])
def test_columns_of_one_name_stay_apart(name: str, tmp_path: Path, bundle: Bundle, pool: WorkerPool) -> None:
    library, out = tmp_path / "library.csv", tmp_path / name
    library.write_text("smiles,ic50,unit,ic50,ic50_2,record,record\nCCO,1,nM,2,3,4,5\nCCN,6,uM,,7,8,9\n")
    with_fields(library, out, bundle, pool)
    if name.endswith("csv"):
        with out.open(newline="") as file:
            rows = list(csv.reader(file))
    elif name.endswith("json"):
        listed = json.loads(out.read_text())
        rows = [list(listed[0]), *(list(row.values()) for row in listed)]
    elif name.endswith("parquet"):
        table = pq.read_table(out)
        rows = [table.column_names, *(list(row.values()) for row in table.to_pylist())]
    else:
        rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(out).active.iter_rows()]
    own = ["ic50", "unit", "ic50_3", "ic50_2", "input_record", "input_record_2"]
    assert [str(cell) for cell in rows[0][-6:]] == own
    assert [str(cell or "") for cell in rows[1][-6:]] == ["1", "nM", "2", "3", "4", "5"]
    assert [str(cell or "") for cell in rows[2][-6:]] == ["6", "uM", "", "7", "8", "9"]


def test_a_field_that_an_sdf_record_has_twice_has_both_values_in_its_column(
    tmp_path: Path, bundle: Bundle, pool: WorkerPool
) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
    library = tmp_path / "library.sdf"
    library.write_text(f"{block}>  <dose>\n1\n\n>  <dose>\n2\n\n$$$$\n")
    with_fields(library, tmp_path / "out.csv", bundle, pool)
    with (tmp_path / "out.csv").open(newline="") as file:
        assert [row["dose"] for row in csv.DictReader(file)] == ["1; 2"]
