"""Output files: their format by suffix, and writing them whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import errno
import gzip
import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal, cast, overload

from ...errors import OutputError, UsageError
from ...leftovers import is_part, unfinished_file
from ...paths import real_path
from ...wording import visible_lines

ROW_KINDS = ("csv", "tsv", "json", "parquet", "xlsx")
SALIENCY_KINDS = (*ROW_KINDS, "sdf")
"""Formats that can hold a number for each atom."""
KINDS = (*SALIENCY_KINDS, "smi")
_PACKABLE = ("csv", "tsv", "json", "sdf", "smi")

STDOUT = "-"

_WINDOWS = os.name == "nt"
"""On Windows an open file can be neither renamed nor deleted."""
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def output_kind(path: Path | str, kinds: Sequence[str] = KINDS) -> str:
    """Which of ``kinds`` the suffix of ``path`` asks for; "-", standard output, is "csv".

    :raises UsageError: if it asks for none of them, listing those that are possible.
    """
    if str(path) == STDOUT:
        return "csv"
    name = Path(path).name.lower()
    packed = name.endswith(".gz")
    kind = Path(name.removesuffix(".gz")).suffix.removeprefix(".")
    if kind in kinds and (not packed or kind in _PACKABLE):
        return kind
    unfit = kind in KINDS and kind not in kinds
    problem = f"a .{kind} file cannot hold this" if unfit else "the suffix does not say what to write"
    possible = ", ".join(f".{kind}" for kind in kinds)
    packable = ", ".join(f".{kind}.gz" for kind in kinds if kind in _PACKABLE)
    packed_too = f", and packed {packable}" if packable else ""
    raise UsageError(f"{path}: {problem}; possible are {possible}{packed_too}")


def check_output(path: Path | str, *, forbid: Path | None = None) -> None:
    """Checks, before any work is done, whether ``path`` can be written.

    :raises OutputError: if its folder does not exist or is read-only, if it is a folder, or if writing it would
        overwrite ``forbid``, the file that the output is made from.
    """
    if str(path) == STDOUT:
        return
    path = Path(path)
    _check_length(path)
    if path.is_dir():
        raise OutputError(path, "it is a folder; name a file in it")
    folder = real_path(path).parent
    if not folder.is_dir():
        raise OutputError(path, f"the folder {folder} does not exist; make it first")
    if forbid is not None and path.exists() and forbid.exists() and path.samefile(forbid):
        raise OutputError(path, "it is the library itself, which would be overwritten; choose another name")
    if _is_special(path):
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(path, f"the folder {folder} is read-only; choose another")


def _check_length(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise OutputError(path, "its name, or the way to it, is too long for this system; shorten it") from error
        if error.errno != errno.ENOTDIR:
            raise OutputError(path, f"it cannot be written ({error.strerror or error})") from error


@overload
def whole_file(
    path: Path | str, *, forbid: Path | None = None, text: Literal[True] = True
) -> contextlib.AbstractContextManager[IO[str]]: ...
@overload
def whole_file(
    path: Path | str, *, forbid: Path | None = None, text: Literal[False]
) -> contextlib.AbstractContextManager[IO[bytes]]: ...
def whole_file(
    path: Path | str, *, forbid: Path | None = None, text: bool = True
) -> contextlib.AbstractContextManager[IO[Any]]:
    """A file to write, which gets its name only if the ``with`` block ends without an error; else it is deleted.

    Text is UTF-8 with its line ends as given. A ``.gz`` suffix packs it. "-" is standard output.

    :raises OutputError: see :func:`check_output`; also if the disk is full.
    """
    check_output(path, forbid=forbid)
    if str(path) == STDOUT:
        return _stdout(text)
    return _whole_file(Path(path), text)


@contextlib.contextmanager
def _whole_file(path: Path, text: bool) -> Iterator[IO[Any]]:
    target = real_path(path)  # a link stays a link
    packs = path.name.lower().endswith(".gz")
    try:
        if _is_special(target):
            handle = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "wb") as plain, _layers(plain, text, packs) as file:
                yield file
            return
        with unfinished_file(target) as (part, handle):
            with os.fdopen(handle, "wb") as plain:
                with _layers(plain, text, packs) as file:
                    yield file
                plain.flush()
                os.fsync(plain.fileno())
                if target.exists():
                    shutil.copymode(target, part)
                if not _WINDOWS:  # while it is locked, so that no process removes it as a leftover
                    part.replace(target)
            if _WINDOWS:
                part.replace(target)
    except OSError as error:
        if error.errno not in _DISK_ERRORS and not _is_of(error, target):
            raise
        raise OutputError(path, f"it cannot be written ({error.strerror or error})") from error


@contextlib.contextmanager
def _layers(plain: IO[bytes], text: bool, packs: bool) -> Iterator[IO[Any]]:
    """Packing and encoding over ``plain``, which stays open."""
    with contextlib.ExitStack() as stack:
        binary: IO[bytes] = plain
        if packs:
            packer = gzip.GzipFile(filename="", mode="wb", fileobj=plain, compresslevel=6, mtime=0)
            binary = cast(IO[bytes], stack.enter_context(packer))
        if not text:
            yield binary
            return
        wrapper = io.TextIOWrapper(binary, encoding="utf-8", errors="replace", newline="", write_through=False)
        try:
            yield wrapper
        finally:
            wrapper.detach()


@contextlib.contextmanager
def _stdout(text: bool) -> Iterator[IO[Any]]:
    """Standard output in UTF-8 with line ends as given, whatever the locale says.

    Control characters are escaped for a terminal, not for a pipe or file.

    :raises OutputError: if it is closed or full
    :raises BrokenPipeError: if the reader of the pipe has ended
    """
    binary = getattr(sys.stdout, "buffer", None)  # there is none if stdout was replaced by a text stream
    try:
        sys.stdout.flush()
        file = sys.stdout if binary is None else binary
        if text and binary is not None:
            # No TextIOWrapper: after an error it would still write its buffer to a closed pipe.
            file = codecs.getwriter("utf-8")(binary, "replace")
        if text and sys.stdout.isatty():
            file = _Shown(file)
        yield file
        file.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno not in (*_DISK_ERRORS, errno.EBADF):
            raise
        raise stdout_error(error) from error


class _Shown:
    """A stream for a terminal that escapes control characters."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        self._file.write(visible_lines(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._file.flush()


def stdout_error(error: OSError) -> OutputError:
    """The error for a failure to write standard output."""
    if error.errno == errno.EBADF:
        return OutputError("standard output", "it is closed; open it, or name a file with -o")
    return OutputError("standard output", f"it cannot be written ({error.strerror or error})")


def _is_of(error: OSError, target: Path) -> bool:
    """Whether an error is about the output or its unfinished file."""
    if not isinstance(error.filename, (str, os.PathLike)):
        return False
    path = Path(error.filename)
    return path == target or (path.parent == target.parent and is_part(path))


def _is_special(path: Path) -> bool:
    """Whether it is a device or pipe, such as /dev/null, which must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()
