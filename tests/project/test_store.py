"""A project file: what goes in comes out, what is not sound is refused and left as it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.errors import Cancelled, ProjectError
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.project import schema, store
from gcx_desktop.project.results import ResultBatch, StoredResults
from gcx_desktop.project.store import Mark, Project, copy_project, create_project, open_project
from gcx_desktop.project.stored_rows import StoredMap, StoredPrediction, StoredRecord, StoredRejection

ROOT = Path(__file__).parents[2]


def batch(positions: range, n_nodes: int = 3) -> ResultBatch:
    """Records of a chain of atoms, predicted and explained by one method; every fifth is rejected."""
    numbers = np.arange(n_nodes, dtype=np.int32)
    edges = np.stack([numbers[:-1], numbers[1:]], axis=1)
    good = [position for position in positions if position % 5]
    return ResultBatch(
        [StoredRecord(p, f"title {p}", "C" * n_nodes, n_nodes, numbers + 7, edges, None, numbers[::-1]) for p in good],
        [StoredRejection(p, p + 1, f"title {p}", "it has no atoms") for p in positions if p % 5 == 0],
        [StoredPrediction(p, 1, np.array([0.25, 0.75], np.float32)) for p in good],
        [StoredMap(p, "cam", np.full((n_nodes, 2), p, np.float32)) for p in good],
    )


def results(project: Project, *, source: str = "library.smi") -> StoredResults:
    known = project.sources()
    id_ = known[0].id if known else project.add_source(project.folder / source, size=9, modified_ns=8, ends="ab")
    return project.results(project.reading(id_, "as it is"), model_hash="ff", model_name="tiny", n_classes=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with 40 records."""
    path = tmp_path / "work.gcx"
    with create_project(path) as project:
        results(project).save(batch(range(40)))
    return path


def test_what_was_saved_is_there_when_the_project_is_opened_again(path: Path) -> None:
    with open_project(path) as project:
        stored = results(project)
        assert stored.explained_positions("cam").tolist() == [p for p in range(40) if p % 5]
        assert stored.explained_positions("eb").tolist() == []
        assert stored.reading.rejected_positions().tolist() == list(range(0, 40, 5))
        records = stored.reading.records(range(5, 8))
        explained = stored.explanations([6, 7], ["cam", "eb"])
    assert records[5] == StoredRejection(5, 6, "title 5", "it has no atoms")
    record = records[6]
    assert isinstance(record, StoredRecord)
    assert (record.title, record.text, record.n_places) == ("title 6", "CCC", 3)
    assert record.edges.tolist() == [[0, 1], [1, 2]]
    assert record.text_order is not None
    assert record.text_order.tolist() == [2, 1, 0]
    assert explained[7].prediction.predicted == 1
    assert explained[7].maps["cam"].tolist() == [[7.0, 7.0]] * 3
    assert list(explained[7].maps) == ["cam"]


def test_a_closed_project_is_one_file(path: Path) -> None:
    assert [each.name for each in path.parent.iterdir()] == ["work.gcx"]


def test_settings_marks_and_notes_are_kept_and_replaced(path: Path) -> None:
    with open_project(path) as project:
        project.save_settings({"model": "bbbp", "view": {"column": 3, "filters": [None, 0.5]}})
        project.save_settings({"model": "bace"})
        project.save_marks(1, [Mark(3, 2, "see again"), Mark(4, 1), Mark(5, 0, "ünïcode\n")])
        project.save_marks(1, [Mark(4), Mark(3, 1, "seen")])
    with open_project(path) as project:
        assert project.settings() == {"model": "bace", "view": {"column": 3, "filters": [None, 0.5]}}
        assert project.marks(1) == {3: Mark(3, 1, "seen"), 5: Mark(5, 0, "ünïcode\n")}
        assert project.marks(2) == {}


def test_a_source_is_known_by_its_absolute_path_and_from_the_project_s_folder(path: Path) -> None:
    with open_project(path) as project:
        (source,) = project.sources()
        assert (source.absolute, source.relative) == (path.parent / "library.smi", "library.smi")
        project.record_place(source.id, path.parent / "data" / "new.smi", size=1, modified_ns=2, ends="c")
        (source,) = project.sources()
        assert (source.relative, source.size, source.modified_ns, source.ends) == ("data/new.smi", 1, 2, "c")
        assert len(results(project).predicted_positions()) == 32
        project.forget_results(source.id)
        assert len(results(project).predicted_positions()) == 0


def test_saving_again_replaces_and_doubles_nothing(path: Path) -> None:
    with open_project(path) as project:
        results(project).save(batch(range(40), n_nodes=4))
        assert len(results(project).predicted_positions()) == 32
        assert len(results(project).explanations([1], ["cam"])[1].maps["cam"]) == 4


def test_the_second_opener_reads_what_the_first_saves_and_may_write_again_once_it_is_closed(path: Path) -> None:
    with open_project(path) as first:
        with open_project(path) as second:
            assert not first.read_only
            assert second.read_only
            results(first).save(batch(range(40, 50)))
            assert len(results(second).predicted_positions()) == 40
            with pytest.raises(ProjectError, match="open in another window or command"):
                second.save_settings({"model": "bace"})
            with pytest.raises(ProjectError, match="open in another window or command"):
                results(second).save(batch(range(60, 70)))
        first.save_settings({"model": "bbbp"})
    with open_project(path) as again:
        assert not again.read_only
        assert again.settings() == {"model": "bbbp"}


def test_a_project_is_not_created_over_a_file(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="such a file already"):
        create_project(path)
    assert path.read_bytes() == before
    with pytest.raises(ProjectError, match="does not exist"):
        create_project(path.parent / "no" / "new.gcx")


def in_sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a newer version": (lambda path: in_sql(path, "PRAGMA user_version = 9"), r"newer version.*update"),
    "version 0": (lambda path: in_sql(path, "PRAGMA user_version = 0"), "tables are not those"),
    "another program's database": (lambda path: in_sql(path, "PRAGMA application_id = 5"), "it is no gcx project"),
    "text": (lambda path: path.write_text("CCO ethanol\n" * 1000), "it is no gcx project"),
    "an empty file": (lambda path: path.write_bytes(b""), "it is no gcx project"),
    "a trigger": (
        lambda path: in_sql(path, "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM mark; END"),
        "tables are not those",
    ),
    "a view": (lambda path: in_sql(path, "CREATE VIEW v AS SELECT load_extension('x')"), "tables are not those"),
    "a missing table": (lambda path: in_sql(path, "DROP TABLE mark"), "tables are not those"),
    "a generated column": (
        lambda path: in_sql(path, "ALTER TABLE mark ADD COLUMN x AS (abs(colour))"),
        "tables are not those",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_ours_is_refused_in_one_sentence_and_left_as_it_is(name: str, path: Path) -> None:
    change, words = REFUSED[name]
    change(path)
    before, names = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(ProjectError, match=words):
        open_project(path)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == names


def test_a_folder_and_a_name_without_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not a file"):
        open_project(tmp_path)
    with pytest.raises(ProjectError, match="no such file"):
        open_project(tmp_path / "none.gcx")


def sound_or_refused(path: Path) -> None:
    """Opens a damaged project: it is refused, or all it gives is what was saved."""
    before = path.read_bytes()
    refusal = ""
    try:
        project = open_project(path)
    except ProjectError as error:
        refusal = str(error)
    if refusal:
        assert "\n" not in refusal
        assert path.read_bytes() == before
        return
    with project:
        try:
            stored = results(project)
            positions = list(range(45))
            records = stored.reading.records(positions)
            explanations = stored.explanations(positions, ["cam"])
        except ProjectError:
            return
    for position, record in records.items():
        if isinstance(record, StoredRecord):
            assert (record.position, record.title, record.codes.tolist()) == (position, f"title {position}", [7, 8, 9])
    for position, explained in explanations.items():
        assert explained.prediction.probabilities.tolist() == [0.25, 0.75]
        for values in explained.maps.values():
            assert values.tolist() == [[position] * 2] * 3


def test_bytes_overwritten_anywhere_are_found_or_do_no_harm(path: Path) -> None:
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for start in [*range(0, 100, 10), *random.integers(0, len(whole) - 40, 60).tolist()]:
        path.write_bytes(whole[:start] + random.bytes(24) + whole[start + 24 :])
        sound_or_refused(path)


def test_a_project_cut_short_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for stop in [1, 50, 100, *range(1000, len(whole) - 1, 4321)]:
        path.write_bytes(whole[:stop])
        before = path.read_bytes()
        with pytest.raises(ProjectError):
            open_project(path)
        assert path.read_bytes() == before


def test_a_damaged_value_is_as_if_it_were_not_there(path: Path) -> None:
    in_sql(path, "UPDATE saliency SET map = zeroblob(24) WHERE position = 7", "UPDATE record SET title = 'x'")
    with open_project(path) as project:
        stored = results(project)
        assert stored.explanations([6, 7], ["cam"])[7].maps == {}
        assert list(stored.explanations([6, 7], ["cam"])[6].maps) == ["cam"]
        assert stored.reading.records([6, 7]) == {}
        stored.forget([7])
        assert 7 not in stored.explained_positions("cam")


def test_an_older_version_is_migrated_on_a_copy_that_takes_its_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", ("ALTER TABLE mark ADD COLUMN flag INTEGER NOT NULL DEFAULT 4",))
    inode = path.stat().st_ino
    with open_project(path) as project:
        assert len(results(project).predicted_positions()) == 32
        project.save_marks(1, [])
    assert path.stat().st_ino != inode
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()
    with open_project(path):
        assert len([p for p in path.parent.iterdir() if p.suffix == ".part"]) == 0


def test_a_migration_that_fails_leaves_the_older_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", ("DROP TABLE mark; DROP TABLE nothing",))
    monkeypatch.setattr(schema, "is_ours", lambda *_: True)
    before = path.read_bytes()
    with pytest.raises(ProjectError):
        open_project(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["work.gcx"]


def test_what_a_killed_writer_committed_is_there(path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests.project.test_store import *\n"
        "project = open_project(Path(sys.argv[1])); results(project).save(batch(range(40, 60)))\n"
        "project.database.connection.execute('BEGIN'); "
        "project.database.connection.execute('DELETE FROM record'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, timeout=60)
    assert path.with_name("work.gcx-wal").exists(), "it was killed before it could tidy up"
    copy = path.parent / "moved" / "work.gcx"
    copy.parent.mkdir()
    for each in path.parent.glob("work.gcx*"):
        shutil.copy(each, copy.parent)
    for place in (path, copy):
        with open_project(place) as project:
            assert not project.read_only, "the lock of a killed process is gone with it"
            assert len(results(project).predicted_positions()) == 48
            assert len(results(project).reading.positions()) == 48


def test_a_full_disk_costs_the_batch_that_did_not_fit_and_is_said_in_a_sentence(path: Path) -> None:
    with open_project(path) as project:
        pages = project.database.read("PRAGMA page_count")[0][0]
        project.database.read(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(ProjectError, match="disk is full; what was saved before is kept"):
            results(project).save(batch(range(100, 2000)))
        assert len(results(project).predicted_positions()) == 32
    with open_project(path) as project:
        assert len(results(project).predicted_positions()) == 32
        results(project).save(batch(range(100, 2000)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a limit on file sizes")
def test_a_limit_on_file_sizes_is_a_full_disk(path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from tests.project.test_store import *\n"
        "project = open_project(Path(sys.argv[1])); size = Path(sys.argv[1]).stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 90000, size + 90000))\n"
        "results(project)\n"
        "try:\n for k in range(40, 40000, 100): results(project).save(batch(range(k, k + 100)))\n"
        "except ProjectError as error: print(error)\n"
        "print(len(results(project).predicted_positions())); project.close()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, cwd=ROOT, timeout=60)
    said, kept = done.stdout.splitlines()
    assert "full" in said
    assert done.stderr == ""
    with open_project(path) as project:
        assert len(results(project).predicted_positions()) == int(kept) > 32


def test_a_project_in_a_folder_that_may_not_be_written_can_be_looked_at(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store, "take_lock", refused)
    before = path.read_bytes()
    with open_project(path) as project:
        assert "read-only" in project.why_read_only
        assert len(results(project).predicted_positions()) == 32
        with pytest.raises(ProjectError, match="read-only"):
            project.save_settings({})
        assert [each.name for each in path.parent.iterdir()] == ["work.gcx"]
    assert path.read_bytes() == before
    with pytest.raises(ProjectError, match=r"cannot be written \(Permission denied\)"):
        create_project(path.with_name("new.gcx"))


@pytest.mark.parametrize("read_only", [False, True])
def test_a_copy_holds_all_and_names_the_same_files_from_its_own_folder(path: Path, read_only: bool) -> None:
    (path.parent / "deeper").mkdir()
    with open_project(path) as first, open_project(path) as second:
        first.save_settings({"method": "cam"})
        first.save_marks(1, [Mark(3, 1, "note")])
        project = second if read_only else first
        with copy_project(project, path.parent / "deeper" / "copy.gcx") as copy:
            assert not copy.read_only
            assert copy.settings() == {"method": "cam"}
            assert copy.marks(1) == {3: Mark(3, 1, "note")}
            assert results(copy).reading.positions().tolist() == results(first).reading.positions().tolist()
            assert copy.sources()[0].absolute == first.sources()[0].absolute
            assert copy.sources()[0].relative == "../library.smi"


def test_a_copy_says_how_far_it_is_and_leaves_nothing_when_it_is_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PAGES_AT_ONCE", 1)
    copied, cancel = list[Progress](), CancelToken()

    def report(progress: Progress) -> None:
        copied.append(progress)
        cancel.cancel()

    with open_project(path) as project:
        with pytest.raises(Cancelled):
            copy_project(project, path.with_name("copy.gcx"), report, cancel)
        assert [(each.done, (each.total or 0) > 1) for each in copied] == [(1, True)]
        assert not path.with_name("copy.gcx").exists()
        with copy_project(project, path.with_name("copy.gcx"), report) as copy:
            assert results(copy).reading.positions().tolist() == results(project).reading.positions().tolist()
    assert copied[-1].done == copied[-1].total


def test_a_copy_never_takes_the_place_of_a_file(path: Path) -> None:
    other = path.with_name("other.gcx")
    other.write_text("mine")
    with open_project(path) as project, pytest.raises(ProjectError, match="there is such a file already"):
        copy_project(project, other)
    assert other.read_text() == "mine"
