"""Opens a library for the window, in a thread."""

from __future__ import annotations

from pathlib import Path

from ...kinds.registry import other_files
from ...library.library import KnownBoundaries, Library, open_library
from ...library.table_options import TableOptions
from ..background.task_runner import Link

NamedLibrary = tuple[Library, tuple[str, ...]]
"""A library and its field names, which are found in the thread."""


def open_named(path: Path, options: TableOptions, known: KnownBoundaries | None, link: Link) -> NamedLibrary:
    """Opens a library; delivers its first records while the others are still being found.

    :param known: as for :func:`open_library`
    :raises LibraryError: if it cannot be read
    """

    def show(library: Library) -> None:
        link.deliver((library, library.field_names))

    library = open_library(
        path, options, others=other_files(), growing=show, known=known, report=link.report, cancel=link.cancel
    )
    return library, library.field_names
