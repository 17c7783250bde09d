"""Detects the format of a file from its first bytes and its suffix, and names files that hold no molecules."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import LibraryError, NoSmilesColumnError, UnknownNameError, UsageError
from ..formats import sdf, smiles
from ..formats.columns import Columns, column_index, column_number, find_columns, first_rows, header_preamble
from ..formats.preamble import Preamble, skip_preamble
from ..formats.table import is_block
from ..record import Format, OtherFormat
from ..source import decode_text
from ..table_options import NO_TITLE, Choice, TableOptions
from ..words import short_name

HEAD = 1 << 20
"""Bytes from the start of a file that are examined."""

_SDF_SUFFIXES = (".sdf", ".sd", ".mol", ".mdl", ".mol2k")
_SMILES_SUFFIXES = (".smi", ".smiles", ".ism", ".can")
_TABLE_SUFFIXES = (".csv", ".tsv", ".tab")

_LINES_SEEN = 100
"""Lines of a SMILES file that are examined."""
_LISTED = 5
"""Most fields that a sentence lists."""
_TABLE_HEADER = re.compile(r"[,;|]|\t.*\t")

_COUNTS_LINE = re.compile(rb"[ \d]{2}\d[ \d]{2}\d([ \d]|$)")
_SDF_LINES = re.compile(rb"(?:^|[\r\n])(?:\$\$\$\$|M  END|M  V30 )|[ \d]{6}.{20,30}V[23]000")

_BINARY = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an Office document; unpack it, or save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save it as CSV"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"VjCD0100", "a ChemDraw CDX file; save it as SDF, or copy the structures as SMILES"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_TEXT: tuple[tuple[str, str], ...] = (
    (
        r"(?is)(<!--(?:(?!-->).)*-->\s*|<\?xml[^>]*>\s*)*<(!doctype\s+html|html|head|body)\b",
        "an HTML page, such as a failed download",
    ),
    (r"<datawarrior-fileinfo>", "a DataWarrior file; save its table as SDF or text there"),
    (
        r"(?is)(<\?xml[^>]*>\s*)?(<!doctype\s+cdxml\b|<cdxml\b)",
        "a ChemDraw CDXML file; save it as SDF, or copy the structures as SMILES",
    ),
    (r"(?is)(<!--(?:(?!-->).)*-->\s*|<\?xml[^>]*>\s*)*<(cml|molecule)\b", "an XML file (CML); convert it to SDF"),
    (r"<\?xml|<[A-Za-z][\w:.-]*[\s>/]", "an XML file"),
    (r"\{\\rtf", "a rich text document"),
    (
        r"(?:#[^\n]*\n\s*)*(?:\{\s+s_m_m2io_version|[fp]_m_ct\s*\{|\{\s*(?:#[^\n]*\n\s*)?s_m_)",
        "a Maestro file, which is not read; export its structures as SDF",
    ),
    (r"\{|\[\s*[\[{\"]", "a JSON file, though not one of scene graphs"),
    (r"\$RXN|\$RDFILE", "an MDL reaction file"),
    (r"@<TRIPOS>|(?:#[^\n]*\n\s*)+@<TRIPOS>", "a MOL2 file"),
    (r"(?:HEADER|TITLE|COMPND|REMARK|CRYST1|ATOM|HETATM) {2,}", "a PDB file"),
    (r"data_\S*\s", "a CIF file"),
    (
        r"[A-Z]{14}-[A-Z]{10}-[A-Z](?:\s|$)",
        "a list of InChIKeys, which are hashes and hold no structure; use the InChI",
    ),
    (r"\$SMI<", "a Daylight TDT file; convert it to SMILES"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read."""

    format: Format
    skip_first: bool = False
    """Whether the first record that a scan finds is a header."""
    columns: Columns | None = None
    """The columns of a TABLE."""
    begin: int = 0
    """Byte offset of the header or the first record."""
    first_line: int = 1
    """1-based number of the line at ``begin``."""
    names: tuple[str, str] = ("SMILES", "title")
    """The names of the two words of a line of SMILES, in the file's order."""
    place: int = 0
    """Index of the one that is the structure."""
    chosen: bool = False
    """Whether the user chose them."""
    has_titles: bool = True
    """Whether lines of SMILES have titles."""
    title_field: str = ""
    """Data field of an SDF that holds the titles; "" for their own line."""
    fields: tuple[str, ...] = ()
    """Data fields of the first records of an SDF."""
    choices: tuple[Choice, ...] = ()
    """Choices that the program made where several were possible."""
    other: OtherFormat | None = None
    """The format of a file that holds no molecules."""


def find_layout(
    path: Path, head: bytes, complete: bool, options: TableOptions, others: Sequence[OtherFormat] = ()
) -> Layout:
    """Detects the layout from the file's plain text, of which ``head`` is the beginning (``complete``: the whole text).

    :param others: formats besides those of molecules
    :raises NoSmilesColumnError: if it is a table and no column looks like SMILES.
    :raises LibraryError: if there are no molecules in it, naming what it looks like.
    :raises UsageError: if the user named a column, line or delimiter that does not fit.
    """
    layout = guess_layout(path, head, complete, options, others)
    if layout.columns is not None and layout.columns.smiles is None:
        known = ", ".join(map(short_name, layout.columns.names[:20]))
        reason = f"no column looks like SMILES; name one with --smiles-column (there are: {known})"
        raise NoSmilesColumnError(path, reason)
    return layout


def guess_layout(
    path: Path, head: bytes, complete: bool, options: TableOptions, others: Sequence[OtherFormat] = ()
) -> Layout:
    """Like :func:`find_layout`, but also for a table whose SMILES column is not chosen yet.

    :raises LibraryError: as there
    :raises UsageError: as there
    """
    try:
        return _guessed(path, head, complete, options, others)
    except UnknownNameError as error:
        raise error.of_file(path) from None


def _guessed(path: Path, head: bytes, complete: bool, options: TableOptions, others: Sequence[OtherFormat]) -> Layout:
    if not head.strip(b" \t\r\n\v\f\0\x1a"):
        raise LibraryError(path, "the file is empty")
    refuse_foreign(path, head, others)
    suffix = plain_suffix(path)
    other = _other_format(head, others)
    if other is not None:
        _refuse_options(path, options, other.called)
        return Layout(other.format, other=other)

    def columns(options: TableOptions) -> Columns:
        prefer = "\t" if suffix in (".tsv", ".tab") else ","
        if options.header_line is not None:
            _preamble_of(path, head, options)
        return find_columns(head, complete, options, prefer)

    if _is_sdf(head, suffix):
        apart = suffix in _SDF_SUFFIXES or (_has_counts_line(head) and not _quotes_first(head))
        in_cells = None if apart else _of_blocks(head, complete, columns)
        return _structure_file(path, head, complete, suffix, options) if in_cells is None else _table(columns(options))
    if suffix in _TABLE_SUFFIXES or options.delimiter:
        return _table(columns(options))
    if options.names_columns:
        found = _lines(path, head, complete, suffix, columns, replace(options, smiles_column=None, title_column=None))
        return _table(columns(options)) if found.format is Format.TABLE else _chosen_words(path, found, options)
    return _lines(path, head, complete, suffix, columns, options)


def _refuse_options(path: Path, options: TableOptions, what: str) -> None:
    if options.names_columns or options.has_header is not None or options.header_line is not None:
        raise UsageError(f"{path}: columns, headers and delimiters belong to tables, and this is {what}")


def _structure_file(path: Path, head: bytes, complete: bool, suffix: str, options: TableOptions) -> Layout:
    """The layout of an SDF or MOL file, in which a data field may be the title."""
    _refuse_options(path, replace(options, title_column=None), "an SDF or MOL file")
    several = b"$$$$" in head or suffix in (".sdf", ".sd") or not complete
    form = Format.SDF if several else Format.MOL
    records = list(sdf.first_records(head, complete))
    fields = tuple(dict.fromkeys(name for _, items in records for name in items))
    if options.title_column:
        at = column_index(fields, options.title_column)
        return Layout(form, title_field=fields[at], fields=fields)
    choices: tuple[Choice, ...] = ()
    titles = [title for title, _ in records]
    untitled = 2 * sum(map(bool, titles)) < len(titles) or (len(titles) > 1 and len(set(titles)) == 1)
    naming = sdf.naming_fields(records) if untitled and options.title_column is None else []
    if naming:
        listed = ", ".join(f"'{short_name(name)}'" for name in naming[:_LISTED])
        more = f" and {len(naming) - _LISTED} more" if len(naming) > _LISTED else ""
        which = "a field that differs" if len(naming) == 1 else "fields that differ"
        titled = "all records have the same title" if any(titles) else "the records have no titles"
        choices = (Choice(f"{titled}; {which} from record to record: {listed}{more}", "--title-column"),)
    return Layout(form, fields=fields, choices=choices)


def _of_blocks(head: bytes, complete: bool, columns: Callable[[TableOptions], Columns]) -> Columns | None:
    """The columns of a table with connection tables in its cells; ``None`` if it has none."""
    if b'"' not in head:
        return None
    found = columns(TableOptions())
    rows = first_rows(head, complete, found, 5)
    at = found.smiles
    in_cells = at is not None and any(at < len(row) and is_block(row[at]) for row in rows)
    return found if in_cells and len(found.names) > 1 else None


def _other_format(head: bytes, others: Sequence[OtherFormat]) -> OtherFormat | None:
    return next((each for each in others if each.begins(head)), None)


def refuse_foreign(path: Path, head: bytes, others: Sequence[OtherFormat] = ()) -> None:
    """:raises LibraryError: if the bytes are those of a well-known format that this program does not read."""
    if _has_counts_line(head) and _SDF_LINES.search(head):
        return  # the first line of an SDF is a title, which may be any text
    if _other_format(head.removeprefix(codecs.BOM_UTF8), others) is not None:
        return
    for magic, what in _BINARY:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head[:4096]):
            raise LibraryError(path, f"it is not a molecule file; it looks like {what}")
    start = decode_text(head[:4096]).lstrip()
    for pattern, what in _TEXT:
        if re.match(pattern, start):
            raise LibraryError(path, f"it is not a molecule file; it looks like {what}")
    sample = head[:65536]
    if sample.count(b"\0") > len(sample) // 100:
        raise LibraryError(path, "it is not a molecule file; it looks like binary data")


def plain_suffix(path: Path) -> str:
    """The last suffix in lower case, ignoring that of gzip."""
    name = path.name.lower()
    return Path(name.removesuffix(".gz").removesuffix(".gzip")).suffix


def _is_sdf(head: bytes, suffix: str) -> bool:
    counted, marked = _has_counts_line(head), _SDF_LINES.search(head) is not None
    if suffix in _TABLE_SUFFIXES:  # its cells may hold connection tables, or numbers like a counts line
        return counted and marked and not _quotes_first(head)
    return (counted and suffix in _SDF_SUFFIXES) or marked


def _quotes_first(head: bytes) -> bool:
    """Whether the first line opens a quoted cell."""
    return b'"' in re.split(rb"[\r\n]", head[:4096].lstrip(), maxsplit=1)[0]


def _has_counts_line(head: bytes) -> bool:
    """Whether the fourth line may be the counts line of a connection table."""
    lines = re.split(rb"\r\n|\r|\n", head[:4096])
    return len(lines) > 4 and _COUNTS_LINE.match(lines[3]) is not None


def _table(columns: Columns) -> Layout:
    return Layout(Format.TABLE, columns.has_header, columns, columns.begin, columns.line, choices=columns.choices)


def _lines(
    path: Path,
    head: bytes,
    complete: bool,
    suffix: str,
    columns: Callable[[TableOptions], Columns],
    options: TableOptions,
) -> Layout:
    """The layout of other files: lines of structures, or a table with another suffix."""
    preamble = _preamble_of(path, head, options)
    if preamble.delimiter:
        return _table(columns(options))
    lines = _first_lines(head, preamble, complete)
    if not lines:
        raise LibraryError(path, "there is nothing but white space in it")
    preamble, lines, header = _find_header(preamble, lines, options)
    first = lines[0][1]
    is_header = not any(map(smiles.is_line_structure, smiles.words_of(first)[:2]))
    if is_header and _TABLE_HEADER.search(first) and re.search(r"smiles|inchi|structure|mol", first, re.IGNORECASE):
        found = columns(options)
        if found.has_header and found.smiles is not None and len(found.names) > 1:
            return _table(found)
    body = [line for _, line in lines[int(header) :]]
    place = smiles.structure_place(body)
    plausible = sum(_is_plausible(line, place) for line in body)
    layout = Layout(
        Format.SMILES,
        header,
        begin=preamble.begin,
        first_line=preamble.line,
        names=_word_names(first, header, place),
        place=place,
    )
    if header and not body:
        return layout
    if suffix in _SDF_SUFFIXES:
        kind = "it has neither a counts line nor M  END nor $$$$"
        instead = "; it looks like SMILES or a table under a wrong suffix" if plausible * 2 >= len(body) else ""
        raise LibraryError(path, f"it is not an SDF or MOL file: {kind}{instead}")
    divided = place == 1 and all(re.match(r"\S+[,;|] ", line) or line.count("\t") > 1 for line in body)
    doubtful = plausible == 0 or (suffix not in _SMILES_SUFFIXES and plausible * 2 < len(body))
    if doubtful or divided:
        found = columns(options)
        if len(found.names) > 1 and (found.smiles is not None or _is_even(head, complete, found)):
            return _table(found)
        if doubtful:
            raise LibraryError(path, "it is not a molecule file; it looks like plain text without SMILES")
    return replace(layout, choices=tuple(_line_choices(layout, options)))


def _preamble_of(path: Path, head: bytes, options: TableOptions) -> Preamble:
    """The preamble before the header or the rows, as far as it is known.

    :raises UsageError: if there is no such line as the user says
    """
    if options.header_line is None:
        return skip_preamble(head)
    try:
        return header_preamble(head, options.header_line)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def _first_lines(head: bytes, preamble: Preamble, complete: bool) -> list[tuple[Preamble, str]]:
    """The first lines that are not blank, and where each begins."""
    part = head[preamble.begin : preamble.begin + 65536]
    found: list[tuple[Preamble, str]] = []
    at, number = preamble.begin, preamble.line
    for piece in re.findall(rb"[^\r\n]*(?:\r\n|\r|\n|$)", part):
        if piece.strip():
            found.append((Preamble(at, number), decode_text(piece).strip("\r\n")))
        at, number = at + len(piece), number + 1
        if len(found) > _LINES_SEEN:
            break
    whole = complete and preamble.begin + len(part) == len(head)
    return found[:-1] or found if len(found) > 1 and not (whole and len(found) <= _LINES_SEEN) else found


def _find_header(
    preamble: Preamble, lines: list[tuple[Preamble, str]], options: TableOptions
) -> tuple[Preamble, list[tuple[Preamble, str]], bool]:
    """The preamble before header or structures, the lines from there on, and whether the first one is a header."""
    if options.has_header is not None or options.header_line is not None:
        return preamble, lines, options.has_header is not False
    header = -1
    for at, (_, line) in enumerate(lines):
        words = smiles.words_of(line)
        if any(smiles.is_line_structure(word) and len(word) > 2 for word in words[:2]):
            break
        if smiles.is_header(line):
            header = at
    if header >= 0:
        return lines[header][0], lines[header:], True
    return lines[0][0], lines, False


def _is_plausible(line: str, place: int) -> bool:
    parts = smiles.split_line(line, place).structure.split(None, 1)  # a no-break space spoils this line only
    word = parts[0] if parts else ""
    return smiles.looks_like_smiles(word) or smiles.is_inchi(word)


def _word_names(header: str, has_header: bool, place: int) -> tuple[str, str]:
    """The names of the two words of a line in the header."""
    if not has_header:
        return ("SMILES", "title") if place == 0 else ("title", "SMILES")
    parts = [part.strip("#\"' ") for part in re.split(r"\t+| {2,}", header.strip()) if part.strip()]
    if len(parts) < 2:
        words = smiles.words_of(header.strip("#\"' "))
        at = next((i for i, word in enumerate(words) if smiles.is_structure_name(word)), 0)
        cut = at + 1 if place == 0 else max(at, 1)
        parts = [" ".join(words[:cut]), " ".join(words[cut:])]
    return parts[0] or column_number(0), " ".join(parts[1:]) or column_number(1)


def _chosen_words(path: Path, layout: Layout, options: TableOptions) -> Layout:
    """The layout of lines whose two words the user chose.

    :raises UnknownNameError: if there is no such column
    :raises UsageError: if both are the same
    """
    names, place = layout.names, layout.place
    if options.smiles_column:
        place = column_index(names, options.smiles_column)
    if options.title_column and column_index(names, options.title_column) == place:
        raise UsageError(f"{path}: '{options.title_column}' holds the structures; name another column for titles")
    return replace(layout, place=place, chosen=True, has_titles=options.title_column != NO_TITLE, choices=())


def _line_choices(layout: Layout, options: TableOptions) -> list[Choice]:
    choices = []
    if layout.place == 1:
        choices.append(Choice("SMILES from the second word of each line, titles from the first", "--smiles-column"))
    if layout.first_line > 1 and options.header_line is None:
        above = "the line above it is" if layout.first_line == 2 else f"the {layout.first_line - 1} lines above it are"
        what = "header line" if layout.skip_first else "no header line; the first record is line"
        choices.append(Choice(f"{what} {layout.first_line}; {above} left out", "--header-line"))
    return choices


def _is_even(head: bytes, complete: bool, columns: Columns) -> bool:
    """Whether the first rows all have the same number of cells, unlike prose with commas."""
    rows = first_rows(head, complete, replace(columns, has_header=False), 30)
    return len(rows) > 1 and len({len(row) for row in rows}) == 1
