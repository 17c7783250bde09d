"""A model as one file, ``.gcxm``: a zip of the files of a bundle and of nothing else, which holds no code. Of a model
that has several endpoints it holds what they share, and a folder with the files of each.

Its directory is checked before anything is unpacked: which files there are and how large they say that they are. What
comes out is a model folder, to be checked as any other. Imports no torch.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO

from ...errors import BundleError
from ...leftovers import Scratch, is_full, make_scratch, scratch_error
from ...progress import CancelToken
from ..cards.card import CARD_FILE, MAX_CARD_BYTES
from ..forest import FOREST_FILE, MAX_FOREST_BYTES
from ..reliability.domain import DOMAIN_FILE, MAX_DOMAIN_BYTES
from .several import (
    ENDPOINTS_FILE,
    FOLDER_NAME,
    MAX_ENDPOINTS,
    MAX_ENDPOINTS_BYTES,
    endpoint_folders,
    has_endpoints,
)
from .training_records import MAX_TRAINING_BYTES, TRAINING_FILE
from .weights_file import MAX_WEIGHTS_BYTES, WEIGHTS_FILE

MODEL_SUFFIX = ".gcxm"
BUNDLE_FILES: Mapping[str, int] = {
    CARD_FILE: MAX_CARD_BYTES,
    WEIGHTS_FILE: MAX_WEIGHTS_BYTES,
    DOMAIN_FILE: MAX_DOMAIN_BYTES,
    TRAINING_FILE: MAX_TRAINING_BYTES,
    FOREST_FILE: MAX_FOREST_BYTES,
}
"""Name of each file that a bundle may hold → the most bytes that it may have."""
_SHARED_FILES: Mapping[str, int] = {
    ENDPOINTS_FILE: MAX_ENDPOINTS_BYTES,
    WEIGHTS_FILE: MAX_WEIGHTS_BYTES,
    DOMAIN_FILE: MAX_DOMAIN_BYTES,
}
"""The same of the files that several endpoints share."""
_NEEDED = (CARD_FILE, WEIGHTS_FILE)
_MAX_ENTRIES = len(_SHARED_FILES) + MAX_ENDPOINTS * len(BUNDLE_FILES)
_MAX_TOTAL = sum(BUNDLE_FILES.values())
"""Bytes of all files."""

_MAX_PACKING = 200
"""How many times larger than its packed bytes a file may be, beyond the first ``_PACKING_FREE`` bytes."""
_PACKING_FREE = 1 << 24
_PIECE = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of all files, so that equal models are equal files."""

_END = struct.Struct("<4s4H2LH")
"""The end of a zip: mark, this disk, disk of the directory, entries on this disk, entries, size and place of the
directory, length of a comment."""
_END_MARK, _LARGE_MARK = b"PK\5\6", b"PK\6\7"
_LARGE_SIZE = 20
"""Bytes of the mark that stands before the end of a zip that is too large for :data:`_END`."""
_MAX_DIRECTORY = 1 << 18
_ENCRYPTED = 0x2041
"""Bits of a file's flags: encrypted, strongly encrypted, encrypted directory."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error)
"""What zipfile raises for bytes that make no sense; of what it does not know a RuntimeError."""

_unpacked: dict[tuple[Path, int, int], Scratch] = {}
"""File, size and time → the temporary folder with its files, which lasts as long as the process."""


def model_file_names(folder: Path) -> dict[str, int]:
    """Name of each file that the model in a folder may hold, within the folder → the most bytes that it may have.

    :raises BundleError: if it has several endpoints, and their list does not fit
    """
    if not has_endpoints(folder):
        return dict(BUNDLE_FILES)
    places = [place.name for place in endpoint_folders(folder).values()]
    return {**_SHARED_FILES, **{f"{place}/{name}": most for place in places for name, most in BUNDLE_FILES.items()}}


def write_model_file(
    folder: Path, file: IO[bytes], *, without: Collection[str] = (), cancel: CancelToken | None = None
) -> None:
    """Writes the files of a bundle as one zip; other files of the folder are left out.

    :param file: can be searched
    :param without: names of files that are left out, too
    :raises BundleError: if a file is missing or too large
    :raises Cancelled: if ``cancel`` is set
    :raises OSError: if it cannot be read or written
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, most in model_file_names(folder).items():
            path, last = folder / name, name.rpartition("/")[2]
            if last in without or (last not in (*_NEEDED, ENDPOINTS_FILE) and not path.exists()):
                continue
            if not path.is_file():
                raise BundleError(path, "not a file")
            if (size := path.stat().st_size) > most:
                raise BundleError(path, "too large", expected=f"at most {most} bytes", got=size)
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | 0o644) << 16
            with path.open("rb") as source, archive.open(info, "w") as packed:
                for piece in _pieces(source, cancel):
                    packed.write(piece)


def unpack_model_file(path: Path, folder: Path, cancel: CancelToken | None = None) -> None:
    """Writes the files of a ``.gcxm`` into an empty folder. What they hold is not checked.

    :raises BundleError: if it is damaged, or holds anything but the files of a bundle, or too much
    :raises Cancelled: if ``cancel`` is set
    :raises OSError: if they cannot be written
    """
    with _opened(path) as file:
        try:
            _check_end(path, file)
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                _check_entries(path, entries)
                for entry in entries:
                    target = folder / entry.filename
                    target.parent.mkdir(exist_ok=True)
                    _unpack(path, archive, entry, target, cancel)
        except _DAMAGED as error:
            raise BundleError(path, f"the model file is damaged ({str(error)[:200]}); ask for it again") from error


def unpacked_model(path: Path) -> Path:
    """A temporary folder with the files of a ``.gcxm``, the same each time while the file stays as it is. It is removed
    when the process ends.

    :raises BundleError: see :func:`unpack_model_file`
    :raises ScratchError: if there is no place for it
    """
    try:
        status = path.stat()
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror or error})") from error
    key = (path.absolute(), status.st_size, status.st_mtime_ns)
    if key not in _unpacked:
        scratch = make_scratch("model")
        try:
            folder = _folder_in(scratch, path)
            folder.mkdir()
            unpack_model_file(path, folder)
        except BaseException as error:
            scratch.remove()
            if isinstance(error, OSError) and is_full(error):
                raise scratch_error(error, scratch.path.parent) from error
            raise
        _unpacked[key] = scratch
    return _folder_in(_unpacked[key], path)


def _folder_in(scratch: Scratch, path: Path) -> Path:
    """Named like the file, so that a sentence about what is in it names the file."""
    return scratch.path / path.name


def _opened(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        return path.open("rb")
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror or error})") from error


def _check_end(path: Path, file: BinaryIO) -> None:
    """Checks what the zip says of its directory, before that is read: a plain one of few files, right before the end
    of the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _END.size - _LARGE_SIZE, 0))
    tail = file.read(_END.size + _LARGE_SIZE)
    if len(tail) < _END.size or not tail[-_END.size :].startswith(_END_MARK):
        raise BundleError(path, f"not a model file (a zip of {' and '.join(_NEEDED)}, and no more)")
    _, disk, first_disk, n_here, n_entries, n_bytes, begin, n_comment = _END.unpack(tail[-_END.size :])
    if disk or first_disk or n_here != n_entries or n_comment or begin + n_bytes + _END.size != size:
        raise BundleError(path, "the model file is damaged, or something was added to it; ask for it again")
    if tail.startswith(_LARGE_MARK) or n_bytes > _MAX_DIRECTORY or n_entries > _MAX_ENTRIES:
        raise BundleError(path, "it holds more than the files of a model", expected=_most(_MAX_ENTRIES), got=n_entries)


def _most(number: int) -> str:
    return f"at most {number}"


def _check_entries(path: Path, entries: Collection[zipfile.ZipInfo]) -> None:
    """Checks what the directory says of each file, before anything is unpacked."""
    names = [entry.orig_filename for entry in entries]
    several = ENDPOINTS_FILE in names
    seen: set[str] = set()
    for entry, name in zip(entries, names, strict=True):
        most = _largest(name, several=several)
        if most is None or entry.filename != name:
            known = ", ".join(
                (*_SHARED_FILES, *(f"FOLDER/{each}" for each in BUNDLE_FILES)) if several else BUNDLE_FILES
            )
            raise BundleError(path, "it holds a file that is none of a model", expected=known, got=repr(name)[:80])
        if name.casefold() in seen:  # some systems know no letter case
            raise BundleError(path, f"it holds {name} more than once")
        seen.add(name.casefold())
        if entry.flag_bits & _ENCRYPTED:
            raise BundleError(path, f"its {name} is encrypted; ask for the model without a password")
        if entry.compress_type not in _METHODS:
            raise BundleError(
                path, f"its {name} is packed in an unknown way", expected="stored or deflated", got=entry.compress_type
            )
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BundleError(path, f"its {name} is a link or a device, and not a file")
        if entry.file_size > most:
            raise BundleError(path, f"its {name} is too large", expected=f"{_most(most)} bytes", got=entry.file_size)
        if entry.file_size > max(_MAX_PACKING * entry.compress_size, _PACKING_FREE):
            raise BundleError(path, f"its {name} unpacks to more than {_MAX_PACKING} times its size, the limit")
    _check_sum(path, entries)
    folders = sorted({f"{name.partition('/')[0]}/" for name in names if "/" in name})
    needed = [f"{folder}{name}" for folder in folders for name in _NEEDED] if several else _NEEDED
    for each in (*needed, WEIGHTS_FILE):
        if each not in names:
            raise BundleError(path, f"not a model file: it has no {each}")


def _largest(name: str, *, several: bool) -> int | None:
    """The most bytes that a file of this name may have; ``None`` if a model holds no such file.

    :param several: whether the model has several endpoints
    """
    if not several:
        return BUNDLE_FILES.get(name)
    folder, slash, own = name.partition("/")
    if not slash:
        return _SHARED_FILES.get(name)
    return BUNDLE_FILES.get(own) if FOLDER_NAME.fullmatch(folder) and folder not in _SHARED_FILES else None


def _check_sum(path: Path, entries: Collection[zipfile.ZipInfo]) -> None:
    """Checks the sizes of all files together, of which there may be many."""
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if size > _MAX_TOTAL:
        raise BundleError(path, "its files are too large", expected=f"{_most(_MAX_TOTAL)} bytes", got=size)
    if size > max(_MAX_PACKING * packed, len(BUNDLE_FILES) * _PACKING_FREE):
        raise BundleError(path, f"it unpacks to more than {_MAX_PACKING} times its size, the limit")


def _unpack(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, cancel: CancelToken | None
) -> None:
    """Writes one file; what was unpacked beyond its size is not read. Its checksum is checked."""
    written = 0
    with archive.open(entry) as packed, target.open("xb") as file:
        for piece in _pieces(packed, cancel):
            written += file.write(piece)
    if written != entry.file_size:
        raise BundleError(path, f"its {entry.filename} is damaged", expected=f"{entry.file_size} bytes", got=written)


def _pieces(file: IO[bytes], cancel: CancelToken | None) -> Iterator[bytes]:
    """:raises Cancelled: between two pieces"""
    while piece := file.read(_PIECE):
        if cancel is not None:
            cancel.raise_if_cancelled()
        yield piece
