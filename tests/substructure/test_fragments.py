"""Sets of atoms: salient parts, whole rings and groups, schemes, random parts."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.Scaffolds.MurckoScaffold import GetScaffoldForMol

from gcx_desktop.substructure import fragments
from gcx_desktop.substructure.cutting import cut_by_scheme, salient_parts
from gcx_desktop.substructure.patterns import write_attached, write_pattern
from gcx_desktop.substructure.scheme import Scheme

PARACETAMOL = "CC(=O)Nc1ccc(O)cc1"
DRUGS = (
    PARACETAMOL,
    "CN1CCN(CC1)C(=O)c1ccc2c(c1)OCO2",
    "O=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1",
    "C1CC2(C1)CCNC2",
    "CC(C)(C)C#N",
    "[Na+].CC(=O)[O-]",
    "[H]c1c([H])c([H])c(C(F)(F)F)c([H])c1[H]",
)


def read(smiles: str) -> tuple[Chem.Mol, list[list[int]]]:
    rules = Chem.SmilesParserParams()
    rules.removeHs = False
    mol = Chem.MolFromSmiles(smiles, rules)
    return mol, fragments.heavy_neighbours(mol)


def words(mol: Chem.Mol, sets: list[frozenset[int]]) -> list[str]:
    return sorted(write_pattern(fragments.labelled_graph(mol, atoms)[0]).smiles for atoms in sets)


def test_salient_atoms_are_parted_where_no_bond_joins_them() -> None:
    mol, neighbours = read(PARACETAMOL)
    assert salient_parts(mol, neighbours, [0, 1, 2, 8], complete=False) == [frozenset({0, 1, 2}), frozenset({8})]


def test_completion_leaves_no_half_ring_and_no_half_group() -> None:
    mol, neighbours = read(PARACETAMOL)
    assert words(mol, salient_parts(mol, neighbours, [2, 6, 7], complete=True)) == ["O=CNc1ccccc1"]
    acid, beside = read("OC(=O)CCc1ccccc1")
    assert words(acid, salient_parts(acid, beside, [0, 6], complete=True)) == ["O=CO", "c1ccccc1"]
    fused, around = read("c1ccc2ccccc2c1")
    assert words(fused, salient_parts(fused, around, [0, 1], complete=True)) == ["c1ccccc1"]
    assert words(fused, salient_parts(fused, around, [3], complete=True)) == ["c1ccccc1"]


def test_completion_of_nothing_is_nothing() -> None:
    mol, neighbours = read(PARACETAMOL)
    assert salient_parts(mol, neighbours, [], complete=True) == []


@pytest.mark.parametrize("smiles", DRUGS)
def test_a_scaffold_has_the_atoms_of_rdkits(smiles: str) -> None:
    mol, neighbours = read(smiles)
    expected = GetScaffoldForMol(Chem.RemoveHs(mol)).GetNumHeavyAtoms()
    assert len(fragments.scaffold(mol, neighbours)) == expected


@pytest.mark.parametrize(
    ("scheme", "smiles", "expected"),
    [
        (Scheme.BRICS, PARACETAMOL, ["CC=O", "N", "Oc1ccccc1"]),
        (Scheme.RINGS, DRUGS[1], ["C1CNCCN1", "c1ccc2c(c1)OCO2"]),
        (Scheme.RINGS, "C1CC2(C1)CCNC2", ["C1CCC1", "C1CCNC1"]),
        (Scheme.GROUPS, PARACETAMOL, ["NC=O", "O"]),
        (Scheme.GROUPS, "FC(F)(F)c1ccccc1C#N", ["C#N", "FC(F)F"]),
        (Scheme.SCAFFOLD, "CC(C)C", []),
    ],
)
def test_a_scheme_gives_its_pieces(scheme: Scheme, smiles: str, expected: list[str]) -> None:
    mol, neighbours = read(smiles)
    assert words(mol, cut_by_scheme(scheme, mol, neighbours)) == expected


@pytest.mark.parametrize("smiles", DRUGS)
def test_the_pieces_of_brics_are_the_whole_molecule_once(smiles: str) -> None:
    mol, neighbours = read(smiles)
    atoms = [atom for piece in cut_by_scheme(Scheme.BRICS, mol, neighbours) for atom in piece]
    assert sorted(atoms) == [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() != 1]


def test_the_pieces_of_what_is_salient_cannot_be_asked_of_a_molecule_alone() -> None:
    mol, neighbours = read(PARACETAMOL)
    with pytest.raises(ValueError, match="those that an explanation shows"):
        cut_by_scheme(Scheme.SALIENT, mol, neighbours)


@pytest.mark.parametrize("smiles", DRUGS)
def test_a_random_part_is_connected_and_of_the_size_asked_and_comes_again_from_its_seed(smiles: str) -> None:
    mol, neighbours = read(smiles)
    largest = max(len(piece) for piece in fragments.components(neighbours, range(mol.GetNumAtoms())))
    for size in range(1, largest + 1):
        part = fragments.random_part(neighbours, size, np.random.default_rng(size))
        assert len(fragments.components(neighbours, part)) == 1
        assert len(part) == size or "." in smiles
        assert part == fragments.random_part(neighbours, size, np.random.default_rng(size))


def test_random_parts_reach_every_atom() -> None:
    _, neighbours = read(PARACETAMOL)
    generator = np.random.default_rng(0)
    reached = frozenset().union(*(fragments.random_part(neighbours, 3, generator) for _ in range(200)))
    assert reached == frozenset(range(11))


def test_a_fragment_keeps_where_the_molecule_goes_on() -> None:
    mol, neighbours = read("Oc1ccc(C(Cl)(Cl)Cl)cc1")
    graph, index = fragments.labelled_graph(mol, [5, 6, 7, 8])
    ends = fragments.open_bonds(mol, neighbours, index)
    assert write_attached(fragments.with_attachment_points(graph, ends)) == "*C(Cl)(Cl)Cl"


def test_hydrogens_that_are_written_out_are_no_attachment_points() -> None:
    mol, neighbours = read(DRUGS[-1])
    ring = fragments.rings(mol)[0]
    graph, index = fragments.labelled_graph(mol, ring)
    ends = fragments.open_bonds(mol, neighbours, index)
    assert write_attached(fragments.with_attachment_points(graph, ends)) == "*c1ccccc1"
    assert all(not neighbours[atom.GetIdx()] for atom in mol.GetAtoms() if atom.GetAtomicNum() == 1)
