"""Output files: their kind by suffix, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal, cast, overload

from ..errors import OutputError, UsageError

ROW_KINDS = ("csv", "tsv", "json", "parquet", "xlsx")
SALIENCY_KINDS = (*ROW_KINDS, "sdf")
"""What can hold a number for each atom."""
KINDS = (*SALIENCY_KINDS, "smi")
_PACKABLE = ("csv", "tsv", "json", "sdf", "smi")

STDOUT = "-"

_PART_NAME = 50
"""Characters of a file's name in that of its unfinished part: however many bytes they take, systems allow 255."""

_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def output_kind(path: Path | str, kinds: Sequence[str] = KINDS) -> str:
    """Which of ``kinds`` the suffix of ``path`` asks for; "-", standard output, is "csv".

    :raises UsageError: if it asks for none of them, naming what would do.
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
    """Tells before any work is done whether ``path`` can be written.

    :raises OutputError: if its folder does not exist or is read-only, if it is a folder, or if writing it would
        overwrite ``forbid``, the file that the output is made from.
    """
    if str(path) == STDOUT:
        return
    path = Path(path)
    if path.is_dir():
        raise OutputError(path, "it is a folder; name a file in it")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise OutputError(path, f"the folder {folder} does not exist; make it first")
    if forbid is not None and path.exists() and forbid.exists() and path.samefile(forbid):
        raise OutputError(path, "it is the library itself, which would be overwritten; choose another name")
    if _is_special(path):
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(path, f"the folder {folder} is read-only; choose another")


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
    """A file to write that takes its name only when the ``with`` block ends well; else nothing of it stays.

    Text is UTF-8 with its line ends as given. A ``.gz`` suffix packs it. "-" is standard output.

    :raises OutputError: see :func:`check_output`; also if the disk is full.
    """
    check_output(path, forbid=forbid)
    if str(path) == STDOUT:
        return _stdout(text)
    return _whole_file(Path(path), text)


@contextlib.contextmanager
def _whole_file(path: Path, text: bool) -> Iterator[IO[Any]]:
    target = path.resolve()  # a link stays a link
    special = _is_special(target)
    part = target if special else target.with_name(f".{target.name[:_PART_NAME]}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(
            part, os.O_WRONLY | getattr(os, "O_BINARY", 0) | (0 if special else os.O_CREAT | os.O_EXCL), 0o666
        )
    except OSError as error:
        raise OutputError(path, f"it cannot be written ({error.strerror or error})") from error
    try:
        with os.fdopen(handle, "wb") as plain:
            packs = path.name.lower().endswith(".gz")
            with _layers(plain, text, packs) as file:
                yield file
            plain.flush()
            if not special:
                os.fsync(plain.fileno())
        if not special:
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
    except BaseException as error:
        if not special:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise OutputError(path, f"it cannot be written ({error.strerror})") from error
        raise


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
    file: IO[Any] = sys.stdout if text else sys.stdout.buffer
    yield file
    file.flush()


def _is_special(path: Path) -> bool:
    """Whether it is a device or pipe, such as /dev/null, which must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()
