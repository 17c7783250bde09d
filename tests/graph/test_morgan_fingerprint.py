"""A molecule as a set of bits."""

from __future__ import annotations

import pytest
from rdkit import Chem

from gcx_desktop.graph.morgan_fingerprint import N_BYTES, morgan_fingerprint

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
