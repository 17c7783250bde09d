"""The first rows of a file as they would be read, and what is said of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from gcx_desktop.app.libraries.preview_table import MAX_CELL, MAX_COLUMNS, MAX_PREVIEW_ROWS, TablePreview, preview_table
from gcx_desktop.errors import LibraryError, UnknownNameError
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import Format, RecordText
from gcx_desktop.library.table_options import DETECT_ALL, NO_TITLE, TableOptions

METHANE = "m\n\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n$$$$\n"


def preview(tmp_path: Path, text: str | bytes, options: TableOptions = DETECT_ALL, name: str = "a.csv") -> TablePreview:
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return preview_table(tmp_path / name, options)


def test_what_is_found_is_shown_as_options_that_open_it_so(tmp_path: Path) -> None:
    found = preview(tmp_path, "id;drug\nx1;CCO\nx2;CCN\n")
    assert found.options == TableOptions(";", True, "drug", "id")
    assert found.rows == (("x1", "CCO"), ("x2", "CCN"))
    assert found.summary == "1 header line; SMILES from ‘drug’: 2 of the first 2 look like SMILES; titles from ‘id’"
    assert found.trouble == ""


@pytest.mark.parametrize("text", ["a,smiles\nx,CCO\n", "a,a,b\n1,CCO,x\n2,CCN,y\n", "CCO;x\nCCN;y\n", "smiles\nCCO\n"])
def test_opening_with_the_options_of_a_preview_gives_its_rows(tmp_path: Path, text: str) -> None:
    found = preview(tmp_path, text)
    with open_library(found.path, found.options) as library:
        assert found.smiles is not None
        assert len(library) == len(found.rows)
        for position, row in enumerate(found.rows):
            record = library.text(position)
            assert isinstance(record, RecordText)
            assert record.smiles == row[found.smiles]


def test_options_go_before_what_is_found(tmp_path: Path) -> None:
    text = "smiles,other,name\nCCO,C#N,x\nCCN,C=O,y\n"
    found = preview(tmp_path, text, TableOptions(has_header=False, smiles_column="column 2", title_column=NO_TITLE))
    assert (found.smiles, found.title, len(found.rows)) == (1, None, 3)
    assert found.summary == "no header line; SMILES from ‘column 2’: 2 of the first 3 look like SMILES; no titles"


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("a,b\n1,2\n3,4\n", DETECT_ALL, "no column looks like SMILES"),
        ("smiles,name\n", DETECT_ALL, "there is no row under the header line"),
        ("smiles,name\nCCO,me\n", TableOptions(smiles_column="name"), "the only row has no SMILES in ‘name’"),
    ],
)
def test_the_obstacle_to_opening_a_table_is_described_with_the_remedy(
    tmp_path: Path, text: str, options: TableOptions, words: str
) -> None:
    assert words in preview(tmp_path, text, options).trouble


def test_rows_with_too_many_cells_are_counted_as_rejected(tmp_path: Path) -> None:
    found = preview(tmp_path, "smiles,name\nCCO,a,b\nCCN,c,\nCCC,d\n")
    assert (found.n_plausible, found.n_too_long) == (2, 1)
    assert found.summary.endswith("; 1 row has more cells than the first line, and will be rejected")
    with open_library(found.path) as library:
        assert not isinstance(library.text(0), RecordText)


def test_a_column_that_begins_with_empty_cells_may_be_opened(tmp_path: Path) -> None:
    assert preview(tmp_path, "smiles,name\n,x\n,y\n").trouble == ""


def test_a_smiles_file_is_shown_as_structures_and_titles(tmp_path: Path) -> None:
    found = preview(tmp_path, "CCO |$a$| ethanol\nCCN\tethylamine\n", name="a.smi")
    assert (found.format, found.options) == (Format.SMILES, TableOptions(has_header=False))
    assert found.rows == (("CCO |$a$|", "ethanol"), ("CCN", "ethylamine"))
    assert found.n_plausible == 2
    assert preview(tmp_path, "CCO ethanol\n", TableOptions(delimiter=" "), "a.smi").format is Format.TABLE


def test_a_structure_file_has_nothing_to_choose(tmp_path: Path) -> None:
    found = preview(tmp_path, METHANE, name="a.sdf")
    assert (found.format, found.options, found.trouble) == (Format.SDF, DETECT_ALL, "")


def test_packed_and_wide_texts_are_shown_as_plain_ones(tmp_path: Path) -> None:
    text = "name,smiles\nnaïve,CCO\n"
    for data in (gzip.compress(text.encode("utf-16")), text.encode("latin-1"), text.replace("\n", "\r\n").encode()):
        assert preview(tmp_path, data).rows == (("naïve", "CCO"),)


def test_cells_rows_and_columns_are_bounded(tmp_path: Path) -> None:
    wide = ",".join(f"x{i}" for i in range(MAX_COLUMNS + 500))
    found = preview(tmp_path, f"smiles,{wide}\n" + f"CCO,{wide}\n" * 120)
    assert (len(found.names), len(found.rows[0])) == (MAX_COLUMNS + 501, MAX_COLUMNS)
    long = preview(tmp_path, 'smiles,text\nCCO,"a\nb' + "x" * 3_000 + '"\n' + "CCO,x\n" * 200)
    assert len(long.rows) == MAX_PREVIEW_ROWS
    assert long.rows[0][1] == "a b" + "x" * (MAX_CELL - 3) + "…"


def test_a_row_that_the_look_cuts_off_is_not_shown(tmp_path: Path) -> None:
    found = preview(tmp_path, "smiles,text\nCCO,a\nCCN," + "x" * 3_000_000)
    assert found.rows == (("CCO", "a"),)


def test_what_cannot_be_shown_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="PDF"):
        preview(tmp_path, b"%PDF-1.7\n")
    with pytest.raises(UnknownNameError):
        preview(tmp_path, "smiles\nCCO\n", TableOptions(smiles_column="gone"))
