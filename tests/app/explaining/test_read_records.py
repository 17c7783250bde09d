"""Records as graphs: which ones are not predictable and why, and what a preparation leaves of their atoms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.depict.colour import Paper
from gcx_desktop.depict.drawing import Depiction
from gcx_desktop.graph.molgraph import molecule_graph
from gcx_desktop.kinds.molecules.drawing import draw_molecule
from gcx_desktop.kinds.molecules.reader import ReadMolecule, as_graph, read_molecule_at
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from gcx_desktop.library.record import Rejected


def block(symbol: str = "C", bond: str = "  1  2  1  0", properties: str = "", atom_tail: str = "  0  0  0") -> str:
    """Three atoms in a row, of which the second is ``symbol``."""
    symbols = ("C", symbol, "O")
    tails = ("  0  0  0", atom_tail, "  0  0  0")
    atoms = "".join(
        f"{1.5 * i:10.4f}    0.0000    0.0000 {name:<3} 0{tail}  0  0  0\n"
        for i, (name, tail) in enumerate(zip(symbols, tails, strict=True))
    )
    return f"t\n  x\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n{atoms}{bond}\n  2  3  1  0\n{properties}M  END\n"


def v3000(atom: str = "C 1.5 0 0 0", bond: str = "1 1 1 2", more: str = "", n_groups: int = 0) -> str:
    lines = ["BEGIN CTAB", f"COUNTS 2 1 {n_groups} 0 0", "BEGIN ATOM", "1 C 0 0 0 0", f"2 {atom}", "END ATOM"]
    lines += ["BEGIN BOND", bond, "END BOND", *more.splitlines(), "END CTAB"]
    table = "".join(f"M  V30 {line}\n" for line in lines)
    return f"t\n  x\n\n  0  0  0     0  0            999 V3000\n{table}M  END\n"


def group(kind: str, rest: str = "") -> str:
    return f"M  STY  1   1 {kind}\nM  SAL   1  2   2   3\nM  SBL   1  1   1\n{rest}"


POLYMER = "BEGIN SGROUP\n1 SRU 0 ATOMS=(1 2) XBONDS=(1 1) CONNECT=HT LABEL=n\nEND SGROUP"

BLOCKS = {
    "a list of elements": (
        block("L", properties="M  ALS   2  2 F N   O   \n"),
        "atom 2 is a query atom (list of N, O)",
    ),
    "a list of what it is not": (block("L", properties="M  ALS   2  1 T N   \n"), "atom 2 is a query atom (none of N)"),
    "any atom": (block("A"), "atom 2 is a query atom (A, any atom but H)"),
    "any heteroatom": (block("Q"), "atom 2 is a query atom (Q, any atom but C and H)"),
    "any halogen": (block("X"), "atom 2 is a query atom (X, any halogen)"),
    "an R group": (block("R#", properties="M  RGP  1   2   1\n"), "atom 2 is an R group (R1)"),
    "an R group without a number": (block("R#"), "atom 2 is an R group (R#)"),
    "a dummy": (block("*"), "atom 2 is no element but a placeholder (*)"),
    "a bead": (block("Pol"), "atom 2 is no element but a placeholder (Pol)"),
    "a restricted atom": (block(properties="M  SUB  1   2  -2\n"), "atom 2 is a query atom (its hydrogens"),
    "restricted hydrogens": (block(atom_tail="  0  0  1"), "atom 2 is a query atom (its hydrogens"),
    "an attachment point": (block(properties="M  APO  1   2   1\n"), "atom 2 has an attachment point"),
    "a link node": (block(properties="M  LIN  1   2   4   1   3\n"), "atom 2 is a link node, repeated 1 to 4 times"),
    "single or double": (block(bond="  1  2  5  0"), "the bond of atoms 1 and 2 is a query bond (single or double)"),
    "any bond": (block(bond="  1  2  8  0"), "the bond of atoms 1 and 2 is a query bond (any bond)"),
    "a ring bond": (block(bond="  1  2  1  0  0  1"), "the bond of atoms 1 and 2 is a query bond (only in a ring"),
    "a polymer": (block(properties=group("SRU")), "it is a polymer (repeat unit of atoms 2, 3)"),
    "a copolymer": (block(properties=group("COP")), "it is a polymer (copolymer of atoms 2, 3)"),
    "copies not written": (
        block(properties=group("MUL", "M  SPA   1  2   2   3\nM  SMT   1 5\n")),
        "atoms 2, 3 are meant 5 times",
    ),
    "a list, V3000": (v3000("[N,O] 1.5 0 0 0"), "atom 2 is a query atom (list of N, O)"),
    "an R group, V3000": (v3000("R# 1.5 0 0 0 RGROUPS=(1 1)"), "atom 2 is an R group (R1)"),
    "an attachment point, V3000": (v3000("C 1.5 0 0 0 ATTCHPT=1"), "atom 2 has an attachment point"),
    "a polymer, V3000": (v3000(more=POLYMER, n_groups=1), "it is a polymer (repeat unit of atom 2)"),
}
PREDICTABLE_BLOCKS = {
    "an abbreviation": block(properties=group("SUP", "M  SMT   1 foo\n")),
    "a component": block(properties=group("COM")),
    "copies that are written": block(properties=group("MUL", "M  SPA   1  1   2\nM  SMT   1 2\n")),
    "an aromatic bond in a file without queries": block(bond="  1  2  1  4"),
    "a coordinate bond": v3000("Fe 1.5 0 0 0", bond="1 9 1 2"),
    "deuterium": block("D", bond="  1  2  1  0").replace("  2  3  1  0", "  1  3  1  0"),
}
SMILES = {
    "C*": "atom 2 is no element but a placeholder (*)",
    "[*:1]CC": "atom 1 is no element but a placeholder (*)",
    "CC[2*]": "atom 3 is no element but a placeholder (*)",
    "C[#0]": "atom 2 is no element but a placeholder (*)",
    "C~C": "the bond of atoms 1 and 2 is a query bond (any bond)",
    "C* |$;_R1$|": "atom 2 is an R group (R1)",
    "C* |$;Q_e$|": "atom 2 is a query atom (Q, any atom but C and H)",
    "CCO |s:1:2|": "atom 2 is a query atom (its hydrogens",
    "CCCO |Sg:n:1,2::ht|": "it is a polymer (repeat unit of atoms 2, 3)",
    "CCC |LN:1:1.3|": "atom 2 is a link node, repeated 1 to 3 times",
    "CN(=*)(C)(C)C": "atom 3 is no element but a placeholder (*)",
    "CC>>CO": "it is a reaction, not a molecule",
    "[H][H]": "the record has no atom but hydrogen",
}
PREDICTABLE_SMILES = [
    "CC#N",
    "[Cu]<-N",
    "C[Pt](C)(Cl)Cl",
    "CC |$foo;$|",
    "F[P-](F)(F)(F)(F)F",
    "[Na+].[Cl-]",
    "C[S@](=O)CC",
]


def result_of(path: Path, text: str) -> tuple[ReadMolecule | Rejected, Depiction | Rejected]:
    path.write_text(text)
    with open_library(path) as library:
        span = library.span(0)
        read = read_molecule_at(library.source, span)
        result = read if isinstance(read, Rejected) else as_graph(read, span)
        return result, draw_molecule(library.source, Paper.WHITE, span)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_that_is_no_one_molecule_is_drawn_but_not_predicted(name: str, tmp_path: Path) -> None:
    text, reason = BLOCKS[name]
    result, depiction = result_of(tmp_path / "a.mol", text)
    assert isinstance(result, Rejected)
    assert result.reason.startswith(f"not predictable: {reason}")
    assert result.drawable
    assert isinstance(depiction, Depiction)


@pytest.mark.parametrize("name", PREDICTABLE_BLOCKS)
def test_further_entries_of_a_block_do_not_make_it_unpredictable(name: str, tmp_path: Path) -> None:
    result, _ = result_of(tmp_path / "a.mol", PREDICTABLE_BLOCKS[name])
    assert isinstance(result, ReadMolecule), result


@pytest.mark.parametrize("smiles", SMILES)
def test_a_smiles_that_is_no_one_molecule_has_the_reason(smiles: str, tmp_path: Path) -> None:
    result, depiction = result_of(tmp_path / "a.smi", f"{smiles}\nCCO\n")
    assert isinstance(result, Rejected)
    assert result.reason.startswith(f"not predictable: {SMILES[smiles]}")
    assert isinstance(depiction, Depiction) == result.drawable


@pytest.mark.parametrize("smiles", PREDICTABLE_SMILES)
def test_metals_odd_valences_and_labels_stay_predictable(smiles: str, tmp_path: Path) -> None:
    result, _ = result_of(tmp_path / "a.smi", f"{smiles}\nCCO\n")
    assert isinstance(result, ReadMolecule), result


def test_an_empty_connection_table_has_the_reason(tmp_path: Path) -> None:
    result, _ = result_of(tmp_path / "a.mol", "t\n  x\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n")
    assert isinstance(result, Rejected)
    assert result.reason == "not predictable: the record has no atoms"


BOTH = Preparation(largest_fragment=True, neutralise=True)


def graph_of(path: Path, text: str, preparation: Preparation = BOTH) -> ReadMolecule:
    path.write_text(text)
    with open_library(path) as library:
        span = library.span(0)
        read = read_molecule_at(library.source, span)
        assert not isinstance(read, Rejected)
        result = as_graph(read, span, preparation)
    assert isinstance(result, ReadMolecule)
    return result


def test_a_prepared_salt_has_the_graph_of_its_acid_and_the_places_of_the_record(tmp_path: Path) -> None:
    read = graph_of(tmp_path / "a.smi", "[Na+].CC(=O)[O-].O salt\n")
    acid = molecule_graph(Chem.MolFromSmiles("CC(=O)O")).graph
    molecule = read.molecule
    np.testing.assert_array_equal(molecule.graph.codes, acid.codes)
    np.testing.assert_array_equal(molecule.graph.edges, acid.edges)
    assert (read.preparation, molecule.smiles) == (
        "largest fragment of 3 predicted; neutralised",
        "[Na+].CC(=O)[O-].O",
    )
    assert molecule.n_record_atoms == 6
    assert molecule.atom_index is not None
    assert molecule.smiles_order is not None
    assert molecule.atom_index.tolist() == [1, 2, 3, 4]
    assert molecule.smiles_order.tolist() == [-1, 0, 1, 2, 3, -1]


def test_a_prepared_block_keeps_its_hydrogens_places_and_its_smiles_names_every_atom(tmp_path: Path) -> None:
    glycine = Chem.AddHs(Chem.MolFromSmiles("[Cl-].[NH3+]CC(=O)O"))
    order = list(range(glycine.GetNumAtoms()))[::-1]
    mol = Chem.RenumberAtoms(glycine, order)
    read = graph_of(tmp_path / "a.mol", Chem.MolToMolBlock(mol))
    molecule = read.molecule
    assert molecule.n_record_atoms == mol.GetNumAtoms()
    assert molecule.atom_index is not None
    assert molecule.smiles_order is not None
    numbers = [mol.GetAtomWithIdx(int(i)).GetAtomicNum() for i in molecule.atom_index]
    assert sorted(numbers) == [6, 6, 7, 8, 8]
    written = [atom.GetAtomicNum() for atom in Chem.MolFromSmiles(molecule.smiles).GetAtoms()]
    assert [17 if node < 0 else numbers[node] for node in molecule.smiles_order] == written


@pytest.mark.parametrize("smiles", ["c1ccccc1O", "[H]OCC", "CC[N+](C)(C)C"])
def test_a_molecule_that_needs_no_preparation_is_read_as_without(smiles: str, tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    prepared, plain = (graph_of(path, f"{smiles}\nCCO\n", preparation) for preparation in (BOTH, NO_PREPARATION))
    assert prepared.preparation == ""
    np.testing.assert_array_equal(prepared.molecule.graph.codes, plain.molecule.graph.codes)
    assert (prepared.molecule.smiles_order is None) == (plain.molecule.smiles_order is None)
