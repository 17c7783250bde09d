"""Any words, written to each kind of table and read back: the same rows, values and order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcx_desktop.library.formats.smiles import strip
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import RecordText
from gcx_desktop.library.table_options import TableOptions
from gcx_desktop.library.writing.export import open_rows

WORDS = st.text(
    st.one_of(
        st.sampled_from("=+-@'\",;|\t\r\n 0123.eE＝"), st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
    max_size=10,
)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
ROWS = st.lists(st.tuples(WORDS, st.one_of(WORDS, NUMBERS)), min_size=1, max_size=5)
NAMES = WORDS.map(str.strip).filter(lambda name: name and name not in ("title", "smiles"))
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)


def write(path: Path, name: str, rows: Sequence[tuple[str, object]]) -> None:
    with open_rows(path, ("title", "smiles", name)) as table:
        for title, value in rows:
            table.write({"title": title, "smiles": "CCO", name: value})


@pytest.mark.parametrize("file", ["a.csv", "a.tsv", "a.csv.gz"])
@anything
@given(name=NAMES, rows=ROWS)
def test_our_reader_finds_in_a_table_what_was_written(
    tmp_path: Path, file: str, name: str, rows: list[tuple[str, object]]
) -> None:
    write(tmp_path / file, name, rows)
    with open_library(tmp_path / file, TableOptions(smiles_column="smiles", title_column="title")) as library:
        read = [library.text(i) for i in range(len(library))]
    assert read == [RecordText(strip(title), "CCO", ((name, str(value)),)) for title, value in rows]


@anything
@given(name=NAMES, rows=ROWS)
def test_json_holds_what_was_written(tmp_path: Path, name: str, rows: list[tuple[str, object]]) -> None:
    write(tmp_path / "a.json", name, rows)
    read = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert read == [{"title": title, "smiles": "CCO", name: value} for title, value in rows]


@anything
@given(name=NAMES, titles=st.lists(WORDS, min_size=1, max_size=5), data=st.data())
def test_parquet_holds_what_was_written(tmp_path: Path, name: str, titles: list[str], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([WORDS, st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)]))
    rows = [(title, data.draw(kind)) for title in titles]
    write(tmp_path / "a.parquet", name, rows)
    read = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert read == [{"title": title, "smiles": "CCO", name: value} for title, value in rows]
