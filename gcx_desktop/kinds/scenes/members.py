"""Where the members of a JSON file's one array or object lie: one pass over its bytes, a chunk at a time.

The structure alone is followed: strings with their escapes, brackets, commas. Whether a member is sound is told when it
is read. Memory is bounded by the chunk, whatever the length of a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedIOBase, RawIOBase

import numpy as np
from numpy.typing import NDArray

_QUOTE, _BACKSLASH, _COMMA, _LF = b'"\\,\n'
_IS_MARK = np.zeros(256, np.bool_)
_IS_MARK[list(b'"[]{},')] = True
_STEP = np.zeros(256, np.int64)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1
_VISIBLE = re.compile(rb"[^ \t\r\n]")


@dataclass(slots=True)
class Members:
    """Members next to each other. Each list [n_members]."""

    starts: list[int] = field(default_factory=list)
    """Offset of the first byte that is no white space; of an object's member that of its name."""
    stops: list[int] = field(default_factory=list)
    """Offset of the comma or bracket behind it."""
    lines: list[int] = field(default_factory=list)
    """1-based number of the first line."""
    scanned: int = 0
    """Bytes of the file that have been looked at."""

    def add(self, start: int, stop: int, line: int) -> None:
        self.starts.append(start)
        self.stops.append(stop)
        self.lines.append(line)


@dataclass(slots=True)
class _State:
    """What is known at the end of a chunk."""

    depth: int = 0
    in_string: bool = False
    backslashes: int = 0
    """At the end of the chunk."""
    lines: int = 0
    """Ended so far."""
    awaiting: bool = False
    """A member may begin: its first visible byte was not seen."""
    start: int | None = None
    """Of the member that is open."""
    line: int = 0
    """Its number."""
    closed: bool = False
    """The array or object has ended."""


def members(file: RawIOBase | BufferedIOBase, begin: int, size: int, chunk: int) -> Iterator[Members]:
    """Yields the members of the array or object that ``[begin, size)`` holds as they are found.

    What follows its end, or is cut off before it, is a member too, so that it is told of when it is read.
    """
    state = _State()
    file.seek(begin)
    offset = begin
    while offset < size and (data := file.read(min(chunk, size - offset))):
        found = _of_chunk(data, offset, state)
        offset += len(data)
        found.scanned = offset
        yield found
    if state.start is not None:
        rest = Members(scanned=offset)
        rest.add(state.start, offset, state.line)
        yield rest


def _of_chunk(data: bytes, offset: int, state: _State) -> Members:
    found = Members()
    own = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(own == _LF)
    at = 0

    def look_for_start(here: int, stop: int) -> None:
        """For the first visible byte in ``data[here:stop]``, if a member may begin."""
        visible = _VISIBLE.search(data, here, stop) if state.awaiting else None
        if visible is not None:
            state.awaiting, state.start = False, offset + visible.start()
            state.line = state.lines + int(np.searchsorted(ends, visible.start())) + 1

    for position, opens in _borders(data, own, state):
        look_for_start(at, position)
        if opens:
            state.awaiting = True
        else:
            separates = own[position] == _COMMA
            if state.start is None and separates:  # nothing between two commas
                state.start, state.line = offset + position, state.lines + int(np.searchsorted(ends, position)) + 1
            if state.start is not None:
                found.add(state.start, offset + position, state.line)
            state.start, state.awaiting = None, True
        at = position + 1
    look_for_start(at, len(data))
    state.lines += len(ends)
    return found


def _borders(data: bytes, own: NDArray[np.uint8], state: _State) -> list[tuple[int, bool]]:
    """The bracket that opens the outermost array or object, the commas of its members, and the one that closes it:
    the position of each, and whether it opens. Carries ``state`` over the chunk."""
    if state.closed:
        return []
    marks = np.flatnonzero(_IS_MARK[own])
    quotes = marks[own[marks] == _QUOTE]
    quotes = quotes[~_escaped(data, own, quotes, state.backslashes)]
    state.backslashes = _run_before(data, len(data), state.backslashes)
    others = marks[own[marks] != _QUOTE]
    outside = (np.searchsorted(quotes, others) + state.in_string) % 2 == 0
    state.in_string ^= bool(len(quotes) % 2)
    others = others[outside]
    steps = _STEP[own[others]]
    depths = state.depth + np.cumsum(steps)
    of_members = (own[others] == _COMMA) & (depths == 1)
    opens, closes = (steps == 1) & (depths == 1) & (state.depth == 0), (steps == -1) & (depths <= 0)
    if state.depth == 0 and opens.any():
        opens[int(opens.argmax()) + 1 :] = False
    last = int(closes.argmax()) if closes.any() else len(others)
    state.closed = last < len(others)
    chosen = np.flatnonzero((of_members | opens | closes)[: last + 1])
    if len(depths):
        state.depth = int(depths[-1])
    return list(zip(others[chosen].tolist(), opens[chosen].tolist(), strict=True))


def _escaped(data: bytes, own: NDArray[np.uint8], quotes: NDArray[np.int64], before: int) -> NDArray[np.bool_]:
    """[n_quotes]: whether an odd number of backslashes stands before each.

    :param before: backslashes at the end of the chunk before
    """
    result = np.zeros(len(quotes), np.bool_)
    for i in np.flatnonzero((own[quotes - 1] == _BACKSLASH) | (quotes == 0)):
        result[i] = _run_before(data, int(quotes[i]), before) % 2
    return result


def _run_before(data: bytes, stop: int, before: int) -> int:
    """How many backslashes stand directly before ``stop``; ``before`` of them before ``data``."""
    at = stop
    while at > 0 and data[at - 1] == _BACKSLASH:
        at -= 1
    return stop - at + (before if at == 0 else 0)
