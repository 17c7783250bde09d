"""The start of any file's text, without reading the rest."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from gcx_desktop.errors import LibraryError
from gcx_desktop.library.opening import beginning
from gcx_desktop.library.opening.beginning import Beginning, read_beginning

TEXT = "name,smiles\nä,CCO\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_text_is_utf_8_however_it_was_written(tmp_path: Path, encoding: str, packed: bool) -> None:
    data = TEXT.encode(encoding)
    (tmp_path / "a").write_bytes(gzip.compress(data[:10]) + gzip.compress(data[10:]) if packed else data)
    assert read_beginning(tmp_path / "a", 1000) == Beginning(TEXT.encode(), True)
    assert read_beginning(tmp_path / "a", 5) == Beginning(b"name,", False)


def test_single_bytes_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT.encode("latin-1"))
    assert read_beginning(tmp_path / "a", 1000).data == TEXT.encode("latin-1")


def test_of_a_damaged_gzip_file_the_bytes_before_the_fault_are_given(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(TEXT.encode()) + b"garbage")
    assert read_beginning(tmp_path / "a", 1000).data == TEXT.encode()
    (tmp_path / "a").write_bytes(b"\x1f\x8bgarbage")
    assert read_beginning(tmp_path / "a", 1000).data == b""


def test_a_packed_file_that_holds_nothing_for_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "MOST_PACKED", 1 << 14)
    (tmp_path / "a").write_bytes(gzip.compress(b"") * 3000 + gzip.compress(b"late"))
    assert read_beginning(tmp_path / "a", 1000).data == b""


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="not a regular file"):
        read_beginning(tmp_path, 10)
    with pytest.raises(LibraryError, match="no such file"):
        read_beginning(tmp_path / "none", 10)
