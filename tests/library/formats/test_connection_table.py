"""Connection tables whose lines are not as the format wants them: read and said, or refused with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.molecule import Molecule, read_molecule
from gcx_desktop.library.record import Format, RawRecord, Rejected, Source

SDF = Source(Path("x.sdf"), Path("x.sdf"), Format.SDF)
ATOMS = ["C", "C", "O", "N"]
BONDS = "  1  2  1  0\n  2  3  2  0\n  2  4  1  0\n"
FIELDS = "> <ID>\n7\n\n> <NOTE>\nM  END\n\n"


def table(end: str = "M  END\n", fields: str = "  0" * 12, symbols: list[str] = ATOMS, more: str = "") -> str:
    lines = "".join(f"{i:10.4f}{0:10.4f}{0:10.4f} {symbol:<3}{fields[1:]}\n" for i, symbol in enumerate(symbols))
    return f"amide\n  by hand\n\n{len(symbols):3d}  3  0  0  0  0  0  0  0  0999 V2000\n{lines}{BONDS}{more}{end}"


def read(text: str) -> Molecule | Rejected:
    return read_molecule(SDF, RawRecord(0, 1, text))


def smiles_of(result: Molecule | Rejected) -> str:
    assert isinstance(result, Molecule), result
    return str(Chem.MolToSmiles(Chem.RemoveHs(result.mol)))


def warnings_of(result: Molecule | Rejected) -> tuple[str, ...]:
    assert isinstance(result, Molecule), result
    return result.text.warnings


def reason_of(result: Molecule | Rejected) -> str:
    assert isinstance(result, Rejected), result
    return result.reason


@pytest.mark.parametrize(
    "end", ["M END", "M   END", "m  end", "M\tEND", "M  End", " M  END", "MEND", "M  EMD", "M END."]
)
@pytest.mark.parametrize("fields", ["", FIELDS])
def test_a_misspelt_end_of_the_table_is_read_and_said(end: str, fields: str) -> None:
    result = read(table(f"{end}\n") + fields)
    assert smiles_of(result) == "CC(N)=O"
    assert warnings_of(result) == (f"line 12: '{end.strip()}' is read as 'M  END'",)
    assert isinstance(result, Molecule)
    assert [name for name, _ in result.text.fields] == (["ID", "NOTE"] if fields else [])


@pytest.mark.parametrize("fields", ["", "\n", FIELDS])
def test_a_missing_end_of_the_table_is_said_where_counts_and_lines_agree(fields: str) -> None:
    result = read(table("") + fields)
    assert smiles_of(result) == "CC(N)=O"
    assert warnings_of(result) == ("line 12: 'M  END' is missing",)


def test_property_lines_without_an_end_are_read() -> None:
    result = read(
        table("", more="A    1\nlabel\nM  CHG  2   3  -1   4   1\nM  ISO  1   1  13\n").replace(
            "  2  3  2", "  2  3  1"
        )
    )
    assert "[13CH3]" in smiles_of(result)


def test_a_v3000_table_without_its_end_is_read() -> None:
    block = Chem.MolToV3KMolBlock(Chem.MolFromSmiles("CC(N)=O"))
    result = read(block.replace("M  END\n", ""))
    assert smiles_of(result) == "CC(N)=O"
    assert warnings_of(result)[0].endswith("'M  END' is missing")
    reason = reason_of(read(block.replace("M  END\n", "").replace("M  V30 END CTAB\n", "")))
    assert "'M  END' is missing, and so is the line 'M  V30 END CTAB'" in reason


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (table("").replace("  2  4  1  0\n", ""), "1 of the 3 bond lines that its counts line names"),
        (table("M END\n").replace(BONDS, ""), "3 of the 3 bond lines that its counts line names"),
        (table("")[:150], "3 of the 4 atom lines that its counts line names"),
        (table("", more="  3  4  1  0\n"), "an order to its lines"),
    ],
)
def test_a_table_without_an_end_whose_counts_and_lines_disagree_names_what_is_missing(
    record: str, missing: str
) -> None:
    assert f"'M  END' is missing, and so is {missing}" in reason_of(read(record))


@pytest.mark.parametrize("end", ["M  END\n", "M END\n", ""])
def test_header_lines_that_look_like_data_are_none(end: str) -> None:
    record = table(end) + FIELDS
    for at, line in ((0, "> <A>"), (1, "> <B>"), (2, ">  <C> M  END"), (0, "M  END")):
        lines = record.split("\n")
        lines[at] = line
        result = read("\n".join(lines))
        assert smiles_of(result) == "CC(N)=O"
        assert isinstance(result, Molecule)
        assert [name for name, _ in result.text.fields] == ["ID", "NOTE"]


def test_records_are_divided_whatever_their_tables_end_with(tmp_path: Path) -> None:
    records = [table("M END\n"), table("") + FIELDS, table()]
    (tmp_path / "x.sdf").write_text("".join(f"{record}$$$$\n" for record in records))
    with open_library(tmp_path / "x.sdf") as library:
        assert len(library) == 3
        assert [read_molecule(library.source, library.raw(i)).__class__ for i in range(3)] == [Molecule] * 3


@pytest.mark.parametrize("shift", [1, 2])
def test_fields_a_column_too_far_right_are_read_where_they_stand_and_said(shift: int) -> None:
    charged = table(fields=" " * shift + "  0  0" + "  0" * 10)
    acid = charged.replace("  2  3  2", "  2  3  1").replace(f"O  {' ' * shift} 0  0", f"O  {' ' * shift} 0  5")
    assert smiles_of(read(charged)) == "CC(N)=O"
    assert smiles_of(read(acid)) == "CC(N)[O-]"
    columns = "a column" if shift == 1 else "2 columns"
    assert warnings_of(read(acid)) == (f"line 5: the fields of the atom lines stand {columns} too far right",)


def test_fields_that_are_left_out_are_not_taken_for_shifted_ones() -> None:
    left_out = table(fields="     0" + "  0" * 10)
    assert warnings_of(read(left_out)) == ()
    assert smiles_of(read(left_out)) == "CC(N)=O"


def counted(*counts: int) -> str:
    """The amide, with hydrogen-count fields."""
    lines = table().split("\n")
    for atom, count in enumerate(counts):
        lines[4 + atom] = f"{lines[4 + atom][:42]}{count:3d}{lines[4 + atom][45:]}"
    return "\n".join(lines)


@pytest.mark.parametrize("counts", [(4, 1, 1, 3), (2, 0, 0, 3), (0, 1, 0, 0), (4, 0, 1, 0)])
def test_a_hydrogen_count_that_says_no_more_than_is_there_makes_no_query(counts: tuple[int, ...]) -> None:
    result = read(counted(*counts))
    assert smiles_of(result) == "CC(N)=O"
    assert isinstance(result, Molecule)
    assert not result.mol.HasQuery()


@pytest.mark.parametrize(("counts", "atom"), [((5,), 0), ((4, 2), 1), ((4, 1, 1, 1), 3), ((1,), 0)])
def test_a_hydrogen_count_that_says_something_else_stays_a_query(counts: tuple[int, ...], atom: int) -> None:
    result = read(counted(*counts))
    assert isinstance(result, Molecule)
    assert [each.GetIdx() for each in result.mol.GetAtoms() if each.HasQuery()] == [atom]


@pytest.mark.parametrize(("count", "is_query"), [("3", False), ("0", False), ("1", False), ("4", True), ("-1", True)])
def test_a_v3000_hydrogen_count_is_judged_alike(count: str, is_query: bool) -> None:
    block = Chem.MolToV3KMolBlock(Chem.MolFromSmiles("CC(N)=O"))
    lines = block.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("M  V30 1 C"))
    lines[at] += f" HCOUNT={count}"
    result = read("\n".join(lines))
    assert isinstance(result, Molecule)
    assert result.mol.HasQuery() is is_query


def test_no_hydrogens_is_true_of_atoms_whose_hydrogens_are_drawn() -> None:
    water = "water\n\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n"
    for symbol, count in (("O", 1), ("H", 1), ("H", 1)):
        water += f"    0.0000    0.0000    0.0000 {symbol}   0  0  0{count:3d}  0  0  0  0  0  0  0  0\n"
    result = read(f"{water}  1  2  1  0\n  1  3  1  0\nM  END\n")
    assert smiles_of(result) == "O"
    assert isinstance(result, Molecule)
    assert not result.mol.HasQuery()
