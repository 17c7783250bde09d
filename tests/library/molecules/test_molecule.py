"""Records as molecules: the record's own atom order, and reasons that a chemist understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from gcx_desktop.library.molecules.molecule import Molecule, read_molecule
from gcx_desktop.library.record import Format, RawRecord, Rejected, Source

SDF = Source(Path("x.sdf"), Path("x.sdf"), Format.SDF)
SMI = Source(Path("x.smi"), Path("x.smi"), Format.SMILES)


def atom(symbol: str, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> str:
    return f"{x:10.4f}{y:10.4f}{z:10.4f} {symbol:<3} 0  0  0  0  0  0  0  0  0  0  0  0\n"


def block(atoms: list[str], bonds: str = "", *, n_atoms: int | None = None) -> str:
    n = len(atoms) if n_atoms is None else n_atoms
    body = "".join(line if "\n" in line else atom(line) for line in atoms)
    return f"t\n  x\n\n{n:3d}{bonds.count(chr(10)):3d}  0  0  0  0  0  0  0  0999 V2000\n{body}{bonds}M  END\n"


def read_smiles(text: str) -> Molecule | Rejected:
    return read_molecule(SMI, RawRecord(0, 7, text))


def read_sdf(text: str) -> Molecule | Rejected:
    return read_molecule(SDF, RawRecord(0, 10, text))


def mol_of(result: Molecule | Rejected) -> Chem.Mol:
    assert isinstance(result, Molecule), result
    return result.mol


def reason_of(result: Molecule | Rejected) -> str:
    assert isinstance(result, Rejected)
    assert "\n" not in result.reason
    return result.reason


def symbols(mol: Chem.Mol) -> str:
    return " ".join(atom.GetSymbol() for atom in mol.GetAtoms())


def test_atoms_stand_in_the_order_of_the_smiles_and_written_hydrogens_stay() -> None:
    assert symbols(mol_of(read_smiles("[H]OC([2H])N"))) == "H O C H N"
    assert symbols(mol_of(read_smiles("[Na+].[Cl-]"))) == "Na Cl"


def test_atoms_stand_in_the_order_of_the_block_and_its_hydrogens_stay() -> None:
    result = read_sdf(block(["H", "O", "H"], "  1  2  1  0\n  2  3  1  0\n"))
    assert symbols(mol_of(result)) == "H O H"


def test_a_v3000_block_is_read() -> None:
    v3000 = Chem.MolToV3KMolBlock(Chem.MolFromSmiles("c1ccccc1O"))
    assert symbols(mol_of(read_sdf(v3000))) == "C C C C C C O"


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_a_block_do_not_matter(newline: str) -> None:
    assert symbols(mol_of(read_sdf(block(["C", "O"], "  1  2  1  0\n").replace("\n", newline)))) == "C O"


def test_stereo_is_perceived_from_coordinates() -> None:
    mol = Chem.MolFromSmiles("C[C@H](O)F")
    from rdkit.Chem import AllChem

    AllChem.Compute2DCoords(mol)
    read = mol_of(read_sdf(Chem.MolToMolBlock(mol)))
    assert Chem.MolToSmiles(read) == Chem.MolToSmiles(mol)
    alkene = Chem.MolFromSmiles("C/C=C/C")
    AllChem.Compute2DCoords(alkene)
    assert Chem.MolToSmiles(mol_of(read_sdf(Chem.MolToMolBlock(alkene)))) == "C/C=C/C"


def test_molecules_are_sanitised() -> None:
    assert mol_of(read_smiles("C1=CC=CC=C1")).GetAtomWithIdx(0).GetIsAromatic()


@pytest.mark.parametrize(
    ("smiles", "reason"),
    [
        ("CN(C)(C)C", "atom 2 (N): explicit valence 4 is greater than permitted"),
        ("c1cccc1", "aromatic atoms 1, 2, 3, 4, 5 cannot be given alternating bonds"),
        ("cC", "atom 1 (C) is aromatic but in no ring"),
        ("C1CC", "a ring is opened but never closed"),
        ("CC)", "a parenthesis is closed that was never opened"),
        ("C1C1", "a ring closure bonds two atoms twice"),
        ("CCxC", "it breaks off at character 3, at 'x'"),
        ("C\x00C", "is not a SMILES"),
        ("C>>O", "it is a reaction, not a molecule"),
        ("[H][H]", "no atom but hydrogen"),
        ("# comment", "comment"),
    ],
)
def test_the_reason_of_a_bad_smiles_is_one_plain_sentence(
    smiles: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert reason in reason_of(read_smiles(smiles))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("record", "reason", "line"),
    [
        ("", "the record is empty", 10),
        (block([]), "the record has no atoms", 10),
        ("a\nb\nc\nd\ne\n", "fourth line is not the counts line", 13),
        (block(["C"], n_atoms=3), "ends too early", 10),
        (block(["Qq"]), "there is no element 'Qq'", 10),
        (block(["C"], "  1  7  1  0\n"), "names an atom that is not there", 10),
        (block(["C", "C"], "  1  1  1  0\n"), "self-bond", 10),
        (block([atom("C").replace("0.0000", "0.x000", 1)]), "Cannot process coordinates", 14),
        (block(["C", "N", "C", "C", "C", "C"], "".join(f"  2  {i}  1  0\n" for i in (1, 3, 4, 5))), "atom 2 (N)", 10),
        ("$RXN\n\n\n\n  1  1\n", "it is a reaction", 10),
    ],
)
def test_the_reason_of_a_bad_block_is_one_plain_sentence_with_the_line_at_fault(
    record: str, reason: str, line: int, capfd: pytest.CaptureFixture[str]
) -> None:
    result = read_sdf(record)
    assert reason in reason_of(result)
    assert isinstance(result, Rejected)
    assert result.line == line
    assert capfd.readouterr() == ("", "")


def test_a_long_smiles_is_quoted_short() -> None:
    assert len(reason_of(read_smiles("C" * 5000 + "("))) < 300


def test_a_fault_of_the_text_keeps_rdkit_out() -> None:
    raw = RawRecord(2, 5, "CCO ethanol", "the file is damaged here")
    assert read_molecule(SMI, raw) == Rejected(2, 5, "ethanol", "the file is damaged here")


@pytest.mark.parametrize(
    "smiles", ["F/C=C/F", "C[C@H](N)C(=O)O", "[H]O", "C1CC", "C(C)(C)(C)(C)C", "c1cccc1", "CC>>CO", ""]
)
def test_without_stereochemistry_atoms_bonds_and_reasons_are_the_same(smiles: str) -> None:
    with_, without = (read_molecule(SMI, RawRecord(0, 1, f"{smiles} title"), stereo=stereo) for stereo in (True, False))
    if isinstance(with_, Rejected) or isinstance(without, Rejected):
        assert with_ == without
    else:
        assert symbols(with_.mol) == symbols(without.mol)
        plain = Chem.MolToSmiles(without.mol, isomericSmiles=False)
        assert Chem.MolToSmiles(with_.mol, isomericSmiles=False) == plain
