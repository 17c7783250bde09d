"""Spreadsheets: text stays text, numbers keep their digits, and nothing is cut."""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcx_desktop.errors import OutputError
from gcx_desktop.library.writing import rows as rows_module
from gcx_desktop.library.writing.export import open_rows


def write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    with open_rows(path, columns) as table:
        for row in rows:
            table.write(row)


def unescaped(value: Any) -> Any:
    """As Excel reads text; openpyxl leaves the escapes of control characters in it."""
    return re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), value) if isinstance(value, str) else value


def read(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path).active
    assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    return [[unescaped(cell.value) for cell in row] for row in sheet.iter_rows()]


def test_rows_keep_their_types_and_every_digit(tmp_path: Path) -> None:
    values = [1, -7, 0.1 + 0.2, 1e-300, np.float32(0.1), np.int64(3), True, "007", "1.50", 2**53, 2**60, None, np.nan]
    write(tmp_path / "a.xlsx", ("v",), [{"v": value} for value in values])
    expected = [1, -7, 0.1 + 0.2, 1e-300, 0.1, 3, True, "007", "1.50", 2**53, str(2**60), None, None]
    found = [row[0] for row in read(tmp_path / "a.xlsx")[1:]]
    assert found[: len(expected)] == expected[: len(found)]
    assert not any(expected[len(found) :])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "{=1+1}",
        "http://example.org",
        "mailto:a@b.c",
        "<r>a</r>",
        '<r></r></is></c><c r="Z9"><f>1+1</f></c><c><is><t></r>',
        "\x00\x07\x1f",
        "_x0041_",
        " a \n b\t",
    ],
)
def test_no_text_becomes_a_formula_a_link_or_markup(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.xlsx", (text, "b"), [{text: text, "b": 1}])
    assert read(tmp_path / "a.xlsx") == [[text, "b"], [text, 1]]


TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@'\"<>&/r \t\r\n,0._"), st.characters(exclude_categories=["Cs"])), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(TEXTS, st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS)), max_size=5
    )
)
def test_any_rows_read_back_the_same(tmp_path: Path, rows: list[tuple[str, object]]) -> None:
    write(tmp_path / "a.xlsx", ("n", "title", "v"), [{"n": i, "title": t, "v": v} for i, (t, v) in enumerate(rows)])

    def expected(value: object) -> object:
        return str(value) if isinstance(value, int) and abs(value) > 2**53 else None if value == "" else value

    assert read(tmp_path / "a.xlsx")[1:] == [[i, expected(t), expected(v)] for i, (t, v) in enumerate(rows)]


def test_the_header_is_bold_and_stays_in_sight_and_columns_are_as_wide_as_their_text(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", ("record", "title"), [{"record": 1, "title": "a title of thirty characters.."}])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet.freeze_panes == "A2"
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert [cell.font.bold for cell in sheet[2]] == [False, False]
    widths = [sheet.column_dimensions[name].width for name in "AB"]
    assert widths == pytest.approx([8.7, 32.7], abs=0.1)


def test_the_same_rows_give_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, zone in (("a.xlsx", "UTC"), ("b.xlsx", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        write(tmp_path / name, ("a",), [{"a": "x"}, {"a": 1}])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["x" * 32_768, "𝒳" * 16_384], ids=["letters", "letters of two units"])
def test_a_text_that_no_cell_holds_is_refused_and_never_cut(tmp_path: Path, text: str) -> None:
    write(tmp_path / "fits.xlsx", ("a",), [{"a": text[:-1]}])
    assert read(tmp_path / "fits.xlsx")[1] == [text[:-1]]
    rows = [{"record": 12, "saliency": text}]
    with pytest.raises(OutputError, match=r"the 'saliency' of record 12 has 32,768 characters.*write \.csv"):
        write(tmp_path / "a.xlsx", ("record", "saliency"), rows)
    assert not (tmp_path / "a.xlsx").exists()


def test_more_rows_or_columns_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OutputError, match=r"16,385 columns are more than XLSX holds, 16,384; write \.csv"):
        write(tmp_path / "a.xlsx", [str(i) for i in range(16_385)], [])
    monkeypatch.setattr(rows_module, "XLSX_ROWS", 3)
    write(tmp_path / "fits.xlsx", ("a",), [{"a": 1}] * 2)
    with pytest.raises(OutputError, match="more rows than an XLSX sheet holds"):
        write(tmp_path / "a.xlsx", ("a",), [{"a": 1}] * 3)
    assert [path.name for path in tmp_path.iterdir()] == ["fits.xlsx"]


def test_a_disk_that_fills_while_the_workbook_is_packed_is_one_error_and_no_noise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            if self.tell() > 2000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    def fill() -> None:
        with Full() as file, rows_module.xlsx_rows(file, ("a",), Path("a.xlsx")) as table:
            for i in range(2000):
                table.write({"a": f"{i**9}"})

    noise: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", noise.append)
    said = ""
    try:
        fill()
    except OSError as error:
        said = str(error)
    gc.collect()  # the archive, which the error held
    assert "No space left" in said
    assert noise == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_workbook_leaves_nothing_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))

    def interrupted() -> None:
        with open_rows(tmp_path / "a.xlsx", ("a",)) as table:
            table.write({"a": 1})
            raise error

    with pytest.raises(error):
        interrupted()
    write(tmp_path / "b.xlsx", ("a",), [{"a": 1}])
    assert os.listdir(tmp_path / "scratch") == []  # noqa: PTH208
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.xlsx", "scratch"]
