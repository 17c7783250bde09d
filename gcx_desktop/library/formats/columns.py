"""Detects the columns of a delimited table from its first rows: delimiter, header, structure, title."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...errors import UnknownNameError, UsageError
from ..table_options import NO_TITLE, Choice, TableOptions
from ..words import short_name
from .preamble import (
    Preamble,
    Row,
    header_place,
    plain_column_name,
    preamble_at_line,
    sample_rows,
    skip_preamble,
    usual_width,
)
from .smiles import is_column_name, is_inchi, is_smiles, looks_like_smiles, split_line
from .table import Shape, is_block

DELIMITERS = (",", "\t", ";", "|")
_DELIMITER_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|", "space": " "}
_SMILES_NAMES = ("smiles", "canonicalsmiles", "isomericsmiles", "rdkitsmiles", "smi")
_STRUCTURE_NAMES = (
    *("structure", "molecule", "mol", "compound", "molstructure"),
    *("molfile", "molblock", "ctab", "sdf", "mdl", "moldata", "inchi", "standardinchi"),
)
_PART = re.compile(
    r"scaffold|frag|salt|murcko|framework|core|parent|rgroup|linker|sidechain|substituent|reactant|reagent|precursor"
    r"|product|buildingblock|warhead|metabolite|solvent|counter|template|query|generic|nearest|neighbou?r|analog"
    r"|reference|leaving|replac|\br\d",
)
"""Words in the name of a column whose SMILES are not those of the compound itself."""
_WITHOUT_PART = re.compile(r"desalt\w*?|(?:no|non|un)salt|salt(?:free|strip|remov)\w*?|without(?:salt|frag)\w*?")
_TITLE_NAMES = (
    *(
        "name",
        "title",
        "compoundname",
        "moleculename",
        "drugname",
        "commonname",
        "compound",
        "molname",
        "preferredname",
    ),
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
    *("pubchemcid", "ligandid", "substanceid", "catalognumber", "cataloguenumber", "casnumber", "cas", "casrn"),
)
NAMED = 100
"""Columns that the error for an unknown column lists."""
_LISTED = 5
"""Columns that a sentence lists besides the chosen one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The layout of a table."""

    delimiter: str
    names: tuple[str, ...]
    has_header: bool
    smiles: int | None
    """Index into ``names`` of the column with structures; ``None`` if none is found by name or content."""
    title: int | None
    begin: int = 0
    """Byte offset of the header, or of the first row if there is none; lines above are skipped."""
    line: int = 1
    """1-based number of the line at ``begin``."""
    choices: tuple[Choice, ...] = ()
    """Choices that the program made where several were possible."""

    @property
    def shape(self) -> Shape | None:
        """The shape of its rows."""
        return None if self.smiles is None else Shape(len(self.names), self.smiles)


def parse_delimiter(text: str) -> str:
    """The character that a user's ``--delimiter`` means; names such as "tab" are allowed."""
    delimiter = _DELIMITER_NAMES.get(text.lower(), text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\n\r\0' or delimiter.isalnum():
        raise UsageError(f"the delimiter '{text}' is not one character such as , ; | or tab")
    return delimiter


def find_columns(head: bytes, complete: bool, options: TableOptions, prefer: str = "") -> Columns:
    """Finds the columns from the first bytes of a table. ``complete``: whether they are the whole table.

    :raises UnknownNameError: if a column that the user named does not exist.
    :raises UsageError: if the first bytes have no such header line
    """
    preamble = skip_preamble(head)
    if options.header_line is not None:
        preamble = header_preamble(head, options.header_line)
    if options.delimiter:
        delimiter = parse_delimiter(options.delimiter)
    else:
        delimiter = preamble.delimiter or _find_delimiter(head, complete, preamble, prefer)
    rows = sample_rows(head, complete, delimiter, preamble)
    asked = [name for name in (options.smiles_column, options.title_column) if name]
    found = _Rows(rows, *_header(rows, options, asked))
    names = found.names
    contents = _contents(found.body, len(names))
    likely = _structures(names, contents)
    structure = column_index(names, options.smiles_column) if options.smiles_column else next(iter(likely), None)
    if options.title_column is None:
        title = _find_title(found, contents, structure)
    else:
        title = None if options.title_column == NO_TITLE else column_index(names, options.title_column)
    at, line = (rows[found.at].start, rows[found.at].line) if rows else (preamble.begin, preamble.line)
    columns = Columns(delimiter, names, found.has_header, structure, title, at, line)
    choices = _choices(columns, found, contents, likely, options)
    return Columns(delimiter, names, found.has_header, structure, title, at, line, tuple(choices))


def header_preamble(head: bytes, number: int) -> Preamble:
    """The preamble before the line with this number.

    :raises UsageError: if the first bytes have no such line
    """
    preamble = preamble_at_line(head, number)
    if preamble is None:
        raise UsageError(f"there is no line {number} within the first {len(head):,} bytes that could be the header")
    return preamble


def is_smiles_name(name: str) -> bool:
    """Whether the name of a column says that it holds structures."""
    plain = plain_column_name(name) if name else ""
    if plain in _SMILES_NAMES or plain in _STRUCTURE_NAMES:
        return True
    return ("smiles" in plain or "inchi" in plain) and is_column_name(name)


def column_reference(names: Sequence[str], index: int) -> str:
    """The reference to a column in :class:`TableOptions`: its name, or its number if another has the same name."""
    return names[index] if column_index(names, names[index]) == index else column_number(index)


def column_number(index: int) -> str:
    """The reference to a column by its number; all columns can be referred to in this way."""
    return f"column {index + 1}"


def column_index(names: Sequence[str], wanted: str) -> int:
    """The column with this name, else with this name in other letter case, else with this number.

    :raises UnknownNameError: if there is none
    """
    lower = wanted.strip().lower()
    for known, name in ((names, wanted), ([name.strip().lower() for name in names], lower)):
        if name in known:
            return known.index(name)
    number = re.fullmatch(r"column\s*(\d{1,9})", lower)
    if number and 1 <= int(number[1]) <= len(names):
        return int(number[1]) - 1
    raise UnknownNameError("column", wanted, tuple(map(short_name, names[:NAMED])))


def first_rows(head: bytes, complete: bool, columns: Columns, limit: int) -> list[list[str]]:
    """The cells of the first rows below the header."""
    preamble = Preamble(columns.begin, columns.line)
    header = int(columns.has_header)
    rows = sample_rows(head, complete, columns.delimiter, preamble, limit + header, columns.shape)
    return [row.cells for row in rows[header:]]


class _Rows:
    """The first rows of a table, and which of them is the header."""

    def __init__(self, rows: Sequence[Row], at: int, has_header: bool) -> None:
        self._rows, self.at, self.has_header = rows, at, has_header
        self.width = usual_width(rows[at + has_header :])
        self.body = [row.cells for row in rows[at + has_header :]]

    @property
    def header(self) -> list[str]:
        return self._rows[self.at].cells if self._rows else []

    @cached_property
    def is_short(self) -> bool:
        """Whether the header has one cell less because the row names have no heading, as R writes tables."""
        n = len(self.header)
        if not self.has_header or not self.body or self.width != n + 1:
            return False
        fitting = [row for row in self.body if len(row) == n + 1]
        if 2 * len(fitting) < len(self.body) or not any(row[-1].strip() for row in fitting):
            return False
        contents = _contents(fitting, n + 1)
        for at, name in enumerate(self.header):
            if is_smiles_name(name):
                here, behind = contents[at], contents[at + 1]
                if max(here.share, behind.share) > 0.5:
                    return behind.share > here.share
        labels = [row[0].strip() for row in fitting]
        return len(set(labels)) == len(labels) and all(labels)

    @cached_property
    def names(self) -> tuple[str, ...]:
        header = self.header
        if not self.has_header:
            return tuple(map(column_number, range(max(len(header), self.width))))
        cells = ["", *header] if self.is_short else header
        if cells and re.fullmatch(r"[#%!/;-]+\s*\S.*", cells[0].strip()) and len(self._rows) > self.at:
            bare = cells[0].strip().lstrip("#%!/;- ")
            cells = [bare if is_smiles_name(bare) or cells[0].startswith("#") else cells[0], *cells[1:]]
        return tuple(cell.strip() or column_number(i) for i, cell in enumerate(cells))


@dataclass(frozen=True, slots=True)
class _Content:
    """Statistics of the cells of a column."""

    filled: float
    """Share of the rows in which the cell is not empty."""
    smiles: float
    """Share of the filled cells that are SMILES; a cell that only looks like SMILES counts a quarter."""
    inchi: float
    blocks: float
    length: float
    """Mean number of characters of the filled cells."""

    @property
    def share(self) -> float:
        """Share of the filled cells that are structures."""
        return max(self.smiles, self.inchi, self.blocks)


_NOTHING = _Content(0.0, 0.0, 0.0, 0.0, 0.0)


def _contents(rows: Sequence[Sequence[str]], width: int) -> list[_Content]:
    """[width], the statistics of all columns; there may be very many, most of them empty."""
    cells: dict[int, list[str]] = {}
    for row in rows:
        for i, cell in enumerate(row[:width]):
            if cell and (text := cell.strip()):
                cells.setdefault(i, []).append(text)
    found = [_NOTHING] * width
    for i, texts in cells.items():
        found[i] = _Content(
            len(texts) / len(rows),
            sum(map(_smiles_likeness, texts)) / len(texts),
            sum(map(is_inchi, texts)) / len(texts),
            sum(map(is_block, texts)) / len(texts),
            sum(map(len, texts)) / len(texts),
        )
    return found


def _smiles_likeness(cell: str) -> float:
    word, _, rest = split_line(cell).structure.partition(" ")
    if not looks_like_smiles(word) or (rest == "" and " " in cell):
        return 0.0
    return 1.0 if is_smiles(word) else 0.25


def _header(rows: Sequence[Row], options: TableOptions, asked: Sequence[str]) -> tuple[int, bool]:
    """The index of the header, or of the first row of a table without one; and whether it is a header."""
    if not rows or options.header_line is not None:
        return 0, options.has_header is not False
    if options.has_header is False:
        return 0, False
    width = usual_width(rows)
    at = header_place(rows, width, asked)
    return at, bool(options.has_header) or _is_header(rows[at].cells, [row.cells for row in rows[at + 1 :]], asked)


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]], asked: Sequence[str]) -> bool:
    wanted = {name.strip().lower() for name in asked}
    filled = [cell for cell in first if cell]  # very many cells may be empty
    if any(is_smiles_name(cell) or cell.strip().lower() in wanted for cell in filled):
        return True
    contents = _contents(body, len(first))
    cells = [cell.strip() for cell in first]
    if any(is_block(cell) or is_inchi(cell) for cell in cells):
        return False
    if any(_is_number(cell) and _holds_numbers(body, at) for at, cell in enumerate(cells)):
        return False
    return not any(
        content.smiles >= 0.5 and _smiles_likeness(cell) > 0 and len(cell) > 1
        for cell, content in zip(cells, contents, strict=True)
    ) and not (not body and any(_smiles_likeness(cell.strip()) for cell in filled))


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _holds_numbers(body: Sequence[Sequence[str]], column: int) -> bool:
    """Whether most filled cells of a column are numbers."""
    filled = [cell for row in body if column < len(row) and (cell := row[column].strip())]
    return 2 * sum(map(_is_number, filled)) > len(filled)


def _find_delimiter(head: bytes, complete: bool, preamble: Preamble, prefer: str) -> str:
    """The delimiter with which the header has a SMILES column, else the one with the most regular rows."""
    best, best_score = prefer or ",", (0.0, 0.0, 0)
    for candidate in (*DELIMITERS, " "):
        rows = sample_rows(head, complete, candidate, preamble, 30)
        width = usual_width(rows)
        if not rows or max(len(row.cells) for row in rows) < 2:
            continue
        named = float(
            any(plain_column_name(cell) in _SMILES_NAMES for row in rows for cell in row.cells if len(row.cells) > 1)
        )
        even = Counter(len(row.cells) for row in rows)[width] / len(rows) if width > 1 else 0.0
        if candidate == " ":  # as R writes tables, perhaps with a header of one cell less; prose has blanks, too
            as_r = len(rows[0].cells) in (width, width - 1) and all(len(row.cells) == width for row in rows[1:])
            if not (named and as_r) or best_score[0]:
                continue
        score = (named, even, int(candidate == prefer))
        if score > best_score:
            best, best_score = candidate, score
    return best


def _is_part(name: str) -> bool:
    """Whether a column holds a part of the compound or another compound: scaffold, salt, neighbour."""
    return _PART.search(_WITHOUT_PART.sub("", plain_column_name(name))) is not None


def _structures(names: Sequence[str], contents: Sequence[_Content]) -> list[int]:
    """The columns that may hold the structures, the best one first."""
    ranks: dict[int, tuple[float, ...]] = {}
    for i, (name, content) in enumerate(zip(names, contents, strict=True)):
        rank = _rank(name, content)
        if rank > 0:
            wanted = (
                _SMILES_NAMES.index(plain)
                if (plain := plain_column_name(name)) in _SMILES_NAMES
                else len(_SMILES_NAMES)
            )
            by_length = content.length if rank in (_UNNAMED, _SHORT) else 0.0
            ranks[i] = (rank, content.filled >= 0.5, -wanted, by_length, -i)
    likely = [i for i in ranks if contents[i].share > 0.5 and contents[i].filled >= 0.5] or list(ranks)
    best = max(likely, key=lambda i: ranks[i], default=None)
    rest = [i for i in ranks if i != best]
    return [] if best is None else [best, *sorted(rest, key=lambda i: ranks[i], reverse=True)]


_NAMED_SMILES, _NAMED_STRUCTURE, _UNNAMED, _BLOCKS, _INCHI, _SHORT, _PARTS, _BY_NAME_ALONE = 8, 7, 6, 5, 4, 3, 2, 1


def _rank(name: str, content: _Content) -> int:
    """How good a column is for the structures; 0 for none."""
    plain = plain_column_name(name)
    named, is_any = "smiles" in plain or plain in _SMILES_NAMES, content.smiles > 0.5
    if named and not is_any and content.share <= 0.5:
        return _BY_NAME_ALONE if plain in _SMILES_NAMES or not content.filled else 0
    if (named or is_any or content.share > 0.5) and _is_part(name) and (named or content.share > 0.8):
        return _PARTS
    if content.blocks > 0.5:
        return _BLOCKS
    if content.inchi > 0.5:
        return _INCHI
    if named:
        return _NAMED_SMILES
    if is_any and plain in _STRUCTURE_NAMES:
        return _NAMED_STRUCTURE
    if content.smiles > 0.8:
        return _UNNAMED if content.length >= 4 else _SHORT
    return _BY_NAME_ALONE if plain in ("inchi", "standardinchi", "molfile", "molblock") else 0


def _find_title(found: _Rows, contents: Sequence[_Content], structure: int | None) -> int | None:
    """The best column of names or identifiers that most rows have."""
    if not found.has_header:
        return None
    named = list(_titles(found.names, structure))
    if named:
        return max(named, key=lambda i: (contents[i].filled >= 0.5 or not found.body, -named.index(i)))
    if found.is_short and structure != 0 and not all(row[0].strip().isdigit() for row in found.body if row):
        return 0  # the row names, unless they are only numbers
    return None


def _titles(names: Sequence[str], structure: int | None) -> Iterator[int]:
    """Columns whose names are those of titles and identifiers, the best first."""
    plain = [plain_column_name(name) for name in names]
    known = [i for i, name in enumerate(plain) if name in _TITLE_NAMES and i != structure]
    yield from sorted(known, key=lambda i: (_TITLE_NAMES.index(plain[i]), i))
    given = set(known)
    for i, name in enumerate(plain):
        if i in given or i == structure or "smiles" in name or "inchi" in name:
            continue
        if name.startswith("compound") and not name.startswith("compoundclass"):
            yield i


def _choices(
    columns: Columns, found: _Rows, contents: Sequence[_Content], likely: Sequence[int], options: TableOptions
) -> Iterator[Choice]:
    """Choices that the program made and the user may want to change."""
    names, structure, title = columns.names, columns.smiles, columns.title
    if structure is not None and not options.smiles_column:
        others = [i for i in likely if i != structure]
        if others or not is_smiles_name(names[structure]):
            what = _kind(contents[structure])
            by = "" if is_smiles_name(names[structure]) else ", by its content"
            also = f"; also there: {_listed(names, others)}" if others else ""
            yield Choice(f"{what} from '{short_name(names[structure])}'{by}{also}", "--smiles-column")
    if options.header_line is None and columns.line > 1:
        above = "the line above it is" if columns.line == 2 else f"the {columns.line - 1} lines above it are"
        what = "header line" if columns.has_header else "no header line; the first row is line"
        yield Choice(f"{what} {columns.line}; {above} left out", "--header-line")
    named = structure is not None and is_smiles_name(names[structure])
    asked = options.has_header is not None or options.header_line is not None
    if found.has_header and not asked and not (named or title is not None or found.is_short):
        yield Choice(
            f"line {columns.line} is taken for the header ({_listed(names, range(len(names)))})", "--no-header"
        )
    if found.is_short:
        yield Choice(
            "the header is one cell short, as R writes it: it begins at the second column, and the first one holds the "
            "rows' names",
            "--header-line",
        )
    if title is not None and options.title_column is None:
        passed = [i for i in _titles(names, structure) if contents[i].filled < 0.5 <= contents[title].filled]
        if passed:
            empty = "which is empty in most rows" if len(passed) == 1 else "which are empty in most rows"
            yield Choice(
                f"titles from '{short_name(names[title])}', not from {_listed(names, passed)}, {empty}",
                "--title-column",
            )


def _kind(content: _Content) -> str:
    if content.blocks > 0.5:
        return "connection tables"
    return "InChI" if content.inchi > 0.5 else "SMILES"


def _listed(names: Sequence[str], which: Sequence[int]) -> str:
    more = f" and {len(which) - _LISTED} more" if len(which) > _LISTED else ""
    return ", ".join(f"'{short_name(names[i])}'" for i in which[:_LISTED]) + more
