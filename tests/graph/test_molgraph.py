from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.graph.molgraph import MolGraph, NoHeavyAtomsError, molecule_graph

MOLECULES = [
    "C",
    "CCO",
    "c1ccc2[nH]ccc2c1",
    "C[N+](C)(C)CC([O-])=O",
    "[Cl].CC(C)NCC(O)COc1cccc2ccccc12",
    "CC(=O)Oc1ccccc1C(=O)O",
    "N[Pt](N)(Cl)Cl",
    "O=S(=O)(O)c1ccc(N=Nc2ccc(N)cc2)cc1",
]


def as_smiles(smiles: str) -> MolGraph:
    settings = Chem.SmilesParserParams()
    settings.removeHs = False
    return molecule_graph(Chem.MolFromSmiles(smiles, settings), smiles)


def as_block(smiles: str, *, hydrogens: bool) -> MolGraph:
    mol = Chem.MolFromSmiles(smiles)
    block = Chem.MolToMolBlock(Chem.AddHs(mol) if hydrogens else mol)
    return molecule_graph(Chem.MolFromMolBlock(block, removeHs=False))


@pytest.mark.parametrize("smiles", MOLECULES)
def test_a_molecule_has_the_same_graph_however_its_hydrogens_are_written(smiles: str) -> None:
    plain = as_smiles(smiles)
    for other in (as_block(smiles, hydrogens=False), as_block(smiles, hydrogens=True)):
        np.testing.assert_array_equal(other.graph.codes, plain.graph.codes)
        assert {frozenset(edge) for edge in other.graph.edges.tolist()} == {
            frozenset(edge) for edge in plain.graph.edges.tolist()
        }


@pytest.mark.parametrize("smiles", MOLECULES)
def test_smiles_order_lines_up_when_the_smiles_is_read_back(smiles: str) -> None:
    for molecule in (as_smiles(smiles), as_block(smiles, hydrogens=True)):
        back = molecule_graph(Chem.MolFromSmiles(molecule.smiles), molecule.smiles)
        np.testing.assert_array_equal(back.graph.codes, molecule.graph.codes[molecule.smiles_order])
        assert sorted(molecule.smiles_order.tolist()) == list(range(molecule.graph.n_nodes))


def test_hydrogens_between_the_heavy_atoms_keep_the_records_numbering() -> None:
    mol = as_smiles("[H]OC([H])C")
    assert mol.atom_index.tolist() == [1, 2, 4]
    assert mol.n_record_atoms == 5
    assert mol.graph.edges.tolist() == [[0, 1], [1, 2]]


def test_deuterium_and_lone_protons_are_folded_away_or_left_out() -> None:
    deuterated, proton = as_smiles("[2H]C([2H])([2H])O"), as_smiles("[H+].CO")
    np.testing.assert_array_equal(deuterated.graph.codes, as_smiles("CO").graph.codes)
    np.testing.assert_array_equal(proton.graph.codes, as_smiles("CO").graph.codes)
    assert len(proton.smiles_order) == Chem.MolFromSmiles("[H+].CO").GetNumHeavyAtoms()


def test_hydrogen_alone_has_no_graph() -> None:
    with pytest.raises(NoHeavyAtomsError):
        as_smiles("[H][H]")


def test_ring_bonds_are_each_there_once() -> None:
    edges = as_smiles("c1ccccc1").graph.edges
    assert len({frozenset(edge) for edge in edges.tolist()}) == len(edges) == 6
