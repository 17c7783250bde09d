"""Opens, makes, copies and closes the project of a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import GcxError, ProjectError
from ...library.library import Library
from ...progress import CancelToken, Report
from ...project.store import Mark, Project, copy_project, create_project, open_project
from . import pasted_molecules, unsaved_work
from .project_source import SourceLocation, find_source, source_of
from .project_writer import ProjectWriter
from .unsaved_work import UnsavedWork


@dataclass(frozen=True, slots=True)
class ProjectContents:
    """An open project and what it stores about its library."""

    project: Project
    settings: dict[str, Any]
    marks: dict[int, Mark]
    """Position of the record → mark."""
    found: SourceLocation
    trouble: str = ""
    """What failed before with this project, a sentence; "" if nothing did."""


def open_contents(path: Path) -> ProjectContents:
    """Opens a project and looks for its library.

    :raises ProjectError: if it cannot be used
    """
    project = open_project(path)
    try:
        return read_contents(project, project.settings().get("source"))
    except BaseException:
        project.close()
        raise


def read_contents(project: Project, source_id: object) -> ProjectContents:
    """Reads what an open project stores about a library.

    :param source_id: id of the library; the latest one is taken if there is no such id
    :raises ProjectError: if no library belongs to it
    """
    sources = project.sources()
    if not sources:
        raise ProjectError(project.path, "no molecule file belongs to it; open one and save a project of it")
    source = next((source for source in sources if source.id == source_id), sources[-1])
    return ProjectContents(project, project.settings(), project.marks(source.id), find_source(project, source))


def create_project_writer(path: Path, library: Library) -> ProjectWriter:
    """Makes a new project for a library.

    :raises GcxError: if it cannot be made; no file is left then
    """
    project = create_project(path)
    try:
        return ProjectWriter(project, source_of(project, library))
    except BaseException:
        delete_project(project)
        raise


def delete_project(project: Project) -> None:
    """Removes a project that was just made."""
    project.close()
    project.path.resolve().unlink(missing_ok=True)


def copy_project_writer(writer: ProjectWriter, path: Path, report: Report, cancel: CancelToken) -> ProjectWriter:
    """Writes pending changes and copies the project.

    :raises GcxError: if it cannot be written
    :raises Cancelled: once ``cancel`` is set; there is no file then
    """
    writer.write()
    with writer.in_use() as project:
        copy = copy_project(project, path, report, cancel)
    return ProjectWriter(copy, writer.source_id, copy.settings())


def save_pasted_project(writer: ProjectWriter, library: Path, path: Path, report: Report, cancel: CancelToken) -> Path:
    """Saves pasted molecules as a project of the user's.

    :return: the molecule file beside the project
    :raises GcxError: if one of the two files exists already or cannot be written
    :raises Cancelled: once ``cancel`` is set; neither is written then
    """
    writer.write()
    with writer.in_use() as project:
        return pasted_molecules.save_pasted(project, writer.source_id, library, path, report, cancel)


def append_to_pasted(writer: ProjectWriter, library: Path, text: str) -> ProjectContents:
    """Appends molecules to pasted ones and reads the project again, with the marks of the earlier molecules."""
    path, trouble = writer.project.path, ""
    try:
        writer.finish(lambda project: pasted_molecules.append_pasted(project, writer.source_id, library, text))
    except GcxError as error:
        trouble = str(error)
    writer.close()
    return replace(open_contents(path), trouble=trouble)


def close_project_writer(writer: ProjectWriter) -> UnsavedWork | None:
    """Closes a project; unsaved work without anything worth restoring is removed.

    :return: the unsaved work that stays; ``None`` for a project of the user's, or if nothing stays
    :raises GcxError: if something could not be written
    """
    if not writer.unsaved:
        writer.close()
        return None
    try:
        holds = writer.read_only or writer.finish(unsaved_work.holds_work)
    finally:
        writer.close()
    if holds:
        return None if writer.read_only else unsaved_work.unsaved_at(writer.project.path)
    unsaved_work.discard(writer.project.path)
    return None


def discard_project_writer(writer: ProjectWriter) -> None:
    """Closes unsaved work without writing pending changes, and removes it."""
    writer.abandon()
    unsaved_work.discard(writer.project.path)
