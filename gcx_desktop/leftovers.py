"""Unfinished files and temporary folders, and the removal of those that a killed process left behind.

A process locks each one that it makes as long as it is needed. The system releases the lock when the process ends,
however it ends; so an unlocked one has no owner any more, and the next process removes it. A process number in the name
would not be enough: it may belong to a process of another computer that shares the folder, or be reused.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .errors import FileError
from .file_lock import is_still, lock_file

_NAME_KEPT = 50
"""Characters of a file's name that are kept in the name of its unfinished file; systems allow 255 bytes in all."""
_PART = re.compile(r"\..*\.gcx-[0-9a-f]{8}\.part", re.DOTALL)
_SCRATCH = re.compile(r"gcx-[a-z]+-[0-9a-f]{8}")
_NO_ROOM = 1 << 16
"""A disk with fewer free bytes counts as full."""
_OWNER = ".owner"
"""The file in a folder that is locked as long as the folder is needed."""
_NEW, _OLD = "new", "old"
_OPEN_FLAGS = os.O_RDWR | sum(getattr(os, f"O_{name}", 0) for name in ("CLOEXEC", "NOFOLLOW", "NONBLOCK", "BINARY"))

_searched: set[Path] = set()
"""Folders that this process has searched for leftover files."""


_own: set[Path] = set()
"""Temporary folders of this process."""


@atexit.register
def _remove_own() -> None:
    """Removes the folders that were made but not used because of an interruption."""
    for folder in _own:
        shutil.rmtree(folder, ignore_errors=True)


class ScratchError(FileError):
    """The system's folder for temporary files cannot be used. Attributes: ``path``, the folder, and ``reason``."""


class Scratch:
    """A temporary folder of this process. Any thread may remove it; if none does, the next process does."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    def remove(self) -> None:
        """Deletes the folder and its content; does nothing if it is gone already."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            _remove_folder(self.path, descriptor)


def make_scratch(purpose: str) -> Scratch:
    """A new, empty folder among the system's temporary files, which other users may not read.

    :param purpose: a word for its name, of the letters a to z
    :raises ScratchError: if it cannot be made
    """
    root = temporary_folder()
    remove_scratches(root)
    try:
        return Scratch(*_owned_folder(root, lambda digits: f"gcx-{purpose}-{digits}"))
    except OSError as error:
        raise scratch_error(error, root) from error


@contextlib.contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """As :func:`make_scratch`, for the time of a ``with`` block. A full disk is reported as an error of this folder.

    :raises ScratchError: if the folder cannot be made or has no more room
    """
    scratch = make_scratch(purpose)
    try:
        yield scratch.path
    except OSError as error:
        if is_full(error) and _lies_in(error, scratch.path):
            raise scratch_error(error, scratch.path.parent) from error
        raise
    finally:
        scratch.remove()


def temporary_folder() -> Path:
    """The system's folder for temporary files.

    :raises ScratchError: if there is none that can be written
    """
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise ScratchError(
            os.environ.get("TMPDIR") or "/tmp",  # noqa: S108 - named, not used
            "there is no folder for temporary files that can be written; set TMPDIR to one",
        ) from error


def is_full(error: BaseException) -> bool:
    """Whether the system had no more room for a file."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def scratch_error(error: OSError, root: Path) -> ScratchError:
    """What a failure in the temporary folder means, and the remedy."""
    if is_full(error):
        return ScratchError(root, "the folder for temporary files is full; free some space, or set TMPDIR to another")
    reason = error.strerror or error
    return ScratchError(root, f"the folder for temporary files cannot be used ({reason}); set TMPDIR to another")


def check_room(folder: Path) -> None:
    """Checks for a full disk after something failed in a temporary folder without a reason.

    :raises ScratchError: if the disk is full
    """
    if shutil.disk_usage(folder).free < _NO_ROOM:
        raise scratch_error(OSError(errno.ENOSPC, ""), folder.parent)


def _lies_in(error: OSError, folder: Path) -> bool:
    """Whether an error of a full disk is about this folder: it names a file in it, or the folder's disk is full."""
    if isinstance(error.filename, str):
        return Path(error.filename).is_relative_to(folder)
    return shutil.disk_usage(folder).free < _NO_ROOM


def remove_scratches(root: Path) -> None:
    """Removes the temporary folders that dead processes of this user left in ``root``."""
    for entry in _entries(root):
        if _SCRATCH.fullmatch(entry.name) and _is_own(entry, folder=True):
            descriptor = _ownerless(Path(entry.path, _OWNER))
            if descriptor is not None:
                _remove_folder(Path(entry.path), descriptor)


@contextlib.contextmanager
def unfinished_file(target: Path) -> Iterator[tuple[Path, int]]:
    """A new file beside ``target``, locked, to be filled and renamed within the ``with`` block; else it is deleted.

    Removes what dead processes left in the folder.

    :return: its path and descriptor; the caller must close the descriptor
    :raises OSError: if it cannot be made
    """
    _remove_parts_once(target.parent)
    while True:
        part = target.with_name(_part_name(target.name, secrets.token_hex(4)))
        try:  # from here, so that no interruption leaves it
            descriptor = os.open(part, _OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
            if _is_taken(part, descriptor):
                yield part, descriptor
                return
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        os.close(descriptor)  # another process removed it as a leftover before it was locked


@contextlib.contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which is renamed to ``target`` if the ``with`` block ends without an error; else it is deleted.

    A folder that had that name before is removed. If the process is killed meanwhile, the next process that makes
    something in the same folder restores it.

    :raises OSError: if it cannot be made or moved
    """
    _remove_parts_once(target.parent)
    room, descriptor = _owned_folder(target.parent, lambda digits: _part_name(target.name, digits))
    try:
        fresh, old = room / _NEW, room / _OLD
        fresh.mkdir()
        yield fresh
        if target.exists():
            (room / "name").write_text(target.name, encoding="utf-8", errors="surrogateescape")
            target.rename(old)
        try:
            fresh.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise
    finally:
        _remove_folder(room, descriptor)


def remove_parts(folder: Path) -> None:
    """Removes the unfinished files and model folders that dead processes of this user left in a folder."""
    for entry in _entries(folder):
        if not is_part(Path(entry.path)):
            continue
        path = Path(entry.path)
        if _is_own(entry, folder=False):
            descriptor = _ownerless(path)
            if descriptor is not None:
                with contextlib.suppress(OSError):
                    path.unlink()
                os.close(descriptor)
        elif _is_own(entry, folder=True):
            descriptor = _ownerless(path / _OWNER)
            if descriptor is not None:
                _put_back(path)
                _remove_folder(path, descriptor)


def _remove_parts_once(folder: Path) -> None:
    """Only once in a process for each folder, since an export of pictures writes thousands of files into one."""
    if folder not in _searched:
        _searched.add(folder)
        remove_parts(folder)


def _put_back(room: Path) -> None:
    """Gives a folder that was about to be replaced its name back, if nothing else has it."""
    with contextlib.suppress(OSError, UnicodeError):
        target = room.with_name((room / "name").read_text(encoding="utf-8", errors="surrogateescape"))
        if target.parent == room.parent and not target.exists():
            (room / _OLD).rename(target)


def is_part(path: Path) -> bool:
    """Whether a file has the name of an unfinished one."""
    return _PART.fullmatch(path.name) is not None


def _part_name(name: str, digits: str) -> str:
    return f".{name[:_NAME_KEPT]}.gcx-{digits}.part"


def _owned_folder(parent: Path, name: Callable[[str], str]) -> tuple[Path, int]:
    """A new folder, and the descriptor of its lock.

    :param name: makes the folder's name of eight digits
    """
    while True:
        folder = parent / name(secrets.token_hex(4))
        _own.add(folder)
        folder.mkdir(mode=0o700)
        owner = folder / _OWNER
        try:
            descriptor = os.open(owner, _OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            with contextlib.suppress(OSError):
                folder.rmdir()
            _own.discard(folder)
            raise
        if _is_taken(owner, descriptor):
            return folder, descriptor
        os.close(descriptor)  # another process removed it as a leftover before it was locked


def _is_taken(path: Path, descriptor: int) -> bool:
    """Locks a new file; whether it still exists. Where the file system has no locks, no process removes files of
    others."""
    try:
        return lock_file(descriptor) and is_still(path, descriptor)
    except OSError:
        return True


def _ownerless(path: Path) -> int | None:
    """Locks a file that nobody else has locked, and returns its descriptor; ``None`` if it is or may be locked."""
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError:
        return None
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and lock_file(descriptor) and is_still(path, descriptor):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _remove_folder(folder: Path, descriptor: int) -> None:
    """Deletes a folder that this process has locked, its lock last; what cannot be deleted stays for the next
    process."""
    for entry in _entries(folder):
        if entry.name == _OWNER:
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                Path(entry.path).unlink()
    if sys.platform != "win32":  # Windows cannot delete an open file
        shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
    _own.discard(folder)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_own(entry: os.DirEntry[str], *, folder: bool) -> bool:
    """Whether it is a folder, or a plain file, that belongs to this user; a link is neither."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    is_kind = stat.S_ISDIR(status.st_mode) if folder else stat.S_ISREG(status.st_mode)
    return is_kind and (not hasattr(os, "geteuid") or status.st_uid == os.geteuid())
