"""What a thread does to open a library for the window."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from ..errors import LibraryError
from ..kinds.kind import Part
from ..kinds.registry import kind_of_library
from ..library.library import Known, Library, open_library
from ..library.table_options import TableOptions
from .task_runner import Link

Named = tuple[Library, tuple[str, ...]]
"""A library and its field names, which are found in the thread."""


def open_named(path: Path, options: TableOptions, known: Known | None, link: Link) -> Named:
    """Opens a library; its first part is delivered while the rest of its records is looked for.

    :param known: as for :func:`open_library`
    :raises LibraryError: also if it holds what the window has no view of
    """

    def show(library: Library) -> None:
        _check_shown(library)
        link.deliver((library, library.field_names))

    how = {**asdict(options), "growing": show, "known": known}
    library = open_library(path, **how, report=link.report, cancel=link.cancel)
    _check_shown(library)
    return library, library.field_names


def _check_shown(library: Library) -> None:
    """:raises LibraryError: if it holds what the window has no view of; it is closed then"""
    kind = kind_of_library(library)
    if Part.WINDOW not in kind.parts:
        library.close()
        raise LibraryError(library.path, f"it holds {kind.name}, which only the command gcx takes")
