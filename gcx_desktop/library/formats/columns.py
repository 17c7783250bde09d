"""What the columns of a delimited table are: delimiter, header, SMILES, title; from its first rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import UnknownNameError, UsageError
from ..table_options import NO_TITLE, TableOptions
from ..words import short_name
from .smiles import looks_like_smiles
from .table import logical_end, split_row

DELIMITERS = (",", "\t", ";", "|")
_DELIMITER_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|", "space": " "}
_SMILES_NAMES = ("smiles", "canonicalsmiles", "isomericsmiles", "rdkitsmiles", "smi", "structure", "molecule", "mol")
_TITLE_NAMES = (
    *("name", "title", "compoundname", "moleculename", "drugname", "commonname", "compound", "molname"),
    *(
        "id",
        "molid",
        "moleculeid",
        "compoundid",
        "cid",
        "chemblid",
        "moleculechemblid",
        "drugbankid",
        "zincid",
        "identifier",
    ),
)
_SAMPLE = 100
"""Rows that are looked at."""
_NAMED = 100
"""Columns that are named to somebody who asked for another."""
_QUOTED_ROW = 1 << 14
"""Bytes within which a row of the sample ends, if its cells hold line ends."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The layout of a table."""

    delimiter: str
    names: tuple[str, ...]
    has_header: bool
    smiles: int | None
    """Index into ``names``; ``None`` if no column is named like SMILES or looks like it."""
    title: int | None


def parse_delimiter(text: str) -> str:
    """The one character that a user's ``--delimiter`` means; "tab" and the like may be spelt out."""
    delimiter = _DELIMITER_NAMES.get(text.lower(), text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\n\r\0' or delimiter.isalnum():
        raise UsageError(f"the delimiter '{text}' is not one character such as , ; | or tab")
    return delimiter


def find_columns(head: bytes, complete: bool, options: TableOptions, prefer: str = "") -> Columns:
    """Looks at the first bytes of a table. ``complete`` tells that they are all of it.

    :raises UnknownNameError: if a column that the user named does not exist.
    """
    chosen = parse_delimiter(options.delimiter) if options.delimiter else _find_delimiter(head, complete, prefer)
    rows = first_rows(head, complete, chosen)
    first = rows[0] if rows else []
    has_header = options.has_header
    if has_header is None:
        has_header = _has_header(rows, (options.smiles_column, options.title_column))
    numbers = _numbers(len(first))
    names = (
        tuple(cell.strip() or number for cell, number in zip(first, numbers, strict=True)) if has_header else numbers
    )
    body = rows[1:] if has_header else rows
    smiles = _named(names, options.smiles_column) if options.smiles_column else _find_smiles(names, body)
    if options.title_column is None:
        title = _find_title(names, smiles) if has_header else None
    else:
        title = None if options.title_column == NO_TITLE else _named(names, options.title_column)
    return Columns(chosen, names, has_header, smiles, title)


def is_smiles_name(name: str) -> bool:
    """Whether a column called so says that it holds SMILES, so that nobody had to guess by its content."""
    plain = _plain(name)
    return plain in _SMILES_NAMES or "smiles" in plain


def column_reference(names: Sequence[str], index: int) -> str:
    """What a column is called in :class:`TableOptions`: its name, or its number where another has the same name."""
    return names[index] if _named(names, names[index]) == index else column_number(index)


def first_rows(head: bytes, complete: bool, delimiter: str, limit: int = _SAMPLE) -> list[list[str]]:
    """The cells of the first rows; rows that are blank, cut off or broken are left out."""
    from ..source import decode

    rows: list[list[str]] = []
    at = 0
    for _ in range(2 * limit):
        if at >= len(head) or len(rows) == limit:
            break
        line_end = _line_end(head, at)
        if line_end == len(head) and not complete and rows:
            break
        length = line_end - at
        if head.find(b'"', at, line_end) >= 0:
            window = head[at : at + max(_QUOTED_ROW, length + 1)]
            length, _ = logical_end(window, ord(delimiter), length, complete and at + len(window) == len(head))
        text = decode(head[at : at + length]).strip("\r\n")
        cells = split_row(text, delimiter) if text.strip() else None
        if cells is not None:
            rows.append(cells)
        at += length + 1
    return rows


def _line_end(head: bytes, at: int) -> int:
    found = re.compile(b"[\r\n]").search(head, at)
    return found.start() if found else len(head)


def _find_delimiter(head: bytes, complete: bool, prefer: str) -> str:
    """The delimiter that makes a SMILES column of the header, else the most even table."""
    best, best_score = prefer or ",", (0.0, 0.0, 0)
    for candidate in DELIMITERS:
        rows = first_rows(head, complete, candidate, 30)
        if not rows or len(rows[0]) < 2:
            continue
        named = float(any(_plain(cell) in _SMILES_NAMES[:5] for cell in rows[0]))
        even = Counter(len(row) for row in rows)[len(rows[0])] / len(rows)
        score = (named, even, int(candidate == prefer))
        if score > best_score:
            best, best_score = candidate, score
    return best


def _has_header(rows: Sequence[Sequence[str]], asked: tuple[str | None, ...]) -> bool:
    if not rows:
        return True
    first = rows[0]
    if any(_plain(cell) in _SMILES_NAMES for cell in first) or any(name in first for name in asked if name):
        return True
    likely = _smiles_scores(rows[1:], len(first))
    return not any(
        score >= 0.5 and looks_like_smiles(cell.strip()) and len(cell.strip()) > 1
        for cell, score in zip(first, likely, strict=True)
    ) and not (len(rows) == 1 and any(looks_like_smiles(cell.strip()) for cell in first))


def _find_smiles(names: Sequence[str], body: Sequence[Sequence[str]]) -> int | None:
    scores = _smiles_scores(body, len(names))
    plain = [_plain(name) for name in names]
    for wanted in _SMILES_NAMES:
        for i, name in enumerate(plain):
            if name == wanted and (wanted in _SMILES_NAMES[:5] or scores[i] > 0.5):
                return i
    for i, name in enumerate(plain):
        if "smiles" in name and (scores[i] > 0.5 or not body):
            return i
    likely = [i for i, score in enumerate(scores) if score > 0.8]
    return max(likely, key=lambda i: _mean_length(body, i), default=None)


def _find_title(names: Sequence[str], smiles: int | None) -> int | None:
    plain = [_plain(name) for name in names]
    for wanted in _TITLE_NAMES:
        for i, name in enumerate(plain):
            if i != smiles and name == wanted:
                return i
    for i, name in enumerate(plain):
        if i != smiles and name.startswith("compound") and not name.startswith("compoundclass"):
            return i
    return None


def _named(names: Sequence[str], wanted: str) -> int:
    """The column of that name, else of that name in other letters, else of that number."""
    for known, name in ((names, wanted), ([name.lower() for name in names], wanted.strip().lower())):
        if name in known:
            return known.index(name)
    numbers = _numbers(len(names))
    if wanted.strip().lower() in numbers:
        return numbers.index(wanted.strip().lower())
    raise UnknownNameError("column", wanted, tuple(map(short_name, names[:_NAMED])))


def column_number(index: int) -> str:
    """What a column without a name is called, and any column may be."""
    return f"column {index + 1}"


def _numbers(width: int) -> tuple[str, ...]:
    return tuple(map(column_number, range(width)))


def _smiles_scores(rows: Sequence[Sequence[str]], width: int) -> list[float]:
    """[width], which part of the filled cells of each column could be SMILES."""
    filled, plausible = [0] * width, [0] * width
    for row in rows:
        for i, cell in enumerate(row[:width]):
            text = cell.strip()
            if text:
                filled[i] += 1
                plausible[i] += looks_like_smiles(text)
    return [part / all_ if all_ else 0.0 for part, all_ in zip(plausible, filled, strict=True)]


def _mean_length(rows: Sequence[Sequence[str]], i: int) -> float:
    lengths = [len(row[i]) for row in rows if i < len(row)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
