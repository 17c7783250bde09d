import pickle
from xml.etree import ElementTree

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from gcx_desktop.depict.colour import Paper
from gcx_desktop.depict.drawing import BOND, Depiction, TooComplexError, depict

MOLECULES = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "methane": "C",
    "proton": "[H+]",
    "hydrogen": "[H][H]",
    "salt": "[Na+].[Cl-]",
    "acetate": "CC(=O)[O-].[Na+]",
    "hydrate": "[K+].[K+].[Cl-].[Br-].O.O.CC(=O)O",
    "steroid": "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@]34C)[C@@H]1CC[C@@H]2O",
    "platinum": "[Pt](N)(N)(Cl)Cl",
    "dummy": "*c1ccccc1",
    "bridged": "C1CC2CCC1CC2",
    "isotopes": "[2H]C([2H])([2H])[13CH2]O",
}


def drawn(smiles: str, paper: Paper = Paper.WHITE) -> Depiction:
    return depict(Chem.MolFromSmiles(smiles), paper=paper)


@pytest.mark.parametrize("name", MOLECULES)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_atom_lies_in_the_box_with_room_for_its_halo(name: str, paper: Paper) -> None:
    depiction = drawn(MOLECULES[name], paper)
    reach = depiction.radius
    assert np.isfinite(depiction.atom_xy).all()
    assert (depiction.atom_xy >= reach).all()
    assert (depiction.atom_xy <= np.array([depiction.width, depiction.height]) - reach).all()
    root = ElementTree.fromstring(depiction.svg)
    assert root.get("viewBox") == f"0 0 {depiction.width:g} {depiction.height:g}"
    assert not [e for e in root.iter() if e.tag.endswith(("rect", "text", "image", "script"))]


@pytest.mark.parametrize("name", ["aspirin", "steroid", "isotopes"])
def test_bonds_have_the_same_length_in_every_molecule(name: str) -> None:
    depiction = drawn(MOLECULES[name])
    ends = depiction.atom_xy[depiction.bonds]
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    assert np.median(lengths) == pytest.approx(BOND, rel=0.02)


def test_explicit_hydrogens_that_tell_nothing_are_not_drawn_and_keep_their_places() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CO"))
    depiction = depict(mol)
    assert np.isnan(depiction.atom_xy[2:]).all()
    assert np.isfinite(depiction.atom_xy[:2]).all()
    assert depiction.bonds.tolist() == [[0, 1]]
    assert mol.GetNumAtoms() == 6


def test_hydrogens_between_heavy_atoms_shift_no_index() -> None:
    params = Chem.SmilesParserParams()
    params.removeHs = False
    depiction = depict(Chem.MolFromSmiles("[H]C([H])([H])N", params))
    assert np.isfinite(depiction.atom_xy[:, 0]).tolist() == [False, True, False, False, True]
    assert depiction.bonds.tolist() == [[1, 4]]


def test_deuterium_is_drawn() -> None:
    assert np.isfinite(drawn("[2H]C").atom_xy).all()


def two_dimensional(smiles: str, points: list[tuple[float, float]]) -> Chem.Mol:
    mol = Chem.MolFromSmiles(smiles)
    conformer = Chem.Conformer(mol.GetNumAtoms())
    conformer.Set3D(False)
    for atom, (x, y) in enumerate(points):
        conformer.SetAtomPosition(atom, Point3D(x, y, 0.0))
    mol.AddConformer(conformer)
    return mol


def test_the_records_own_2d_layout_is_kept_at_the_common_bond_length() -> None:
    xy = depict(two_dimensional("CCO", [(0, 0), (0, 7), (0, 14)])).atom_xy
    assert xy[:, 0] == pytest.approx([xy[0, 0]] * 3, abs=0.01)
    assert np.abs(np.diff(xy[:, 1])) == pytest.approx([BOND, BOND], rel=0.03)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (0, 0), (0, 0)],
        [(0, 0), (1, 0), (1, 0)],
        [(0, 0), (1, 0), (float("nan"), 0)],
        [(0, 0), (1, 0), (1e6, 0)],
    ],
)
def test_coordinates_that_are_no_layout_are_replaced(points: list[tuple[float, float]]) -> None:
    depiction = depict(two_dimensional("CCO", points))
    assert np.array_equal(depiction.atom_xy, drawn("CCO").atom_xy)


def test_three_dimensional_coordinates_get_a_flat_layout() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CC(C)(C)c1ccccc1"))
    AllChem.EmbedMolecule(mol, randomSeed=7)
    depiction = depict(mol)
    ends = depiction.atom_xy[depiction.bonds]
    assert np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1) == pytest.approx([BOND] * len(ends), rel=0.05)


@pytest.mark.parametrize("name", ["salt", "acetate", "hydrate"])
def test_unconnected_pieces_do_not_overlap(name: str) -> None:
    mol = Chem.MolFromSmiles(MOLECULES[name])
    xy = depict(mol).atom_xy
    pieces = Chem.GetMolFrags(mol)
    for one in range(len(pieces)):
        for other in range(one):
            apart = np.linalg.norm(xy[list(pieces[one])][:, None] - xy[list(pieces[other])][None], axis=2)
            assert apart.min() >= BOND


def test_above_the_limit_it_says_how_many_atoms_there_are() -> None:
    with pytest.raises(TooComplexError, match=r"too complex to draw \(401 atoms; the limit is 400\)") as caught:
        drawn("C" * 401)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.n_atoms, again.limit, str(again)) == (401, 400, str(caught.value))


def test_drawing_is_deterministic_and_survives_pickling() -> None:
    one, other = drawn(MOLECULES["steroid"]), pickle.loads(pickle.dumps(drawn(MOLECULES["steroid"])))
    assert one.svg == other.svg
    assert np.array_equal(one.atom_xy, other.atom_xy)


def test_labels_named_by_the_file_do_not_reach_the_svg_as_markup() -> None:
    mol = Chem.MolFromSmiles("*CC")
    for key in ("molFileAlias", "atomLabel", "_displayLabel", "atomNote", "dummyLabel"):
        mol.GetAtomWithIdx(0).SetProp(key, "<script>&\"'界")
    svg = depict(mol).svg
    ElementTree.fromstring(svg)
    assert "script" not in svg


def test_a_ring_without_kekule_structure_is_drawn_all_the_same() -> None:
    mol = Chem.MolFromSmiles("c1cccc1", sanitize=False)
    mol.UpdatePropertyCache(strict=False)
    assert np.isfinite(depict(mol).atom_xy).all()


def test_an_empty_molecule_has_an_empty_picture() -> None:
    depiction = depict(Chem.Mol())
    assert depiction.atom_xy.shape == (0, 2)
    ElementTree.fromstring(depiction.svg)


def test_radical_electrons_are_drawn_in_ink_on_dark_paper() -> None:
    svg = depict(Chem.MolFromSmiles("[CH2]CO"), paper=Paper.DARK).svg
    assert "#000000" not in svg
