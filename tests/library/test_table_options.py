"""What the user says of a table goes before what is found by looking at it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gcx_desktop.errors import NoSmilesColumnError, UnknownNameError, UsageError
from gcx_desktop.library.formats.columns import column_reference, find_columns, is_smiles_name
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import Format, RecordText
from gcx_desktop.library.table_options import NO_TITLE, TableOptions

TABLE = "id;drug;class\nA1;CCO;alcohol\nA2;CCN;amine\n"


def first_record(path: Path, **options: str | bool) -> tuple[int, RecordText]:
    """How many records there are, and the first one."""
    with open_library(path, TableOptions(**options)) as library:  # type: ignore[arg-type]
        text = library.text(0)
        assert isinstance(text, RecordText)
        return len(library), text


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    return path


def test_a_first_line_that_looks_like_a_header_is_a_record_if_the_user_says_so(table: Path) -> None:
    assert first_record(table)[0] == 2
    n_records, text = first_record(table, has_header=False, smiles_column="column 2")
    assert (n_records, text.smiles, text.fields[0]) == (3, "drug", ("column 1", "id"))


def test_a_first_line_that_looks_like_a_record_is_a_header_if_the_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("CC,N\nCCO,1\nCCN,2\n")
    assert first_record(path)[0] == 3
    assert first_record(path, has_header=True) == (2, RecordText("", "CCO", (("N", "1"),)))


def test_a_smiles_file_has_a_header_if_the_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("structure identifier\nCCO ethanol\n")
    assert first_record(path, has_header=True) == (1, RecordText("ethanol", "CCO", ()))
    with open_library(path, TableOptions(has_header=False)) as library:
        assert (len(library), library.source.format) == (2, Format.SMILES)


def test_columns_can_be_named_by_their_numbers(table: Path) -> None:
    assert first_record(table, smiles_column="column 2", title_column="Column 3")[1].title == "alcohol"
    with pytest.raises(UnknownNameError):
        open_library(table, TableOptions(smiles_column="column 4"))


def test_a_column_is_called_by_its_number_where_another_has_its_name() -> None:
    names = ("smiles", "name", "smiles", "Name")
    assert [column_reference(names, i) for i in range(4)] == ["smiles", "name", "column 3", "Name"]
    found = find_columns(b"x,x\n1,CCO\n", True, TableOptions(smiles_column="column 2"))
    assert (found.names, found.smiles) == (("x", "x"), 1)


def test_a_table_has_no_titles_if_the_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,smiles\nethanol,CCO\n")
    assert first_record(path)[1].title == "ethanol"
    assert first_record(path, title_column=NO_TITLE)[1] == RecordText("", "CCO", (("name", "ethanol"),))


def test_a_library_remembers_what_was_chosen(table: Path) -> None:
    with open_library(table, TableOptions(delimiter=";", has_header=True)) as library:
        assert library.options == TableOptions(";", True)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "a,b\n1,2\n3,4\n"), ("a.txt", "a;b\n1;2\n3;4\n")])
def test_a_table_without_a_smiles_column_can_be_told_from_a_file_that_is_no_table(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NoSmilesColumnError, match="no column looks like SMILES"):
        open_library(tmp_path / name)


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.smi"])
def test_a_header_line_that_is_not_there_is_refused_with_the_files_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("smiles,id\nCCO,a\n")
    with pytest.raises(UsageError, match=rf"{re.escape(name)}: there is no line 9 "):
        open_library(tmp_path / name, TableOptions(header_line=9))


def test_an_sdf_has_no_header_line(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text("m\n\n\n  0  0  0  0  0  0            999 V2000\nM  END\n$$$$\n")
    with pytest.raises(UsageError, match="this is an SDF or MOL file"):
        open_library(path, TableOptions(has_header=False))


def test_names_of_smiles_columns_are_told_from_others() -> None:
    assert [*map(is_smiles_name, ("SMILES", "canonical_smiles", "Smiles (2D)", "mol"))] == [True] * 4
    assert [*map(is_smiles_name, ("drug", "column 1", "molecular weight"))] == [False] * 3


@pytest.mark.parametrize(
    "text",
    [
        '"smiles" "activity"\n"1" "CCO" 2.1\n"2" "c1ccccc1" 3\n',
        "smiles name\nCCO 2.1\nc1ccccc1 3\n",
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_a_table_whose_cells_are_divided_by_blanks_is_read_as_r_writes_it(
    tmp_path: Path, text: str, suffix: str
) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_text(text)
    with open_library(path) as library:
        records = [library.text(i) for i in range(len(library))]
    assert [record.smiles for record in records if isinstance(record, RecordText)] == ["CCO", "c1ccccc1"]


@pytest.mark.parametrize("first", ["Cmpd1,,12.5", "Cmpd1,n/a,12.5", "Aspirin,see note,12"])
def test_a_first_row_with_a_number_above_numbers_is_no_header(tmp_path: Path, first: str) -> None:
    path = tmp_path / "bare.csv"
    path.write_text(f"{first}\n" + "".join(f"Cmpd{i},{'C' * i}O,{i}.5\n" for i in range(2, 8)))
    with open_library(path) as library:
        assert len(library) == 7


def test_a_first_line_that_names_no_structure_is_said_to_be_taken_for_the_header(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("cpd,mol1\nCCO,mol2\nCCN,mol3\n")
    with open_library(path) as library:
        assert any(choice.option == "--no-header" for choice in library.choices)
