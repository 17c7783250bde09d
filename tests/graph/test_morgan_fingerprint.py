"""A molecule as a set of bits, and as counts of environments."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.graph.counted_environments import CountedEnvironments
from gcx_desktop.graph.morgan_fingerprint import N_BYTES, morgan_counts, morgan_environments, morgan_fingerprint

SMILES = [
    "CC",
    "Oc1ccccc1",
    "C1CC2CCC1C2",
    "c1cc[nH]c1",
    "CC(=O)[O-].[Na+]",
    "C[N+](C)(C)C",
    "[2H]C",
    "[H-].[Na+]",
    "[H][H].[Na+]",
]


def read(smiles: str) -> Chem.Mol:
    settings = Chem.SmilesParserParams()
    settings.removeHs = False
    return Chem.MolFromSmiles(smiles, settings)


@pytest.mark.parametrize("smiles", SMILES)
def test_hydrogens_that_a_record_writes_out_change_nothing(smiles: str) -> None:
    mol = read(smiles)
    found = morgan_fingerprint(mol)
    assert len(found) == N_BYTES
    assert morgan_fingerprint(Chem.AddHs(mol)) == found


def test_stereochemistry_changes_nothing() -> None:
    assert morgan_fingerprint(read("C[C@H](N)O")) == morgan_fingerprint(read("C[C@@H](N)O"))


def test_another_molecule_is_another_set() -> None:
    assert morgan_fingerprint(read("CCO")) != morgan_fingerprint(read("CCN"))


@pytest.mark.parametrize("smiles", [*SMILES, "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CCCCCCCCCCCC"])
def test_counts_are_those_of_the_environments_that_are_listed(smiles: str) -> None:
    mol = read(smiles)
    environments = morgan_environments(mol)
    np.testing.assert_array_equal(morgan_counts(mol), environments.counts)
    assert environments.counts[:, 1].sum() == len(environments.keys)
    assert environments.n_nodes == sum(atom.GetAtomicNum() != 1 for atom in mol.GetAtoms())


@pytest.mark.parametrize("smiles", [*SMILES, "CC(C)Cc1ccc(cc1)C(C)C(=O)O"])
def test_hydrogens_that_a_record_writes_out_change_no_counts_and_no_node_of_an_environment(smiles: str) -> None:
    one, other = morgan_environments(read(smiles)), morgan_environments(Chem.AddHs(read(smiles)))
    np.testing.assert_array_equal(one.counts, other.counts)
    np.testing.assert_array_equal(one.counts_without_nodes(), other.counts_without_nodes())


def test_nodes_of_environments_are_the_heavy_atoms_in_their_order_wherever_hydrogens_stand() -> None:
    mixed = read("[H]OC([H])([H])C")
    plain = read("OCC")
    np.testing.assert_array_equal(
        morgan_environments(mixed).counts_without_nodes(), morgan_environments(plain).counts_without_nodes()
    )


def test_counts_without_a_node_are_those_of_the_environments_that_lack_it() -> None:
    environments = morgan_environments(read("OCC(=O)Nc1ccccc1"))
    members = {(int(one), int(node)) for one, node in environments.members}
    present = environments.counts[:, 0].tolist()
    for node, counts in enumerate(environments.counts_without_nodes()):
        left = [key for i, key in enumerate(environments.keys.tolist()) if (i, node) not in members]
        assert counts.tolist() == [left.count(key) for key in present]


def test_a_key_that_occurs_more_often_than_a_count_holds_counts_as_the_largest() -> None:
    keys = np.zeros(70_000, dtype=np.uint16)
    members = np.stack([np.arange(70_000), np.arange(70_000) % 2], axis=1).astype(np.int32)
    many = CountedEnvironments(keys, members, 2)
    assert many.counts.tolist() == [[0, 65_535]]
    assert many.counts_without_nodes().tolist() == [[35_000], [35_000]]
