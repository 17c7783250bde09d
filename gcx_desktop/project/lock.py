"""One writer at a time: a lock of the operating system, which a killed process cannot leave behind.

The lock is on a file beside the project, since closing any other handle of an SQLite file drops SQLite's own locks.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class WriterLock:
    """The right to write a project, until it is released or the process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    def release(self) -> None:
        # Unlinked while it is still held: nobody else can hold a file of that name.
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def lock_path(project: Path) -> Path:
    """The file whose lock a writer of the project holds."""
    return project.with_name(f"{project.name}-lock")


def take_lock(project: Path) -> WriterLock | None:
    """The lock of a project, or ``None`` while somebody else has it.

    :raises OSError: if a file cannot be made beside the project
    """
    path = lock_path(project)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            if not _lock(descriptor):
                os.close(descriptor)
                return None
            if _is_still(path, descriptor):
                return WriterLock(path, descriptor)
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)  # whoever had it before unlinked it meanwhile


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
