"""An open molecule file: the number of its records, and access to them by position."""

from __future__ import annotations

import codecs
import stat
import weakref
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from ..errors import LibraryError
from ..leftovers import Scratch
from ..progress import CancelToken, ProgressReporter, Report, silent
from ..wording import counted
from .file_fingerprint import Change, FileFingerprint, find_change, take_fingerprint
from .formats import read_record_text
from .formats.table import Shape
from .opening.detect import HEAD, Layout, find_layout, refuse_foreign
from .opening.index import (
    FREE_RECORDS,
    MAX_PER_PACKED_BYTE,
    MAX_RECORDS,
    Boundaries,
    GrowingIndex,
    may_be_records,
    scan,
)
from .opening.unpack import is_gzip, to_utf8, unpack_gzip, utf16_encoding
from .record import MOLECULES_ALONE, Format, OtherFiles, RawRecord, RecordText, Rejected, Source, Span
from .source import encoding_choice, forget, is_utf8, read_raw
from .table_options import DETECT_ALL, TableOptions

_FIELDS_SEEN = 200
"""First records of an SDF that are searched for field names."""
FIELDS_WITHIN = 1 << 24
"""Most bytes of these records besides the first one, since the window's first rows wait for them."""


@dataclass(frozen=True, slots=True)
class _PlainFile:
    """The file that records are read from."""

    path: Path
    fingerprint: FileFingerprint
    scratch: Scratch | None = None
    """The temporary folder of an unpacked copy."""
    damaged: str = ""
    encoding: str = ""
    """Encoding of the original file if it was UTF-16; this one is UTF-8."""


class Library:
    """An opened molecule file. Made by :func:`open_library`; closed by :meth:`close`, by ``with``, or at exit.

    A library that :func:`open_library` gives to ``growing`` gets more records until that function returns.

    Attributes: ``source``, what a worker process needs to read records; ``fingerprint``, of the file as the user named
    it, taken before it was read; ``damaged``, what is wrong with the packed file ("" if nothing; a damaged
    file has the records before the fault); ``options``, what the user chose of a table's layout; ``choices``, those
    that the program made where the file allows several and the user chose none; ``skips_first``, whether the first
    record that a scan finds is a header; ``begin`` and ``first_line``, the byte and the line where a scan begins;
    ``scanned``, whether a scan found the records.
    """

    def __init__(
        self,
        source: Source,
        index: GrowingIndex,
        plain: _PlainFile,
        fingerprint: FileFingerprint,
        options: TableOptions,
        layout: Layout,
    ) -> None:
        self.source, self.fingerprint, self.damaged = source, fingerprint, plain.damaged
        self.options, self.skips_first, self.scanned = options, layout.skip_first, True
        self.begin, self.first_line, self.choices = layout.begin, layout.first_line, layout.choices
        self._index = index
        self._clean_up = weakref.finalize(self, _let_go, plain)

    @property
    def path(self) -> Path:
        """The file as the user named it."""
        return self.source.path

    def __len__(self) -> int:
        return len(self._index.found)

    @property
    def found(self) -> Boundaries:
        """The places of all records found so far, in the plain UTF-8 copy if the file is packed or UTF-16."""
        return self._index.found

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Names of the records' fields: all of a TABLE, those of the first records of an SDF.

        They do not change while the library grows.
        """
        source = self.source
        if source.format is Format.TABLE:
            apart = (source.smiles_column, source.title_column)
            return tuple(dict.fromkeys(name for i, name in enumerate(source.columns) if i not in apart))
        if source.other is not None:
            return source.other.field_names
        names: dict[str, None] = {}
        if source.format is not Format.SMILES:
            for position in range(_n_showing_fields(self._index.found)):
                text = self.text(position)
                if isinstance(text, RecordText):
                    names.update(dict.fromkeys(name for name, _ in text.fields))
        return tuple(names)

    def span(self, position: int) -> Span:
        """The span of the record at the 0-based ``position``."""
        index = self._index.found
        if not 0 <= position < len(index):
            raise IndexError(f"{self.path} has {len(index)} records, there is none at position {position}")
        return Span(position, int(index.starts[position]), int(index.stops[position]), int(index.lines[position]))

    def spans(self, start: int, stop: int) -> list[Span]:
        """The spans of the existing positions in ``[start, stop)``."""
        index, start = self._index.found, max(start, 0)
        part = slice(start, stop)
        places = zip(index.starts[part].tolist(), index.stops[part].tolist(), index.lines[part].tolist(), strict=True)
        return [Span(start + i, *place) for i, place in enumerate(places)]

    def line(self, position: int) -> int:
        """1-based number of the record's first line in the file."""
        return self.span(position).line

    def raw(self, position: int) -> RawRecord:
        """The record's text as in the file."""
        return read_raw(self.source, self.span(position))

    def text(self, position: int) -> RecordText | Rejected:
        """The record's title, structure and fields as text."""
        return read_record_text(self.source, self.raw(position))

    def changed(self) -> Change:
        """How the user's file has changed since it was opened. Reads its ends each time.

        :raises LibraryError: if it exists and cannot be read any more
        """
        return find_change(self.path, self.fingerprint)

    def close(self) -> None:
        """Closes the file and deletes its unpacked copy, if there is one."""
        self._clean_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


KnownBoundaries = Callable[[Library], Boundaries | None]
"""Gives the places of a library's records if they are known, else ``None``."""


def open_library(
    path: Path | str,
    options: TableOptions = DETECT_ALL,
    *,
    others: OtherFiles = MOLECULES_ALONE,
    growing: Callable[[Library], None] | None = None,
    known: KnownBoundaries | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Library:
    """Finds the records of an SDF, MOL, SMILES or delimited file, plain or gzipped. None of them is parsed.

    :param options: the user's choices for the layout of a table
    :param others: the formats besides those of molecules
    :param growing: called with the library as soon as its first records are found, if the scan goes on; in this thread,
        at most once. From then on the receiver must close the library, even if this function raises; the records that
        were found are kept: of a file with too many records, as many as a library may have. A packed or UTF-16 file
        is unpacked before; a damaged one is given when all of it was read.
    :param known: gives the places of the records if they were found before; called with a library whose layout and
        fingerprint are known, but no records. The places are used without a scan if they are in order, lie in the file
        and are found again at both of its ends. A packed or UTF-16 file is unpacked anyway, a damaged one is scanned.
    :raises NoSmilesColumnError: if it is a table in which no column looks like SMILES.
    :raises LibraryError: if it cannot be read, is empty, is no molecule file, or has more records than a library may.
    :raises UsageError: if the file has no such column, or is not of a kind that has columns or delimiters; and as
        ``others`` do.
    :raises FileError: as ``others`` do.
    :raises Cancelled: if ``cancel`` is set.
    """
    path = Path(path)
    try:
        own = _PlainFile(path, _fingerprint_of_file(path))
        plain = _plain_copy(own, report, cancel)
        return _open_plain(own, plain, options, others, growing, known, report, cancel)
    except OSError as error:
        raise LibraryError(path, _why_unreadable(error)) from error


def _fingerprint_of_file(path: Path) -> FileFingerprint:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise LibraryError(path, "it is a folder, not a molecule file")
    if not stat.S_ISREG(mode):
        raise LibraryError(path, "it is not a regular file")
    return take_fingerprint(path)


def _plain_copy(own: _PlainFile, report: Report, cancel: CancelToken | None) -> _PlainFile:
    """``own`` itself, or its plain UTF-8 copy if it is packed or has another encoding."""
    plain = own
    head = _head(own.path, 4096)
    if is_gzip(head):
        spooled = unpack_gzip(own.path, report=report, cancel=cancel)
        plain = _PlainFile(spooled.path, take_fingerprint(spooled.path), spooled.scratch, spooled.damaged)
        head = _head(plain.path, 4096)
    encoding = utf16_encoding(head)
    if encoding is None:
        return plain
    try:
        copy = to_utf8(own.path, plain.path, encoding, cancel=cancel)
    finally:
        _let_go(plain)
    return _PlainFile(copy.path, take_fingerprint(copy.path), copy.scratch, plain.damaged, encoding)


def _open_plain(
    own: _PlainFile,
    plain: _PlainFile,
    options: TableOptions,
    others: OtherFiles,
    growing: Callable[[Library], None] | None,
    known: KnownBoundaries | None,
    report: Report,
    cancel: CancelToken | None,
) -> Library:
    path, size = own.path, plain.fingerprint.size
    with ExitStack() as unless_given:
        unless_given.callback(_let_go, plain)
        head = _head(plain.path, HEAD)
        begin = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        refuse_foreign(path, head, others.formats)
        layout = find_layout(path, head[begin:], len(head) == size, options, others.formats)
        encoded = encoding_choice(head, plain.encoding)
        layout = replace(layout, begin=begin + layout.begin, choices=(*layout.choices, *encoded))
        index = GrowingIndex()
        source = replace(
            _source(path, plain, layout),
            companion=others.companion(path, layout.format),
            seems_utf8=not encoded and is_utf8(head),
        )
        library = Library(source, index, plain, own.fingerprint, options, layout)
        before = known(library) if known is not None and not plain.damaged else None
        if before is not None and _is_found_again(library, before, size):
            library.scanned = False
            index.add(before)
            unless_given.pop_all()
            return library
        waiting = None if plain.damaged else growing
        most, why = _most_records(own, plain)
        for part in found_records(library, size, report, cancel):
            room = most - len(library)
            index.add(part.first(room))
            more = len(part) > room
            if waiting is not None and (more or (part.scanned < size and _shows_fields(index.found))):
                unless_given.pop_all()
                waiting(library)
                waiting = None
            if more:
                raise LibraryError(path, f"it has more than {counted(most, 'record')}, {why}")
        if not len(library):
            raise LibraryError(path, "there is no record in it, only a header")
        if plain.damaged and _is_cut_short(library.source, index.found, size):
            library.source = replace(library.source, cut_short=len(library) - 1)
        unless_given.pop_all()
    return library


def _is_found_again(library: Library, before: Boundaries, size: int) -> bool:
    """Whether these may be the library's records: a scan finds the first ones and the last one at the same places."""
    if not may_be_records(before, library.begin, size):
        return False
    with closing(found_records(library, size, silent, None)) as parts:
        first = next(parts, before)
    n, last = len(first), int(before.starts[-1])
    for now, then in ((first.starts, before.starts), (first.stops, before.stops), (first.lines, before.lines)):
        if not np.array_equal(now, then[:n]):
            return False
    stops: list[int] = []
    with library.source.data_path.open("rb", buffering=0) as file:
        for part in scan(file, library.source.format, last, size, **_how_to_scan(library.source)):
            stops += part.stops.tolist()
            if len(stops) > 1:
                break
    return stops == [before.stops[-1]]


def _most_records(own: _PlainFile, plain: _PlainFile) -> tuple[int, str]:
    """How many records a library may have, and the reason for the error if it has more."""
    most, why = MAX_RECORDS, "the limit; split it"
    if plain.scratch is not None:
        packed = max(FREE_RECORDS, MAX_PER_PACKED_BYTE * own.fingerprint.size)
        if packed < most:
            most, why = packed, "the limit for a packed file of its size; unpack it yourself if you trust it"
    return most, why


def _source(path: Path, plain: _PlainFile, layout: Layout) -> Source:
    columns = layout.columns
    source = Source(path, plain.path, layout.format, fingerprint=plain.fingerprint, title_field=layout.title_field)
    if layout.other is not None:
        return replace(source, other=layout.other)
    if layout.format is Format.SMILES:
        title = 1 - layout.place if layout.has_titles else None
        source = replace(source, smiles_column=layout.place)
        return replace(source, columns=layout.names, title_column=title) if layout.chosen else source
    if columns is None or columns.smiles is None:
        return source
    return replace(
        source,
        delimiter=columns.delimiter,
        columns=columns.names,
        smiles_column=columns.smiles,
        title_column=columns.title,
    )


def _how_to_scan(source: Source) -> dict[str, Any]:
    shape = Shape(len(source.columns), source.smiles_column) if source.format is Format.TABLE else None
    return {"delimiter": source.delimiter, "shape": shape, "other": source.other}


def found_records(library: Library, size: int, report: Report, cancel: CancelToken | None) -> Generator[Boundaries]:
    watch = ProgressReporter("Opening", size, report)
    source, skip_first = library.source, library.skips_first
    how = {**_how_to_scan(source), "first_line": library.first_line}
    with source.data_path.open("rb", buffering=0) as file:
        for part in scan(file, source.format, library.begin, size, **how):
            if cancel is not None:
                cancel.raise_if_cancelled()
            yield part.after(1) if skip_first and len(part) else part
            skip_first = skip_first and not len(part)
            watch.report_done(part.scanned)


def _shows_fields(found: Boundaries) -> bool:
    """Whether all records that are searched for field names are found."""
    return len(found) >= _FIELDS_SEEN or (len(found) > 0 and found.scanned > FIELDS_WITHIN)


def _n_showing_fields(found: Boundaries) -> int:
    """How many records are searched for field names: the first, and others that end early enough."""
    within = int(np.searchsorted(found.stops[:_FIELDS_SEEN], FIELDS_WITHIN, side="right"))
    return max(within, min(len(found), 1))


def _is_cut_short(source: Source, index: Boundaries, size: int) -> bool:
    """Whether the last record extends to the end of the data, so that it may be incomplete."""
    return int(index.stops[-1]) >= size or source.format is Format.MOL


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _let_go(plain: _PlainFile) -> None:
    forget(plain.path)
    if plain.scratch is not None:
        plain.scratch.remove()  # on Windows a worker may have it open; then the next process removes it


def _why_unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied)"
    return f"it cannot be read ({error.strerror or error})"
