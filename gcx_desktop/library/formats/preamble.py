"""The preamble of a table: lines above the header, such as ``sep=;``, comments and titles; and finding the header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .smiles import is_line_structure, is_structure_name
from .table import Shape, logical_end, split_row

_SAMPLE = 100
"""Rows that are examined."""
_QUOTED_ROW = 1 << 18
"""Most bytes of an examined row whose cells contain line ends."""
_LEAD = 50
"""The header is one of so many first rows."""
_COMMENT = re.compile(r"#|//|%|!|--|/\*|\*[ /]|;[ ;]?[^;]*$")
_SEPARATOR = re.compile(r'"?sep=(\\t|[\t !#-/:-@\[-`{-~])?"?[,;|\t ]*', re.IGNORECASE)
_ENCODING = re.compile(r"[\W_]*(?:en)?coding[:= ]|[\W_]*charset[:= ]", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\W_]+")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_EXACT_NAMES = ("smiles", "canonicalsmiles", "isomericsmiles", "rdkitsmiles", "smi", "inchi", "standardinchi")
_BLOCK_NAMES = ("molfile", "molblock", "ctab", "sdf", "mdl", "structure", "molecule", "mol", "molstructure", "moldata")


class Preamble(NamedTuple):
    """Where the preamble of a table ends, and what it says."""

    begin: int
    """Byte offset of the first line that may be header or row."""
    line: int
    """1-based number of that line."""
    delimiter: str = ""
    """The delimiter from a line such as ``sep=;``; "" if there is none."""


class Row(NamedTuple):
    """One of the first rows."""

    cells: list[str]
    start: int
    """Byte offset."""
    line: int
    """1-based number of its first line."""


def plain_column_name(name: str) -> str:
    """A column's name without case, spaces and punctuation."""
    return name.lower() if name.isalnum() else _PUNCTUATION.sub("", name).lower()


def skip_preamble(head: bytes) -> Preamble:
    """Skips blank lines, ``sep=;``, encodings and comments, except a comment that is the header."""
    delimiter, named = "", None
    for at, end, line in _lines(head):
        text = _decoded(head[at:end])
        separator = _SEPARATOR.fullmatch(text)
        if separator:
            delimiter = (separator[1] or "").replace("\\t", "\t")
        elif not text.strip(',;|\t "'):
            continue
        elif _COMMENT.match(text):
            named = Preamble(at, line) if _names_structure(text.lstrip("#/%!-;* ")) else None
        elif not _ENCODING.match(text):
            here = Preamble(at, line, delimiter)
            if named is not None and not _names_structure(text):
                return named._replace(delimiter=delimiter)
            return here
    return Preamble(0, 1, delimiter) if named is None else named._replace(delimiter=delimiter)


def preamble_at_line(head: bytes, number: int) -> Preamble | None:
    """The preamble before the line with this 1-based number; ``None`` if the head has fewer lines."""
    delimiter = skip_preamble(head).delimiter
    return next((Preamble(at, line, delimiter) for at, _, line in _lines(head) if line == number), None)


def sample_rows(
    head: bytes, complete: bool, delimiter: str, preamble: Preamble, limit: int = _SAMPLE, shape: Shape | None = None
) -> list[Row]:
    """The cells of the first rows; rows that are blank, incomplete or faulty are left out."""
    rows: list[Row] = []
    at, line, patience = preamble.begin, preamble.line, 4 * _QUOTED_ROW
    for _ in range(2 * limit):
        if at >= len(head) or len(rows) == limit:
            break
        line_end = _line_end(head, at)
        if line_end == len(head) and not complete and rows:
            break
        length = line_end - at
        if patience > 0 and head.find(b'"', at, line_end) >= 0:
            window = head[at : at + max(_QUOTED_ROW, length + 1)]
            is_rest = complete and at + len(window) == len(head)
            length, searched = logical_end(window, ord(delimiter), length, is_rest, shape)
            patience -= max(searched - length, 0)
        data = head[at : at + length]
        text = _decoded(data).strip("\r\n")
        cells = split_row(text, delimiter) if text.strip() else None
        if cells is not None:
            rows.append(Row(cells, at, line))
        at += length
        passed = data
        if (ending := _LINE_END.match(head, at)) is not None:
            at, passed = ending.end(), data + b"\n"
        line += len(_LINE_END.findall(passed))
    return rows


def usual_width(rows: Sequence[Row]) -> int:
    """The most frequent number of cells of a row; of equally frequent ones the larger."""
    counts = Counter(len(row.cells) for row in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def names_structures(cells: Sequence[str]) -> int:
    """How clearly a row names a column of structures: 3 SMILES or InChI, 2 connection tables, 1 any SMILES, 0 none."""
    plain = [plain_column_name(cell) for cell in cells if cell]
    if any(name in _EXACT_NAMES for name in plain):
        return 3
    if any(name in _BLOCK_NAMES for name in plain):
        return 2
    return int(any(is_structure_name(cell) for cell in cells if cell))


def header_place(rows: Sequence[Row], width: int, asked: Sequence[str]) -> int:
    """Index of the row that is the header, if there is one: titles may be above it.

    :param asked: columns that the user asked for
    """
    preamble = []
    for row in rows[:_LEAD]:
        if any(len(cell) > 1 and is_line_structure(cell.strip().split(" ")[0]) for cell in row.cells if cell.strip()):
            break
        preamble.append(row.cells)
    wanted = {name.strip().lower() for name in asked}
    for at, cells in enumerate(preamble):
        if wanted and wanted & {cell.strip().lower() for cell in cells}:
            return at
    fitting = [at for at, cells in enumerate(preamble) if width < 2 or len(cells) > 1 or width - len(cells) <= 1]
    for clearness in (3, 2, 1):
        for at in fitting:
            if names_structures(preamble[at]) == clearness:
                return at
    at = 0
    while at + 1 < len(preamble) and width > 1 and not any(cell.strip() for cell in preamble[at][1:]):
        at += 1
    return at


def _names_structure(text: str) -> bool:
    words = [word.strip("\"' ") for word in re.split(r"[,;|\t]", text)]
    if len(words) == 1:
        words = text.split()
    return any(plain_column_name(word) in _EXACT_NAMES for word in words)


def _lines(head: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, end and 1-based number of each line."""
    at, line = 0, 1
    for ending in _LINE_END.finditer(head):
        yield at, ending.start(), line
        at, line = ending.end(), line + 1
    if at < len(head):
        yield at, len(head), line


def _line_end(head: bytes, at: int) -> int:
    found = _LINE_END.search(head, at)
    return found.start() if found else len(head)


def _decoded(data: bytes) -> str:
    from ..source import decode_text

    return decode_text(data)
