"""A project's source: where it is, whether it is what it was, and a new place for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gcx_desktop.app.projects.project_source import (
    SourceStatus,
    accept_change,
    find_source,
    locate_source,
    reading_of,
    save_records,
    stored_records,
)
from gcx_desktop.errors import LibraryError, ProjectError
from gcx_desktop.graph.features import FEATURE_SET_2
from gcx_desktop.kinds.kind import OLDER_CODES
from gcx_desktop.library.library import open_library
from gcx_desktop.library.table_options import TableOptions
from gcx_desktop.project.results import ResultBatch
from gcx_desktop.project.store import Mark, Project, create_project, open_project
from gcx_desktop.project.stored_rows import StoredRejection


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "data" / "library.smi"
    path.parent.mkdir(parents=True)
    path.write_text("CCO ethanol\nCC ethane\n")
    return path


@pytest.fixture
def project(library: Path) -> Iterator[Project]:
    with create_project(library.parent.parent / "work.gcx") as project:
        with open_library(library) as opened:
            reading = reading_of(project, opened)
        results = project.results(reading, model_hash="ff", model_name="tiny", n_classes=2)
        results.save(ResultBatch(rejections=[StoredRejection(0, 1, "ethanol", "no reason")]))
        project.save_marks(1, [Mark(0, 1)])
        yield project


def n_stored(project: Project, library: Path) -> int:
    with open_library(library) as opened:
        return len(reading_of(project, opened).rejected_positions())


def status(project: Project) -> SourceStatus:
    return find_source(project, project.sources()[0]).status


@pytest.mark.parametrize(
    ("settings", "records"),
    [
        ('{"format": "scenes"}', "images"),
        ('{"format": ["scenes"]}', "molecules"),
        ("[1]", "molecules"),
        ("{", "molecules"),
    ],
)
def test_what_a_source_holds_is_called_by_the_format_under_which_it_was_read(
    tmp_path: Path, settings: str, records: str
) -> None:
    with create_project(tmp_path / "other.gcx") as project:
        project.reading(project.add_source(tmp_path / "a.json", size=1, modified_ns=1, ends=""), settings)
        assert find_source(project, project.sources()[0]).words.records == records


def test_the_key_of_a_reading_holds_all_that_decides_the_graphs(project: Project, library: Path) -> None:
    key = (
        '{"cut_short": null, "delimiter": "", "features": "convmol-nonnegative-%d", "format": "smiles", '
        '"n_records": 2, "preparation": {"largest_fragment": false, "neutralise": false}, "smiles_column": 0, '
        '"title_column": null}'
    )
    with open_library(library) as opened:  # for a model of older codes, the key under which projects hold them
        reading_of(project, opened, features={OLDER_CODES: FEATURE_SET_2})
    connection = sqlite3.connect(project.path)
    settings = [found for (found,) in connection.execute("SELECT settings FROM reading ORDER BY id").fetchall()]
    connection.close()
    assert settings == [key % 3, key % 2]


def test_a_source_is_unchanged_then_changed_then_missing(project: Project, library: Path) -> None:
    assert status(project) is SourceStatus.UNCHANGED
    library.write_text("CCN ethylamine\nCC ethane\n")
    assert status(project) is SourceStatus.CHANGED
    library.unlink()
    assert status(project) is SourceStatus.MISSING


def test_a_source_that_moved_with_its_project_is_found_and_noted(project: Project, library: Path) -> None:
    project.close()
    there = library.parent.parent.rename(library.parent.parent.with_name("there"))
    with open_project(there / "work.gcx") as moved:
        found = find_source(moved, moved.sources()[0])
        assert (found.status, found.path) == (SourceStatus.MOVED, there / "data" / "library.smi")
        locate_source(moved, found.source, found.path)
        assert status(moved) is SourceStatus.UNCHANGED
        assert n_stored(moved, found.path) == 1


def test_a_source_can_be_located_by_the_user_if_its_content_is_equal(project: Project, library: Path) -> None:
    elsewhere, other = library.with_name("renamed.smi"), library.with_name("other.smi")
    shutil.copyfile(library, elsewhere)
    os.utime(elsewhere, (1, 1))
    other.write_text("C methane\n")
    library.unlink()
    source = project.sources()[0]
    with pytest.raises(ProjectError, match=r"other\.smi is not library\.smi"):
        locate_source(project, source, other)
    locate_source(project, source, elsewhere)
    assert status(project) is SourceStatus.UNCHANGED
    assert n_stored(project, elsewhere) == 1


def test_a_change_that_is_accepted_costs_the_results_and_keeps_the_marks(project: Project, library: Path) -> None:
    library.write_text("CCN ethylamine\nCC ethane\n")
    with pytest.raises(LibraryError, match="changed since its results were saved"):
        n_stored(project, library)
    accept_change(project, project.sources()[0])
    assert n_stored(project, library) == 0
    assert project.marks(1) == {0: Mark(0, 1)}


def test_two_libraries_of_one_project_are_two_sources(project: Project, library: Path) -> None:
    other = library.with_name("other.smi")
    other.write_text("C methane\n")
    assert n_stored(project, other) == 0
    assert n_stored(project, library) == 1
    assert [source.absolute.name for source in project.sources()] == ["library.smi", "other.smi"]


def is_scanned(project: Project, path: Path, **options: object) -> bool:
    """Whether the project does not say where the file's records lie; what it says is what a scan finds."""
    known = partial(stored_records, project)
    chosen = TableOptions(**options)  # type: ignore[arg-type]
    with open_library(path, chosen, known=known) as opened, open_library(path, chosen) as scanned:
        assert opened.spans(0, 9) == scanned.spans(0, 9)
        return opened.scanned


def save(project: Project, path: Path, **options: object) -> None:
    with open_library(path, TableOptions(**options)) as opened:  # type: ignore[arg-type]
        save_records(project, 1, opened)


def test_a_library_opens_from_its_project_without_a_scan(project: Project, library: Path) -> None:
    assert is_scanned(project, library)
    save(project, library)
    assert not is_scanned(project, library)
    accept_change(project, project.sources()[0])
    assert is_scanned(project, library)


def test_a_library_that_was_changed_or_located_anew_is_scanned(project: Project, library: Path) -> None:
    save(project, library)
    os.utime(library, (1, 1))
    assert is_scanned(project, library)
    locate_source(project, project.sources()[0], library)
    assert is_scanned(project, library)
    save(project, library)
    assert not is_scanned(project, library)
    library.write_text("CCN a\nCC b\nC c\n")
    assert is_scanned(project, library)


def test_a_table_that_is_read_otherwise_is_scanned(project: Project, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("smiles;x,name\nCCO;1,ethanol\nCC;2,ethane\n")
    save(project, table, delimiter=";")
    assert not is_scanned(project, table, delimiter=";")
    assert is_scanned(project, table, delimiter=";", has_header=False, smiles_column="column 1")
    assert is_scanned(project, table, delimiter=",", smiles_column="smiles;x")


def test_records_of_a_library_that_grew_no_further_than_to_a_fault_are_not_saved(
    project: Project, library: Path
) -> None:
    with open_library(library) as opened:
        opened.damaged = "it cannot be read; it is shown as far as it was read"
        save_records(project, 1, opened)
    assert is_scanned(project, library)


def test_a_read_only_project_gives_record_positions_and_stores_none(project: Project, library: Path) -> None:
    with open_project(project.path) as second:
        save(second, library)
        assert is_scanned(second, library)
        save(project, library)
        assert not is_scanned(second, library)
    assert is_scanned(second, library), "it was closed meanwhile"
