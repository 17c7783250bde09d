"""Fingerprints that show whether a file has changed: its size, its time, and a hash of its first and last bytes."""

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
class FileFingerprint:
    """The state of a file at one time. Plain data, so that it can be stored and compared later."""

    size: int
    modified_ns: int
    """Time of its last modification in ns since 1970."""
    ends: str
    """BLAKE2b of its first and its last :data:`END_BYTES`, 32 hexadecimal digits."""


class Change(StrEnum):
    """How a file has changed since its fingerprint was taken."""

    UNCHANGED = "unchanged"
    TOUCHED = "touched"
    """Its time differs, but not its size and ends: a copy, or an edit in the middle that did not change the length."""
    CHANGED = "changed"
    GONE = "gone"
    """The file does not exist, or is no regular file."""


def take_fingerprint(path: Path) -> FileFingerprint:
    """The fingerprint of the file as it is now.

    :raises OSError: if it cannot be read
    """
    status = path.stat()
    with path.open("rb") as file:
        return FileFingerprint(status.st_size, status.st_mtime_ns, hash_ends(file, status.st_size))


def hash_ends(file: BinaryIO, size: int) -> str:
    """``FileFingerprint.ends`` of a file of ``size`` bytes."""
    file.seek(0)
    digest = hashlib.blake2b(file.read(min(END_BYTES, size)), digest_size=16)
    file.seek(max(size - END_BYTES, 0))
    digest.update(file.read(min(END_BYTES, size)))
    return digest.hexdigest()


def find_change(path: Path, before: FileFingerprint) -> Change:
    """Compares the file with its fingerprint; reads only its ends.

    :raises LibraryError: if it exists and cannot be read
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
