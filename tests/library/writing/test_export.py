"""What is written: whole or not at all, harmless, and the same when read back."""

from __future__ import annotations

import csv
import errno
import gzip
import io
import json
import math
import os
import stat
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rdkit import Chem

from gcx_desktop.errors import Cancelled, OutputError, UsageError
from gcx_desktop.library.formats import sdf
from gcx_desktop.library.formats.smiles import strip
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.molecule import Molecule, read_molecule
from gcx_desktop.library.record import Format, RawRecord, RecordText, Rejected, Source
from gcx_desktop.library.table_options import TableOptions
from gcx_desktop.library.writing.export import (
    check_output,
    mol_record,
    open_rows,
    output_kind,
    record_repairs,
    safe_file_name,
    sdf_record,
    sdf_repairs,
    smiles_line,
    smiles_repairs,
    whole_file,
    write_rejected,
)
from gcx_desktop.library.writing.output import SALIENCY_KINDS

BLOCK = "t\n  x\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_half(path: Path, error: BaseException) -> None:
    with whole_file(path) as file:
        file.write("half")
        raise error


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    with whole_file(path) as file:
        file.write("new\r\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\n"
    assert names(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("error", [Cancelled, RuntimeError, KeyboardInterrupt])
def test_an_interrupted_file_leaves_the_old_one_or_none(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "old.csv").write_text("old")
    for name in ("old.csv", "new.csv", "new.csv.gz"):
        with pytest.raises(error):
            write_half(tmp_path / name, error())
    assert names(tmp_path) == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "old"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"):
        write_half(tmp_path / "a.csv", OSError(errno.ENOSPC, "No space left on device"))
    assert names(tmp_path) == []


def test_the_suffix_gz_packs_and_packs_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        with whole_file(tmp_path / name) as file:
            file.write("é" * 1000)
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).decode() == "é" * 1000
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.png", text=False) as file:
        file.write(b"\x00\r\n")
    assert (tmp_path / "a.png").read_bytes() == b"\x00\r\n"


def test_an_output_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    library = tmp_path / "lib.csv"
    library.write_text("x")
    (tmp_path / "link.csv").symlink_to(library)
    with pytest.raises(OutputError, match="does not exist"):
        check_output(tmp_path / "none" / "out.csv")
    with pytest.raises(OutputError, match="is a folder"):
        check_output(tmp_path)
    for name in ("lib.csv", "link.csv"):
        with pytest.raises(OutputError, match="would be overwritten"), whole_file(tmp_path / name, forbid=library):
            pass
    assert library.read_text() == "x"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="read-only"):
        check_output(tmp_path / "a.csv")
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_an_output_has_the_rights_of_any_new_file_or_those_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with whole_file(tmp_path / "a.csv") as file:
        file.write("x")
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    (tmp_path / "a.csv").chmod(0o640)
    with whole_file(tmp_path / "a.csv") as file:
        file.write("y")
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX")
def test_a_device_is_written_to_and_not_replaced() -> None:
    with whole_file("/dev/null") as file:
        file.write("x")
    assert not Path("/dev/null").is_file()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with whole_file(tmp_path / "link.csv") as file:
        file.write("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"),
        ("A.CSV.GZ", "csv"),
        ("a.tsv", "tsv"),
        ("a.b.json.gz", "json"),
        ("a.parquet", "parquet"),
        ("a.xlsx", "xlsx"),
        ("a.smi.gz", "smi"),
        ("-", "csv"),
    ],
)
def test_the_kind_of_an_output_is_its_suffix(name: str, kind: str) -> None:
    assert output_kind(name) == kind
    assert output_kind(Path("folder.x") / name) == kind if name != "-" else True


@pytest.mark.parametrize("name", ["a", "a.xls", "a.gz", "a.parquet.gz", "a.xlsx.gz", ".csv"])
def test_an_unknown_suffix_is_a_usage_error_that_lists_what_is_possible(name: str) -> None:
    with pytest.raises(UsageError, match=r"\.csv, \.tsv, \.json, \.parquet"):
        output_kind(name)


def test_a_kind_that_cannot_hold_what_is_written_is_refused_by_its_name() -> None:
    with pytest.raises(UsageError, match=r"a\.smi: a \.smi file cannot hold this; possible are \.csv.*\.sdf"):
        output_kind("a.smi", SALIENCY_KINDS)


def test_a_name_as_long_as_systems_allow_can_be_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / f"{'ア' * 83}.csv") as file:
        file.write("x")
    assert names(tmp_path) == [f"{'ア' * 83}.csv"]


def test_rows_are_not_written_as_sdf(tmp_path: Path) -> None:
    assert output_kind("a.sdf") == "sdf"
    with pytest.raises(UsageError), open_rows(tmp_path / "a.sdf", ("a",)):
        pass


ROWS = [
    {"record": 1, "title": "=1+2", "probability": np.float32(0.1), "p": 0.1 + 0.2, "flag": True},
    {"record": np.int64(2), "title": 'a "b", c\n d', "probability": np.float32(1), "p": math.nan, "flag": False},
    {"record": 3, "title": None, "probability": None, "p": 1e-20},
]


def test_rows_as_csv(tmp_path: Path) -> None:
    with open_rows(tmp_path / "a.csv", tuple(ROWS[0])) as rows:
        for row in ROWS:
            rows.write(row)
    assert (tmp_path / "a.csv").read_text() == (
        "record,title,probability,p,flag\n"
        "1,'=1+2,0.1,0.30000000000000004,True\n"
        '2,"a ""b"", c\n d",1.0,nan,False\n'
        "3,,,1e-20,\n"
    )


def test_rows_as_tsv_json_and_parquet(tmp_path: Path) -> None:
    for name in ("a.tsv", "a.json.gz", "a.parquet"):
        with open_rows(tmp_path / name, tuple(ROWS[0])) as rows:
            for row in ROWS:
                rows.write(row)
    assert (tmp_path / "a.tsv").read_text().startswith("record\ttitle\t")
    read = json.loads(gzip.decompress((tmp_path / "a.json.gz").read_bytes()))
    assert [row["title"] for row in read] == ["=1+2", 'a "b", c\n d', None]
    assert [row["p"] for row in read] == [0.1 + 0.2, None, 1e-20]
    assert [row["probability"] for row in read] == [0.1, 1.0, None]
    table = pq.read_table(tmp_path / "a.parquet")
    assert [str(kind) for kind in table.schema.types] == ["int64", "string", "double", "double", "bool"]
    assert table.column("title").to_pylist() == ["=1+2", 'a "b", c\n d', None]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.parquet"])
def test_a_table_of_no_rows_is_a_table(tmp_path: Path, name: str) -> None:
    with open_rows(tmp_path / name, ("a", "b")):
        pass
    if name == "a.csv":
        assert (tmp_path / name).read_text() == "a,b\n"
    elif name == "a.json":
        assert json.loads((tmp_path / name).read_text()) == []
    else:
        assert pq.read_table(tmp_path / name).column_names == ["a", "b"]


def test_parquet_columns_may_be_given_their_types(tmp_path: Path) -> None:
    with open_rows(tmp_path / "a.parquet", ("a", "b"), types={"a": float, "b": str}) as rows:
        rows.write({"a": 1, "b": None})
    assert [str(kind) for kind in pq.read_table(tmp_path / "a.parquet").schema.types] == ["double", "string"]


def test_a_column_that_changes_its_type_leaves_no_parquet_file(tmp_path: Path) -> None:
    def write() -> None:
        with open_rows(tmp_path / "a.parquet", ("a",)) as rows:
            for i in range(20_000):
                rows.write({"a": "text" if i == 15_000 else i})

    with pytest.raises(OutputError, match="changes its type"):
        write()
    assert names(tmp_path) == []


def test_rows_to_standard_output_are_csv(capsys: pytest.CaptureFixture[str]) -> None:
    with open_rows("-", ("a",)) as rows:
        rows.write({"a": 1})
    assert capsys.readouterr().out == "a\n1\n"


CELLS = st.text(alphabet=st.sampled_from("aé,;\"'\t\r\n =+-@1.|\u2028"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), name=st.sampled_from(["a.csv", "a.tsv"]))
def test_our_own_table_reads_back_the_same(tmp_path: Path, cells: list[tuple[str, str]], name: str) -> None:
    path = tmp_path / name
    with open_rows(path, ("title", "smiles", "x")) as rows:
        for title, x in cells:
            rows.write({"title": title, "smiles": "CCO", "x": x})
    with open_library(path, TableOptions(smiles_column="smiles")) as library:
        read = [library.text(i) for i in range(len(library))]
    assert read == [RecordText(strip(title), "CCO", (("x", x),)) for title, x in cells]


@given(cells=st.lists(CELLS, min_size=2, max_size=4))
def test_other_readers_understand_our_csv(cells: list[str]) -> None:
    from gcx_desktop.library.writing.rows import DelimitedRows, cell

    file = io.StringIO(newline="")
    DelimitedRows(file, [str(i) for i in range(len(cells))], ",").write({str(i): text for i, text in enumerate(cells)})
    file.seek(0)
    assert list(csv.reader(file))[1] == [cell(text) for text in cells]


def test_rejected_records_are_written_with_their_reason(tmp_path: Path) -> None:
    write_rejected(tmp_path / "r.csv", [Rejected(4, 17, "x", "the record is empty")])
    assert (tmp_path / "r.csv").read_text() == "record,line,title,reason\n5,17,x,the record is empty\n"


def fields_of(record: str) -> list[tuple[str, str]]:
    return [(item.name, item.value) for item in sdf.data_items(record.split("\n$$$$\n")[0] + "\n")]


def test_an_sdf_record_keeps_its_text_and_gains_fields() -> None:
    text = BLOCK + ">  <A>  (1)\n1\n\n> 7 <odd>\nx\n\n"
    written = sdf_record(RawRecord(0, 1, text), [("B", "2"), ("C", "")])
    assert written == text + ">  <B>\n2\n\n>  <C>\n\n\n$$$$\n"
    assert fields_of(written) == [("A", "1"), ("odd", "x"), ("B", "2"), ("C", "")]


def test_a_record_without_fields_or_without_final_blank_line_stays_well_formed() -> None:
    assert sdf_record(BLOCK, [("B", "2")]) == BLOCK + ">  <B>\n2\n\n$$$$\n"
    assert sdf_record(BLOCK, []) == BLOCK + "$$$$\n"
    assert sdf_record(BLOCK + "> <A>\n1\n", [("B", "2")]) == BLOCK + "> <A>\n1\n\n>  <B>\n2\n\n$$$$\n"


def test_a_record_keeps_its_own_line_ends() -> None:
    text = (BLOCK + "> <A>\n1\n\n").replace("\n", "\r\n")
    assert sdf_record(text, [("B", "2")]) == text + ">  <B>\r\n2\r\n\r\n$$$$\r\n"


def test_line_ends_that_few_readers_know_are_not_written() -> None:
    text = BLOCK + "> <A>\n1\n\n"
    assert sdf_record(text.replace("\n", "\r"), [("B", "2")]) == sdf_record(text, [("B", "2")])


def test_writing_fields_again_replaces_them() -> None:
    once = sdf_record(BLOCK + "> <A>\n1\n\n> <B>\nold\nlines\n\n> <C>\n3\n\n", [("B", "2"), ("D", "4")])
    again = sdf_record(once.split("$$$$")[0], [("B", "2"), ("D", "4")])
    assert again == once
    assert fields_of(again) == [("A", "1"), ("C", "3"), ("B", "2"), ("D", "4")]


def test_fields_that_hold_no_longer_are_left_out() -> None:
    assert sdf_record(BLOCK + "> <A>\n1\n\n> <B>\n2\n\n", [], ["A", "Z"]) == BLOCK + "> <B>\n2\n\n$$$$\n"


def test_a_value_cannot_break_its_record() -> None:
    written = sdf_record(BLOCK, [("A", "one\n\n$$$$\n> <X>\ntwo"), ("<b>\n", "3")])
    assert written.count("\n$$$$\n") == 1
    assert fields_of(written) == [("A", "one\n $$$$\n > <X>\ntwo"), ("(b)", "3")]


def test_what_was_changed_so_that_a_record_can_be_read_is_told() -> None:
    fields = [
        ("sound", "> 50 uM\n $$$$\r\nx "),
        ("gap", "one\n\ntwo"),
        ("end", "$$$$"),
        ("bell", "a\x07b"),
        ("IC50 <nM>", "5"),
    ]
    assert [(repair.field, repair.reason) for repair in sdf_repairs(7, "two\nlines", fields)] == [
        ("title", "it is written as one line without control characters"),
        ("gap", "blank lines were left out"),
        ("end", "lines like those that divide the file were indented"),
        ("bell", "control characters became spaces"),
        ("IC50 <nM>", "its name is written 'IC50 (nM)'"),
    ]
    assert {repair.record for repair in sdf_repairs(7, "", fields)} == {7}
    assert list(sdf_repairs(1, " $$$$", [])) == []


def test_repeated_names_are_numbered_so_that_every_reader_keeps_all_values() -> None:
    fields = [("x", "1"), ("x", "2"), ("X", "3"), ("x_2", "4"), ("<y>", "5"), ("(y)", "6")]
    written = mol_record("t", BLOCK, fields)
    names = ["x", "x_2", "X", "x_2_2", "(y)", "(y)_2"]
    assert fields_of(written) == list(zip(names, "123456", strict=True))
    assert [repair.field for repair in sdf_repairs(1, "t", fields)] == ["x", "x_2", "<y>", "(y)"]
    again = BLOCK + "> <x>\n1\n\n> <x>\n2\n\n"
    assert fields_of(sdf_record(again, [("z", "3")])) == [("x", "1"), ("x_2", "2"), ("z", "3")]
    told = [(repair.field, repair.reason) for repair in record_repairs(4, again)]
    assert told == [("x", "its name is written 'x_2'")]


def test_a_record_that_other_readers_read_otherwise_or_not_at_all_is_repaired_and_told() -> None:
    spoilt = BLOCK.replace("M  END", "M END") + "note\n\n> DT12\n1\n\n > <A>\nx\n\ny\n \n> <B>\nM  END"
    written = sdf_record(spoilt, [("C", "2")])
    assert written == BLOCK + ">  <DT12>\n1\n\n>  <A>\nx\ny\n\n> <B>\nM  END\n\n>  <C>\n2\n\n$$$$\n"
    assert [(repair.field, repair.reason) for repair in record_repairs(4, spoilt)] == [
        ("structure", "line 6: 'M END' is read as 'M  END'"),
        ("data fields", "text that belongs to no field was left out: 'note'"),
        ("A", "blank lines were left out"),
    ]
    assert list(record_repairs(4, BLOCK + ">  <A>  (1)\n1\n\n> 7 <odd>\n\n\n")) == []


HEADERS = ["> <A>", "> <B>", ">  <A>  (1)", "> 7 <odd>", "> DT12", "><x>", ">NAME", "> <>", "> <a<b>c>", "> <a > 3>"]
ODD_HEADERS = [" > <Q>", "> <A> <C>", "> < s >", ">  <t\tq>", ">", ">5", "> 50 uM"]
VALUE_LINES = [
    "",
    " ",
    "\t",
    "one",
    " two",
    "end  ",
    "M  END",
    "$$$",
    "x\x0by",
    "x\x00y",
    "\x1a",
    "a\x0cb",
    "\u2028",
    "é",
]
LINES = st.sampled_from([*HEADERS, *ODD_HEADERS, *VALUE_LINES])


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(LINES, max_size=9),
    end=st.sampled_from(["M  END\n", "M END\n", "M  END \n", ""]),
    last=st.sampled_from(["", "\n"]),
)
def test_rdkit_and_our_reader_find_the_same_fields_in_any_record_that_is_written(
    lines: list[str], end: str, last: str
) -> None:
    text = BLOCK.replace("M  END\n", end) + "\n".join(lines) + last
    read = read_molecule(Source(Path("x"), Path("x"), Format.SDF), RawRecord(0, 1, text))
    assume(isinstance(read, Molecule))  # else it is not written
    assert isinstance(read, Molecule)
    written = sdf_record(text, [("new", "a\nb")])
    supplier = Chem.SDMolSupplier()
    supplier.SetData(written * 2)
    found = dict(fields_of(written))
    assert [{name: mol.GetProp(name) for name in mol.GetPropNames()} for mol in supplier] == [found] * 2
    assert len(found) == len(read.text.fields) + 1
    if not list(record_repairs(1, text)):
        assert list(found.items()) == [*read.text.fields, ("new", "a\nb")]
    body = written.removesuffix("$$$$\n")
    assert list(record_repairs(1, body)) == []
    assert sdf_record(body, [("new", "a\nb")]) == written


TITLES = st.text(st.one_of(st.sampled_from("|=$>{#ATOM \t\r\n"), st.characters(exclude_categories=["Cs"])), max_size=9)
VALUES = st.text(st.one_of(st.sampled_from("$>< \t\r\n\x00\x1a"), st.characters(exclude_categories=["Cs"])), max_size=9)
FIELDS = st.lists(st.tuples(VALUES, VALUES), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(records=st.lists(st.tuples(TITLES, FIELDS), min_size=1, max_size=3))
def test_what_is_not_told_as_changed_reads_back_from_sdf_the_same(
    tmp_path: Path, records: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    with whole_file(tmp_path / "a.sdf") as file:
        file.write("".join(mol_record(title, BLOCK, fields) for title, fields in records))
    with open_library(tmp_path / "a.sdf") as library:
        assert len(library) == len(records)
        for i, (title, fields) in enumerate(records):
            read = library.text(i)
            assert isinstance(read, RecordText)
            assert len(read.fields) == len(fields)
            changed = {repair.field for repair in sdf_repairs(i + 1, title, fields)}
            assert "title" in changed or read.title == title.strip()
            for (name, value), found in zip(fields, read.fields, strict=True):
                assert name in changed or found == (name.strip(), sdf.with_lf(value))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(titles=st.lists(TITLES, min_size=1, max_size=3))
def test_what_is_not_told_as_changed_reads_back_from_smiles_the_same(tmp_path: Path, titles: list[str]) -> None:
    smiles = "[CH2]C |^1:0|"
    with whole_file(tmp_path / "a.smi") as file:
        file.write("".join(smiles_line(one, title) for title in titles for one in ("CCO", smiles)))
    with open_library(tmp_path / "a.smi") as library:
        read = [library.text(i) for i in range(len(library))]
    assert [text.smiles for text in read] == ["CCO", smiles] * len(titles)
    for title, text in zip(titles, read[::2], strict=True):
        assert text.title in (title.strip(), strip(title)) or [
            repair.field for repair in smiles_repairs(1, "CCO", title)
        ] == ["title"]


@given(values=st.lists(st.text(alphabet="a$> <\n\r", max_size=20), max_size=4))
def test_any_values_leave_one_record_with_as_many_fields(values: list[str]) -> None:
    written = sdf_record(BLOCK, [(f"f{i}", value) for i, value in enumerate(values)])
    assert [line for line in written.split("\n") if line.startswith("$$$$")] == ["$$$$"]
    assert [name for name, _ in fields_of(written)] == [f"f{i}" for i in range(len(values))]


@pytest.mark.parametrize("n_atoms", [1, 3, 150, 900])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rdkit_restores_atom_lists_as_atom_properties(tmp_path: Path, n_atoms: int, newline: str) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("C" * n_atoms)).replace("\n", newline)
    values = [round(i / 7, 6) for i in range(n_atoms)]
    path = tmp_path / "a.sdf"
    with whole_file(path) as file:
        file.write(sdf_record(block, [("atom.dprop.c-eb-BBB+", " ".join(map(str, values))), ("x", "1")]))
    (mol,) = Chem.SDMolSupplier(str(path), removeHs=False)
    assert [atom.GetDoubleProp("c-eb-BBB+") for atom in mol.GetAtoms()] == values
    assert mol.GetProp("x") == "1"


def test_rdkit_restores_atom_lists_of_a_v3000_record_with_hydrogens(tmp_path: Path) -> None:
    block = Chem.MolToV3KMolBlock(Chem.AddHs(Chem.MolFromSmiles("CO")))
    path = tmp_path / "a.sdf"
    with whole_file(path) as file:
        file.write(sdf_record(block, [("atom.dprop.eb-1", "0 1 2 3 4 5")]))
    (mol,) = Chem.SDMolSupplier(str(path), removeHs=False)
    assert [atom.GetDoubleProp("eb-1") for atom in mol.GetAtoms()] == [0, 1, 2, 3, 4, 5]


def test_a_molecule_from_smiles_becomes_a_record_under_its_title() -> None:
    written = mol_record("a\nname", "\n" + BLOCK.split("\n", 1)[1], [("A", "1")])
    assert written.startswith("a name\n")
    assert written.endswith("M  END\n>  <A>\n1\n\n$$$$\n")
    assert not mol_record("$$$$", BLOCK, []).startswith("$$$$")


def test_our_own_sdf_reads_back_the_same_rows_and_values(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    with whole_file(path) as file:
        for i in range(3):
            file.write(sdf_record(BLOCK.replace("t\n", f"t{i}\n", 1), [("A", f"{i}"), ("B", "x\ny")]))
    with open_library(path) as library:
        assert [library.text(i) for i in range(len(library))] == [
            RecordText(f"t{i}", None, (("A", f"{i}"), ("B", "x\ny"))) for i in range(3)
        ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("aspirin", "00007_aspirin"),
        ("../../etc/passwd", "00007_etc_passwd"),
        ("C:\\con", "00007_C_con"),
        ("CON", "00007_CON"),
        ("a?b*c<d>|e\x00f", "00007_a_b_c_d_e_f"),
        ("", "00007"),
        ("...", "00007"),
        ("アスピリン 1", "00007_アスピリン_1"),
    ],
)
def test_file_names_made_from_titles_are_safe(title: str, name: str) -> None:
    assert safe_file_name(title, 7) == name


@given(st.text(max_size=300), st.integers(1, 10**7))
def test_no_title_makes_a_file_name_that_leaves_its_folder(title: str, record: int) -> None:
    name = safe_file_name(title, record)
    assert not set(name) & set('/\\:*?"<>|\0')
    assert len(name.encode()) < 200
    assert name == name.strip(" .")
    assert all(character.isprintable() for character in name)
    assert name.split("_")[0] == f"{record:05d}"  # so that no name is reserved, hidden, an option, or another's


@pytest.mark.parametrize(
    "title", ["InChI=1S/CH4/h1H4", "{x}", "<b>x</b>", "PAR1 antagonist", "data_1 x", "ATOM   1", "$RXN", "MZ"]
)
def test_an_sdf_is_an_sdf_whatever_its_first_title_looks_like(tmp_path: Path, title: str) -> None:
    (tmp_path / "a.sdf").write_text(mol_record(title, BLOCK, [("x", "1")]))
    with open_library(tmp_path / "a.sdf") as library:
        assert library.text(0) == RecordText(title, None, (("x", "1"),))


def test_a_table_that_begins_with_long_numbers_is_no_connection_table(tmp_path: Path) -> None:
    with open_rows(tmp_path / "a.csv", ("record", "title", "smiles")) as rows:
        for record in (9_100_001, 9_100_002, 9_100_003, 9_100_004):
            rows.write({"record": record, "title": "t", "smiles": "CCO"})
    with open_library(tmp_path / "a.csv") as library:
        assert [library.text(i).title for i in range(len(library))] == ["t"] * 4
