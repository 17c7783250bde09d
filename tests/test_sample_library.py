"""The sample library: what it holds, and that the script beside it still makes it."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from gcx_desktop import paths
from gcx_desktop.app.evaluation.measure_library import measure_library
from gcx_desktop.app.explaining.colour_scale import library_scale
from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.method_evidence import first_method
from gcx_desktop.app.explaining.model_preparation import trained_preparation
from gcx_desktop.app.explaining.models import load_model
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.explaining.trust import load_model_under_test, run_masking_test
from gcx_desktop.cli.main import main
from gcx_desktop.depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD, is_highlighted
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.catalogue import DEFAULT_MODEL
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

FIELDS = {"SMILES", "Formula", "Use", "BBB"}

PUBLISHED_INCHI_KEYS = {
    "Artemisinin": "BLUAFEHZUWYNDE-NNWCWBAJSA-N",
    "Atorvastatin": "XUKUURHRXDUEBC-KAYWLYCHSA-N",
    "Caffeine": "RYYVLZVUVIJVGH-UHFFFAOYSA-N",
    "Cholesterol": "HVYWMOMLDIMFJA-DPAQBDIFSA-N",
    "Cocaine": "ZPUCINDJVBIVPJ-LJISPDSOSA-N",
    "Dexamethasone": "UREBDLICKHMUKA-CXSFZGCWSA-N",
    "Diethylstilbestrol": "RGLYKWWBQGJZGM-ISLYRVAYSA-N",
    "Doxorubicin": "AOJJSUZBOXZQNB-TZSSRYMLSA-N",
    "Erythromycin": "ULGZDMOVFRHVEP-RWJQBGPGSA-N",
    "Estradiol": "VOXZDWNPVJITMN-ZBRFXRBCSA-N",
    "Imatinib": "KTUFNOKKBVMGRW-UHFFFAOYSA-N",
    "Morphine": "BQJCRHHNABKAKU-KBQPJGBKSA-N",
    "Paclitaxel": "RCINICONZNJXQF-MZXODVADSA-N",
    "Penicillin G": "JGSARLDLIJGVTE-MBNYWOFBSA-N",
    "Simvastatin": "RYMZZMVNJRMUDD-HGQWONQESA-N",
    "Sofosbuvir": "TTZHDVOVKQGIBA-IQWMDFIBSA-N",
    "Sucrose": "CZMRCDWAGMRECN-UGDNZRGBSA-N",
    "Tamoxifen": "NKANXQFJJICGDU-QPLCGJKRSA-N",
    "Verubecestat": "YHYKUSGACIYRML-KRWDZBQOSA-N",
}


def read(path: Path) -> list[Chem.Mol | None]:
    with Chem.SDMolSupplier(str(path)) as supplier:
        return list(supplier)


def content(mol: Chem.Mol) -> tuple[str, str, dict[str, str]]:
    """Title, structure and fields: everything but the coordinates."""
    return (
        mol.GetProp("_Name"),
        Chem.MolToSmiles(mol),
        {name: mol.GetProp(name) for name in FIELDS if mol.HasProp(name)},
    )


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample_library", paths.resource("make_sample_library.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # resources/ goes into the package as it is
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def library() -> list[Chem.Mol | None]:
    return read(paths.resource(paths.SAMPLE_LIBRARY))


def test_it_holds_at_least_a_hundred_records(library: list[Chem.Mol]) -> None:
    assert len(library) >= 100


def test_every_record_parses_and_sanitises(library: list[Chem.Mol | None]) -> None:
    assert [place for place, mol in enumerate(library) if mol is None] == []


def test_titles_are_there_and_unique(library: list[Chem.Mol]) -> None:
    titles = [mol.GetProp("_Name") for mol in library]
    assert all(title.strip() == title != "" for title in titles)
    assert len(set(titles)) == len(titles)


def test_no_structure_is_there_twice(library: list[Chem.Mol]) -> None:
    counted = Counter(Chem.MolToSmiles(mol) for mol in library)
    assert [smiles for smiles, count in counted.items() if count > 1] == []


def test_the_formula_field_is_the_formula_of_the_structure(library: list[Chem.Mol]) -> None:
    assert {mol.GetProp("_Name"): mol.GetProp("Formula") for mol in library} == {
        mol.GetProp("_Name"): CalcMolFormula(mol) for mol in library
    }


def test_the_formula_field_is_the_one_known_from_the_literature(library: list[Chem.Mol], script: ModuleType) -> None:
    known = {compound.name: compound.formula for compound in script.LIBRARY}
    assert {mol.GetProp("_Name"): mol.GetProp("Formula") for mol in library} == known


def test_the_smiles_field_is_the_structure_drawn(library: list[Chem.Mol]) -> None:
    wrong = [
        mol.GetProp("_Name") for mol in library if Chem.CanonSmiles(mol.GetProp("SMILES")) != Chem.MolToSmiles(mol)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PUBLISHED_INCHI_KEYS)
def test_the_structure_drawn_has_the_published_inchi_key(name: str, library: list[Chem.Mol]) -> None:
    (mol,) = [mol for mol in library if mol.GetProp("_Name") == name]
    assert Chem.MolToInchiKey(mol) == PUBLISHED_INCHI_KEYS[name]


def test_the_bbb_field_is_a_class_of_the_bundled_model_or_is_left_out(library: list[Chem.Mol]) -> None:
    counted = Counter(mol.GetProp("BBB") for mol in library if mol.HasProp("BBB"))
    assert set(counted) == set(load_model("bbbp").card.class_names)
    assert min(counted.values()) >= 30
    assert counted.total() < len(library)


def test_the_command_and_the_window_agree_on_how_good_the_model_is(tmp_path: Path) -> None:
    sample, out = paths.resource(paths.SAMPLE_LIBRARY), tmp_path / "measures.csv"
    command = ["evaluate", str(sample), "--label", "BBB", "--method", "cam", "-o", str(out), "--quiet"]
    assert main([*command, "--workers", "1"]) == 0
    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    with WorkerPool(1) as pool, open_library(sample) as opened:
        bundle = load_model("bbbp")
        request = ExplanationRequest(opened, bundle, [method("cam")], preparation=trained_preparation(bundle.card))
        measured = measure_library(request, "BBB", explain_library, Work(pool))
    assert measured.evaluation.scores()["auc_roc"] == pytest.approx(float(row["auc_roc"]), abs=1e-5)
    assert float(row["auc_roc"]) > 0.75  # of labels that are swapped it would be as far below 0.5


def test_every_record_says_what_the_compound_is_used_for(library: list[Chem.Mol]) -> None:
    assert [mol.GetProp("_Name") for mol in library if not mol.GetProp("Use").strip()] == []


def test_salts_charges_metals_and_rare_elements_are_represented(library: list[Chem.Mol]) -> None:
    elements = {atom.GetSymbol() for mol in library for atom in mol.GetAtoms()}
    assert {"B", "Br", "I", "Na", "P", "Pt"} <= elements
    assert any(len(Chem.GetMolFrags(mol)) > 1 for mol in library)
    assert any(Chem.GetFormalCharge(mol) for mol in library)


def test_records_are_flat_drawings_without_explicit_hydrogens(library: list[Chem.Mol]) -> None:
    for mol in library:
        assert not mol.GetConformer().Is3D(), mol.GetProp("_Name")
        assert all(atom.GetAtomicNum() > 1 for atom in mol.GetAtoms()), mol.GetProp("_Name")


def test_no_two_atoms_are_drawn_on_one_spot(library: list[Chem.Mol]) -> None:
    for mol in library:
        places = mol.GetConformer().GetPositions()[:, :2]
        apart = np.linalg.norm(places[:, None] - places[None], axis=-1) + 9 * np.eye(len(places))
        assert apart.min() > 0.4, mol.GetProp("_Name")


def test_the_file_is_plain_v2000() -> None:
    text = paths.resource(paths.SAMPLE_LIBRARY).read_text(encoding="ascii")
    assert "V3000" not in text
    assert text.count("V2000\n") == text.count("$$$$\n")


def test_the_script_makes_the_file_up_to_coordinates(
    library: list[Chem.Mol], script: ModuleType, tmp_path: Path
) -> None:
    made = tmp_path / "made.sdf"
    script.write(made)
    assert [content(mol) for mol in library] == [content(mol) for mol in read(made) if mol is not None]


def test_the_script_makes_the_same_bytes_twice(script: ModuleType, tmp_path: Path) -> None:
    script.write(tmp_path / "one.sdf")
    script.write(tmp_path / "two.sdf")
    assert (tmp_path / "one.sdf").read_bytes() == (tmp_path / "two.sdf").read_bytes()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"smiles": "C1CC"}, "does not parse"),
        ({"formula": "C10H15N2"}, "has formula C10H14N2, known is C10H15N2"),
        ({"stereo": "R"}, "has descriptors S, known are R"),
        ({"stereo": ""}, "has descriptors S"),
    ],
)
def test_the_script_refuses_a_record_that_contradicts_itself(
    change: dict[str, str], complaint: str, script: ModuleType
) -> None:
    nicotine = next(compound for compound in script.LIBRARY if compound.name == "Nicotine")
    script.build(nicotine)
    with pytest.raises(script.LibraryError, match=complaint):
        script.build(nicotine._replace(**change))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"smiles": "CC(C)O", "formula": "C3H8O"}, "is there twice"),
        ({"name": "Spirit"}, "has the structure of Ethanol"),
    ],
)
def test_the_script_refuses_to_take_a_compound_twice(
    change: dict[str, str], complaint: str, script: ModuleType
) -> None:
    ethanol = script.Compound("Ethanol", "CCO", "C2H6O", "solvent")
    with pytest.raises(script.LibraryError, match=complaint):
        list(script.records([ethanol, ethanol._replace(**change)]))


def test_the_record_that_is_shown_first_has_a_map_that_beats_random_atoms() -> None:
    bundle = load_model(DEFAULT_MODEL)
    shown = first_method(bundle.card)
    with WorkerPool(1) as pool, open_library(paths.resource(paths.SAMPLE_LIBRARY)) as library:
        request = ExplanationRequest(library, bundle, [method(shown)])
        scale = library_scale(request, Work(pool))[shown]
        (first,) = explain_library(request.with_positions([paths.SAMPLE_FIRST]), Work(pool))
        assert isinstance(first, ExplainedRecord)
        assert first.read.title == "Caffeine"
        predicted = first.explanation.predicted
        assert bundle.card.class_names[predicted] == "permeable"
        coloured = is_highlighted(first.record_maps(shown)[:, predicted], DEFAULT_COLOUR_THRESHOLD * scale)
        model = load_model_under_test(bundle, library.source)
        nodes = coloured if first.read.node_index is None else coloured[first.read.node_index]
        masking = run_masking_test(model.predictor, first.read.graph, nodes, predicted)
    assert masking.better_than_random
    assert masking.random_mean - masking.change > 3 * masking.random_sd
