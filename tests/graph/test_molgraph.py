from __future__ import annotations

import itertools

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import GetConnectivityInvariants

from gcx_desktop.graph.features import FEATURE_NAMES, SYMBOLS, atom_features, older_codes
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
    """The names of the features that are not zero, of each heavy atom, from RDKit's getters of atoms and bonds."""
    rings, found = mol.GetRingInfo(), []
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 1:
            continue
        bonds = [bond for bond in atom.GetBonds() if bond.GetOtherAtom(atom).GetAtomicNum() != 1]
        neighbours = [bond.GetOtherAtom(atom) for bond in bonds]
        n_hydrogens, n_radicals = atom.GetTotalNumHs(includeNeighbors=True), atom.GetNumRadicalElectrons()
        charge, aromatic, symbol = atom.GetFormalCharge(), atom.GetIsAromatic(), atom.GetSymbol()
        kinds = [str(bond.GetBondType()) for bond in bonds]
        single = sum(kind in ("SINGLE", "DATIVE") for kind in kinds)
        double, triple = kinds.count("DOUBLE"), kinds.count("TRIPLE")
        names = {
            f"symbol: {symbol if symbol in SYMBOLS else 'other'}",
            f"degree: {len(bonds)}",
            f"hydrogens: implicit valence {n_hydrogens}",
            f"hydrogens: hydrogens {min(n_hydrogens, 4)}",
            f"charge: {max(-3, min(charge, 3)):+d}",
            f"hybridisation: {atom.GetHybridization()}",
            f"single bonds: {min(single, 4)}",
            f"double bonds: {min(double, 2)}",
            f"triple bonds: {min(triple, 1)}",
            f"aromatic bonds: {min(kinds.count('AROMATIC'), 3)}",
            f"heteroatom neighbours: {min(sum(each.GetSymbol() != 'C' for each in neighbours), 4)}",
        }
        names |= {"aromatic: aromatic"} if aromatic else set()
        bare_metal = (
            not bonds and not n_hydrogens and symbol not in ("C", "N", "O", "S", "P", "F", "Cl", "Br", "I", "Se")
        )
        names |= {"radical electrons: radical electrons"} if n_radicals and not bare_metal else set()
        for size in rings.AtomRingSizes(atom.GetIdx()):
            names.add(f"rings: ring of {size}" if size < 8 else "rings: ring of 8 or more")
        if atom.GetChiralTag() in (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW):
            names.add("stereo centre: stereo centre")
        if symbol in ("N", "O", "S") and n_hydrogens:
            names.add("hydrogen bonds: donor")
        pyrrole = aromatic and (n_hydrogens or len(bonds) == 3)
        amide = not aromatic and not double and atom.GetHybridization() == Chem.HybridizationType.SP2
        if charge <= 0 and (symbol == "O" or (symbol == "N" and not pyrrole and not amide)):
            names.add("hydrogen bonds: acceptor")
        found.append(names & set(FEATURE_NAMES))
    return found


FULLERENE = (
    "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6c6c%11c2c2c7c3c3c8c4"
    "c4c9c5c1c1c6c2c3c41"
)
ODD_MOLECULES = [
    *MOLECULES,
    "CC#N",  # sp
    "C=C=C",
    "[C-]#[O+]",
    "C[CH2]",  # radicals
    "C=C[CH2]",
    "[CH2]",
    "C1=CC=C[C]=C1",
    "[O]N=O",
    "C[CH2+]",  # ions of carbon
    "C=C[CH2-]",
    "FS(F)(F)(F)(F)F",  # sp3d2
    "F[P](F)(F)(F)F",
    "[O-][n+]1ccccc1",
    "c1ccc2cc3ccccc3cc2c1",
    "C1=CC=CN1",
    "[13CH3]CO",
    "[2H]C([2H])([2H])O",
    "[Na+].[Cl-]",
    "[Cu+2].[Fe+3].[Gd+3].[Sn+2]",
    "OC1=CC(=O)c2ccccc2C1=O",
    "C12C3C4C1C5C2C3C45",  # cubane
    "C1C2CC3CC1CC(C2)C3",  # adamantane
    FULLERENE,
    "C1CCC2(CC1)CCNC2",  # spiro
    "O=C1CCCCCCCCCCCCO1",  # a macrocycle
    "C1CC2CCC1C2",
    "C1CC1C1CCC1",
    "c1ccc2cccc2cc1",  # azulene
    "N->[Pt](Cl)(Cl)<-N",  # dative bonds
    "[H+2]1CC1",  # a hydrogen in a ring
    "[H]/N=C/C",
    "[NH3+]CC([O-])=O",  # a zwitterion
    "C[N+](=O)[O-]",
    "CC(=O)Nc1ccccc1",
    "CN1CCCC1=O",
    "c1cn(C)cn1",
    "c1nc[n-]n1",
    "NC(=N)N",
    "CS(=O)(=O)N",
    "CSC.CS.c1ccsc1.c1ccoc1",
    "N[C@@H](C)C(=O)O",
    "F[C@]([H])(Cl)Br",
    "C[S@](=O)CC",
    "C[P@](=O)(O)CC",
    "C[C@H]1CC[C@@H](C)CC1",
    "CN1[C@H]2CC[C@@H]1[C@H]([C@H](C2)OC(=O)c1ccccc1)C(=O)OC",  # cocaine
    "C[C@H](O)[C@@H](F)[C@H](C)O",  # a centre only by the others
    "C[C@H](C)O",  # no centres
    "C[N@](CC)CCC",
    "F[C@](Cl)Br",  # a radical with a configuration
    "C[C@@](F)(Cl)[C@H](Br)I",
    "F[C@SP1](Cl)(Br)I",  # configurations that are not tetrahedral
    "CC=[C@AL1]=CC",
    "C[C@H]=CC",
    "F[Si@](Cl)(Br)I",
    "C/C=C/C",
    "O=[Cl](=O)(=O)[O-]",
    "[U](F)(F)(F)(F)(F)F",
    "CC(C)(C)c1ccc(C(F)(F)F)cc1",
]


@pytest.mark.parametrize("smiles", ODD_MOLECULES)
@pytest.mark.parametrize("explicit", [False, True], ids=["folded hydrogens", "explicit hydrogens"])
def test_the_few_calls_for_a_molecule_say_what_its_atoms_say(smiles: str, explicit: bool) -> None:
    settings = Chem.SmilesParserParams()
    settings.removeHs = not explicit
    mol = Chem.MolFromSmiles(smiles, settings)
    mol = Chem.AddHs(mol) if explicit else mol
    rows = atom_features(molecule_graph(mol, smiles).graph.codes)
    assert [{FEATURE_NAMES[i] for i in np.flatnonzero(row)} for row in rows] == features_asked_atom_by_atom(mol)


def read_without_stereochemistry(smiles: str) -> Chem.Mol:
    """As a library is read fast: the configurations are those that the SMILES writes, at centres or not."""
    settings = Chem.SmilesParserParams()
    settings.removeHs = settings.sanitize = False
    mol = Chem.MolFromSmiles(smiles, settings)
    Chem.SanitizeMol(mol)
    return mol


@pytest.mark.parametrize("smiles", ODD_MOLECULES)
def test_a_graph_depends_neither_on_the_atoms_order_nor_on_the_way_of_reading(smiles: str) -> None:
    settings = Chem.SmilesParserParams()
    settings.removeHs = False
    mol = Chem.MolFromSmiles(smiles, settings)
    codes = molecule_graph(mol, smiles).graph.codes
    np.testing.assert_array_equal(molecule_graph(read_without_stereochemistry(smiles), smiles).graph.codes, codes)
    generator = np.random.default_rng(0)
    for other in (mol, Chem.AddHs(mol)) * 3:
        order = generator.permutation(other.GetNumAtoms()).tolist()
        shuffled = Chem.RenumberAtoms(other, order)
        Chem.SanitizeMol(shuffled)  # finds rings and centres anew
        graph = molecule_graph(shuffled, smiles)
        records = order if graph.atom_index is None else [order[atom] for atom in graph.atom_index]
        places = np.argsort(np.argsort(records))  # heavy atoms keep their order among themselves
        np.testing.assert_array_equal(graph.graph.codes, codes[places])


def test_a_configuration_at_an_atom_with_like_neighbours_is_no_stereo_centre() -> None:
    centre = FEATURE_NAMES.index("stereo centre: stereo centre")
    for smiles, centres in (("C[C@H](C)O", []), ("C[C@H](F)O", [1]), ("CC(F)O", [])):
        graph = molecule_graph(read_without_stereochemistry(smiles), smiles).graph
        assert np.flatnonzero(atom_features(graph.codes)[:, centre]).tolist() == centres


@pytest.mark.parametrize("smiles", ODD_MOLECULES)
def test_the_older_codes_are_those_that_older_models_were_trained_on(smiles: str) -> None:
    """Against their own layout: symbol, degree, hydrogens, charge, radicals, hybridisation, aromatic."""
    mol = Chem.MolFromSmiles(smiles)
    expected = []
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 1:
            continue
        symbol = atom.GetSymbol() if atom.GetSymbol() in SYMBOLS else "other"
        hybridisation = str(atom.GetHybridization())
        kinds = ["SP", "SP2", "SP3", "SP3D", "SP3D2"]
        digits = (
            (SYMBOLS.index(symbol), 44),
            (sum(each.GetAtomicNum() != 1 for each in atom.GetNeighbors()), 11),
            (min(atom.GetTotalNumHs(includeNeighbors=True), 6), 7),
            (max(-3, min(atom.GetFormalCharge(), 3)) + 3, 7),
            (min(atom.GetNumRadicalElectrons(), 4), 5),
            (kinds.index(hybridisation) if hybridisation in kinds else 5, 6),
            (int(atom.GetIsAromatic()), 2),
        )
        code = 0
        for digit, base in digits:
            code = code * base + digit
        expected.append(code)
    assert older_codes(molecule_graph(mol, smiles).graph.codes).tolist() == expected


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
