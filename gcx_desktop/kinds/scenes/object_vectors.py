"""Visual features: a vector for each object, such as what an Inception network makes of its part of the photograph.

They lie in a NumPy archive as ``numpy.savez`` writes it: an array for each object, named by its id, or two arrays,
``ids`` [n] and ``vectors`` [n, n_dimensions]. Nothing of it is unpacked or unpickled: arrays are found by their
headers, and a vector is read from its place when it is wanted.
"""

from __future__ import annotations

import io
import math
import os
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ...errors import FileError, UsageError
from ...library.file_fingerprint import take_fingerprint
from ...library.record import CompanionFile, Source
from ...library.words import short_name

MAX_VISUAL = 8_192
"""Visual features of an object, at most."""
MAX_VECTORS = 4_000_000
MAX_NAMED_VECTORS = 100_000
"""In a file with an array for each object: the directory of more takes too long to read."""
MAX_ID = 256
"""Characters"""
MAX_DIRECTORY_BYTES = 1 << 25
_HEAD_BYTES = 4096
"""Of an array in the archive, within which its numbers must begin."""
_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Of a file in a ZIP archive: signature, lengths of its name and of what is said besides."""
_MAX_ARRAY_HEADER = 256
"""Characters of an array's own header, which NumPy evaluates; it writes 118 for an array of numbers or text."""
_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


class VectorFileError(FileError):
    """A file of visual features that cannot be used."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectVectors:
    """Whose vectors a file holds, and where. Made by :func:`open_vectors`."""

    file: CompanionFile
    n_dimensions: int
    dtype: np.dtype[Any]
    starts: Sequence[int]
    """[n_vectors], where each begins in the file, in bytes."""
    ids: NDArray[Any]
    """[n_vectors], int64 or text, ascending."""
    order: NDArray[np.intp]
    """[n_vectors], the vector of each id, as an index into ``starts``."""

    def find(self, objects: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """The number of each object's vector, from 1; 0 for an object that has none. [n_objects]

        :param objects: the ids of each; the first one that has a vector counts
        """
        numbers = np.zeros(len(objects), dtype=np.int64)
        asked = [(i, id_) for i, ids in enumerate(objects) for id_ in map(self._as_held, ids) if id_ is not None]
        if asked:
            owners, wanted = np.array([i for i, _ in asked]), np.array([id_ for _, id_ in asked], self.ids.dtype)
            at = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
            held = np.flatnonzero(self.ids[at] == wanted)[::-1]  # of several ids the first is written last
            numbers[owners[held]] = self.order[at[held]] + 1
        return numbers

    def read(self, numbers: NDArray[np.integer]) -> NDArray[np.float32]:
        """[n, n_dimensions], zeros for the number 0.

        :param numbers: [n], as :meth:`find` gives them
        :raises VectorFileError: if the file was changed, or a vector holds what is no feature
        """
        raw = np.zeros((len(numbers), self.n_dimensions), dtype=self.dtype)
        path = self.file.path
        try:
            with path.open("rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                if (status.st_size, status.st_mtime_ns) != (
                    self.file.fingerprint.size,
                    self.file.fingerprint.modified_ns,
                ):
                    raise _changed(path)
                for row, number in zip(raw, numbers.tolist(), strict=True):
                    if number:
                        file.seek(self.starts[number - 1])
                        if file.readinto(row) != row.nbytes:
                            raise _changed(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        with np.errstate(over="ignore"):
            values = raw.astype(np.float32, copy=False)
        sound = np.isfinite(values) & (values >= 0)
        if not sound.all():
            number = int(numbers[int(np.argmin(sound.all(axis=1)))])
            raise VectorFileError(
                path,
                f"vector {number:,}, of the object {self._id_of(number)}, holds a number that is negative, infinite or "
                "not one at all; give features of 0 and more, such as those behind a ReLU",
            )
        return values

    def _as_held(self, id_: str) -> int | str | None:
        """An id as ``ids`` holds it; ``None`` if it cannot be one of them."""
        if self.ids.dtype.kind == "U":
            return id_ if len(id_) <= self.ids.dtype.itemsize // 4 else None
        try:
            value = int(id_)
        except ValueError:
            return None
        return value if str(value) == id_ and abs(value) < 2**63 else None

    def _id_of(self, number: int) -> str:
        return repr(self.ids[self.order == number - 1].tolist()[0])


def vectors_of(source: Source, n_dimensions: int) -> ObjectVectors:
    """Those of a library's objects.

    :raises UsageError: if there are none
    :raises VectorFileError: if their file cannot be used, or if they are not of so many dimensions
    """
    if source.companion is None:
        raise UsageError(
            f"{source.path}: the model needs {n_dimensions:,} visual features of each object; name their file with "
            "--object-features, or put it beside this one, of the same name but ending in .npz"
        )
    vectors = open_vectors(source.companion)
    if vectors.n_dimensions != n_dimensions:
        raise VectorFileError(
            vectors.file.path,
            f"its vectors have {vectors.n_dimensions:,} numbers, and the model needs {n_dimensions:,}; give the "
            "features that it was trained on",
        )
    return vectors


@lru_cache(maxsize=4)
def open_vectors(file: CompanionFile) -> ObjectVectors:
    """Whose vectors a file holds, and where; the vectors themselves are not looked at.

    :raises VectorFileError: if it is no such file, or not the one that it was
    """
    path = file.path
    try:
        with _Bounded(path) as opened:
            if take_fingerprint(path) != file.fingerprint:
                raise _changed(path)
            headers, size = _HeaderReader(), file.fingerprint.size
            entries = _directory(path, opened)
            arrays = (_located(path, opened, entry, headers, size) for entry in entries)
            if {_name_of(entry) for entry in entries} == {"ids", "vectors"}:
                return _of_two_arrays(file, {each.name: each for each in arrays})
            return _of_named_arrays(file, arrays)
    except OSError as error:
        raise _unreadable(path, error) from error


class _Bounded(io.FileIO):
    """A file of which no more is read at once than an archive's directory may take."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = MAX_DIRECTORY_BYTES + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, MAX_DIRECTORY_BYTES + 1)) or b""
        if len(data) > MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile("its directory is too large")
        return data


@dataclass(frozen=True, slots=True)
class _Array:
    """An array in the archive."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    start: int
    """Of its numbers, in bytes."""


def _directory(path: Path, file: _Bounded) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OverflowError, struct.error) as error:
        raise VectorFileError(path, f"it is no .npz file of NumPy ({error}); write one with numpy.savez") from error
    if not found:
        raise VectorFileError(path, "it holds no vectors")
    if len(found) > MAX_NAMED_VECTORS:
        raise VectorFileError(
            path,
            f"it has more than {MAX_NAMED_VECTORS:,} arrays; give two, 'ids' [n] and 'vectors' [n, n_dimensions]",
        )
    return found


def _name_of(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(".npy")


def _located(path: Path, file: _Bounded, info: zipfile.ZipInfo, headers: _HeaderReader, file_size: int) -> _Array:
    name = _name_of(info)
    shown = short_name(name)
    damaged = VectorFileError(path, f"its array '{shown}' is damaged; write the file anew")
    if not 0 <= info.header_offset < file_size:
        raise damaged
    if info.compress_type != zipfile.ZIP_STORED:
        raise VectorFileError(
            path, "it is compressed, so that no vector can be read by itself; write it with numpy.savez instead"
        )
    file.seek(info.header_offset)
    head = file.read(_HEAD_BYTES)
    try:
        signature, n_name, n_more = _LOCAL_HEADER.unpack_from(head)
        begin = _LOCAL_HEADER.size + n_name + n_more
        header = headers.read(head[begin : begin + info.file_size])
    except (ValueError, struct.error) as error:
        raise VectorFileError(path, f"its '{shown}' is no array; write the file with numpy.savez") from error
    if header.dtype.hasobject:
        raise VectorFileError(
            path, f"its array '{shown}' holds objects of Python, which are not unpickled; give real numbers"
        )
    n_bytes = header.dtype.itemsize * math.prod(header.shape)
    start, end = info.header_offset + begin + len(header.raw), info.header_offset + begin + info.file_size
    if signature != b"PK\x03\x04" or start + n_bytes != end or end > file_size:
        raise damaged
    if header.by_columns and len(header.shape) > 1:
        raise VectorFileError(
            path, f"its array '{shown}' lies there by columns; write numpy.ascontiguousarray of it instead"
        )
    return _Array(name, header.shape, header.dtype, start)


@dataclass(frozen=True, slots=True)
class _Header:
    """Of an array as ``numpy.save`` writes it."""

    raw: bytes
    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype[Any]


class _HeaderReader:
    """Reads the headers of arrays one after the other.

    Those of many vectors are alike. Evaluating one takes some 50 µs, so one that is as the last is only compared.
    """

    def __init__(self) -> None:
        self._last: _Header | None = None

    def read(self, data: bytes) -> _Header:
        """The header that the bytes begin with.

        :raises ValueError: if they begin with none
        """
        if self._last is None or not data.startswith(self._last.raw):
            self._last = _read_header(data)
        return self._last


def _read_header(data: bytes) -> _Header:
    """:raises ValueError: if it is none"""
    file = io.BytesIO(data)
    version = npy.read_magic(file)
    if version not in _READERS:
        raise ValueError(f"no array of format {version}")
    try:
        shape, by_columns, dtype = _READERS[version](file, max_header_size=_MAX_ARRAY_HEADER)
    except Exception as error:  # a header is evaluated, and may fail in any way
        raise ValueError("no array") from error
    if min(shape, default=0) < 0:
        raise ValueError("no array")
    return _Header(data[: file.tell()], shape, by_columns, dtype)


def _of_two_arrays(file: CompanionFile, arrays: dict[str, _Array]) -> ObjectVectors:
    path, ids, vectors = file.path, arrays["ids"], arrays["vectors"]
    if len(vectors.shape) != 2 or ids.shape != vectors.shape[:1]:
        raise VectorFileError(
            path,
            f"its 'ids' {list(ids.shape)} and 'vectors' {list(vectors.shape)} do not belong together; "
            "give [n] and [n, n_dimensions]",
        )
    _check(path, vectors, *vectors.shape)
    if ids.dtype.kind not in "iuUS" or not 1 <= ids.dtype.itemsize <= 4 * MAX_ID:
        raise VectorFileError(path, f"its 'ids' are neither whole numbers nor texts of up to {MAX_ID} characters")
    held = np.fromfile(path, dtype=ids.dtype, count=ids.shape[0], offset=ids.start)
    if held.shape != ids.shape:
        raise _changed(path)
    n_bytes = vectors.dtype.itemsize * vectors.shape[1]
    starts = range(vectors.start, vectors.start + n_bytes * len(held), n_bytes)
    return _sorted(file, vectors.shape[1], vectors.dtype, starts, _plain_ids(path, held))


def _plain_ids(path: Path, ids: NDArray[Any]) -> NDArray[Any]:
    """As int64, or as text in the machine's own byte order."""
    if ids.dtype.kind == "S":
        try:
            return np.strings.decode(ids, "utf-8")
        except UnicodeDecodeError as error:
            raise VectorFileError(path, "its 'ids' are no text in UTF-8") from error
    if ids.dtype.kind == "U":
        return ids.astype(ids.dtype.newbyteorder("="), copy=False)
    if ids.dtype.kind == "u" and ids.max() > np.iinfo(np.int64).max:
        raise VectorFileError(path, f"its 'ids' hold {ids.max()}, which is more than 63 bits hold; give them as text")
    return ids.astype(np.int64, copy=False)


def _of_named_arrays(file: CompanionFile, arrays: Iterable[_Array]) -> ObjectVectors:
    """:param arrays: at least one; none is asked for behind one that is no vector, or not like the first"""
    path, found = file.path, list[_Array]()
    for each in arrays:
        first = found[0] if found else each
        found.append(each)
        name = short_name(each.name)
        if len(each.shape) != 1 or len(each.name) > MAX_ID:
            raise VectorFileError(
                path,
                f"its array '{name}' {list(each.shape)} is no vector of an object; give each object's vector under its "
                "id, or two arrays 'ids' [n] and 'vectors' [n, n_dimensions]",
            )
        if (each.shape, each.dtype) != (first.shape, first.dtype):
            raise VectorFileError(
                path,
                f"the vector of '{name}' has {each.shape[0]:,} numbers of type {each.dtype}, and that of "
                f"'{short_name(first.name)}' {first.shape[0]:,} of type {first.dtype}; give all in one length and type",
            )
    first = found[0]
    _check(path, first, len(found), first.shape[0])
    starts = [each.start for each in found]
    return _sorted(file, first.shape[0], first.dtype, starts, np.array([each.name for each in found]))


def _check(path: Path, vectors: _Array, n_vectors: int, n_dimensions: int) -> None:
    """:raises VectorFileError: if these cannot be features"""
    if vectors.dtype.kind not in "fiu" or vectors.dtype.itemsize > 8:
        raise VectorFileError(path, f"its '{short_name(vectors.name)}' is of type {vectors.dtype}; give real numbers")
    if not 1 <= n_vectors <= MAX_VECTORS or not 1 <= n_dimensions <= MAX_VISUAL:
        raise VectorFileError(
            path,
            f"it holds {n_vectors:,} vectors of {n_dimensions:,} numbers; what is read is up to {MAX_VECTORS:,} of up "
            f"to {MAX_VISUAL:,}",
        )


def _sorted(
    file: CompanionFile, n_dimensions: int, dtype: np.dtype[Any], starts: Sequence[int], ids: NDArray[Any]
) -> ObjectVectors:
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    twice = np.flatnonzero(ids[1:] == ids[:-1])
    if len(twice):
        again = repr(ids[twice[0]].item())
        raise VectorFileError(file.path, f"it holds two vectors of the object {again}; give one of each")
    return ObjectVectors(file, n_dimensions, dtype, starts, ids, order)


def _changed(path: Path) -> VectorFileError:
    return VectorFileError(path, "it was changed since the library was opened; open that again")


def _unreadable(path: Path, error: OSError) -> VectorFileError:
    return VectorFileError(path, f"it cannot be read ({error.strerror or error})")
