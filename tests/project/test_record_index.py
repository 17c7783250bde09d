"""Where records lie, in a project: read back as it was saved, or not at all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zlib import compress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gcx_desktop.errors import ProjectError
from gcx_desktop.project.store import Project, copy_project, create_project, open_project
from gcx_desktop.project.stored_rows import MAX_PIECE, StoredSteps, read_steps, sealed, steps_row

ROOT = Path(__file__).parents[2]
SIZE = 10_000_000
FINGERPRINT = {"size": SIZE, "modified_ns": 8, "ends": "ab"}

Places = NDArray[np.int64]


def places(n_records: int) -> Places:
    """Records of 90 bytes and 10 lines, a terminator of 5 bytes behind each."""
    starts = 3 + 95 * np.arange(n_records, dtype=np.int64)
    return np.stack((starts, starts + 90, 1 + 11 * np.arange(n_records, dtype=np.int64)))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "work.gcx") as project:
        project.add_source(tmp_path / "library.sdf", **FINGERPRINT)
        yield project


def load(project: Project, settings: str = "sdf", size: int = SIZE) -> Places | None:
    return project.record_index(1, settings).load(size)


@pytest.mark.parametrize("n_records", [1, MAX_PIECE, MAX_PIECE + 1])
def test_places_are_read_back_as_they_were_from_any_number_of_pieces(project: Project, n_records: int) -> None:
    project.record_index(1, "sdf").save(places(n_records))
    np.testing.assert_array_equal(load(project), places(n_records))
    assert len(project.database.read("SELECT 1 FROM record_index")) == -(-n_records // MAX_PIECE)


@given(st.lists(st.tuples(st.integers(1, 2**35), st.integers(0, 2**35), st.integers(1, 2**35)), min_size=1, max_size=9))
def test_steps_are_read_back_as_they_were(steps: list[tuple[int, int, int]]) -> None:
    stored = StoredSteps(0, "any", len(steps), np.array(steps, np.int64).T)
    read = read_steps(steps_row(stored))
    assert read is not None
    assert read.steps.tolist() == stored.steps.tolist()
    assert replace(read, steps=stored.steps) == stored


def test_there_is_one_index_of_a_source_the_latest(project: Project) -> None:
    project.record_index(1, "sdf").save(places(MAX_PIECE + 9))
    project.record_index(1, "table").save(places(5))
    assert load(project) is None
    np.testing.assert_array_equal(load(project, "table"), places(5))
    assert len(project.database.read("SELECT 1 FROM record_index")) == 1


def of(*steps: tuple[int, int, int], first: int = 0, n_records: int | None = None) -> StoredSteps:
    return StoredSteps(first, "sdf", len(steps) if n_records is None else n_records, np.array(steps, np.int64).T)


HOSTILE = {
    "a record that ends behind the file": [of((0, 9, 1), (1, 91, 1))],
    "a record that begins behind the file": [of((0, 9, 1), (92, 0, 1))],
    "a record that begins in the one before": [of((0, 9, 1), (-3, 9, 1))],
    "a record that touches the one before": [of((0, 9, 1), (0, 9, 1))],
    "a record that ends before it begins": [of((5, -1, 1))],
    "a line before the one before": [of((0, 9, 3), (1, 9, -1))],
    "more lines than bytes": [of((0, 9, 60), (1, 9, 60))],
    "steps whose sum is beyond 64 bits": [of((0, 2**62, 1), (1, 2**62, 1))],
    "a position before the file": [of((0, 9, 1), first=-1)],
    "no record": [of((0, 9, 1), n_records=0)],
    "fewer records than it says": [of((0, 9, 1), n_records=2)],
    "more records than it says": [of((0, 9, 1), (1, 9, 1), n_records=1)],
    "a first piece without a second": [StoredSteps(0, "sdf", MAX_PIECE + 1, np.ones((3, MAX_PIECE), np.int64))],
}


def insert(project: Project, *rows: tuple[object, ...]) -> None:
    with project.database.transaction() as transaction:
        transaction.write_many("INSERT INTO record_index VALUES (1, ?, ?, ?, ?, ?)", rows)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_index_that_leads_out_of_the_file_or_is_not_in_order_is_not_read(project: Project, name: str) -> None:
    insert(project, *map(steps_row, HOSTILE[name]))
    assert load(project, size=100 if "without a second" not in name else SIZE) is None


def test_an_index_of_which_a_value_was_changed_or_a_piece_lost_is_not_read(tmp_path: Path) -> None:
    for n, sql in enumerate(
        (
            "UPDATE record_index SET steps = zeroblob(40) WHERE first > 0",
            "UPDATE record_index SET n_records = n_records - 1",
            "UPDATE record_index SET checksum = 'x' WHERE first > 0",
            "UPDATE record_index SET steps = 'text'",
            "DELETE FROM record_index WHERE first > 0",
        )
    ):
        path = tmp_path / f"{n}.gcx"
        with create_project(path) as project:
            project.add_source(tmp_path / "library.sdf", **FINGERPRINT)
            project.record_index(1, "sdf").save(places(MAX_PIECE + 9))
        connection = sqlite3.connect(path)
        connection.execute(sql)
        connection.commit()
        connection.close()
        with open_project(path) as project:
            assert load(project) is None, sql


def test_an_index_that_unpacks_to_more_than_its_records_is_not_unpacked(project: Project) -> None:
    bomb = compress(bytes(100_000_000), 9)
    insert(project, sealed((0, "sdf", 1, bomb)))
    tracemalloc.start()
    try:
        assert load(project) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_index_of_more_records_than_memory_has_room_for_costs_no_memory(project: Project) -> None:
    insert(project, steps_row(StoredSteps(0, "sdf", 2**50, np.ones((3, MAX_PIECE), np.int64))))
    tracemalloc.start()
    try:
        assert load(project) is None
        assert tracemalloc.get_traced_memory()[1] < 100 * MAX_PIECE
    finally:
        tracemalloc.stop()


def moved(project: Project) -> None:
    project.record_place(1, Path("/elsewhere.sdf"), **FINGERPRINT)


def touched(project: Project) -> None:
    project.record_place(1, Path("/library.sdf"), **{**FINGERPRINT, "modified_ns": 9})


@pytest.mark.parametrize(
    ("happens", "kept"), [(moved, True), (touched, False), (lambda project: project.forget_results(1), False)]
)
def test_an_index_stays_while_its_file_is_as_it_was(
    project: Project, happens: Callable[[Project], None], kept: bool
) -> None:
    project.record_index(1, "sdf").save(places(5))
    happens(project)
    assert (load(project) is not None) is kept
    assert bool(project.database.read("SELECT 1 FROM record_index")) is kept


def test_a_copy_of_a_project_has_the_index(project: Project, tmp_path: Path) -> None:
    project.record_index(1, "sdf").save(places(5))
    with copy_project(project, tmp_path / "copy.gcx") as copy:
        np.testing.assert_array_equal(load(copy), places(5))


def test_a_project_that_can_only_be_looked_at_gives_its_index_and_takes_none(project: Project) -> None:
    project.record_index(1, "sdf").save(places(5))
    with open_project(project.path) as second:
        with pytest.raises(ProjectError, match="only be looked at"):
            second.record_index(1, "sdf").save(places(6))
        np.testing.assert_array_equal(load(second), places(5))


def test_a_writer_that_is_killed_leaves_the_index_of_before_whole(project: Project) -> None:
    project.record_index(1, "sdf").save(places(5))
    project.close()
    code = (
        "import os, sys; from tests.project.test_record_index import *\n"
        "from gcx_desktop.project import record_index\n"
        "written = record_index.Transaction.write_many\n"
        "def write(self, sql, rows):\n for row in rows:\n  written(self, sql, [row])\n  os.kill(os.getpid(), 9)\n"
        "record_index.Transaction.write_many = write\n"
        "open_project(sys.argv[1]).record_index(1, 'sdf').save(places(MAX_PIECE + 9))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(project.path)], cwd=ROOT, timeout=60)
    assert done.returncode == -9
    with open_project(project.path) as again:
        np.testing.assert_array_equal(load(again), places(5))
