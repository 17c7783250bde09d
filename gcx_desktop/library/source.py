"""Bytes of a library file by offset, in any process and any thread.

Files are read with plain positioned reads rather than a memory map: if somebody truncates the file meanwhile,
a map kills the process with a bus error, while a read comes back short.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path

from ..errors import LibraryError
from .record import Format, RawRecord, Source, Span

MAX_RECORD_BYTES = 10_000_000
"""A record with more text than this is listed and rejected, never read as a molecule."""

_MAX_OPEN = 8
_lock = threading.Lock()
_open_files: OrderedDict[Path, tuple[int, tuple[int, int]]] = OrderedDict()
"""Descriptors, rather than file objects, of this process, the least recently used first, with what ``fstat`` said."""


def fingerprint(path: Path) -> tuple[int, int]:
    """Size and modification time in ns: what tells that a file is still the one that was indexed."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def read_bytes(source: Source, start: int, stop: int) -> bytes:
    """The bytes ``[start, stop)`` of the source's data.

    :raises LibraryError: if the file is gone or is no longer the one that was indexed.
    """
    try:
        with _lock:
            return _pread(_descriptor(source), start, stop - start)
    except OSError as error:
        raise LibraryError(source.path, f"it can no longer be read ({error.strerror or error})") from error


def read_raw(source: Source, span: Span) -> RawRecord:
    """The text of one record. Its ``line`` is the span's, so spans from :class:`Library` give the true one.

    A record beyond :data:`MAX_RECORD_BYTES`, or cut off by damage, comes with its ``fault``.

    :raises LibraryError: if the file is gone or was changed since it was opened.
    """
    size = span.stop - span.start
    data = read_bytes(source, span.start, min(span.stop, span.start + MAX_RECORD_BYTES))
    fault = ""
    if size > MAX_RECORD_BYTES:
        data = data[:4096]
        fault = (
            f"the record is {size / 1e6:.1f} MB of text, more than the {MAX_RECORD_BYTES / 1e6:.0f} MB that are read"
        )
    elif source.cut_short == span.position:
        fault = "the file is damaged here and the rest of this record is missing"
    text = decode(data)
    if source.format in (Format.SMILES, Format.TABLE):
        text = text.rstrip("\r\n")
    return RawRecord(span.position, span.line, text, fault)


def decode(data: bytes) -> str:
    """UTF-8 if it is, else Windows' western code page, else latin-1, which takes any byte."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def forget(path: Path) -> None:
    """Closes this process's descriptor of ``path``, if there is one."""
    with _lock:
        held = _open_files.pop(path, None)
        if held is not None:
            os.close(held[0])


def _descriptor(source: Source) -> int:
    path = source.data_path
    now = fingerprint(path)
    if source.fingerprint is not None and now != source.fingerprint:
        raise LibraryError(source.path, "it was changed since it was opened; open it again")
    held = _open_files.get(path)
    if held is not None and held[1] == now:
        _open_files.move_to_end(path)
        return held[0]
    if held is not None:
        os.close(_open_files.pop(path)[0])
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    _open_files[path] = (descriptor, now)
    while len(_open_files) > _MAX_OPEN:
        os.close(_open_files.popitem(last=False)[1][0])
    return descriptor


def _pread(descriptor: int, offset: int, size: int) -> bytes:
    """All ``size`` bytes, or as many as there are."""
    parts = []
    while size > 0:
        if hasattr(os, "pread"):
            part = os.pread(descriptor, size, offset)
        else:  # Windows
            os.lseek(descriptor, offset, os.SEEK_SET)
            part = os.read(descriptor, size)
        if not part:
            break
        parts.append(part)
        offset, size = offset + len(part), size - len(part)
    return b"".join(parts)
