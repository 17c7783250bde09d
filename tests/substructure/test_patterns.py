"""Patterns: canonical whatever the order of their atoms, matching what they were cut from, counted as by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from gcx_desktop.substructure import patterns
from gcx_desktop.substructure.cutting import cut_by_scheme
from gcx_desktop.substructure.fragments import heavy_neighbours, labelled_graph, random_part
from gcx_desktop.substructure.labelled_graph import LabelledGraph, atom_label, atom_properties
from gcx_desktop.substructure.scheme import Scheme

SMILES = (
    "CN1CCC[C@H]1c1cccnc1",
    "O=C(O)c1cc2ccccc2[nH]1",
    "C[N+](C)(C)CC(=O)[O-]",
    "Cc1ccc(S(=O)(=O)N2CCOCC2)cc1Cl",
    "CC(C)(C)c1nc2ccccc2s1",
    "N#Cc1ccc(Br)c(C(F)(F)F)c1",
    "c1ccc2c(c1)c1ccccc1o2",
    "O=P(O)(O)OCC1OC(n2cnc3c(N)ncnc32)C(O)C1O",
    "C[Si](C)(C)C#CB1OC(C)(C)C(C)(C)O1",
    "[Se]=c1[nH]cc[nH]1",
    "CC1CC1(c1ccccc1)C",
    "O=[N+]([O-])c1ccc(/C=C/I)cc1",
)


def renumbered(graph: LabelledGraph, seed: int) -> LabelledGraph:
    place = list(range(len(graph.labels)))
    random.Random(seed).shuffle(place)
    labels = [0] * len(place)
    for atom, label in enumerate(graph.labels):
        labels[place[atom]] = label
    bonds = ((min(place[a], place[b]), max(place[a], place[b]), kind) for a, b, kind in graph.bonds)
    return LabelledGraph(tuple(labels), tuple(sorted(bonds)))


def cut(mol: Chem.Mol, seed: int, size: int) -> LabelledGraph:
    import numpy as np

    return labelled_graph(mol, random_part(heavy_neighbours(mol), size, np.random.default_rng(seed)))[0]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SMILES), st.integers(1, 25), st.integers(0, 10**6))
def test_a_pattern_is_the_same_text_however_its_atoms_are_numbered(smiles: str, size: int, seed: int) -> None:
    graph = cut(Chem.MolFromSmiles(smiles), seed, size)
    patterns.name_pattern.cache_clear()
    assert patterns.write_pattern(renumbered(graph, seed)) == patterns.write_pattern(graph)
    assert patterns.write_attached(renumbered(graph, seed)) == patterns.write_attached(graph)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SMILES), st.integers(1, 25), st.integers(0, 10**6))
def test_the_smarts_matches_the_molecule_that_it_was_cut_from(smiles: str, size: int, seed: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    pattern = patterns.write_pattern(cut(mol, seed, size))
    query = Chem.MolFromSmarts(pattern.smarts)
    assert mol.HasSubstructMatch(query)
    assert query.GetNumAtoms() == pattern.n_nodes
    assert patterns.contained_patterns(mol, patterns.queries((pattern.smarts,))).tolist() == [0]


@pytest.mark.parametrize(
    ("smiles", "atoms", "smarts", "written"),
    [
        ("Oc1ccccc1", (0, 1), "O-c", "cO"),
        ("CC(=O)[O-]", (1, 2, 3), "O=C-[O-]", "O=C[O-]"),
        ("c1cc[nH]c1", (0, 1, 2, 3, 4), "c1:c:c:n:c:1", "c1cc[nH]c1"),
        ("Cn1cccc1", (1, 2, 3, 4, 5), "c1:c:c:n:c:1", "c1cc[nH]c1"),
        ("C[Si](C)C", (0, 1), "C-[#14]", "C[SiH3]"),
    ],
)
def test_a_pattern_says_element_aromaticity_charge_and_bonds(
    smiles: str, atoms: tuple[int, ...], smarts: str, written: str
) -> None:
    pattern = patterns.write_pattern(labelled_graph(Chem.MolFromSmiles(smiles), atoms)[0])
    assert (pattern.smarts, pattern.smiles) == (smarts, written)


@given(st.integers(0, 118), st.booleans(), st.integers(-9, 9))
def test_a_label_tells_what_it_was_made_of(element: int, aromatic: bool, charge: int) -> None:
    assert atom_properties(atom_label(element, aromatic, charge)) == (element, aromatic, charge)


def test_counting_by_fingerprints_is_the_naive_loop_of_matches_on_500_molecules() -> None:
    rng = random.Random(0)
    groups = [
        "C",
        "N(C)C",
        "C(F)(F)F",
        "C#N",
        "OC",
        "C(=O)O",
        "Cl",
        "c1ccccc1",
        "N1CCOCC1",
        "S(=O)(=O)N",
        "[N+](=O)[O-]",
    ]
    cores = ["c1cc({})c({})cc1{}", "C1CC({})N({})C1{}", "c1nc({})c({})s1", "C({})C({})C(=O){}", "c1c({})n({})c2ccccc12"]
    mols = []
    while len(mols) < 500:
        core = rng.choice(cores)
        mol = Chem.MolFromSmiles(core.format(*(rng.choice(groups) for _ in range(core.count("{}")))))
        if mol is not None:
            mols.append(mol)
    smarts = {
        patterns.write_pattern(cut(mol, i, size)).smarts for i, mol in enumerate(mols[:25]) for size in (2, 4, 6, 9)
    }
    wanted = patterns.queries(tuple(sorted(smarts)))
    naive = [[i for i, query in enumerate(wanted.mols) if mol.HasSubstructMatch(query)] for mol in mols]
    assert [patterns.contained_patterns(mol, wanted).tolist() for mol in mols] == naive
    assert len({len(found) for found in naive}) > 5


def test_a_pattern_knows_what_lies_within_it() -> None:
    mol = Chem.MolFromSmiles("OC(=O)c1ccccc1")
    whole = labelled_graph(mol, range(9))[0]
    assert patterns.parts_of(("O-C=O", "c1:c:c:c:c:c:1", "N-C", "O-C(=O)-c1:c:c:c:c:c:1"), whole) == [0, 1, 3]


def test_of_a_chain_of_one_element_only_its_length_is_known() -> None:
    mol = Chem.MolFromSmiles("CCCc1ccccc1")

    def chain(atoms: list[int]) -> bool:
        return patterns.write_pattern(labelled_graph(mol, atoms)[0]).is_chain_of_one_element

    assert chain([0, 1, 2])
    assert chain([3, 4, 5])
    assert not chain([3, 4, 5, 6, 7, 8])


def test_what_is_no_smarts_is_said() -> None:
    with pytest.raises(ValueError, match="‘C1’ is no SMARTS"):
        patterns.queries(("C1",))


def test_the_fingerprint_screen_leaves_something_out() -> None:
    mol = Chem.MolFromSmiles("CCO")
    wanted = patterns.queries(("C-N", "C-O"))
    assert ((wanted.bits & ~patterns.pattern_fingerprint(mol)) == 0).all(axis=1).tolist() == [False, True]


def test_every_scheme_gives_patterns_that_match() -> None:
    for smiles in SMILES:
        mol = Chem.MolFromSmiles(smiles)
        for scheme in (Scheme.BRICS, Scheme.SCAFFOLD, Scheme.RINGS, Scheme.GROUPS):
            for atoms in cut_by_scheme(scheme, mol, heavy_neighbours(mol)):
                query = Chem.MolFromSmarts(patterns.write_pattern(labelled_graph(mol, atoms)[0]).smarts)
                assert atoms in patterns.places(mol, query)
