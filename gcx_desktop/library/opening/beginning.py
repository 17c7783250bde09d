"""The first bytes of a file's plain text, unpacked and decoded if necessary, without a copy of the whole file."""

from __future__ import annotations

import codecs
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...errors import LibraryError
from .unpack import is_gzip, utf16_encoding

_PIECE = 1 << 13
_SAMPLE = 4096
MOST_PACKED = 1 << 22
"""Most packed bytes that are read to get the first plain ones."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The start of a text in UTF-8 or a single-byte encoding, without byte order mark."""

    data: bytes
    complete: bool
    """Whether it is the whole text."""


def read_beginning(path: Path, size: int) -> Beginning:
    """The first bytes of the text, at most ``size``; of a damaged gzip file those before the fault.

    :raises LibraryError: if the file cannot be read
    """
    most = 2 * size + _SAMPLE  # UTF-16 needs up to so many bytes, and some to recognise it
    try:
        if not path.is_file():
            raise LibraryError(path, "it is not a regular file" if path.exists() else "there is no such file")
        with path.open("rb") as file:
            packed = is_gzip(file.read(2))
            file.seek(0)
            data = _unpacked(file, most + 1) if packed else file.read(most + 1)
    except OSError as error:
        raise LibraryError(path, f"it cannot be read ({error.strerror or error})") from error
    complete = len(data) <= most
    encoding = utf16_encoding(data[:_SAMPLE])
    if encoding is not None:
        data = codecs.getincrementaldecoder(encoding)("replace").decode(data, complete).encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    return Beginning(data[:size], complete and len(data) <= size)


def _unpacked(file: BinaryIO, most: int) -> bytes:
    member, found = zlib.decompressobj(31), bytearray()
    piece = b""
    while len(found) < most:
        piece = piece or (file.read(_PIECE) if file.tell() < MOST_PACKED else b"")
        if not piece:
            break
        try:
            found += member.decompress(piece, most - len(found))
        except zlib.error:
            break
        if member.eof:
            piece, member = member.unused_data, zlib.decompressobj(31)
        else:
            piece = member.unconsumed_tail
    return bytes(found)
