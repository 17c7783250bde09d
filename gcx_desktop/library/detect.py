"""What a file is, from its first bytes and its suffix; and a word for what it is if it holds no molecules."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import LibraryError, NoSmilesColumnError, UsageError
from .formats import smiles
from .formats.columns import Columns, find_columns, first_rows
from .formats.scenes import looks_like_scenes
from .record import Format
from .source import decode
from .table_options import TableOptions
from .words import short_name

HEAD = 1 << 20
"""Bytes from the start of a file that are looked at."""

_SDF_SUFFIXES = (".sdf", ".sd", ".mol", ".mdl", ".mol2k")
_SMILES_SUFFIXES = (".smi", ".smiles", ".ism", ".can")
_TABLE_SUFFIXES = (".csv", ".tsv", ".tab")

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
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_TEXT: tuple[tuple[str, str], ...] = (
    (
        r"(?is)(<!--(?:(?!-->).)*-->\s*|<\?xml[^>]*>\s*)*<(!doctype\s+html|html|head|body)\b",
        "an HTML page, such as a failed download",
    ),
    (r"<\?xml|<[A-Za-z][\w:.-]*[\s>/]", "an XML file"),
    (r"\{\\rtf", "a rich text document"),
    (r"\{|\[\s*[\[{\"]", "a JSON file, though not one of scene graphs"),
    (r"\$RXN|\$RDFILE", "an MDL reaction file"),
    (r"@<TRIPOS>|(?:#[^\n]*\n\s*)+@<TRIPOS>", "a MOL2 file"),
    (r"(?:HEADER|TITLE|COMPND|REMARK|CRYST1|ATOM|HETATM) {2,}", "a PDB file"),
    (r"data_\S*\s", "a CIF file"),
    (r"InChI=", "a list of InChI, which is not read; convert it to SMILES"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read."""

    format: Format
    skip_first: bool = False
    """The first record that a scan finds is a header."""
    columns: Columns | None = None
    """Of a TABLE."""


def find_layout(path: Path, head: bytes, complete: bool, options: TableOptions) -> Layout:
    """Decides from the file's plain text, of which ``head`` is the start (``complete``: all).

    :raises NoSmilesColumnError: if it is a table and no column looks like SMILES.
    :raises LibraryError: if there are no molecules in it, naming what it looks like.
    :raises UsageError: if the user named a column or delimiter that does not fit.
    """
    layout = guess_layout(path, head, complete, options)
    if layout.columns is not None and layout.columns.smiles is None:
        known = ", ".join(map(short_name, layout.columns.names[:20]))
        reason = f"no column looks like SMILES; name one with --smiles-column (there are: {known})"
        raise NoSmilesColumnError(path, reason)
    return layout


def guess_layout(path: Path, head: bytes, complete: bool, options: TableOptions) -> Layout:
    """Like :func:`find_layout`, of a table whose SMILES column is yet to be chosen, too.

    :raises LibraryError: as there
    :raises UsageError: as there
    """
    if not head.strip(b" \t\r\n\v\f\0\x1a"):
        raise LibraryError(path, "the file is empty")
    refuse_foreign(path, head)
    suffix = plain_suffix(path)
    if looks_like_scenes(head):
        _refuse_options(path, options, "a file of scene graphs")
        return Layout(Format.SCENES)
    if _is_sdf(head, suffix):
        _refuse_options(path, options, "an SDF or MOL file")
        several = b"$$$$" in head or suffix in (".sdf", ".sd") or not complete
        return Layout(Format.SDF if several else Format.MOL)

    def columns() -> Columns:
        prefer = "\t" if suffix in (".tsv", ".tab") else ","
        return find_columns(head, complete, options, prefer)

    if suffix in _TABLE_SUFFIXES or options.names_columns:
        return _table(columns())
    return _lines(path, head, complete, suffix, columns, options.has_header)


def _refuse_options(path: Path, options: TableOptions, what: str) -> None:
    if options.names_columns or options.has_header is not None:
        raise UsageError(f"{path}: columns, headers and delimiters belong to tables, and this is {what}")


def refuse_foreign(path: Path, head: bytes) -> None:
    """:raises LibraryError: if the bytes are those of a well-known kind of file without molecules that we read."""
    if _has_counts_line(head) and _SDF_LINES.search(head):
        return  # its first line is a title, which may be any text
    if looks_like_scenes(head.removeprefix(codecs.BOM_UTF8)):
        return
    for magic, what in _BINARY:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head[:4096]):
            raise LibraryError(path, f"it is not a molecule file; it looks like {what}")
    start = decode(head[:4096]).lstrip()
    for pattern, what in _TEXT:
        if re.match(pattern, start):
            raise LibraryError(path, f"it is not a molecule file; it looks like {what}")
    sample = head[:65536]
    if sample.count(b"\0") > len(sample) // 100:
        raise LibraryError(path, "it is not a molecule file; it looks like binary data")


def plain_suffix(path: Path) -> str:
    """The last suffix in lower case, that of gzip left out."""
    name = path.name.lower()
    return Path(name.removesuffix(".gz").removesuffix(".gzip")).suffix


def _is_sdf(head: bytes, suffix: str) -> bool:
    counted, marked = _has_counts_line(head), _SDF_LINES.search(head) is not None
    if suffix in _TABLE_SUFFIXES:  # whose cells may hold whole connection tables, or numbers like a counts line
        return counted and marked
    return (counted and suffix in _SDF_SUFFIXES) or marked


def _has_counts_line(head: bytes) -> bool:
    """Whether the fourth line could be the counts line of a connection table."""
    lines = re.split(rb"\r\n|\r|\n", head[:4096])
    return len(lines) > 4 and _COUNTS_LINE.match(lines[3]) is not None


def _table(columns: Columns) -> Layout:
    return Layout(Format.TABLE, columns.has_header, columns)


def _lines(
    path: Path, head: bytes, complete: bool, suffix: str, columns: Callable[[], Columns], has_header: bool | None
) -> Layout:
    """A file without a telling content: lines of SMILES, or a table under another name."""
    lines = [line for line in re.split(r"\r\n|\r|\n", decode(head[:65536])) if line.strip()][:100]
    if len(lines) > 1 and not (complete and len(head) <= 65536):
        lines = lines[:-1] or lines
    if not lines:
        raise LibraryError(path, "there is nothing but white space in it")
    header = smiles.is_header(lines[0]) if has_header is None else has_header
    if re.search(r"[,;|]|\t.*\t", lines[0]) and re.search(r"smiles", lines[0], re.IGNORECASE):
        found = columns()
        if found.has_header and found.smiles is not None and len(found.names) > 1:
            return _table(found)
    body = lines[1:] if header else lines
    plausible = sum(smiles.looks_like_smiles(line.split()[0]) for line in body)
    if header and not body:
        return Layout(Format.SMILES, header)
    if suffix in _SDF_SUFFIXES:
        kind = "it has neither a counts line nor M  END nor $$$$"
        instead = "; it looks like SMILES or a table under a wrong suffix" if plausible * 2 >= len(body) else ""
        raise LibraryError(path, f"it is not an SDF or MOL file: {kind}{instead}")
    if plausible == 0 or (suffix not in _SMILES_SUFFIXES and plausible * 2 < len(body)):
        found = columns()
        if len(found.names) > 1 and (found.smiles is not None or _is_even(head, complete, found.delimiter)):
            return _table(found)
        raise LibraryError(path, "it is not a molecule file; it looks like plain text without SMILES")
    return Layout(Format.SMILES, header)


def _is_even(head: bytes, complete: bool, delimiter: str) -> bool:
    """Whether all of the first rows have as many cells, as prose with commas has not."""
    rows = first_rows(head, complete, delimiter, 30)
    return len(rows) > 1 and len({len(row) for row in rows}) == 1
