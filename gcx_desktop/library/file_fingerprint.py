"""What tells that a file is still the one that was read: its size, its time, and a hash of its two ends."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from ..errors import LibraryError

END_BYTES = 1 << 16
"""Bytes of each end that are hashed; a file of up to twice as many is hashed as a whole."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file at one moment. Plain data, so that it can be kept and compared another day."""

    size: int
    modified_ns: int
    """Time of its last modification in ns since 1970."""
    ends: str
    """BLAKE2b of its first and its last :data:`END_BYTES`, 32 hexadecimal digits."""


class Change(StrEnum):
    """What became of a file since its fingerprint was taken."""

    UNCHANGED = "unchanged"
    TOUCHED = "touched"
    """Its time differs, its size and its ends don't: a copy, or an edit in the middle that kept every length."""
    CHANGED = "changed"
    GONE = "gone"
    """There is no such file, or something that is no file has its name."""


def take_fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of the file as it is now.

    :raises OSError: if it cannot be read
    """
    status = path.stat()
    with path.open("rb") as file:
        return Fingerprint(status.st_size, status.st_mtime_ns, hash_ends(file, status.st_size))


def hash_ends(file: BinaryIO, size: int) -> str:
    """``Fingerprint.ends`` of a file of ``size`` bytes."""
    file.seek(0)
    digest = hashlib.blake2b(file.read(min(END_BYTES, size)), digest_size=16)
    file.seek(max(size - END_BYTES, 0))
    digest.update(file.read(min(END_BYTES, size)))
    return digest.hexdigest()


def find_change(path: Path, before: Fingerprint) -> Change:
    """Compares the file with what it was; reads no more than its ends.

    :raises LibraryError: if it is there and cannot be read
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Change.GONE
        now = take_fingerprint(path)
    except (FileNotFoundError, NotADirectoryError):
        return Change.GONE
    except OSError as error:
        raise LibraryError(path, f"it cannot be read ({error.strerror or error})") from error
    if now == before:
        return Change.UNCHANGED
    return Change.TOUCHED if (now.size, now.ends) == (before.size, before.ends) else Change.CHANGED
