"""Plain copies of packed and UTF-16 files: streamed, limited in size, deleted when the library is closed.

Why a copy rather than an index of places from which a gzip file can be unpacked: zlib as Python offers it cannot go
on in the middle of a byte, where most blocks begin, and the two libraries that can were measured on an SDF of 500 MB
(36 MB packed, one core). A random record takes 2 µs from the copy, 4,500 µs through indexed_gzip 1.10 (spacing 1 or 4
MB) and 1,700 µs through rapidgzip 0.16, in a table that is sorted and filtered. Making the copy takes 2.0 s,
indexed_gzip's index 0.5 s, rapidgzip's 1.8 s and 500 MB of memory. Of 25 spoilt files of 600 KB indexed_gzip read
those cut off to their end without an error, and gave 262 KB of those with one wrong bit, of which this module gives
600; rapidgzip gave nothing of most, and an object of it that is still open at the end aborts the process. What a copy
costs is disk space.
"""

from __future__ import annotations

import codecs
import contextlib
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...errors import LibraryError
from ...leftovers import Scratch, ScratchError, is_full, make_scratch
from ...progress import CancelToken, ProgressReporter, Report

MAX_UNPACKED = 32 * 2**30
"""Most bytes of an unpacked file."""
MAX_RATIO = 200
"""How many times larger than its packed bytes a file may be, beyond the first ``RATIO_FREE`` bytes."""
RATIO_FREE = 256 * 2**20
KEEP_FREE = 512 * 2**20
"""Bytes of disk space that a copy leaves free."""

_PIECE = 1 << 18
_MAX_OUT = 1 << 22


@dataclass(frozen=True, slots=True)
class PlainCopy:
    """A plain copy of a file's content."""

    scratch: Scratch
    """Its temporary folder, to be removed when it is not needed any more."""
    damaged: str = ""
    """What is wrong with the packed file; "" if it is sound."""

    @property
    def path(self) -> Path:
        return _copy_in(self.scratch)


def is_gzip(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b")


def utf16_encoding(head: bytes) -> str | None:
    """The codec of a text in UTF-16, recognised by its byte order mark or its zero bytes; else ``None``."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) >= 16 and odd > 0.6 * len(sample) / 2 and even < 0.05 * len(sample):
        return "utf-16-le"
    if len(sample) >= 16 and even > 0.6 * len(sample) / 2 and odd < 0.05 * len(sample):
        return "utf-16-be"
    return None


def unpack_gzip(path: Path, *, report: Report, cancel: CancelToken | None) -> PlainCopy:
    """Unpacks a gzip file into a copy, up to a fault if it is damaged.

    :raises LibraryError: if it unpacks to more than the limits, or the disk is too small for it.
    """
    watch = ProgressReporter("Unpacking", path.stat().st_size, report)
    unpacker = _Unpacker()
    with _spool(path) as (file, scratch), path.open("rb") as packed:
        written = 0
        while not unpacker.done and (piece := packed.read(_PIECE)):
            if cancel is not None:
                cancel.raise_if_cancelled()
            for part in unpacker.feed(piece):
                file.write(part)
                written += len(part)
                _check_size(path, written, packed.tell())
            _check_disk(path, scratch.path.parent)
            watch.report_done(packed.tell())
        damaged = unpacker.finish()
    if not written and damaged:
        scratch.remove()
        raise LibraryError(path, f"{damaged} and nothing of it can be read")
    return PlainCopy(scratch, damaged)


def to_utf8(path: Path, data: Path, encoding: str, *, cancel: CancelToken | None) -> PlainCopy:
    """Copies ``data``, a UTF-16 text, as UTF-8; invalid characters become the replacement character."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with _spool(path) as (file, scratch), data.open("rb") as source:
        while piece := source.read(_PIECE):
            if cancel is not None:
                cancel.raise_if_cancelled()
            file.write(decoder.decode(piece).encode("utf-8", "replace"))
            _check_disk(path, scratch.path.parent)
        file.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    return PlainCopy(scratch)


class _Unpacker:
    """Unpacks the members of a gzip file one after the other, and detects damage."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._fresh = True
        self._damaged = ""

    @property
    def done(self) -> bool:
        return bool(self._damaged)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece and not self._damaged:
            if self._fresh and not piece.strip(b"\0"):
                return  # padding after the last member
            kept = self._member.copy()
            try:
                yield self._member.decompress(piece, _MAX_OUT)
            except zlib.error as error:
                self._damaged = "the gzip file is damaged"
                if "incorrect data check" in str(error):
                    self._damaged += ", its checksum does not fit: any of its records may be altered"
                yield from self._salvage(kept, piece)
                return
            self._fresh = False
            if self._member.eof:
                piece = self._member.unused_data
                self._member, self._fresh = zlib.decompressobj(31), True
            else:
                piece = self._member.unconsumed_tail

    def finish(self) -> str:
        """What is wrong, in one clause; "" if nothing."""
        if not self._damaged and not self._fresh:
            self._damaged = "the gzip file is cut off"
        return self._damaged

    def _salvage(self, member: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
        """The bytes before the fault, found in small steps."""
        fresh = self._fresh
        for at in range(0, len(piece), 16):
            step = piece[at : at + 16]
            try:
                while step:
                    yield member.decompress(step, _MAX_OUT)
                    fresh, step = False, member.unconsumed_tail
            except zlib.error:
                break
        if fresh:
            self._damaged = "the gzip file has foreign bytes behind its end"


@contextlib.contextmanager
def _spool(path: Path) -> Iterator[tuple[BinaryIO, Scratch]]:
    """A new file in a temporary folder, removed if writing it fails."""
    try:
        scratch = make_scratch("unpacked")
    except ScratchError as error:
        raise LibraryError(path, f"there is no place for an unpacked copy: {error}") from error
    try:
        with _copy_in(scratch).open("xb", buffering=1 << 20) as file:
            yield file, scratch
    except BaseException as error:
        scratch.remove()
        if is_full(error):
            raise LibraryError(
                path, f"there is too little room in {scratch.path.parent} for an unpacked copy"
            ) from error
        if isinstance(error, OSError):
            raise LibraryError(path, f"it cannot be unpacked ({error.strerror or error})") from error
        raise


def _copy_in(scratch: Scratch) -> Path:
    return scratch.path / "unpacked.txt"


def _check_size(path: Path, written: int, packed: int) -> None:
    if written > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED / 2**30:g} GiB"
        raise LibraryError(path, f"it unpacks to more than {limit}, the limit; unpack it and split it")
    if written > RATIO_FREE and written > MAX_RATIO * packed:
        raise LibraryError(
            path, f"it unpacks to more than {MAX_RATIO} times its size, the limit; unpack it yourself if you trust it"
        )


def _check_disk(path: Path, folder: Path) -> None:
    if shutil.disk_usage(folder).free < KEEP_FREE:
        raise LibraryError(
            path,
            f"there is too little disk space in {folder} for an unpacked copy; free some, or set TMPDIR to another",
        )
