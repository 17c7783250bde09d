"""What a text that is typed as a substructure asks for."""

from __future__ import annotations

import pytest
from rdkit import Chem

from gcx_desktop.substructure.query import MAX_CHARACTERS, Notation, QueryError, parse_query, read_query

MOLECULES = {
    "cresol": "Cc1ccccc1O",
    "nicotinic acid": "OC(=O)c1cccnc1",
    "alkyl boronate": "CC(C)(C)B1OC(C)(C)C(C)(C)O1",
    "nitromethane": "C[N+](=O)[O-]",
    "nitromethane without charges": "CN(=O)=O",
    "benzoate": "[O-]C(=O)c1ccccc1.[Na+]",
    "N-methylpyrrole": "Cn1cccc1",
    "pyrrole": "c1cc[nH]c1",
    "cyclohexane": "C1CCCCC1",
    "cyclohexadiene": "C1=CC=CCC1",
    "deuterated methane": "[2H]C",
    "methyl azide": "CN=[N+]=[N-]",
}


def found(text: str, *, as_smarts: bool = False) -> set[str]:
    wanted = parse_query(read_query(text, as_smarts=as_smarts).smarts)
    return {name for name, smiles in MOLECULES.items() if Chem.MolFromSmiles(smiles).HasSubstructMatch(wanted)}


NITRO = {"nitromethane", "nitromethane without charges"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C1=CC=CC=C1", {"cresol", "benzoate"}),
        ("c1ccccc1", {"cresol", "benzoate"}),
        ("c1ccccc1 benzene", {"cresol", "benzoate"}),
        ("C1=CC=NC=C1", {"nicotinic acid"}),
        ("C1CCCCC1", {"cyclohexane"}),
        ("C1=CC=CCC1", {"cyclohexadiene"}),
        ("[N+](=O)[O-]", NITRO),
        ("N(=O)=O", NITRO),
        ("CN(=O)=O", NITRO),
        ("O=N(=O)C", NITRO),
        ("B1OC(C)(C)C(C)(C)O1", {"alkyl boronate"}),
        ("OB(O)C", {"alkyl boronate"}),
        ("N=[N+]=[N-]", {"methyl azide"}),
        ("N=N#N", {"methyl azide"}),
        ("CC", {"cresol", "nicotinic acid", "alkyl boronate", "benzoate", "cyclohexane", "cyclohexadiene"}),
        ("*N(=O)=O", NITRO),
    ],
)
def test_a_molecule_is_found_however_it_was_written(text: str, expected: set[str]) -> None:
    assert read_query(text).notation is Notation.SMILES
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C1=CNC=C1", {"N-methylpyrrole", "pyrrole"}),
        ("c1cc[nH]c1", {"pyrrole"}),
        ("[H]N1C=CC=C1", {"pyrrole"}),
        ("[OH]", {"cresol", "nicotinic acid"}),
        ("[H]O", {"cresol", "nicotinic acid"}),
        ("OC(=O)c1ccccc1", {"benzoate"}),
        ("[OH]C(=O)c1ccccc1", set()),
        ("[O-]C=O", {"benzoate"}),
        ("[CH3]C", {"cresol", "alkyl boronate"}),
        ("[2H]C", {"deuterated methane"}),
    ],
)
def test_hydrogens_and_charges_are_asked_for_where_they_are_written(text: str, expected: set[str]) -> None:
    assert read_query(text).notation is Notation.SMILES
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[#6]",
        "[#6]1:[#6]:[#6]:[#6]:[#6]:[#6]:1",
        "cc",
        "[CX3](=O)[OX2H1]",
        "C~C",
        "[R]",
        "[$([NX3]C)]",
        "C=,#C",
        "c1cccn1",
    ],
)
def test_what_is_no_smiles_is_read_as_smarts_to_the_letter(text: str) -> None:
    asked = read_query(text)
    assert (asked.notation, asked.smarts) == (Notation.SMARTS, text)


def test_smiles_are_read_as_smarts_where_the_user_wants_it() -> None:
    asked = read_query("C1=CC=CC=C1", as_smarts=True)
    assert (asked.notation, asked.smarts) == (Notation.SMARTS, "C1=CC=CC=C1")
    assert found("C1=CC=CC=C1", as_smarts=True) == set()
    assert "cresol" in found("CO") - found("CO", as_smarts=True)  # there C is no carbon of an aromatic ring


@pytest.mark.parametrize("text", ["c1ccccc", "", " ", "rubbish(", "CC\ud800", "C" * (MAX_CHARACTERS + 1), "CC>>CO"])
@pytest.mark.parametrize("as_smarts", [False, True])
def test_what_is_neither_is_refused_in_a_sentence(text: str, as_smarts: bool) -> None:
    with pytest.raises(QueryError, match=r"no SMARTS|characters"):
        read_query(text, as_smarts=as_smarts)
