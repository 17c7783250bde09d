"""The folder in which a file dialog starts: one of the user's, never the program's or a temporary one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ... import paths


def start_folder(path: Path) -> Path:
    """The folder of the open file if it is one of the user's, else the user's home folder."""
    folder = path.absolute().parent
    programs = tuple(each.absolute() for each in (paths.resource(""), paths.bundled_models(), paths.unsaved_work()))
    own = folder.is_dir() and not _is_scratch(folder) and not any(folder.is_relative_to(each) for each in programs)
    return folder if own else Path.home()


def is_users(path: Path) -> bool:
    """Whether dialogs may start in a file's folder."""
    return start_folder(path) == path.absolute().parent


def _is_scratch(folder: Path) -> bool:
    """Whether a folder was made by the program, for pasted or unpacked files."""
    return folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("gcx-")


def nearest_folder(path: Path) -> Path:
    """The nearest existing folder at or above a path that may not exist."""
    return next((folder for folder in path.absolute().parents if folder.is_dir()), Path.home())
