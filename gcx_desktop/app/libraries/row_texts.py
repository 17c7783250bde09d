"""A column of texts, such as the titles of a library's records or one of its fields, mostly packed."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import overload

TEXT_PIECE = 250
"""Number of records whose texts are stored and packed together."""

_Cell = str | None


class TextColumn(Sequence[_Cell]):
    """Cells in the records' order, ``None`` where there is none (yet).

    The cells of a piece are packed into one string and the places where they end: a cell takes its characters and
    4 bytes, while a string of its own takes 60 more. Missing cells take no memory, so that growing costs nothing.
    Another thread may read while cells arrive.

    Attribute ``n_bytes``: size of the packed cells.
    """

    __slots__ = ("__weakref__", "_loose", "_n", "_packed", "n_bytes")

    def __init__(self, n_records: int) -> None:
        self._n, self.n_bytes = n_records, 0
        self._packed: dict[int, tuple[str, array[int]]] = {}
        """Piece → its text, and the end of each cell in it, ``~end`` if the cell is ``None``."""
        self._loose: dict[int, dict[int, _Cell]] = {}
        """Piece → place in it → a cell that was stored alone; it takes precedence over a packed one."""

    def __len__(self) -> int:
        return self._n

    def grow(self, n_records: int) -> None:
        """Appends empty cells for records that were found since; ``n_records`` is the new number."""
        self._n = n_records

    @overload
    def __getitem__(self, at: int) -> _Cell: ...
    @overload
    def __getitem__(self, at: slice) -> list[_Cell]: ...
    def __getitem__(self, at: int | slice) -> _Cell | list[_Cell]:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._n)
            return self._between(start, max(start, stop)) if step == 1 else [self[i] for i in range(start, stop, step)]
        if not -self._n <= at < self._n:
            raise IndexError(f"there is no record at {at}, there are {self._n}")
        number, place = divmod(at % self._n, TEXT_PIECE)
        loose = self._loose.get(number)
        if loose is not None and place in loose:
            return loose[place]
        packed = self._packed.get(number)
        if packed is None or place >= len(packed[1]):
            return None
        text, ends = packed
        end = ends[place]
        return text[_end(ends[place - 1]) if place else 0 : end] if end >= 0 else None

    def __setitem__(self, position: int, cell: _Cell) -> None:
        if not 0 <= position < self._n:
            raise IndexError(f"there is no record at {position}, there are {self._n}")
        number, place = divmod(position, TEXT_PIECE)
        self._loose.setdefault(number, {})[place] = cell

    def pack(self, start: int, cells: Sequence[_Cell]) -> None:
        """Stores the cells of a whole piece; the last piece may have fewer.

        :param start: a multiple of ``TEXT_PIECE``
        """
        number, end = start // TEXT_PIECE, 0
        text = "".join(cell or "" for cell in cells)
        ends = array("i" if len(text) < 1 << 31 else "q")
        for cell in cells:
            end += len(cell or "")
            ends.append(~end if cell is None else end)
        self._packed[number] = text, ends
        self._loose.pop(number, None)
        self.n_bytes += sys.getsizeof(text) + sys.getsizeof(ends)

    def holding(self, start: int, word: str) -> list[int]:
        """The positions in the piece that begins at ``start`` whose cells contain a word.

        :param word: case-folded by ``str.casefold``
        """
        number = start // TEXT_PIECE
        packed = self._packed.get(number)
        if number not in self._loose and (packed is None or word not in packed[0].casefold()):
            return []  # the usual case: the text of the whole piece does not contain it
        return [at for at, cell in enumerate(self._piece(number), start) if cell and word in cell.casefold()]

    def forget_from(self, start: int) -> None:
        """Removes the cells of the piece that begins at ``start`` and of later pieces."""
        for pieces in (self._loose, self._packed):
            for number in [each for each in pieces if each >= start // TEXT_PIECE]:
                del pieces[number]

    def _between(self, start: int, stop: int) -> list[_Cell]:
        found: list[_Cell] = []
        for number in range(start // TEXT_PIECE, -(-stop // TEXT_PIECE)):
            found += self._piece(number)
        before = start - start // TEXT_PIECE * TEXT_PIECE
        return found[before : before + stop - start]

    def _piece(self, number: int) -> list[_Cell]:
        """[PIECE]"""
        loose = list(self._loose.get(number, {}).items())  # first: packing removes cells from it
        packed = self._packed.get(number)
        cells: list[_Cell] = []
        if packed is not None:
            text, ends, begin = *packed, 0
            for end in ends:
                if end >= 0:
                    cells.append(text[begin:end])
                    begin = end
                else:
                    cells.append(None)
        cells += [None] * (TEXT_PIECE - len(cells))
        for place, cell in loose:
            cells[place] = cell
        return cells


def _end(number: int) -> int:
    return number if number >= 0 else ~number
