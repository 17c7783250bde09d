"""One writer at a time: a lock of the operating system, which ends with its process.

The lock is on a file beside the project, because closing any other handle of an SQLite file drops SQLite's locks.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ..file_lock import is_still, lock_file


class WriterLock:
    """The right to write a project, until it is released or the process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    def release(self) -> None:
        # Deleted while it is still locked, so that nobody else can lock a file of that name.
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def lock_path(project: Path) -> Path:
    """The file that a writer of the project locks."""
    return project.with_name(f"{project.name}-lock")


def take_lock(project: Path) -> WriterLock | None:
    """Takes the lock of a project; ``None`` if another process has it.

    :raises OSError: if a file cannot be made beside the project
    """
    path = lock_path(project)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            if not lock_file(descriptor):
                os.close(descriptor)
                return None
            if is_still(path, descriptor):
                return WriterLock(path, descriptor)
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the previous owner deleted it meanwhile
