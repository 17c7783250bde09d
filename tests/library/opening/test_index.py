"""Record boundaries: every record is found, and nothing else."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.library.formats.table import logical_end
from gcx_desktop.library.opening import index
from gcx_desktop.library.record import Format


def records(data: bytes, form: Format, delimiter: str = ",") -> list[tuple[bytes, int]]:
    """(text, line) of each record of ``data``."""
    parts = list(index.scan(io.BytesIO(data), form, 0, len(data), delimiter))
    return [
        (data[start:stop], line)
        for part in parts
        for start, stop, line in zip(part.starts.tolist(), part.stops.tolist(), part.lines.tolist(), strict=True)
    ]


def texts(data: bytes, form: Format, delimiter: str = ",") -> list[bytes]:
    return [text for text, _ in records(data, form, delimiter)]


@pytest.fixture(params=[5, 7, 16, 1 << 22])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Chunks so small that everything straddles their borders."""
    monkeypatch.setattr(index, "CHUNK", request.param)
    return int(request.param)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_an_sdf_is_divided_at_its_dollar_lines(chunk: int, newline: bytes) -> None:
    data = newline.join([b"one", b"x", b"$$$$", b"two", b"", b"y", b"$$$$", b""])
    assert records(data, Format.SDF) == [
        (newline.join([b"one", b"x", b""]), 1),
        (newline.join([b"two", b"", b"y", b""]), 4),
    ]


def test_the_last_sdf_record_may_lack_its_dollar_line(chunk: int) -> None:
    assert texts(b"one\n$$$$\ntwo\n", Format.SDF) == [b"one\n", b"two\n"]
    assert texts(b"one\n$$$$\ntwo", Format.SDF) == [b"one\n", b"two"]
    assert texts(b"one\n$$$$", Format.SDF) == [b"one\n"]


def test_trailing_blank_lines_make_no_record(chunk: int) -> None:
    assert texts(b"one\n$$$$\n\n  \n\r\n\t\n", Format.SDF) == [b"one\n"]
    assert texts(b"CC\n\n \n\t\n", Format.SMILES) == [b"CC"]
    assert texts(b"a,b\n1,2\n\n\n", Format.TABLE) == [b"a,b", b"1,2"]


def test_an_empty_sdf_record_between_others_is_a_record(chunk: int) -> None:
    assert records(b"one\n$$$$\n$$$$\nthree\n$$$$\n", Format.SDF) == [(b"one\n", 1), (b"", 3), (b"three\n", 4)]


def test_dollars_inside_a_line_divide_nothing(chunk: int) -> None:
    assert texts(b"one\n> <price>\n 5 $$$$\n$$$\n\n$$$$\n", Format.SDF) == [b"one\n> <price>\n 5 $$$$\n$$$\n\n"]


def test_text_behind_the_dollars_belongs_to_their_line(chunk: int) -> None:
    assert texts(b"one\n$$$$ end of one\ntwo\n$$$$\n", Format.SDF) == [b"one\n", b"two\n"]


def test_line_ends_may_change_within_a_file(chunk: int) -> None:
    data = b"one\r\n$$$$\r\ntwo\r$$$$\rthree\n$$$$\n"
    assert records(data, Format.SDF) == [(b"one\r\n", 1), (b"two\r", 3), (b"three\n", 5)]


def test_blank_lines_of_a_smiles_file_are_counted_but_are_no_records(chunk: int) -> None:
    assert records(b"\nCC a\n\n \nO water", Format.SMILES) == [(b"CC a", 2), (b"O water", 5)]


def test_a_quoted_cell_may_hold_line_ends_delimiters_and_quotes(chunk: int) -> None:
    data = b'a,b\n"x\ny",1\n"p ""q"",\nr","s\n\nt"\nz,2\n'
    assert records(data, Format.TABLE) == [
        (b"a,b", 1),
        (b'"x\ny",1', 2),
        (b'"p ""q"",\nr","s\n\nt"', 4),
        (b"z,2", 8),
    ]


def test_a_quote_inside_an_unquoted_cell_is_a_character(chunk: int) -> None:
    assert texts(b'5" pipe,CC\n6" pipe,CCC\n', Format.TABLE) == [b'5" pipe,CC', b'6" pipe,CCC']


def test_a_quote_that_is_never_closed_takes_one_line_only(chunk: int) -> None:
    assert texts(b'a,b\n"open,CC\nfoo,CCC\nbar,C\n', Format.TABLE) == [b"a,b", b'"open,CC', b"foo,CCC", b"bar,C"]
    assert texts(b'"abc,CC\n"def,CCC\n"ghi,C\n', Format.TABLE) == [b'"abc,CC', b'"def,CCC', b'"ghi,C']


def test_a_row_that_is_all_tabs_is_a_row_of_a_tab_table_only(chunk: int) -> None:
    assert texts(b"a\tb\n\t\nc\td\n", Format.TABLE, "\t") == [b"a\tb", b"\t", b"c\td"]


def test_unclosed_quotes_cannot_make_the_scan_quadratic(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def spy(window: bytes, *rest: object) -> tuple[int, int]:
        looked.append(1)
        return logical_end(window, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(index, "logical_end", spy)
    monkeypatch.setattr(index, "PATIENCE", 10_000)
    data = b'x","\n' * 3001
    assert len(texts(data, Format.TABLE)) > 2000
    assert len(looked) < 20


def test_a_mol_file_is_one_record() -> None:
    assert records(b"one\n\n\n  0  0\nM  END\n", Format.MOL) == [(b"one\n\n\n  0  0\nM  END\n", 1)]


LINES = st.lists(
    st.sampled_from([b"", b" ", b"$$$$", b"$$$$ x", b"$$$", b" $$$$", b"CC", b"long line of text"]), max_size=20
)
NEWLINES = st.sampled_from([b"\n", b"\r\n", b"\r"])


def _physical_lines(data: bytes) -> list[bytes]:
    return re.split(rb"\r\n|\r|\n", data)


@given(lines=LINES, newline=NEWLINES, size=st.integers(5, 40))
def test_an_sdf_scan_agrees_with_reading_it_line_by_line(lines: list[bytes], newline: bytes, size: int) -> None:
    data = newline.join(lines)
    expected: list[tuple[list[bytes], int]] = []
    held: list[bytes] = []
    first = 1
    for number, line in enumerate(_physical_lines(data), 1):
        if line.startswith(b"$$$$"):
            expected.append((held, first))
            held, first = [], number + 1
        else:
            held.append(line)
    if newline.join(held).strip():
        expected.append((held, first))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "CHUNK", size)
        found = records(data, Format.SDF)
    assert [line for _, line in found] == [line for _, line in expected]
    assert [text.strip() for text, _ in found] == [newline.join(held).strip() for held, _ in expected]


@given(lines=LINES, newline=NEWLINES, size=st.integers(5, 40))
def test_a_smiles_scan_agrees_with_reading_it_line_by_line(lines: list[bytes], newline: bytes, size: int) -> None:
    data = newline.join(lines)
    expected = [(line, i) for i, line in enumerate(_physical_lines(data), 1) if line.strip()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "CHUNK", size)
        assert [(text.rstrip(b"\r"), line) for text, line in records(data, Format.SMILES)] == expected


@given(data=st.text(alphabet='a,"\n\r', max_size=40), size=st.integers(5, 50))
def test_rows_of_a_table_do_not_depend_on_the_chunks(data: str, size: int) -> None:
    raw = data.encode()
    whole = records(raw, Format.TABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "CHUNK", size)
        assert records(raw, Format.TABLE) == whole


@given(data=st.text(alphabet='a,"\n', max_size=40))
def test_the_bulk_scan_of_a_table_agrees_with_a_walk_row_by_row(data: str) -> None:
    raw = data.encode()
    expected = []
    at = 0
    while at < len(raw):
        line_end = raw.find(b"\n", at)
        line_end = len(raw) if line_end < 0 else line_end
        length, _ = logical_end(raw[at:], ord(","), line_end - at, True)
        if raw[at : at + length].strip():
            expected.append(raw[at : at + length])
        at += length + 1
    assert texts(raw, Format.TABLE) == expected


def test_a_growing_index_has_every_record_and_what_it_gave_out_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CHUNK", 64)
    monkeypatch.setattr(index, "ROOM", 2)
    data = b"".join(b"C%d x\n" % i for i in range(200))
    growing, given = index.GrowingIndex(), []
    for part in index.scan(io.BytesIO(data), Format.SMILES, 0, len(data)):
        growing.add(part)
        given.append(growing.found)
    whole = list(index.scan(io.BytesIO(data), Format.SMILES, 0, len(data)))
    assert len(growing.found) == sum(map(len, whole)) == 200
    for found in given:
        for name in ("starts", "stops", "lines"):
            assert getattr(found, name).tolist() == getattr(growing.found, name)[: len(found)].tolist()
