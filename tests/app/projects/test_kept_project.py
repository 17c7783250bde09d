"""What a window adds to its project: gathered, written in one go, kept when it cannot be, and closed last."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcx_desktop.app.libraries.marks import Marks
from gcx_desktop.app.projects.kept_project import KeptProject
from gcx_desktop.app.projects.project_source import stored_records
from gcx_desktop.errors import ProjectError
from gcx_desktop.library.library import open_library
from gcx_desktop.project.store import create_project, open_project


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.gcx"


@pytest.fixture
def kept(file: Path) -> Iterator[KeptProject]:
    made = create_project(file)
    source = made.add_source(file.with_name("l.csv"), size=1, modified_ns=2, ends="x")
    project = KeptProject(made, source)
    yield project
    made.close()


def marked(position: int) -> Marks:
    marks = Marks()
    marks.set_colour([position], 2)
    return marks


def test_settings_and_marks_are_written_together_and_those_that_are_the_same_not_again(kept: KeptProject) -> None:
    kept.put_settings({"method": "cam", "threshold": 0.1})
    kept.put_settings({"threshold": 0.2})
    kept.put_marks(marked(3), [3])
    assert kept.pending
    kept.write()
    assert kept.project.settings() == {"source": 1, "method": "cam", "threshold": 0.2}
    assert list(kept.project.marks(1)) == [3]
    kept.put_settings({"method": "cam", "threshold": 0.2})
    assert not kept.pending


def test_a_setting_that_is_taken_back_while_it_is_written_ends_as_it_was_put_last(
    kept: KeptProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put_settings({"method": "cam"})
    kept.write()
    save = kept.project.save_settings

    def saving(values: dict[str, str]) -> None:
        kept.put_settings({"method": "cam"})
        save(values)

    kept.put_settings({"method": "eb"})
    monkeypatch.setattr(kept.project, "save_settings", saving)
    kept.write()
    monkeypatch.undo()
    kept.write()
    assert kept.project.settings()["method"] == "cam"


def test_what_could_not_be_written_is_written_later(kept: KeptProject, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise ProjectError(kept.project.path, "the disk is full")

    kept.put_settings({"method": "cam"})
    kept.put_marks(marked(1), [1])
    with monkeypatch.context() as broken:
        broken.setattr(kept.project, "save_marks", full)
        with pytest.raises(ProjectError, match="full"):
            kept.write()
    assert kept.pending
    kept.put_marks(marked(2), [2])
    kept.write()
    assert sorted(kept.project.marks(1)) == [1, 2]
    assert not kept.pending


def test_it_is_closed_when_nobody_uses_it_any_more_and_not_before(kept: KeptProject, file: Path) -> None:
    closed = threading.Event()
    kept.put_settings({"method": "cam"})

    def close() -> None:
        kept.close()
        closed.set()

    with kept.in_use() as project:
        thread = threading.Thread(target=close)
        thread.start()
        assert project.sources()
        assert not closed.is_set()
    thread.join(10)
    assert closed.is_set()
    with open_project(file) as again:
        assert not again.read_only
        assert again.settings()["method"] == "cam"


def test_one_that_can_only_be_looked_at_takes_everything_and_writes_nothing(kept: KeptProject, file: Path) -> None:
    with open_project(file) as second:
        looked_at = KeptProject(second, 1)
        looked_at.put_settings({"method": "cam"})
        assert not looked_at.pending
        looked_at.write()
    assert kept.project.settings() == {}


def test_where_records_lie_is_written_once_they_were_looked_for(kept: KeptProject) -> None:
    path = kept.project.folder / "l.csv"
    path.write_text("smiles\nC\nCC\n")
    with open_library(path) as library:
        kept.put_records(library)
        assert kept.pending
        kept.write()
        known = stored_records(kept.project, library)
        assert known is not None
        assert known.starts.tolist() == [7, 9]
    with open_library(path, known=lambda _: known) as library:
        kept.put_records(library)
        assert not kept.pending
