"""Opening files: what they are, what is in them, and what is said of those that hold no molecules."""

from __future__ import annotations

import gzip
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.errors import Cancelled, LibraryError, UnknownNameError, UsageError
from gcx_desktop.library import file_fingerprint
from gcx_desktop.library import library as library_module
from gcx_desktop.library.file_fingerprint import Change
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.opening import index, unpack
from gcx_desktop.library.opening.index import Boundaries
from gcx_desktop.library.record import Format, RecordText, Rejected
from gcx_desktop.library.source import MAX_RECORD_BYTES, read_raw
from gcx_desktop.library.table_options import TableOptions
from gcx_desktop.progress import CancelToken, Progress

METHANE = "methane\n\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"
SDF = "".join(f"{METHANE.replace('methane', f'm{i}')}>  <n>\n{i}\n\n>  <only{i}>\nx\n\n$$$$\n" for i in range(3))


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def titles(library: Library) -> list[str]:
    return [library.text(i).title for i in range(len(library))]


def refusal(path: Path, **asked: str) -> str:
    with pytest.raises(LibraryError) as caught:
        open_library(path, TableOptions(**asked))  # type: ignore[arg-type]
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_an_sdf_opens_with_titles_fields_and_lines(write) -> None:
    with open_library(write("a.sdf", SDF)) as library:
        assert library.source.format is Format.SDF
        assert len(library) == 3
        assert titles(library) == ["m0", "m1", "m2"]
        assert library.field_names == ("n", "only0", "only1", "only2")
        assert [library.line(i) for i in range(3)] == [1, 14, 27]
        assert library.raw(1).line == 14
        assert library.raw(1).text.startswith("m1\n")
        assert "$$$$" not in library.raw(1).text


def test_spans_are_the_records_asked_for(write) -> None:
    with open_library(write("a.sdf", SDF)) as library:
        assert library.spans(1, 99) == [library.span(1), library.span(2)]
        with pytest.raises(IndexError, match="3 records"):
            library.span(3)


def test_a_source_and_a_span_are_all_that_another_process_needs(write) -> None:
    with open_library(write("a.sdf", SDF)) as library:
        source, span = pickle.loads(pickle.dumps((library.source, library.span(2))))
        assert read_raw(source, span) == library.raw(2)


@pytest.mark.parametrize("name", ["a.sdf.gz", "a.sdf", "a.SDF.GZ", "noname"])
def test_a_gzipped_file_is_told_by_its_content(write, name: str) -> None:
    with open_library(write(name, gzip.compress(SDF.encode()))) as library:
        assert titles(library) == ["m0", "m1", "m2"]
        assert library.damaged == ""


def test_the_unpacked_copy_goes_when_the_library_is_closed(write) -> None:
    library = open_library(write("a.sdf.gz", gzip.compress(SDF.encode())))
    copy = library.source.data_path
    assert copy.exists()
    library.text(0)
    library.close()
    assert not copy.exists()


def test_gzip_members_one_after_the_other_are_one_file(write) -> None:
    packed = gzip.compress(SDF[:100].encode()) + gzip.compress(SDF[100:].encode()) + b"\0" * 50
    with open_library(write("a.sdf.gz", packed)) as library:
        assert (len(library), library.damaged) == (3, "")


MANY = "".join(f"{METHANE.replace('methane', f'm{i * 7919 % 1000003}')}$$$$\n" for i in range(3000))


def test_a_gzip_cut_off_keeps_its_whole_records_and_marks_the_last(write) -> None:
    packed = gzip.compress(MANY.encode())
    with open_library(write("a.sdf.gz", packed[: len(packed) // 2])) as library:
        assert "cut off" in library.damaged
        assert 500 < len(library) < 2500
        assert isinstance(library.text(len(library) - 2), RecordText)
        last = library.text(len(library) - 1)
        assert isinstance(last, Rejected)
        assert "damaged" in last.reason


def test_a_gzip_with_a_fault_in_its_middle_keeps_what_is_before(write) -> None:
    packed = bytearray(gzip.compress(MANY.encode()))
    middle = len(packed) // 2
    packed[middle : middle + 40] = b"\xff" * 40
    with open_library(write("a.sdf.gz", bytes(packed))) as library:
        assert "damaged" in library.damaged
        assert len(library) > 500
        assert isinstance(library.text(0), RecordText)
        assert isinstance(library.text(len(library) - 1), Rejected)


def test_a_gzip_whose_checksum_does_not_fit_is_said_to_be_altered_anywhere(write) -> None:
    packed = bytearray(gzip.compress(MANY.encode()))
    packed[-8] ^= 1
    with open_library(write("a.sdf.gz", bytes(packed))) as library:
        assert len(library) == 3000
        assert "any of its records may be altered" in library.damaged


def test_a_cut_off_smiles_is_never_taken_for_a_whole_one(write) -> None:
    packed = gzip.compress(b"CCO a\nCCCCCCCC b\n")
    member = bytearray(gzip.compress(b"CCO a\nCCCCC"))[:-8]
    assert len(packed) > len(member)
    with open_library(write("a.smi.gz", bytes(member))) as library:
        assert isinstance(library.text(0), RecordText)
        assert isinstance(library.text(1), Rejected)


def test_foreign_bytes_behind_a_gzip_are_told_and_cost_nothing(write) -> None:
    with open_library(write("a.sdf.gz", gzip.compress(SDF.encode()) + b"garbage")) as library:
        assert len(library) == 3
        assert "foreign" in library.damaged
        assert isinstance(library.text(2), RecordText)


def test_a_gzip_of_which_nothing_can_be_read_is_refused(write) -> None:
    assert "nothing of it can be read" in refusal(write("a.sdf.gz", gzip.compress(SDF.encode())[:12]))


def test_a_compression_bomb_is_refused_at_a_limit_that_is_said(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "RATIO_FREE", 1 << 20)
    path = write("a.smi.gz", gzip.compress(b"C\n" * 8_000_000))
    assert "200 times" in refusal(path)
    monkeypatch.setattr(unpack, "MAX_UNPACKED", 1 << 20)
    assert "limit" in refusal(path)


def test_a_smiles_file_opens(write) -> None:
    with open_library(write("a.smi", "CCO ethanol\n\nO\twater\n")) as library:
        assert library.source.format is Format.SMILES
        assert library.text(0) == RecordText("ethanol", "CCO", ())
        assert library.text(1) == RecordText("water", "O", ())
        assert library.line(1) == 3
        assert library.field_names == ()


@pytest.mark.parametrize("name", ["a.smi", "a.txt", "a.smiles"])
def test_a_header_line_of_a_smiles_file_is_no_record(write, name: str) -> None:
    with open_library(write(name, "SMILES Name\nCCO ethanol\n")) as library:
        assert titles(library) == ["ethanol"]


def test_a_table_opens_with_its_columns(write) -> None:
    with open_library(write("a.csv", "num,name,p_np,smiles\n1,Propanolol,1,CCO\n2,x,0,\n")) as library:
        assert library.source.format is Format.TABLE
        assert library.field_names == ("num", "p_np")
        assert library.text(0) == RecordText("Propanolol", "CCO", (("num", "1"), ("p_np", "1")))
        assert library.text(1) == Rejected(1, 3, "x", "the cell 'smiles' is empty")


def test_a_table_named_txt_or_smi_is_still_a_table(write) -> None:
    for name in ("a.txt", "a.smi"):
        with open_library(write(name, "smiles,name,p\nCCO,ethanol,1\n")) as library:
            assert library.text(0) == RecordText("ethanol", "CCO", (("p", "1"),))


def test_the_user_may_name_columns_and_delimiter(write) -> None:
    path = write("a.csv", "x|y|z\nCCO|CCN|t\n")
    with open_library(path, TableOptions(smiles_column="y", title_column="z", delimiter="|")) as library:
        assert library.text(0) == RecordText("t", "CCN", (("x", "CCO"),))


def test_an_unknown_column_is_a_usage_error_that_names_the_columns(write) -> None:
    with pytest.raises(UnknownNameError, match=r"a\.csv: unknown column 'structure'; known: name, smiles") as caught:
        open_library(write("a.csv", "name,smiles\na,CC\n"), TableOptions(smiles_column="structure"))
    assert caught.value.exit_code == 2


def test_a_column_of_an_sdf_is_a_usage_error(write) -> None:
    with pytest.raises(UsageError):
        open_library(write("a.sdf", SDF), TableOptions(smiles_column="smiles"))


def test_a_delimiter_of_two_characters_is_a_usage_error(write) -> None:
    with pytest.raises(UsageError, match="delimiter"):
        open_library(write("a.csv", "name,smiles\na,CC\n"), TableOptions(delimiter="ab"))


def test_a_mol_file_is_one_record(write) -> None:
    with open_library(write("a.mol", METHANE)) as library:
        assert library.source.format is Format.MOL
        assert titles(library) == ["methane"]


def test_a_mol_file_with_dollar_lines_is_an_sdf(write) -> None:
    with open_library(write("a.mol", SDF)) as library:
        assert len(library) == 3


def test_an_old_sdf_without_version_or_end_line_is_an_sdf(write) -> None:
    with open_library(write("a.sdf", "x\n\n\n  1  0\n    0.0000    0.0000    0.0000 C   0  0\n")) as library:
        assert titles(library) == ["x"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(write, encoding: str, newline: str) -> None:
    text = newline.join(["smiles,name,p", "CCO,éthanol,1", "O,wäter,2", ""])
    with open_library(write("a.csv", text.encode(encoding))) as library:
        assert library.text(0) == RecordText("éthanol", "CCO", (("p", "1"),))
        assert library.text(1) == RecordText("wäter", "O", (("p", "2"),))
    with open_library(write("b.csv.gz", gzip.compress(text.encode(encoding)))) as library:
        assert titles(library) == ["éthanol", "wäter"]


def test_one_record_in_latin_1_does_not_spoil_the_others(write) -> None:
    with open_library(write("a.smi", "CCO caf\u00e9\n".encode() + "O na\u00efve\n".encode("latin-1"))) as library:
        assert titles(library) == ["café", "naïve"]


def test_bytes_that_are_no_utf_8_behind_the_beginning_are_told_of_their_record(write) -> None:
    rows = b"CCO,x\n" * (library_module.HEAD // 6 + 1)
    content = b"smiles,name\n" + rows + "O,na\u00efve\n".encode() + "O,na\u00efve\n".encode("latin-1")
    with open_library(write("a.csv", content)) as library:
        n = len(library)
        before, after = library.text(n - 2), library.text(n - 1)
        assert library.choices == ()
    assert isinstance(before, RecordText)
    assert isinstance(after, RecordText)
    assert (before.title, before.warnings) == ("na\u00efve", ())
    assert after.title == "na\u00efve"
    assert "not UTF-8" in after.warnings[0]
    with open_library(write("b.csv", "smiles,name\nO,na\u00efve\n".encode("latin-1"))) as library:
        told = library.text(0)
        assert "not all of the text is UTF-8" in library.choices[0].sentence
    assert isinstance(told, RecordText)
    assert told.warnings == (), "it was said of the whole file"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "an HTML page"),
        (b"\n\n<HTML lang=en><head></head></HTML>", "an HTML page"),
        (b"<?xml version='1.0'?>\n<cml/>", "an XML file"),
        (b"%PDF-1.7\n\x00\x01", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b'{"molecules": []}', "a JSON file"),
        (b'[{"a": 1}]', "a JSON file"),
        (b"$RXN\n\n\n\n  1  1\n", "reaction"),
        (b"HEADER    HYDROLASE\nATOM      1  N\n", "a PDB file"),
        (b"@<TRIPOS>MOLECULE\nx\n", "a MOL2 file"),
        (b"\x00\x01\x02\x03" * 100, "binary data"),
    ],
)
@pytest.mark.parametrize("suffix", [".sdf", ".smi", ".csv", ".sdf.gz"])
def test_a_file_of_another_kind_is_refused_with_what_it_looks_like(
    write, content: bytes, what: str, suffix: str
) -> None:
    packed = gzip.compress(content) if suffix.endswith(".gz") else content
    assert what in refusal(write(f"a{suffix}", packed))


def test_prose_is_no_library(write) -> None:
    text = "Dear colleague,\nplease find the molecules attached.\nIn haste\nyours\n"
    for name in ("a.txt", "a.sdf", "a.mol"):
        refusal(write(name, text))
    assert "no column looks like SMILES" in refusal(write("a.csv", "a,b\n1,2\n3,4\n"))


def test_a_name_of_a_column_breaks_no_sentence(write) -> None:
    assert refusal(write("a.csv", f'"first\nname",{"b" * 5000}\n1,2\n3,4\n')) == (
        "no column looks like SMILES; name one with --smiles-column (there are: first name, " + "b" * 40 + "…)"
    )
    with pytest.raises(UnknownNameError, match=r"known: first name, b{40}…$"):
        open_library(write("a.csv", f'"first\nname",{"b" * 5000}\n1,2\n3,4\n'), TableOptions(smiles_column="x"))
    with open_library(write("b.csv", 'name,"my\nsmiles"\na,CCO\nb,\n')) as library:
        assert library.text(1) == Rejected(1, 4, "b", "the cell 'my smiles' is empty")


def test_smiles_under_the_suffix_of_an_sdf_are_pointed_out(write) -> None:
    assert "wrong suffix" in refusal(write("a.sdf", "CCO\nCCC\n"))


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a.sdf", "a.smi", "a.csv", "a.mol"])
def test_an_empty_file_is_refused(write, content: bytes, name: str) -> None:
    assert refusal(write(name, content)) == "the file is empty"
    assert refusal(write(f"{name}.gz", gzip.compress(content))) == "the file is empty"


def test_a_header_alone_is_refused(write) -> None:
    assert "only a header" in refusal(write("a.csv", "smiles,name\n"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.sdf") == "there is no such file"
    assert "folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.sdf")
    assert "regular" in refusal(tmp_path / "a.sdf")


def test_a_file_changed_after_opening_is_never_read_by_its_old_index(write) -> None:
    path = write("a.smi", "CCO a\nCCN b\n")
    with open_library(path) as library:
        library.text(1)
        path.write_text("CCCCCCO c\nCCN b\n")
        with pytest.raises(LibraryError, match="changed"):
            library.text(1)
        path.unlink()
        with pytest.raises(LibraryError):
            library.text(1)


@pytest.mark.parametrize("name", ["a.smi", "a.smi.gz", "utf16.smi"])
def test_what_became_of_the_users_own_file_is_told(write, name: str) -> None:
    def content(text: str) -> bytes:
        data = text.encode("utf-16") if name.startswith("utf16") else text.encode()
        return gzip.compress(data) if name.endswith(".gz") else data

    path = write(name, content("CCO a\nCCN b\n"))
    with open_library(path) as library:
        assert library.changed() is Change.UNCHANGED
        os.utime(path, ns=(0, 10**18))
        assert library.changed() is Change.TOUCHED
        path.write_bytes(content("CCN a\nCCO b\n"))
        os.utime(path, ns=(0, library.fingerprint.modified_ns))
        assert library.changed() is Change.CHANGED
        path.unlink()
        assert library.changed() is Change.GONE
        path.mkdir()
        assert library.changed() is Change.GONE


def test_a_file_put_in_the_place_of_another_is_told_by_its_ends(write) -> None:
    path, other = write("a.smi", "CCO a\nCCN b\n"), write("b.smi", "CCN a\nCCO b\n")
    with open_library(path) as library:
        library.text(1)
        os.utime(other, ns=(0, library.fingerprint.modified_ns))
        other.replace(path)
        with pytest.raises(LibraryError, match="changed"):
            library.text(1)


def test_a_copy_in_the_place_of_the_file_is_read_on(write) -> None:
    path, other = write("a.smi", "CCO a\nCCN b\n"), write("b.smi", "CCO a\nCCN b\n")
    with open_library(path) as library:
        os.utime(other, ns=(0, library.fingerprint.modified_ns))
        other.replace(path)
        assert titles(library) == ["a", "b"]
        assert library.changed() is Change.UNCHANGED


def test_a_file_that_may_no_longer_be_read_is_an_error_not_a_change(write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with open_library(write("a.smi", "CCO a\n")) as library:
        monkeypatch.setattr(file_fingerprint, "take_fingerprint", refuse)
        with pytest.raises(LibraryError, match="Permission denied"):
            library.changed()


def test_a_source_stays_small_enough_to_travel_with_every_portion(write) -> None:
    with open_library(write("a.sdf", SDF)) as library:
        assert hash(library.source) == hash(pickle.loads(pickle.dumps(library.source)))
        assert len(pickle.dumps(library.source)) < 400 + 2 * len(str(library.path))


def test_a_record_too_large_is_a_rejected_row(write) -> None:
    with open_library(write("a.smi", "CCO a\n" + "C" * (MAX_RECORD_BYTES + 1) + " b\nO c\n")) as library:
        assert titles(library)[::2] == ["a", "c"]
        large = library.text(1)
        assert isinstance(large, Rejected)
        assert "10.0 MB" in large.reason


def test_opening_tells_how_far_it_is_and_can_be_stopped(write) -> None:
    told: list[Progress] = []
    path = write("a.sdf", SDF)
    open_library(path, report=told.append).close()
    assert told
    assert (told[-1].what, told[-1].done, told[-1].total) == ("Opening", len(SDF), len(SDF))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        open_library(path, cancel=cancel)


def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CHUNK", 256)


def test_a_library_is_handed_over_with_its_first_records_and_grows(write, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    early: list[tuple[Library, int, tuple[str, ...], str]] = []

    def take(library: Library) -> None:
        text = library.text(len(library) - 1)
        assert isinstance(text, RecordText)
        early.append((library, len(library), library.field_names, text.title))

    with open_library(write("a.sdf", MANY), growing=take) as library:
        assert len(library) == 3000
        ((same, n, names, title),) = early
        assert same is library
        assert 200 <= n < 300
        assert names == ()
        assert title == library.text(n - 1).title
        assert library.spans(0, n) == library.spans(0, 3000)[:n]


QUOTED = 'smiles,name\nC,"a\n""b"""\n\nCC,b\n'
DIVIDED: dict[str, str | bytes] = {
    "a.sdf": SDF,
    "many.sdf": MANY,
    "open.sdf": SDF.removesuffix("$$$$\n"),
    "a.mol": METHANE,
    "a.smi": "\ufeffC a\n\nCC b\nCCC c".encode(),
    "a.csv": QUOTED,
    "a.csv.gz": gzip.compress(QUOTED.encode()),
    "wide.csv": QUOTED.encode("utf-16"),
}


@pytest.mark.parametrize("name", DIVIDED)
def test_a_library_whose_records_are_known_has_them_without_a_scan(
    write, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch)
    path = write(name, DIVIDED[name])
    asked: list[tuple[str, int]] = []
    with open_library(path) as scanned:
        assert scanned.scanned

        def known(library: Library) -> Boundaries:
            asked.append((library.source.delimiter, len(library)))
            return scanned.found

        early: list[Library] = []
        with open_library(path, known=known, growing=early.append) as library:
            assert not library.scanned
            assert library.spans(0, 4000) == scanned.spans(0, 4000)
            assert (titles(library), library.field_names) == (titles(scanned), scanned.field_names)
        assert asked == [(scanned.source.delimiter, 0)]
    assert not early


def shifted(found: Boundaries, by: int) -> Boundaries:
    return replace(found, starts=found.starts + by, stops=found.stops + by)


def with_last(found: Boundaries, **values: int) -> Boundaries:
    changed = {name: np.append(getattr(found, name)[:-1], value) for name, value in values.items()}
    return replace(found, **changed)  # type: ignore[arg-type]


WRONG: dict[str, Callable[[Boundaries], Boundaries | None]] = {
    "nothing": lambda _: None,
    "no records": lambda found: found.after(len(found)),
    "records behind the end": lambda found: with_last(found, stops=10**9),
    "records before the beginning": lambda found: shifted(found, -10),
    "records elsewhere": lambda found: shifted(found, 7),
    "the last record missing": lambda found: replace(
        found, starts=found.starts[:-1], stops=found.stops[:-1], lines=found.lines[:-1]
    ),
    "the first record missing": lambda found: found.after(1),
    "a last record that ends too early": lambda found: with_last(found, stops=int(found.stops[-1]) - 3),
    "a last record that ends too late": lambda found: with_last(found, stops=int(found.stops[-1]) + 3),
    "all records as one": lambda found: replace(
        found, starts=found.starts[:1], stops=found.stops[-1:], lines=found.lines[:1]
    ),
    "records backwards": lambda found: replace(found, starts=found.starts[::-1]),
    "other lines": lambda found: replace(found, lines=found.lines + 1),
    "fewer lines": lambda found: replace(found, lines=found.lines[:-1]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_known_wrongly_is_scanned(write, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    small_chunks(monkeypatch)
    path = write("a.sdf", MANY)
    with open_library(path) as scanned, open_library(path, known=lambda _: WRONG[wrong](scanned.found)) as library:
        assert library.scanned
        assert library.spans(0, 4000) == scanned.spans(0, 4000)


def test_a_damaged_file_is_scanned_whatever_is_known(write) -> None:
    path = write("a.sdf.gz", gzip.compress(MANY.encode())[:-400])
    with open_library(path) as library, open_library(path, known=lambda _: library.found) as again:
        assert again.scanned
        assert again.source.cut_short == library.source.cut_short == len(library) - 1


def test_a_small_library_and_a_damaged_one_are_not_handed_over_early(write, monkeypatch: pytest.MonkeyPatch) -> None:
    early: list[Library] = []
    open_library(write("a.sdf", SDF), growing=early.append).close()
    small_chunks(monkeypatch)
    open_library(write("a.sdf.gz", gzip.compress(MANY.encode())[:-400]), growing=early.append).close()
    assert not early


def test_the_header_of_a_growing_table_is_no_record(write, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    early: list[str] = []
    rows = "".join(f"{'C' * (i % 30 + 1)},m{i}\n" for i in range(900))
    path = write("a.csv", f"smiles,name\n{rows}")
    with open_library(path, growing=lambda library: early.append(library.text(0).title)) as library:
        assert (early, len(library), library.text(899).title) == (["m0"], 900, "m899")


def test_a_library_handed_over_stays_open_when_the_rest_of_its_file_cannot_be_found(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch)
    early: list[Library] = []
    cancel = CancelToken()

    def take(library: Library) -> None:
        early.append(library)
        cancel.cancel()

    with pytest.raises(Cancelled):
        open_library(write("a.sdf.gz", gzip.compress(MANY.encode())), growing=take, cancel=cancel)
    (library,) = early
    assert library.source.data_path.exists()
    assert 200 <= len(library) < 3000
    assert isinstance(library.text(0), RecordText)
    library.close()
    assert not library.source.data_path.exists()


def test_fields_are_looked_for_in_so_many_bytes_whether_a_library_grows_or_not(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch)
    monkeypatch.setattr(library_module, "FIELDS_WITHIN", 1000)
    text = "".join(f"{METHANE}> <f{i}>\n1\n\n$$$$\n" for i in range(100))
    early: list[tuple[str, ...]] = []
    with open_library(write("a.sdf", text), growing=lambda library: early.append(library.field_names)) as library:
        assert 2 < len(library.field_names) < 20
        assert early == [library.field_names]
    with open_library(write("b.sdf", text)) as library:
        assert early == [library.field_names]


def test_opening_and_listing_needs_no_rdkit(write) -> None:
    path = write("a.sdf", SDF)
    code = (
        "import sys\nfrom gcx_desktop.library.library import open_library\n"
        "import gcx_desktop.library.writing.export\n"
        f"with open_library({str(path)!r}) as library: library.text(0), library.field_names\n"
        "assert not {'rdkit', 'pyarrow', 'torch', 'PySide6'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_a_library_has_exactly_as_many_records_as_it_may_have(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.smi", "".join(f"CCO {i}\n" for i in range(1000)))
    monkeypatch.setattr(library_module, "MAX_RECORDS", 1000)
    with open_library(path) as library:
        assert len(library) == 1000
    monkeypatch.setattr(library_module, "MAX_RECORDS", 999)
    early: list[Library] = []
    with pytest.raises(LibraryError, match="it has more than 999 records, the limit; split it"):
        open_library(path, growing=early.append)
    assert len(early[0]) == 999
    assert early[0].raw(998).text.strip() == "CCO 998"
    early[0].close()


def test_a_packed_library_has_no_more_records_than_its_size_explains(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.smi.gz", gzip.compress(b"CCO a\n" * 100_000))
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(library_module, "FREE_RECORDS", 20_000)
    with pytest.raises(LibraryError, match="it has more than 20,000 records, the limit for a packed file of its size"):
        open_library(path)
