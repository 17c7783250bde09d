"""Records as words: titles, SMILES and fields, without chemistry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.library.formats import read_record_text, sdf, smiles, table
from gcx_desktop.library.formats.columns import find_columns
from gcx_desktop.library.record import Format, RawRecord, RecordText, Rejected, Source, warning_place
from gcx_desktop.library.table_options import TableOptions

BLOCK = "aspirin\n  gcx\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"


def sdf_fields(data: str) -> tuple[tuple[str, str], ...]:
    text = read_record_text(Source(Path("x.sdf"), Path("x.sdf"), Format.SDF), RawRecord(0, 1, BLOCK + data))
    assert isinstance(text, RecordText)
    return text.fields


def row(
    text: str, columns: str = "name,smiles,p", *, smiles_at: int = 1, title: int | None = 0
) -> RecordText | Rejected:
    source = Source(Path("x"), Path("x"), Format.TABLE, ",", tuple(columns.split(",")), smiles_at, title)
    return read_record_text(source, RawRecord(3, 5, text))


def test_an_sdf_record_has_its_title_and_all_its_fields() -> None:
    text = read_record_text(
        Source(Path("x"), Path("x"), Format.SDF),
        RawRecord(0, 1, BLOCK + ">  <A>\n1\n\n>  <B>\nline 1\nline 2\n\n>  <A>\n2\n\n"),
    )
    assert isinstance(text, RecordText)
    assert text.title == "aspirin"
    assert text.fields == (("A", "1"), ("B", "line 1\nline 2"), ("A", "2"))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (">  <NAME>", "NAME"),
        ("><NAME>", "NAME"),
        ("> <NAME>", "NAME"),
        ("> 25 <NAME> (3)", "NAME"),
        (">  <a name with blanks>   ", "a name with blanks"),
        (">  <log P (o/w) > 3>", "log P (o/w) > 3"),
        (">\t<NAME>", "NAME"),
        (" > <NAME>", "NAME"),
        ("> DT12", "DT12"),
        (">NAME", "NAME"),
        (">  <NAME", "NAME"),
        ("> <>", ""),
    ],
)
def test_data_headers_are_read_in_all_their_forms(header: str, name: str) -> None:
    assert sdf_fields(f"{header}\nvalue\n\n") == ((name, "value"),)


def test_a_missing_blank_line_between_fields_merges_nothing() -> None:
    assert sdf_fields("> <A>\n1\n> <B>\n2\n\n") == (("A", "1"), ("B", "2"))


def test_a_blank_line_inside_a_value_loses_nothing() -> None:
    assert sdf_fields("> <A>\none\n\ntwo\n\n\n> <B>\n2\n\n") == (("A", "one\n\ntwo"), ("B", "2"))


def test_a_value_may_begin_with_a_greater_than_sign() -> None:
    assert sdf_fields("> <IC50>\n>50 uM\n\n> <B>\n2\n") == (("IC50", ">50 uM"), ("B", "2"))


def test_an_empty_value_is_a_value() -> None:
    assert sdf_fields("> <A>\n\n> <B>\n\n\n> <C>\n") == (("A", ""), ("B", ""), ("C", ""))


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_do_not_reach_the_values(newline: str) -> None:
    assert sdf_fields("> <A>\n1\n2\n\n".replace("\n", newline)) == (("A", "1\n2"),)


def test_line_separators_of_unicode_end_no_line() -> None:
    assert sdf_fields("> <A>\none\x0btwo\u2028three\x85four\n\n") == (("A", "one\x0btwo\u2028three\x85four"),)


def test_a_record_without_end_of_table_still_gives_its_fields() -> None:
    source = Source(Path("x"), Path("x"), Format.SDF)
    text = read_record_text(source, RawRecord(0, 1, "t\n\n\n  9  9\n> <A>\n1\n"))
    assert isinstance(text, RecordText)
    assert (text.title, text.fields) == ("t", (("A", "1"),))


def test_the_lines_of_a_data_item_are_known_for_replacing_it() -> None:
    text = BLOCK + "> <A>\n1\n\n> <B>\n2\n"
    lines = sdf.lines_of(text)
    assert [lines[item.start] for item in sdf.data_items(text)] == ["> <A>", "> <B>"]


def test_an_empty_record_is_rejected() -> None:
    source = Source(Path("x"), Path("x"), Format.SDF)
    assert read_record_text(source, RawRecord(4, 9, "\n")) == Rejected(4, 9, "", "the record is empty")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CCO ethanol", ("CCO", "ethanol")),
        ("CCO\tethyl alcohol ", ("CCO", "ethyl alcohol")),
        ("  CCO", ("CCO", "")),
        ("CC(O)C |&1:1| racemic", ("CC(O)C |&1:1|", "racemic")),
        ("CCO | not an extension", ("CCO", "| not an extension")),
    ],
)
def test_a_smiles_line_is_smiles_then_title(line: str, expected: tuple[str, str]) -> None:
    assert smiles.split_line(line) == expected


@pytest.mark.parametrize(
    "good", ["C", "c1ccccc1", "[13CH4]", "C%12CC%12", "[Na+].[Cl-]", "F/C=C/F", "*C", "C1CC[C@@H](N)1"]
)
def test_smiles_look_like_smiles(good: str) -> None:
    assert smiles.looks_like_smiles(good)


@pytest.mark.parametrize(
    "bad", ["", "name", "1", "0.5", "Class", "hello", "(C)", "<html>", "C,C", "CCO ethanol", "Tox21"]
)
def test_words_and_numbers_do_not_look_like_smiles(bad: str) -> None:
    assert not smiles.looks_like_smiles(bad)


def test_a_row_gives_smiles_title_and_the_other_cells() -> None:
    assert row("water,O,1") == RecordText("water", "O", (("p", "1"),))
    assert row('"a, b",O,"say ""x"""') == RecordText("a, b", "O", (("p", 'say "x"'),))


def test_cells_missing_at_the_end_are_empty() -> None:
    assert row("water,O") == RecordText("water", "O", (("p", ""),))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("water,,1", "the cell 'smiles' is empty"),
        ("water", "the row ends before its cell 'smiles'"),
        ('"water,O', "a quoted cell is opened but never closed"),
        ("1,2-dichloroethane,ClCCCl,1", "the row has 4 cells, the header 3; a cell may need quotes"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    rejected = row(text)
    assert isinstance(rejected, Rejected)
    assert (rejected.position, rejected.line, rejected.reason) == (3, 5, reason)


def test_a_quote_that_nothing_closes_is_a_character_of_a_row_that_is_whole_without_it() -> None:
    text = row('"water,O,1')
    assert isinstance(text, RecordText)
    assert (text.title, text.smiles, len(text.warnings)) == ('"water', "O", 1)


def test_empty_cells_beyond_the_header_are_forgiven() -> None:
    assert row("water,O,1,,") == RecordText("water", "O", (("p", "1"),))


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r1.e x"), max_size=8) | st.text())
def test_making_a_formula_harmless_is_undone_exactly(text: str) -> None:
    assert table.unescape_formula(table.escape_formula(text)) == text


@pytest.mark.parametrize("text", ["=1+2", "+A1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "'=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert table.escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-1.5", "+2e-3", "-0.1 0.2 -3", "water", "'quoted'", "C#N"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert table.escape_formula(text) == text


def columns(text: str, **asked: str | bool) -> tuple[str, bool, str | None, str | None]:
    """(delimiter, has header, SMILES column, title column) of a table."""
    found = find_columns(text.encode(), True, TableOptions(**asked))  # type: ignore[arg-type]
    names = found.names
    return (
        found.delimiter,
        found.has_header,
        None if found.smiles is None else names[found.smiles],
        None if found.title is None else names[found.title],
    )


def test_columns_are_found_by_their_names() -> None:
    assert columns("num,name,p_np,smiles\n1,Propanolol,1,CCO\n") == (",", True, "smiles", "name")
    assert columns("smiles,CID,Class\nCCO,B_1,1\n") == (",", True, "smiles", "CID")
    assert columns("a;mol_id;SMILES\n1;T1;CCO\n") == (";", True, "SMILES", "mol_id")
    assert columns("Canonical SMILES\tCompound Name\nCCO\tx\n") == ("\t", True, "Canonical SMILES", "Compound Name")
    assert columns("smiles,activity\nCCO,CI\nCCN,CM\n") == (",", True, "smiles", None)


def test_a_smiles_column_without_a_telling_name_is_found_by_its_content() -> None:
    assert columns("code,drug,result\nCI,CC(=O)Oc1ccccc1C(=O)O,1\nCI,CCO,0\n") == (",", True, "drug", None)


def test_a_column_called_mol_counts_only_if_it_holds_smiles() -> None:
    assert columns("mol,s\n17,CCO\n18,CCN\n")[2] == "s"
    assert columns("mol,CID\nCCO,BACE_1\nCCN,BACE_2\n")[2:] == ("mol", "CID")


def test_a_table_without_header_is_told_by_its_first_row() -> None:
    assert columns("CCO,1\nCCN,0\nCCC,1\n") == (",", False, "column 1", None)


def test_a_table_of_one_column_is_a_table() -> None:
    assert columns("smiles\nCCO\nCCC\n") == (",", True, "smiles", None)


def test_delimiters_inside_quotes_do_not_mislead() -> None:
    assert columns('name;smiles\n"a,b,c,d";CCO\n"e,f,g,h";CC\n')[0] == ";"


def test_a_table_without_smiles_says_so() -> None:
    assert columns("a,b\n1,2\n3,4\n")[2] is None


@given(st.lists(st.text(alphabet="a,\"\t \r\n'=", max_size=6), min_size=1, max_size=5))
def test_cells_quoted_by_the_standard_come_back(cells: list[str]) -> None:
    quoted = ",".join('"' + table.escape_formula(cell).replace('"', '""') + '"' for cell in cells)
    assert table.split_row(quoted, ",") == cells


def sdf_warnings(data: str) -> tuple[str, ...]:
    text = read_record_text(Source(Path("x.sdf"), Path("x.sdf"), Format.SDF), RawRecord(0, 1, BLOCK + data))
    assert isinstance(text, RecordText)
    return text.warnings


@pytest.mark.parametrize(
    "data",
    [
        "",
        "\n\n",
        ">  <A>\n1\n\n",
        "> 25 <A> (3)\n1\n2\n\n> DT12\n>50 uM\n\n\n",
        "> <A>\n\n> <B>\n\n\n",
        "> <A>\r\n1\r\n\r\n",
        "> <log P (o/w) > 3>\n 1\n \n",
    ],
)
def test_data_fields_as_the_format_wants_them_give_no_warning(data: str) -> None:
    assert sdf_warnings(data) == ()


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        ("left over\n> <A>\n1\n\n", "line 7: text before the first data header belongs to no field"),
        ("no header at all\n", "line 7: text before the first data header belongs to no field"),
        (">A\n1\n\n", "line 7: the data header has no name between < and >"),
        (">  <A\n1\n\n", "line 7: the data header has no name between < and >"),
        ("> <>\n1\n\n", "line 7: the data header has an empty name"),
        (" > <A>\n1\n\n", "line 7: the data header does not begin its line"),
        ("> <A>\n1\n> <B>\n2\n\n", "line 7: no blank line ends the field 'A'"),
        ("> <A>\n> <B>\n2\n\n", "line 7: no blank line ends the field 'A'"),
        ("> <A>\n1\n", "line 7: no blank line ends the field 'A'"),
        ("> <A>", "line 7: no blank line ends the field 'A'"),
        ("> <A>\n1\n\n2\n\n", "line 7: a blank line stands inside the field 'A'"),
        ("> <A>\n1\n\n> <A>\n2\n\n", "line 10: the field 'A' was there before"),
    ],
)
def test_a_broken_data_field_is_read_with_a_warning(data: str, warning: str) -> None:
    assert sdf_warnings(data) == (warning,)


def test_a_record_broken_all_over_gives_no_more_warnings_than_anybody_reads() -> None:
    warnings = sdf_warnings("> <A>\n1\n" * 500)
    assert len(warnings) == 21
    assert warnings[-1] == "more of the data fields are broken"


@given(st.lists(st.sampled_from(["> <A>", "> <B>", ">C", "", " ", "1", ">50 uM", " > <D>", "> <>", "\t2"]), max_size=8))
def test_the_quick_look_for_warnings_passes_only_what_the_close_look_passes(lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sdf, "SOUND", re.compile("(?!)"))
        closely = sdf_warnings(data)
    assert sdf_warnings(data) == closely


def test_a_warning_tells_the_line_of_the_file() -> None:
    warnings = ("line 6: the field 'A' was there before", "line 9: a blank line stands inside the field 'B'", "more")
    assert warning_place(101, warnings) == (
        106,
        "the field 'A' was there before; line 109: a blank line stands inside the field 'B'; more",
    )
    assert warning_place(101, ("more of the data fields are broken",)) == (101, "more of the data fields are broken")
