"""The index of a file: where each record lies, found in one pass over its bytes, all lines of a chunk at a time.

A line ends at LF, at CR LF, or at a CR alone. Memory is bounded by the chunk, whatever the length of a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, RawIOBase

import numpy as np
from numpy.typing import NDArray

from ..formats.table import MAX_QUOTED_ROW, Shape, logical_end
from ..record import Format, OtherFormat

CHUNK = 1 << 19
SCAN_VERSION = 3
"""Increased whenever :func:`scan` finds other records in the same bytes, so that older indexes are not used."""
MAX_RECORDS = 50_000_000
"""Most records of a library: an index needs 24 bytes for each, and the window's rows more."""
FREE_RECORDS = 10_000_000
"""Records that a packed file may have, whatever its size."""
MAX_PER_PACKED_BYTE = 1
"""Further records of a packed file for each of its bytes, since a few bytes may unpack to very many records."""
ROOM = 1 << 12
"""Records for which the arrays have room at first."""
_AHEAD = 4
"""Bytes read beyond a chunk: to distinguish CR LF from CR, and to find ``$$$$`` across the border."""
_LF, _CR, _TAB, _SPACE, _QUOTE, _DOLLAR = b'\n\r\t "$'
_SHORT_ROW = 1 << 14
"""Bytes that are read at first to see where a row with line ends in its cells ends."""
PATIENCE = 1 << 22
"""Bytes searched in vain for the ends of quoted cells. After that, quoted cells of the file end with their line."""

Offsets = NDArray[np.int64]
Bytes = NDArray[np.uint8]
_File = RawIOBase | BufferedIOBase


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The places of consecutive records. Every array is [n_records]."""

    starts: Offsets
    """Byte offset of the first byte."""
    stops: Offsets
    """Byte offset after the last byte, without the terminator line."""
    lines: Offsets
    """1-based number of the first line."""
    scanned: int
    """Bytes of the file that have been scanned."""

    def __len__(self) -> int:
        return len(self.starts)

    def first(self, n: int) -> Boundaries:
        """The first ``n`` records, or all if there are fewer."""
        return Boundaries(self.starts[:n], self.stops[:n], self.lines[:n], self.scanned)

    def after(self, first: int) -> Boundaries:
        """The records after the ``first`` ones."""
        return Boundaries(self.starts[first:], self.stops[first:], self.lines[first:], self.scanned)


def may_be_records(found: Boundaries, begin: int, size: int) -> bool:
    """Whether a scan of ``[begin, size)`` may have found these records: they are in order and inside."""
    starts, stops, lines = found.starts, found.stops, found.lines
    if not len(starts) or not len(starts) == len(stops) == len(lines):
        return False
    inside = starts[0] >= begin and stops[-1] <= size and lines[0] >= 1
    in_order = (starts <= stops).all() and (stops[:-1] < starts[1:]).all() and (lines[:-1] < lines[1:]).all()
    return bool(inside and in_order)


class GrowingIndex:
    """Collects the records that :func:`scan` finds, while other threads read those found so far.

    Attribute ``found``: all records so far; it is replaced when more are found, so that its arrays always fit together.
    """

    def __init__(self) -> None:
        self._room = np.empty((3, ROOM), np.int64)
        self.found = self._first(0, 0)

    def add(self, part: Boundaries) -> None:
        """Appends the records of a part."""
        before, after = len(self.found), len(self.found) + len(part)
        if after > self._room.shape[1]:
            larger = np.empty((3, 2 * after), np.int64)
            larger[:, :before] = self._room[:, :before]
            self._room = larger
        for row, more in zip(self._room, (part.starts, part.stops, part.lines), strict=True):
            row[before:after] = more
        self.found = self._first(after, part.scanned)

    def _first(self, n: int, scanned: int) -> Boundaries:
        starts, stops, lines = self._room[:, :n]
        return Boundaries(starts, stops, lines, scanned)


@dataclass(frozen=True, slots=True)
class _Chunk:
    offset: int
    size: int
    bytes: Bytes
    """[size + _AHEAD], zeros beyond the end of the file."""
    ends: Offsets
    """Positions in the chunk of the bytes that end a line."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Whole lines, each array [n_lines]; a line belongs to the chunk that it ends in."""

    starts: Offsets
    stops: Offsets
    numbers: Offsets
    blank: NDArray[np.bool_]
    quotes: NDArray[np.bool_]
    """Whether its quotes need a closer look: an odd number, or one where no cell begins."""
    scanned: int


def scan(
    file: _File,
    form: Format,
    begin: int,
    size: int,
    delimiter: str = "",
    *,
    first_line: int = 1,
    shape: Shape | None = None,
    other: OtherFormat | None = None,
) -> Iterator[Boundaries]:
    """Yields the records of ``[begin, size)`` as they are found, at most those of a chunk at a time.

    :param first_line: number of the line that begins at ``begin``, if records are lines or rows
    :param shape: shape of the rows of a TABLE, if known, to distinguish quoted cells with line ends from stray quotes
    :param other: the format of a file that holds no molecules
    """
    if other is not None:
        for found in other.scan(file, begin, size, CHUNK):
            yield _boundaries(found.starts, found.stops, found.lines, found.scanned)
    elif form is Format.SDF:
        yield from _scan_sdf(file, begin, size)
    elif form is Format.TABLE:
        yield from _scan_table(file, _lines(file, begin, size, ord(delimiter), first_line), size, ord(delimiter), shape)
    elif form is Format.SMILES:
        for lines in _lines(file, begin, size, _SPACE, first_line):
            keep = ~lines.blank
            yield Boundaries(lines.starts[keep], lines.stops[keep], lines.numbers[keep], lines.scanned)
    else:
        yield _boundaries([begin], [size], [1], size)


def _scan_sdf(file: _File, begin: int, size: int) -> Iterator[Boundaries]:
    start, number = begin, 1  # of the current record
    awaiting = False  # a terminator line was seen, its end not yet
    before = 0  # lines ended before this chunk
    for chunk in _chunks(file, begin, size):
        heads = chunk.ends + 1
        if chunk.offset == begin:
            heads, base = np.concatenate(([0], heads)), 1
        else:
            base = before + 2
        if awaiting and len(heads):
            start, number, awaiting = chunk.offset + int(heads[0]), base, False
        before += len(chunk.ends)
        at = np.flatnonzero(chunk.bytes[heads] == _DOLLAR)
        for step in (1, 2, 3):
            at = at[chunk.bytes[heads[at] + step] == _DOLLAR]
        if not len(at):
            yield _boundaries([], [], [], chunk.offset + chunk.size)
            continue
        stops = chunk.offset + heads[at]
        following = at + 1
        awaiting = bool(following[-1] == len(heads))
        inside = following[:-1] if awaiting else following
        starts = np.concatenate(([start], chunk.offset + heads[inside]))
        numbers = np.concatenate(([number], base + inside))
        if not awaiting:
            start, number = int(starts[-1]), int(numbers[-1])
        n = len(stops)
        yield Boundaries(starts[:n], stops, numbers[:n], chunk.offset + chunk.size)
    if not awaiting and not _blank_tail(file, start, size):
        yield _boundaries([start], [size], [number], size)


def _scan_table(
    file: _File, parts: Iterator[_Lines], size: int, delimiter: int, shape: Shape | None
) -> Iterator[Boundaries]:
    consumed = 0  # all lines that start before it belong to rows already found
    patience = PATIENCE
    for lines in parts:
        keep = ~lines.blank & (lines.starts >= consumed)
        stops = lines.stops.copy()
        for i in np.flatnonzero(lines.quotes & keep):
            start, stop = int(lines.starts[i]), int(stops[i])
            if start < consumed or patience <= 0:
                continue
            window, length, searched = _logical_row(file, start, stop, size, delimiter, shape)
            if window[length : length + 2] == b"\r\n":
                length += 1  # as for every line, its end is the LF
            if length == stop - start:
                patience -= max(searched - length, 0)
                continue
            stops[i] = consumed = start + length
            keep[i + 1 : np.searchsorted(lines.starts, consumed)] = False
        yield Boundaries(lines.starts[keep], stops[keep], lines.numbers[keep], lines.scanned)


def _logical_row(
    file: _File, start: int, stop: int, size: int, delimiter: int, shape: Shape | None
) -> tuple[bytes, int, int]:
    """The text from a row's start on, where the row ends in it, and how far that was searched for."""
    for room in (_SHORT_ROW, MAX_QUOTED_ROW):  # most rows are short, and there may be many of them
        file.seek(start)
        window = _read(file, min(room, size - start))
        is_rest = start + len(window) == size
        length, searched = logical_end(window, delimiter, stop - start, is_rest, shape)
        if is_rest or (searched < len(window) and stop - start < len(window)):
            break
    return window, length, searched


def _lines(file: _File, begin: int, size: int, delimiter: int, first_line: int) -> Iterator[_Lines]:
    """Lines without the byte that ends them; a tab is not blank if it is the ``delimiter``."""
    start, number, highest, quotes = begin, first_line, 0, False  # of the line that is open
    for chunk in _chunks(file, begin, size):
        own = chunk.bytes[: chunk.size]
        heads = np.concatenate(([0], chunk.ends + 1))
        open_at_end = int(heads[-1]) < chunk.size
        visible = np.where(own == _TAB, np.uint8(_SPACE + 1), own) if delimiter == _TAB else own
        inside = heads if open_at_end else heads[:-1]
        highs = np.zeros(len(heads), np.uint8)
        highs[: len(inside)] = visible[inside]
        # The first byte of nearly every line shows that it is not blank.
        doubtful = np.flatnonzero(highs[: len(inside)] <= _SPACE)
        if len(doubtful):
            stops = np.append(inside, chunk.size)[doubtful + 1]
            edges = np.stack((inside[doubtful], stops), axis=1).ravel()
            highs[doubtful] = np.maximum.reduceat(visible, edges[:-1] if edges[-1] == chunk.size else edges)[::2]
        odd = _odd_quotes(chunk, delimiter)
        highs[0], odd[0] = max(highs[0], highest), odd[0] or quotes
        n = len(chunk.ends)
        starts = chunk.offset + heads[:n]
        if n:
            starts[0] = start
        yield _Lines(
            starts,
            chunk.offset + chunk.ends,
            number + np.arange(n),
            highs[:n] <= _SPACE,
            odd[:n],
            chunk.offset + chunk.size,
        )
        # A line across a border between chunks is examined if it has any quote.
        highest, quotes = int(highs[-1]), bool(odd[-1]) or bool((own[heads[-1] :] == _QUOTE).any())
        if n:
            start, number = chunk.offset + int(heads[-1]), number + n
    if start < size:
        one = np.ones(1, np.int64)
        yield _Lines(one * start, one * size, one * number, one * highest <= _SPACE, one * quotes > 0, size)


def _odd_quotes(chunk: _Chunk, delimiter: int) -> NDArray[np.bool_]:
    """For each line in the chunk: whether its cells cannot be found by counting quotes in pairs."""
    own = chunk.bytes[: chunk.size]
    at = np.flatnonzero(own == _QUOTE)
    if not len(at):
        return np.zeros(len(chunk.ends) + 1, np.bool_)
    before = np.concatenate(([0], np.searchsorted(at, chunk.ends)))  # each line's first quote
    counts = np.diff(before, append=len(at))
    odd = counts % 2 == 1
    closes = np.repeat((before & 1).astype(np.bool_), counts)  # the quotes of a line open and close alternately
    closes[1::2] ^= True
    opening = at[~closes]
    previous = own[opening - 1]
    astray = (previous != delimiter) & (previous != _QUOTE) & (previous != _LF) & (previous != _CR) & (opening > 0)
    odd[np.searchsorted(chunk.ends, opening[astray])] = True
    odd[0] |= counts[0] > 0 and chunk.offset > 0
    return np.asarray(odd)


def _chunks(file: _File, begin: int, size: int) -> Iterator[_Chunk]:
    """The file's bytes in order. The arrays of a chunk are overwritten by the next one."""
    held = bytearray(CHUNK + _AHEAD)
    buffer, is_end = np.frombuffer(held, np.uint8), np.empty(CHUNK, np.bool_)
    for offset in range(begin, size, CHUNK):
        length = min(CHUNK, size - offset)
        file.seek(offset)
        filled = _fill(file, memoryview(held)[: min(CHUNK + _AHEAD, size - offset)])
        buffer[filled : length + _AHEAD] = 0
        own = buffer[:length]
        ends = np.flatnonzero(np.equal(own, _LF, out=is_end[:length]))
        if held.find(b"\r", 0, length) >= 0:
            returns = np.flatnonzero(np.equal(own, _CR, out=is_end[:length]))
            alone = returns[buffer[returns + 1] != _LF]
            if len(alone):
                ends = np.sort(np.concatenate((ends, alone)))
        yield _Chunk(offset, length, buffer, ends)


def _fill(file: _File, view: memoryview) -> int:
    """Fills ``view`` up to the end of the file and returns the number of bytes: an unbuffered file may give fewer at
    once."""
    filled = 0
    while filled < len(view) and (more := file.readinto(view[filled:])):
        filled += more
    return filled


def _read(file: _File, size: int) -> bytes:
    """``size`` bytes, fewer only at the end of the file: an unbuffered file may give fewer at once."""
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def _blank_tail(file: _File, start: int, size: int) -> bool:
    """Whether nothing but white space follows ``start``."""
    file.seek(start)
    while start < size:
        part = file.read(min(CHUNK, size - start))
        if not part:
            return True
        if part.strip(b" \t\r\n\v\f\0\x1a"):
            return False
        start += len(part)
    return True


def _boundaries(starts: list[int], stops: list[int], lines: list[int], scanned: int) -> Boundaries:
    return Boundaries(np.array(starts, np.int64), np.array(stops, np.int64), np.array(lines, np.int64), scanned)
