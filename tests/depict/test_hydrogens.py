"""A record with explicit hydrogens is drawn as the molecule that it is."""

import re

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, rdDepictor

from gcx_desktop.depict import drawing
from gcx_desktop.depict.drawing import depict

MOLECULES = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "propranolol": "CC(C)NC[C@H](O)COc1cccc2ccccc12",
    "indole": "c1ccc2[nH]ccc2c1",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "glycine": "[NH3+]CC(=O)[O-]",
    "pyridine oxide": "[O-][n+]1ccccc1",
    "pyridinium": "c1cc[nH+]cc1",
    "ethanol": "CCO",
    "alanine": "C[C@H](N)C(=O)O",
    "cisplatin": "N.N.Cl[Pt]Cl",
    "methane": "C",
    "water": "O",
    "ammonium": "[NH4+]",
    "radical": "[CH2]CO",
    "phosphinate": "C[PH](=O)O",
}
KINDS = ("no conformer", "2D", "3D")


def with_hydrogens(smiles: str, kind: str) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if kind == "no conformer":
        return mol
    if kind == "2D":
        rdDepictor.Compute2DCoords(mol)
    elif AllChem.EmbedMolecule(mol, randomSeed=7) != 0:
        pytest.skip("RDKit finds no 3D coordinates")
    return Chem.MolFromMolBlock(Chem.MolToMolBlock(mol), removeHs=False)


def as_drawn(mol: Chem.Mol) -> tuple[list[tuple[object, ...]], list[str]]:
    """What the picture shows: atoms with hydrogens, charges and electrons; bonds by order."""
    shown, _ = drawing.laid_out(drawing.without_plain_hydrogens(mol))
    atoms = [
        (a.GetSymbol(), a.GetTotalNumHs(), a.GetFormalCharge(), a.GetNumRadicalElectrons()) for a in shown.GetAtoms()
    ]
    return sorted(atoms), sorted(str(bond.GetBondType()) for bond in shown.GetBonds())


def pens(svg: str) -> list[tuple[str, int]]:
    """Colour of each filled shape (letters of labels) and the number of lines of each colour."""
    fills = re.findall(r'<path fill="(#\w+)"', svg)
    lines = [(colour, d.count("M")) for colour, d in re.findall(r'stroke="(#\w+)"[^>]* d="([^"]*)"', svg)]
    return sorted([(colour, fills.count(colour)) for colour in set(fills)] + lines)


CASES = [(name, kind) for name in MOLECULES for kind in KINDS]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_explicit_hydrogens_change_no_label_and_no_bond_order(name: str, kind: str) -> None:
    assert as_drawn(with_hydrogens(MOLECULES[name], kind)) == as_drawn(Chem.MolFromSmiles(MOLECULES[name]))


@pytest.mark.parametrize("name", MOLECULES)
def test_without_coordinates_the_pictures_have_the_same_letters_and_lines(name: str) -> None:
    plain = depict(Chem.MolFromSmiles(MOLECULES[name])).svg
    assert pens(depict(with_hydrogens(MOLECULES[name], "no conformer")).svg) == pens(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_a_ch2_that_stood_straight_between_hydrogens_has_no_bare_c(kind: str) -> None:
    svg = depict(with_hydrogens("CCO", kind)).svg
    assert '<path fill="#111111"' not in svg


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["alanine", "propranolol"])
def test_a_stereocentre_keeps_its_wedge_and_its_hand(name: str, kind: str) -> None:
    shown, _ = drawing.laid_out(drawing.without_plain_hydrogens(with_hydrogens(MOLECULES[name], kind)))
    assert sum(b.GetBondDir() in (Chem.BondDir.BEGINWEDGE, Chem.BondDir.BEGINDASH) for b in shown.GetBonds()) == 1
    again = Chem.MolFromMolBlock(Chem.MolToMolBlock(shown))
    assert Chem.MolToSmiles(again) == Chem.CanonSmiles(MOLECULES[name])


def test_deuterium_stays_among_hydrogens_that_go() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("[2H]C([2H])O"))
    shown = drawing.without_plain_hydrogens(mol)
    assert [(a.GetIsotope(), a.GetTotalNumHs()) for a in shown.GetAtoms()] == [(2, 0), (0, 1), (2, 0), (0, 1)]
    assert np.isfinite(depict(mol).atom_xy[:, 0]).sum() == 4


def test_the_charge_of_a_hydride_does_not_vanish() -> None:
    params = Chem.SmilesParserParams()
    params.removeHs = False
    assert "H" in [
        a.GetSymbol() for a in drawing.without_plain_hydrogens(Chem.MolFromSmiles("[H-]->[Na+]", params)).GetAtoms()
    ]
