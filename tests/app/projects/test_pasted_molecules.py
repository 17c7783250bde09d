"""Molecules from the clipboard, kept in a file of the program's own until the user saves a project of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.app.projects.pasted_molecules import append_pasted, begin_pasted, pasted_suffix
from gcx_desktop.app.projects.unsaved_work import holds_work, is_pasted, list_unsaved
from gcx_desktop.library.library import open_library
from gcx_desktop.project.store import Mark, open_project

BLOCK = "ethane\n\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\nM  END"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "unsaved"
    monkeypatch.setattr(paths, "unsaved_work", lambda: folder)
    return folder


def test_pasted_molecules_lie_beside_their_project_and_are_work(root: Path) -> None:
    path = begin_pasted("CCO ethanol\n", ".smi")
    with open_project(path) as project:
        (source,) = project.sources()
        assert source.absolute.read_text() == "CCO ethanol\n"
        assert is_pasted(source.absolute)
        assert holds_work(project)
    assert list_unsaved()[0].name == "pasted molecules"


@pytest.mark.parametrize(
    ("first", "second", "suffix", "n_records"),
    [("CCO a\n", "CCN b\nCCC c\n", ".smi", 5), ("CCO a", "CCN b", ".smi", 3), (BLOCK, BLOCK, ".sdf", 3)],
)
def test_what_is_pasted_next_comes_behind_what_was_pasted_before_and_marks_stay_with_their_records(
    first: str, second: str, suffix: str, n_records: int
) -> None:
    assert pasted_suffix(first) == suffix
    path = begin_pasted(first, suffix)
    for _ in range(2):
        with open_project(path) as project:
            (source,) = project.sources()
            project.save_marks(source.id, [Mark(0, 3)])
            append_pasted(project, source.id, source.absolute, second)
            (source,) = project.sources()
            assert sorted(project.marks(source.id)) == [0]
    with open_library(source.absolute) as opened:
        assert len(opened) == n_records
        assert opened.text(0).title in ("a", "ethane")
    assert len(list(path.parent.glob("pasted*"))) == 2  # the one that workers may still read, and the one that is
