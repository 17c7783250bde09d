"""Work without a project: each library's in a folder of its own, never somebody else's, and never without end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.app.projects import pasted_molecules, unsaved_work
from gcx_desktop.app.projects.pasted_molecules import begin_pasted
from gcx_desktop.app.projects.unsaved_work import (
    MAX_AGE_DAYS,
    MAX_NUMBER,
    begin,
    discard,
    holds_work,
    is_unsaved,
    list_unsaved,
    prune,
    time_words,
)
from gcx_desktop.errors import GcxError
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.project.store import Mark

NOW = datetime(2026, 5, 3, 14, 5).timestamp()


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "unsaved"
    monkeypatch.setattr(paths, "unsaved_work", lambda: folder)
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "molecules.smi"
    path.write_text("CCO ethanol\nCCN ethylamine\n")
    with open_library(path) as opened:
        yield opened


def left_behind(library: Library) -> Path:
    """Unsaved work that nobody is at, with a mark."""
    project, source_id = begin(library)
    with project:
        project.save_marks(source_id, [Mark(1, 2, "a note")])
    return project.path


def test_unsaved_work_is_found_with_library_and_time_once_nobody_is_at_it(library: Library) -> None:
    project, _ = begin(library)
    assert is_unsaved(project.path)
    assert list_unsaved() == []
    project.close()
    (found,) = list_unsaved()
    assert found.project == project.path
    assert found.library == library.path.absolute()
    assert found.words.startswith("molecules.smi of today ")


def test_the_latest_work_is_offered_first(library: Library) -> None:
    older, newer = left_behind(library), left_behind(library)
    os.utime(older, (NOW, NOW))
    assert [work.project for work in list_unsaved()] == [newer, older]


def test_work_that_somebody_is_at_is_neither_offered_nor_removed(library: Library) -> None:
    project, _ = begin(library)
    assert not discard(project.path)
    os.utime(project.path, (0, 0))
    assert prune(NOW) == []
    assert project.path.exists()
    project.close()


def test_what_was_discarded_is_gone_with_its_folder(library: Library) -> None:
    path = left_behind(library)
    assert discard(path)
    assert not path.parent.exists()
    assert list_unsaved() == []


def test_a_project_of_the_users_is_never_discarded(tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "work.gcx"
    mine.parent.mkdir()
    mine.write_bytes(b"x")
    assert not discard(mine)
    assert mine.exists()


def test_old_work_and_the_oldest_of_too_much_are_removed_and_named(library: Library) -> None:
    made = [left_behind(library) for _ in range(MAX_NUMBER + 2)]
    for number, path in enumerate(made):
        os.utime(path, (NOW - number, NOW - number))
    gone = prune(NOW)
    assert [work.project for work in gone] == made[MAX_NUMBER:]
    assert [work.project for work in list_unsaved()] == made[:MAX_NUMBER]
    assert len(prune(NOW + (MAX_AGE_DAYS + 1) * 86_400)) == MAX_NUMBER


def test_the_newest_work_stays_however_large_it_is(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    older, newer = left_behind(library), left_behind(library)
    os.utime(older, (NOW, NOW))
    monkeypatch.setattr(unsaved_work, "MAX_UNSAVED_BYTES", 10)
    assert [work.project for work in prune(NOW)] == [older]
    assert newer.exists()


def test_a_folder_without_a_project_is_removed_only_once_nobody_can_be_making_one(root: Path) -> None:
    folder = root / "begun"
    folder.mkdir(parents=True)
    changed = folder.stat().st_mtime
    prune(changed + 10)
    assert folder.exists()
    prune(changed + 10_000)
    assert not folder.exists()


def test_work_whose_description_is_damaged_is_offered_all_the_same(library: Library) -> None:
    path = left_behind(library)
    (path.parent / "about.json").write_text("[1, 2")
    assert [work.project for work in list_unsaved()] == [path]


def test_marks_filters_and_whole_runs_are_work_and_what_was_merely_seen_is_not(library: Library) -> None:
    project, source_id = begin(library)
    with project:
        project.save_settings({"method": "cam", "filters": {"text": "", "ranges": [], "predicted": None}})
        assert not holds_work(project)
        project.save_settings({"filters": {"text": "acid", "ranges": []}})
        assert holds_work(project)
        project.save_settings({"filters": {}, "explained": True})
        assert holds_work(project)
        project.save_settings({"explained": False})
        project.save_marks(source_id, [Mark(0, 1)])
        assert holds_work(project)


def test_nothing_is_left_behind_where_no_project_can_be_made(
    library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise GcxError("the disk is full")

    for module in (unsaved_work, pasted_molecules):
        monkeypatch.setattr(module, "create_project", refuse)
    with pytest.raises(GcxError, match="full"):
        begin(library)
    with pytest.raises(GcxError, match="full"):
        begin_pasted("CCO\n", ".smi")
    assert list(root.iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_a_sentence(library: Library, root: Path) -> None:
    root.write_text("a file")
    with pytest.raises(GcxError, match="cannot be written"):
        begin(library)
    assert list_unsaved() == []
    assert prune(NOW) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "today 14:05"), (86_400, "yesterday 14:05"), (2 * 86_400, "1 May 2026 14:05"), (-86_400, "4 May 2026 14:05")],
)
def test_a_time_is_described_relative_to_now(seconds: float, words: str) -> None:
    assert time_words(NOW - seconds, NOW) == words
