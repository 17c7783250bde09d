"""Delimited tables: rows and cells by RFC 4180, with mercy for what breaks it.

A quote opens a cell only as its first character; anywhere else it is a character like any other. A quoted cell may
hold delimiters and line ends. One that is not closed properly ends with its line instead of taking the next rows in.
"""

from __future__ import annotations

import re
from typing import AnyStr

from ..record import RawRecord, RecordText, Rejected, Source
from ..words import short_name

MAX_QUOTED_ROW = 1 << 20
"""Bytes within which a row with line ends in its cells must end."""

_QUOTE, _LF, _CR = b'"\n\r'

FORMULA_STARTS = "'=+-@\t\r\n＝＋－＠"
"""Text that begins with none of these is left alone by :func:`escape_formula`."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBERS = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?: [+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)*", re.ASCII
)


def escape_formula(text: str) -> str:
    """``text`` with an apostrophe before it if a spreadsheet would run it as a formula."""
    if text and text[0] in FORMULA_STARTS and _FORMULA.match(text) and not _NUMBERS.fullmatch(text):
        return f"'{text}"
    return text


def unescape_formula(text: str) -> str:
    """Undoes :func:`escape_formula` exactly."""
    return text[1:] if text[:1] == "'" and _ESCAPED_FORMULA.match(text) else text


def logical_end(window: bytes, delimiter: int, line_end: int, is_rest: bool) -> tuple[int, int]:
    """Where the row at the start of ``window`` ends, and how far was looked for it.

    ``line_end`` is where its first line ends, which is the answer where a quoted cell does not end properly;
    ``is_rest`` tells that the file ends with the window.
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
            return (len(window) if is_rest else line_end), len(window)
        if window[found.start()] != delimiter:
            return found.start(), found.start()
        at = found.end()


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


def read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """Splits a row into SMILES, title and fields."""
    if raw.fault:
        return Rejected(raw.position, raw.line, "", raw.fault)
    cells = split_row(raw.text, source.delimiter)
    if cells is None:
        return Rejected(raw.position, raw.line, "", "a quoted cell is opened but never closed")
    at, expected = source.title_column, len(source.columns)
    title = cells[at].strip() if at is not None and at < len(cells) else ""
    if len(cells) > expected and any(cell.strip() for cell in cells[expected:]):
        reason = f"the row has {len(cells)} cells, the header {expected}; a cell may need quotes"
        return Rejected(raw.position, raw.line, title, reason)
    smiles = cells[source.smiles_column].strip() if source.smiles_column < len(cells) else None
    if not smiles:
        column = short_name(source.columns[source.smiles_column])
        reason = f"the cell '{column}' is empty" if smiles == "" else f"the row ends before its cell '{column}'"
        return Rejected(raw.position, raw.line, title, reason)
    cells += [""] * (expected - len(cells))
    apart = (source.smiles_column, source.title_column)
    fields = tuple((name, cells[i]) for i, name in enumerate(source.columns) if i not in apart)
    return RecordText(title, smiles, fields)


def _closing_quote(text: AnyStr, opening: int) -> int:
    """Where the quoted cell that begins at ``opening`` is closed; -1 if nowhere. Two quotes in it stand for one."""
    quote = text[opening : opening + 1]
    close = text.find(quote, opening + 1)
    while close >= 0 and text[close + 1 : close + 2] == quote:
        close = text.find(quote, close + 2)
    return close
