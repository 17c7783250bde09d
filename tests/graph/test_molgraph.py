from __future__ import annotations

import itertools

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import GetConnectivityInvariants

from gcx_desktop.graph.features import FEATURE_NAMES, atom_features
from gcx_desktop.graph.molgraph import (
    MAX_DENSE_ATOMS,
    MolGraph,
    NoHeavyAtomsError,
    code_graphs,
    molecule_graph,
    scan_atoms,
)

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


def in_smiles_order(molecule: MolGraph) -> list[int]:
    """Every node, as the SMILES writes them."""
    order = molecule.smiles_order
    return list(range(molecule.graph.n_nodes)) if order is None else order.tolist()


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
        np.testing.assert_array_equal(back.graph.codes, molecule.graph.codes[in_smiles_order(molecule)])
        assert sorted(in_smiles_order(molecule)) == list(range(molecule.graph.n_nodes))


def test_hydrogens_between_the_heavy_atoms_keep_the_records_numbering() -> None:
    mol = as_smiles("[H]OC([H])C")
    assert mol.atom_index is not None
    assert mol.atom_index.tolist() == [1, 2, 4]
    assert mol.n_record_atoms == 5
    assert mol.graph.edges.tolist() == [[0, 1], [1, 2]]


def test_deuterium_and_lone_protons_are_folded_away_or_left_out() -> None:
    deuterated, proton = as_smiles("[2H]C([2H])([2H])O"), as_smiles("[H+].CO")
    np.testing.assert_array_equal(deuterated.graph.codes, as_smiles("CO").graph.codes)
    np.testing.assert_array_equal(proton.graph.codes, as_smiles("CO").graph.codes)
    assert in_smiles_order(proton) == [-1, 0, 1]
    assert in_smiles_order(deuterated) == [-1, 0, -1, -1, 1]


HYDROGENS = [
    "[H]O[H]",
    "[2H]C([2H])O",
    "[Cl-].CN.[H+]",
    "CC.[H][H]",
    "[H-].[Na+]",
    "[H]/N=C/C",
    "[H]/C(C)=C/F",
    "[H][Pt]Cl",
]


@pytest.mark.parametrize("smiles", HYDROGENS)
@pytest.mark.parametrize("written", ["a SMILES", "a block"])
def test_every_atom_of_a_smiles_that_is_read_back_has_its_node_or_none(smiles: str, written: str) -> None:
    molecule = as_smiles(smiles) if written == "a SMILES" else as_block(smiles, hydrogens=False)
    back = [atom.GetAtomicNum() for atom in Chem.MolFromSmiles(molecule.smiles).GetAtoms()]
    order = in_smiles_order(molecule)
    assert [node < 0 for node in order] == [number == 1 for number in back]
    assert sorted(node for node in order if node >= 0) == list(range(molecule.graph.n_nodes))


def test_hydrogen_alone_has_no_graph() -> None:
    with pytest.raises(NoHeavyAtomsError):
        as_smiles("[H][H]")


def test_ring_bonds_are_each_there_once() -> None:
    edges = as_smiles("c1ccccc1").graph.edges
    assert len({frozenset(edge) for edge in edges.tolist()}) == len(edges) == 6


def features_asked_atom_by_atom(mol: Chem.Mol) -> list[set[str]]:
    """The names of the features that are not zero, from RDKit's own getters."""
    found = []
    for atom in mol.GetAtoms():
        n_hydrogens, n_radicals = atom.GetTotalNumHs(), atom.GetNumRadicalElectrons()
        names = {
            f"symbol: {atom.GetSymbol()}",
            f"degree: {atom.GetDegree()}",
            f"hydrogens: implicit valence {n_hydrogens}",
            f"hydrogens: hydrogens {min(n_hydrogens, 4)}",
            f"charge: {atom.GetFormalCharge():+d}",
            f"hybridisation: {atom.GetHybridization()}",
        }
        names |= {"aromatic: aromatic"} if atom.GetIsAromatic() else set()
        names |= {"radical electrons: radical electrons"} if n_radicals else set()
        found.append(names & set(FEATURE_NAMES))
    return found


@pytest.mark.parametrize(
    "smiles",
    [
        *MOLECULES,
        "CC#N",  # sp
        "C[CH2]",  # a radical
        "FS(F)(F)(F)(F)F",  # sp3d2
        "[O-][n+]1ccccc1",
        "c1ccc2cc3ccccc3cc2c1",
        "C1=CC=CN1",
        "[13CH3]CO",
        "[Na+].[Cl-]",
        "OC1=CC(=O)c2ccccc2C1=O",
    ],
)
def test_the_three_calls_for_a_molecule_say_what_its_atoms_say(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    rows = atom_features(molecule_graph(mol, smiles).graph.codes)
    assert [{FEATURE_NAMES[i] for i in np.flatnonzero(row)} for row in rows] == features_asked_atom_by_atom(mol)


def test_no_two_kinds_of_atom_share_an_invariant() -> None:
    """Every element with up to 12 neighbours of which up to 4 are hydrogens, and charges to ±4."""
    seen: dict[int, tuple[int, ...]] = {}
    for number in range(119):
        mol, kinds = Chem.RWMol(), []
        for neighbours, hydrogens, charge in itertools.product(range(9), range(5), range(-4, 5)):
            atom = Chem.Atom(number)
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(hydrogens)
            atom.SetFormalCharge(charge)
            centre = mol.AddAtom(atom)
            for _ in range(neighbours):
                mol.AddBond(centre, mol.AddAtom(Chem.Atom(0)), Chem.BondType.ZERO)
            kinds.append((centre, (number, neighbours, hydrogens, charge)))
        mol.UpdatePropertyCache(strict=False)
        invariants = GetConnectivityInvariants(mol, includeRingMembership=False)
        for centre, kind in kinds:
            assert seen.setdefault(invariants[centre], kind) == kind


def test_many_molecules_get_the_graphs_that_each_gets_alone() -> None:
    mols = [Chem.AddHs(Chem.MolFromSmiles(s)) if i % 2 else Chem.MolFromSmiles(s) for i, s in enumerate(MOLECULES)]
    for mol, graph in zip(mols, code_graphs([scan_atoms(mol) for mol in mols]).unpacked(), strict=True):
        alone = molecule_graph(mol, "").graph
        np.testing.assert_array_equal(graph.codes, alone.codes)
        np.testing.assert_array_equal(graph.edges, alone.edges)
    assert code_graphs([]).unpacked() == []


def test_the_bonds_of_a_large_molecule_and_bonds_of_no_order_are_found_too() -> None:
    n = MAX_DENSE_ATOMS + 10
    chain = as_smiles("C" * n).graph
    assert chain.edges.tolist() == [[i, i + 1] for i in range(n - 1)]
    aromatic = as_smiles("C" * n + "c1ccccc1")
    assert "aromatic: aromatic" in {
        FEATURE_NAMES[i] for i in np.flatnonzero(atom_features(aromatic.graph.codes[-1:])[0])
    }
    mol = Chem.RWMol(Chem.MolFromSmiles("N.[Fe]"))
    mol.AddBond(0, 1, Chem.BondType.ZERO)
    Chem.SanitizeMol(mol)
    assert molecule_graph(mol, "").graph.edges.tolist() == [[0, 1]]
