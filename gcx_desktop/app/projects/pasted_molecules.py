"""Pasted molecules: a file of the program's own, with a project that keeps the work on them (:mod:`.unsaved_work`)."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from ...errors import ProjectError
from ...library.fingerprint import take_fingerprint
from ...library.writing.output import whole_file
from ...project.store import Project, copy_project, create_project
from .unsaved_work import PASTED, PROJECT, new_folder, note_library


def begin_pasted(text: str, suffix: str) -> Path:
    """Puts pasted molecules into a file, with a project of their own.

    :param suffix: of the file, which says how they are written: ".smi" or ".sdf"
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
    """Adds molecules to those of a file of pasted ones, at its end, so that marks stay with their records.

    They go into a file beside it, since workers may still read the one that is there.

    :raises GcxError: if that cannot be written; all is as before then
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


def save_pasted(before: Project, source_id: int, library: Path, project: Path) -> Path:
    """Makes a project of the user's of pasted molecules, which come into a file beside it.

    :param before: the project that holds them as its source ``source_id``
    :return: that file
    :raises GcxError: if one of the two is there already or cannot be written; neither is there then
    """
    molecules = project.with_suffix(library.suffix)
    if molecules.exists():
        raise ProjectError(molecules, "the molecules would be written there, and there is such a file; name another")
    copy = copy_project(before, project)
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
    """Of a file that holds what is pasted: ".sdf" of molblocks, else ".smi"."""
    return ".sdf" if any(sign in text for sign in ("M  END", "V2000", "V3000")) else ".smi"


def with_appended(before: str, text: str, suffix: str) -> str:
    """Two texts of molecules as one file."""
    before = before.rstrip("\r\n")
    if suffix == ".sdf" and not before.endswith("$$$$"):
        before += "\n$$$$"
    return f"{before}\n{text}"


def _write_text(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text.encode("utf-8", "replace").decode("utf-8"))
