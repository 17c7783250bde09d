"""What a window adds to its project: gathered, written in one go, kept when it cannot be, and closed last."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcx_desktop.app.libraries.marks import Marks
from gcx_desktop.app.projects.project_source import stored_records
from gcx_desktop.app.projects.project_writer import ProjectWriter
from gcx_desktop.errors import ProjectError
from gcx_desktop.library.library import open_library
from gcx_desktop.project.store import create_project, open_project


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.gcx"


@pytest.fixture
def writer(file: Path) -> Iterator[ProjectWriter]:
    made = create_project(file)
    source = made.add_source(file.with_name("l.csv"), size=1, modified_ns=2, ends="x")
    project = ProjectWriter(made, source)
    yield project
    made.close()


def marked(position: int) -> Marks:
    marks = Marks()
    marks.set_colour([position], 2)
    return marks


def test_settings_and_marks_are_written_together_and_those_that_are_the_same_not_again(writer: ProjectWriter) -> None:
    writer.put_settings({"method": "cam", "threshold": 0.1})
    writer.put_settings({"threshold": 0.2})
    writer.put_marks(marked(3), [3])
    assert writer.pending
    writer.write()
    assert writer.project.settings() == {"source": 1, "method": "cam", "threshold": 0.2}
    assert list(writer.project.marks(1)) == [3]
    writer.put_settings({"method": "cam", "threshold": 0.2})
    assert not writer.pending


def test_a_setting_that_is_reverted_while_it_is_written_has_the_last_value(
    writer: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.put_settings({"method": "cam"})
    writer.write()
    save = writer.project.save_settings

    def saving(values: dict[str, str]) -> None:
        writer.put_settings({"method": "cam"})
        save(values)

    writer.put_settings({"method": "eb"})
    monkeypatch.setattr(writer.project, "save_settings", saving)
    writer.write()
    monkeypatch.undo()
    writer.write()
    assert writer.project.settings()["method"] == "cam"


def test_what_could_not_be_written_is_written_later(writer: ProjectWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise ProjectError(writer.project.path, "the disk is full")

    writer.put_settings({"method": "cam"})
    writer.put_marks(marked(1), [1])
    with monkeypatch.context() as broken:
        broken.setattr(writer.project, "save_marks", full)
        with pytest.raises(ProjectError, match="full"):
            writer.write()
    assert writer.pending
    writer.put_marks(marked(2), [2])
    writer.write()
    assert sorted(writer.project.marks(1)) == [1, 2]
    assert not writer.pending


def test_it_is_closed_when_nobody_uses_it_any_more_and_not_before(writer: ProjectWriter, file: Path) -> None:
    closed = threading.Event()
    writer.put_settings({"method": "cam"})

    def close() -> None:
        writer.close()
        closed.set()

    with writer.in_use() as project:
        thread = threading.Thread(target=close)
        thread.start()
        assert project.sources()
        assert not closed.is_set()
    thread.join(10)
    assert closed.is_set()
    with open_project(file) as again:
        assert not again.read_only
        assert again.settings()["method"] == "cam"


def test_one_that_can_only_be_looked_at_takes_everything_and_writes_nothing(writer: ProjectWriter, file: Path) -> None:
    with open_project(file) as second:
        looked_at = ProjectWriter(second, 1)
        looked_at.put_settings({"method": "cam"})
        assert not looked_at.pending
        looked_at.write()
    assert writer.project.settings() == {}


def test_where_records_lie_is_written_once_they_were_looked_for(writer: ProjectWriter) -> None:
    path = writer.project.folder / "l.csv"
    path.write_text("smiles\nC\nCC\n")
    with open_library(path) as library:
        writer.put_records(library)
        assert writer.pending
        writer.write()
        known = stored_records(writer.project, library)
        assert known is not None
        assert known.starts.tolist() == [7, 9]
    with open_library(path, known=lambda _: known) as library:
        writer.put_records(library)
        assert not writer.pending
