"""Reads bytes of a library file by offset, in any process and any thread.

Files are read with positioned reads and not with a memory map: if the file is truncated meanwhile, a map kills the
process with a bus error, while a read returns fewer bytes.
"""

from __future__ import annotations

import codecs
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from ..errors import LibraryError
from .file_fingerprint import hash_ends
from .record import Format, RawRecord, Source, Span
from .table_options import Choice

MAX_RECORD_BYTES = 10_000_000
"""A record with more text than this is listed and rejected, never read as a molecule."""

_NOT_UTF8 = "its text is not UTF-8 as the file's beginning is; it was read as Windows-1252 (western European)"
_MAX_OPEN = 8
_lock = threading.Lock()


class _Identity(NamedTuple):
    """What one system call says of a file. Another inode means another file with the same name."""

    size: int
    modified_ns: int
    inode: int


class _OpenFile(NamedTuple):
    descriptor: int
    identity: _Identity
    ends: str
    """As in :class:`Fingerprint`, read when it was opened."""


_open_files: OrderedDict[Path, _OpenFile] = OrderedDict()
"""Descriptors, rather than file objects, of this process, the least recently used first."""


def read_bytes(source: Source, start: int, stop: int) -> bytes:
    """The bytes ``[start, stop)`` of the source's data.

    :raises LibraryError: if the file is missing or has changed since it was indexed.
    """
    try:
        with _lock:
            return _pread(_descriptor(source), start, stop - start)
    except OSError as error:
        raise LibraryError(source.path, f"it can no longer be read ({error.strerror or error})") from error


def read_raw(source: Source, span: Span) -> RawRecord:
    """The text of one record. Its ``line`` is that of the span; spans from :class:`Library` have the true one.

    A record that is larger than :data:`MAX_RECORD_BYTES` or incomplete has a ``fault``.

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
    text, is_utf8 = _decoded(data)
    warning = _NOT_UTF8 if source.seems_utf8 and not is_utf8 else ""
    if source.format in (Format.SMILES, Format.TABLE):
        text = text.rstrip("\r\n")
    return RawRecord(span.position, span.line, text, fault, warning)


def decode_text(data: bytes) -> str:
    """Decodes as UTF-8 if possible, else with the western code page of Windows, else as Latin-1, which accepts all
    bytes."""
    return _decoded(data)[0]


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text as from :func:`decode_text`, and whether it is UTF-8."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding == "utf-8"
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), False


def is_utf8(head: bytes) -> bool:
    """Whether the first bytes of a text are UTF-8; the last character may be incomplete."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def encoding_choice(head: bytes, wide: str = "") -> tuple[Choice, ...]:
    """A note on the encoding of a text that is not UTF-8; empty for UTF-8.

    :param head: its first bytes
    :param wide: its encoding before it was converted to UTF-8
    """
    if wide and not wide.endswith("16"):  # a byte order mark says so
        return (Choice(f"the text looks like {wide.upper()} and was read so; it has no byte order mark", ""),)
    if is_utf8(head):
        return ()
    return (Choice("not all of the text is UTF-8; what is not was read as Windows-1252 (western European)", ""),)


def forget(path: Path) -> None:
    """Closes this process's descriptor of ``path``, if there is one."""
    with _lock:
        held = _open_files.pop(path, None)
        if held is not None:
            os.close(held.descriptor)


def _descriptor(source: Source) -> int:
    """The descriptor of the open file, after checking its size, time and inode, and its ends when it is opened."""
    path, expected = source.data_path, source.fingerprint
    status = path.stat()
    now = _Identity(status.st_size, status.st_mtime_ns, status.st_ino)
    held = _open_files.get(path)
    if held is None or held.identity != now:
        held = _open(path, now)
    _open_files.move_to_end(path)
    if expected is not None and (now.size, now.modified_ns, held.ends) != (
        expected.size,
        expected.modified_ns,
        expected.ends,
    ):
        raise LibraryError(source.path, "it was changed since it was opened; open it again")
    return held.descriptor


def _open(path: Path, identity: _Identity) -> _OpenFile:
    if path in _open_files:
        os.close(_open_files.pop(path).descriptor)
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            ends = hash_ends(file, identity.size)
    except BaseException:
        os.close(descriptor)
        raise
    opened = _open_files[path] = _OpenFile(descriptor, identity, ends)
    while len(_open_files) > _MAX_OPEN:
        os.close(_open_files.popitem(last=False)[1].descriptor)
    return opened


def _pread(descriptor: int, offset: int, size: int) -> bytes:
    """Reads ``size`` bytes, or as many as there are."""
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
