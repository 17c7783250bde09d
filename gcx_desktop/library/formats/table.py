"""Delimited tables: rows and cells by RFC 4180, with tolerance for faulty files.

A quote opens a cell only as its first character; anywhere else it is a character like any other. A quoted cell may
contain delimiters and line ends. One that is not closed properly ends with its line and does not include the next rows;
so does one whose lines are complete rows, since such quotes are characters of the text.

A structure is a SMILES, an InChI, or a connection table in a quoted cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AnyStr

from ..record import RawRecord, RecordText, Rejected, Source
from ..words import short_name
from .connection_table import repaired_table
from .smiles import is_inchi, is_smiles, split_line, strip, words_of

MAX_QUOTED_ROW = 1 << 20
"""Most bytes of a row with line ends in its cells."""
_STRAY_QUOTE = "a quote opens a cell and none closes it; it was read as a part of the text"

_QUOTE, _LF, _CR = b'"\n\r'

FORMULA_STARTS = "'=+-@\t\r\n＝＋－＠"
""":func:`escape_formula` does not change a text that begins with none of these."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_COUNTS_LINE = re.compile(r"^[ \d]{6}.*V[23]000[ \t]*$", re.MULTILINE)
_ROWS_COMPARED = 200
"""Lines inside a quoted cell that are checked for being rows."""
_NUMBERS = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?: [+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)*", re.ASCII
)


def escape_formula(text: str) -> str:
    """``text`` with an apostrophe before it if a spreadsheet would evaluate it as a formula."""
    if text and text[0] in FORMULA_STARTS and _FORMULA.match(text) and not _NUMBERS.fullmatch(text):
        return f"'{text}"
    return text


def unescape_formula(text: str) -> str:
    """The exact inverse of :func:`escape_formula`."""
    return text[1:] if text[:1] == "'" and _ESCAPED_FORMULA.match(text) else text


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a table have in common."""

    n_cells: int
    structure: int
    """Which cell holds the structure."""


def logical_end(
    window: bytes, delimiter: int, line_end: int, is_rest: bool, shape: Shape | None = None
) -> tuple[int, int]:
    """Where the row at the start of ``window`` ends, and how far that was searched for.

    ``line_end`` is the end of its first line, which is the result if a quoted cell does not end properly, or if the
    lines in it are rows of the table's ``shape``; ``is_rest``: whether the file ends with the window.
    """
    if line_end >= len(window) and not is_rest:
        return line_end, line_end
    stop = re.compile(b"[\n\r" + re.escape(bytes((delimiter,))) + b"]")
    at = 0
    while True:
        if at < len(window) and window[at] == _QUOTE:
            close = _closing_quote(window, at)
            if close < 0:
                return line_end, len(window)
            after = window[close + 1] if close + 1 < len(window) else _LF
            if close > line_end and after not in (delimiter, _LF, _CR):
                return line_end, close
            at = close + 1
        found = stop.search(window, at)
        if found is None:
            end, looked = (len(window) if is_rest else line_end), len(window)
        elif window[found.start()] != delimiter:
            end, looked = found.start(), found.start()
        else:
            at = found.end()
            continue
        if end > line_end and shape is not None and _holds_rows(window[:end], delimiter, line_end, shape):
            return line_end, looked
        return end, looked


def _holds_rows(row: bytes, delimiter: int, line_end: int, shape: Shape) -> bool:
    """Whether the first line of a row with line ends in its cells is a row itself, and so are most of the others."""
    divider = bytes((delimiter,))
    first = row[:line_end]
    before_quote = first[: first.rfind(divider + b'"') + 1].count(divider)
    if first.count(divider) != shape.n_cells - 1:
        return False
    if before_quote <= shape.structure and not _is_row(first, divider, shape):
        return False  # the delimiters may belong to the quoted text
    lines = re.split(rb"\r\n|\n|\r", row[line_end:].lstrip(b"\r\n"), maxsplit=_ROWS_COMPARED)
    filled = [line for line in lines[:_ROWS_COMPARED] if line.strip()]
    return 2 * sum(_is_row(line, divider, shape) for line in filled) > len(filled)


def _is_row(line: bytes, divider: bytes, shape: Shape) -> bool:
    """Whether a line has all cells of a row, if quotes are ignored, and a structure in its column."""
    cells = line.split(divider)
    if len(cells) != shape.n_cells:
        return False
    cell = cells[shape.structure].strip(b'" \r').decode("utf-8", "replace")
    word = split_line(cell).structure.split(" ", 1)[0]
    return is_smiles(word) or is_inchi(word)


def split_row(text: str, delimiter: str) -> list[str] | None:
    """The cells of one row; ``None`` if a quoted cell in it is never closed."""
    if '"' not in text:
        return [unescape_formula(cell) for cell in text.split(delimiter)]
    cells: list[str] = []
    at = 0
    while True:
        quoted = ""
        if text[at : at + 1] == '"':
            close = _closing_quote(text, at)
            if close < 0:
                return None
            quoted = text[at + 1 : close].replace('""', '"')
            at = close + 1
        end = text.find(delimiter, at)
        cells.append(unescape_formula(quoted + text[at : len(text) if end < 0 else end]))
        if end < 0:
            return cells
        at = end + 1


def is_block(cell: str) -> bool:
    """Whether a cell holds a connection table."""
    return "V2000" in cell or "V3000" in cell


def as_block(cell: str) -> str:
    """The connection table of a cell with its counts line on the fourth line, where it belongs.

    Line ends may be written as escapes, and blank lines above the counts line may have been dropped as white space.
    """
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text.strip() and "\\n" in text:
        text = text.replace("\\r", "").replace("\\n", "\n")
    counts = _COUNTS_LINE.search(text)
    above = text.count("\n", 0, counts.start()) if counts else 3
    lines = text.split("\n")
    while above > 3 and not lines[0].strip():
        lines, above = lines[1:], above - 1
    return "\n" * max(3 - above, 0) + "\n".join(lines).rstrip(" \n") + "\n"


def read_row_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """Splits a row into structure, title and fields."""
    if raw.fault:
        return Rejected(raw.position, raw.line, "", raw.fault)
    at, expected = source.title_column, len(source.columns)
    warnings: tuple[str, ...] = ()
    cells = split_row(raw.text, source.delimiter)
    if cells is None:
        cells, warnings = raw.text.split(source.delimiter), (_STRAY_QUOTE,)
        if len(cells) != expected:
            return Rejected(raw.position, raw.line, "", "a quoted cell is opened but never closed")
    title = strip(cells[at]) if at is not None and at < len(cells) else ""
    if len(cells) > expected and any(cell.strip() for cell in cells[expected:]):
        reason = f"the row has {len(cells)} cells, the header {expected}; a cell may need quotes"
        return Rejected(raw.position, raw.line, title, reason)
    cell = cells[source.smiles_column] if source.smiles_column < len(cells) else None
    structure = strip(cell) if cell is not None else None
    if cell is None or not structure:
        column = short_name(source.columns[source.smiles_column])
        reason = f"the cell '{column}' is empty" if structure == "" else f"the row ends before its cell '{column}'"
        return Rejected(raw.position, raw.line, title, reason)
    cells += [""] * (expected - len(cells))
    apart = (source.smiles_column, source.title_column)
    fields = tuple((name, cells[i]) for i, name in enumerate(source.columns) if i not in apart)
    if is_block(structure):
        block = as_block(cell)
        title = title if at is not None else strip(block.split("\n", 1)[0])
        return RecordText(title, None, fields, (*warnings, *repaired_table(block).warnings), block)
    if is_inchi(structure):
        return RecordText(title, None, fields, warnings, structure)
    if "\t" in structure or "  " in structure:  # white space before an extension
        structure = " ".join(words_of(structure))
    return RecordText(title, structure, fields, warnings)


def _closing_quote(text: AnyStr, opening: int) -> int:
    """Where the quoted cell that begins at ``opening`` is closed; -1 if nowhere. Two quotes in it stand for one."""
    quote = text[opening : opening + 1]
    close = text.find(quote, opening + 1)
    while close >= 0 and text[close + 1 : close + 2] == quote:
        close = text.find(quote, close + 2)
    return close
