"""Work that the user has not saved as a project: stored in the user's data folder and offered again.

Each library has a folder there, with a project, a file that names the library, and the molecules themselves if they
were pasted. A window that uses the folder holds the project's lock, so that no other window opens it.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ... import paths
from ...errors import GcxError, ProjectError
from ...library.library import Library
from ...library.writing.output import whole_file
from ...project.lock import lock_path, take_lock
from ...project.store import SUFFIX, Project, create_project
from ..libraries.library_view_order import View
from .project_source import EXPLAINED, LABELS, SUBSTRUCTURES, source_of
from .project_view import ProjectView, view_settings

PROJECT = f"work{SUFFIX}"
PASTED = "pasted"
"""File name of pasted molecules, without its suffix."""
SCRATCH = "gcx-paste-"
"""Name of the temporary folder for pasted molecules if unsaved work is not stored."""
MAX_AGE_DAYS = 30
MAX_NUMBER = 10
MAX_UNSAVED_BYTES = 1 << 30
"""Size limit of all unsaved work, in bytes; the newest stays even if it is larger."""
MAX_UNSAVED_RECORDS = 250_000
"""Largest library whose results are stored, too: about 600 bytes a record, and 300 for each further method."""
_ABOUT = "about.json"
_BARELY_BEGUN = 3600
"""Seconds after which a folder without a project is removed: its program ended before it made one."""


@dataclass(frozen=True, slots=True)
class UnsavedWork:
    """Unsaved work that no window uses now."""

    project: Path
    library: Path
    """The molecule file, as the user named it."""
    changed: float
    """Seconds since 1970."""
    size: int
    """Size of the folder in bytes."""

    @property
    def is_pasted(self) -> bool:
        return is_pasted(self.library)

    @property
    def name(self) -> str:
        """The name of the library for the user."""
        return "pasted molecules" if self.is_pasted else self.library.name

    @property
    def words(self) -> str:
        """Library and time, such as "bbbp.csv of today 14:05"."""
        return f"{self.name} of {self.when}"

    @property
    def when(self) -> str:
        return time_words(self.changed, time.time())


def time_words(seconds: float, now: float) -> str:
    """A time in words relative to ``now``, both in seconds since 1970: "today 14:05"."""
    then, day = datetime.fromtimestamp(seconds), datetime.fromtimestamp(now).date()
    days = (day - then.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {then:%H:%M}"
    return f"{then.day} {then:%B %Y %H:%M}"


def is_unsaved(project: Path) -> bool:
    """Whether a project is one of the program's own, in the folder of unsaved work."""
    return project.resolve().parent.parent == paths.unsaved_work().resolve()


def is_pasted(library: Path) -> bool:
    """Whether a molecule file holds pasted molecules and lies in the program's own folder."""
    ours = is_unsaved(library) or library.parent.name.startswith(SCRATCH)
    return ours and library.stem.split("-")[0] == PASTED


def begin(library: Library) -> tuple[Project, int]:
    """Makes a new project for the work on a library, and gives the id of the library in it.

    :raises GcxError: if nothing can be written in the user's data folder
    """
    folder = new_folder(library.path)
    try:
        project = create_project(folder / PROJECT)
        try:
            return project, source_of(project, library)
        except BaseException:
            project.close()
            raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def new_folder(library: Path | None) -> Path:
    """Makes an empty folder for the work on a library.

    :raises ProjectError: if nothing can be written in the user's data folder
    """
    root = paths.unsaved_work()
    folder = root / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise ProjectError(root, f"it cannot be written ({error.strerror or error})") from error
    if library is not None:
        try:
            note_library(folder, library)
        except GcxError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder


def note_library(folder: Path, library: Path) -> None:
    """Writes into the folder which library the work belongs to."""
    with whole_file(folder / _ABOUT) as file:
        file.write(json.dumps({"library": str(library.absolute())}))


def holds_work(project: Project) -> bool:
    """Whether a project holds anything worth restoring: more than a view and records that were viewed one by one."""
    settings = project.settings()
    filters = settings.get("filters")
    none = view_settings(ProjectView(), View(), (), ())["filters"]
    filtered = isinstance(filters, dict) and any(
        value not in (None, "", []) and value != none.get(key) for key, value in filters.items()
    )
    sources = project.sources()
    return (
        filtered
        or any(settings.get(key) for key in WORK_SETTINGS)
        or any(project.marks(source.id) or is_pasted(source.absolute) for source in sources)
    )


WORK_SETTINGS = (EXPLAINED, SUBSTRUCTURES, LABELS)
"""Settings whose presence counts as work."""


def list_unsaved() -> list[UnsavedWork]:
    """All unsaved work that no window uses now, the latest first."""
    found = [work for folder in _folders() if (work := _look_at(folder)) is not None]
    return sorted((work for work in found if _is_free(work.project)), key=lambda each: each.changed, reverse=True)


def unsaved_at(project: Path) -> UnsavedWork | None:
    """The unsaved work of a project; ``None`` if it no longer exists."""
    return _look_at(project.parent)


def discard(project: Path) -> bool:
    """Removes unsaved work permanently, unless a window uses it.

    :return: whether it was removed
    """
    if not is_unsaved(project) or not project.parent.is_dir():
        return False
    try:
        lock = take_lock(project)
    except OSError:
        return False
    if lock is None:
        return False
    try:
        project.unlink(missing_ok=True)  # first: a folder without a project is not in use
    except OSError:
        return False
    finally:
        lock.release()
    shutil.rmtree(project.parent, ignore_errors=True)
    return True


def prune(now: float) -> list[UnsavedWork]:
    """Removes unsaved work that is too old, and the oldest beyond the limits of number and size.

    :param now: in seconds since 1970
    :return: the unsaved work that was removed
    """
    for folder in _folders():
        with suppress(OSError):
            if not (folder / PROJECT).exists() and now - folder.stat().st_mtime > _BARELY_BEGUN:
                shutil.rmtree(folder, ignore_errors=True)
    gone, size = [], 0
    for number, work in enumerate(list_unsaved()):
        size += work.size
        old = now - work.changed > MAX_AGE_DAYS * 86_400
        too_much = number >= MAX_NUMBER or (number > 0 and size > MAX_UNSAVED_BYTES)
        if (old or too_much) and discard(work.project):
            gone.append(work)
    return gone


def _folders() -> Iterator[Path]:
    try:
        yield from [each for each in paths.unsaved_work().iterdir() if each.is_dir() and not each.is_symlink()]
    except OSError:
        return


def _look_at(folder: Path) -> UnsavedWork | None:
    project = folder / PROJECT
    try:
        if not project.is_file():
            return None
        files = [each.stat() for each in folder.iterdir()]
        logs = (project, project.with_name(f"{PROJECT}-wal"))
        changed = max(each.stat().st_mtime for each in logs if each.exists())
    except OSError:
        return None
    library = Path("a library")
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        about: Any = json.loads((folder / _ABOUT).read_text("utf-8"))
        library = Path(about["library"])
    return UnsavedWork(project, library, changed, sum(each.st_size for each in files))


def _is_free(project: Path) -> bool:
    """Whether no window holds the project's lock. The lock is not tried if its file does not exist: another window may
    be about to take it."""
    if not lock_path(project).exists():
        return True
    try:
        lock = take_lock(project)
    except OSError:
        return False
    if lock is None:
        return False
    lock.release()
    return True
