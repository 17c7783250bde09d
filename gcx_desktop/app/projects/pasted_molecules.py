"""Pasted molecules: stored in a file of the program's own, with a project for the work (:mod:`.unsaved_work`)."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from ...errors import ProjectError
from ...library.file_fingerprint import take_fingerprint
from ...library.writing.output import whole_file
from ...progress import CancelToken, Report, silent
from ...project.store import Project, copy_project, create_project
from .unsaved_work import PASTED, PROJECT, new_folder, note_library


def begin_pasted(text: str, suffix: str) -> Path:
    """Writes pasted molecules into a file and makes a project for them.

    :param suffix: of the file, which decides its format: ".smi" or ".sdf"
    :return: the project, to be opened
    :raises GcxError: if nothing can be written in the user's data folder
    """
    folder = new_folder(None)
    try:
        file = folder / f"{PASTED}{suffix}"
        _write_text(file, text)
        note_library(folder, file)
        with create_project(folder / PROJECT) as project:
            now = take_fingerprint(file)
            project.add_source(file, size=now.size, modified_ns=now.modified_ns, ends=now.ends)
        return folder / PROJECT
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise ProjectError(folder, f"it cannot be written ({error.strerror or error})") from error
        raise


def append_pasted(project: Project, source_id: int, library: Path, text: str) -> None:
    """Appends molecules to a file of pasted ones, so that marks stay with their records.

    A new file is written beside the old one, which workers may still read.

    :raises GcxError: if it cannot be written; nothing is changed then
    """
    try:
        before = library.read_text("utf-8")
        number = int(library.stem.partition("-")[2] or 1) + 1
        file = library.with_name(f"{PASTED}-{number}{library.suffix}")
        _write_text(file, with_appended(before, text, library.suffix))
        now = take_fingerprint(file)
        project.record_place(source_id, file, size=now.size, modified_ns=now.modified_ns, ends=now.ends)
        note_library(library.parent, file)
    except OSError as error:
        raise ProjectError(library, f"it cannot be added to ({error.strerror or error})") from error
    for old in library.parent.glob(f"{PASTED}*{library.suffix}"):
        if old not in (file, library):
            with suppress(OSError):
                old.unlink()


def save_pasted(
    before: Project,
    source_id: int,
    library: Path,
    project: Path,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Path:
    """Saves pasted molecules as a project of the user's, with a molecule file beside it.

    :param before: the project whose source ``source_id`` the pasted molecules are
    :return: the molecule file
    :raises GcxError: if one of the two files exists already or cannot be written; neither is written then
    :raises Cancelled: once ``cancel`` is set; neither is written then
    """
    molecules = project.with_suffix(library.suffix)
    if molecules.exists():
        raise ProjectError(molecules, "the molecules would be written there, and there is such a file; name another")
    copy = copy_project(before, project, report, cancel)
    try:
        with copy:
            _write_text(molecules, library.read_text("utf-8"))
            now = take_fingerprint(molecules)
            copy.record_place(source_id, molecules, size=now.size, modified_ns=now.modified_ns, ends=now.ends)
    except BaseException as error:
        for file in (project, molecules):
            file.resolve().unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ProjectError(molecules, f"it cannot be written ({error.strerror or error})") from error
        raise
    return molecules


def pasted_suffix(text: str) -> str:
    """The file suffix for pasted text: ".sdf" for molblocks, else ".smi"."""
    return ".sdf" if any(sign in text for sign in ("M  END", "V2000", "V3000")) else ".smi"


def with_appended(before: str, text: str, suffix: str) -> str:
    """Joins two texts of molecules into the text of one file."""
    before = before.rstrip("\r\n")
    if suffix == ".sdf" and not before.endswith("$$$$"):
        before += "\n$$$$"
    return f"{before}\n{text}"


def _write_text(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text.encode("utf-8", "replace").decode("utf-8"))
