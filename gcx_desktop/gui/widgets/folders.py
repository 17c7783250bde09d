"""Where a file dialog starts: among the user's own files, never among the program's or temporary ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ... import paths


def start_folder(path: Path) -> Path:
    """The folder of a file that is open, or the user's own where that folder is not the user's."""
    folder = path.absolute().parent
    programs = tuple(each.absolute() for each in (paths.resource(""), paths.bundled_models(), paths.unsaved_work()))
    own = folder.is_dir() and not _is_scratch(folder) and not any(folder.is_relative_to(each) for each in programs)
    return folder if own else Path.home()


def is_users(path: Path) -> bool:
    """Whether dialogs may start where a file is."""
    return start_folder(path) == path.absolute().parent


def _is_scratch(folder: Path) -> bool:
    """A folder that the program made for what was pasted or unpacked."""
    return folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("gcx-")


def nearest_folder(path: Path) -> Path:
    """The folder of a file or folder that may be gone, or the first above it that is there."""
    return next((folder for folder in path.absolute().parents if folder.is_dir()), Path.home())
