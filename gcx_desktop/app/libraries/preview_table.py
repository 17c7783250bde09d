"""Previews how a file would be read, from its first bytes, before it is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ...kinds.registry import other_files
from ...library.formats import sdf
from ...library.formats.columns import Columns, column_reference, first_rows
from ...library.formats.smiles import is_inchi, looks_like_smiles, split_line
from ...library.formats.table import is_block
from ...library.opening.beginning import Beginning, read_beginning
from ...library.opening.detect import HEAD, Layout, guess_layout
from ...library.record import Format
from ...library.source import decode_text
from ...library.table_options import NO_TITLE, Choice, TableOptions
from ...library.words import short_name
from ...wording import counted

MAX_PREVIEW_ROWS = 100
MAX_COLUMNS = 1000
"""Number of columns that are shown; others are only counted."""
MAX_CELL = 200
"""Number of characters of a cell that are shown."""


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The first rows of a file, read with given options."""

    path: Path
    format: Format
    """The columns of an SDF or MOL file are its data fields, one of which may hold the titles."""
    options: TableOptions
    """The given options, completed by those that were detected."""
    names: tuple[str, ...] = ()
    """[n_columns]: all column names."""
    smiles: int | None = None
    """Index into ``names``; ``None`` if no column looks like SMILES."""
    title: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    """[≤ MAX_ROWS][≤ MAX_COLUMNS]: cells as one line, shortened; a row may be shorter or longer than the header."""
    n_filled: int = 0
    """Number of rows with a filled SMILES cell."""
    n_plausible: int = 0
    """Number of rows whose SMILES cell looks like SMILES and that do not have too many cells."""
    n_too_long: int = 0
    """Number of rows with more cells than the header, which are rejected for that."""
    header_line: int = 1
    """1-based line number of the header, or of the first row."""
    choices: tuple[Choice, ...] = ()
    """What was chosen where a file offers several possibilities and no option decides."""

    @property
    def is_table(self) -> bool:
        """Whether the structures are in lines or rows."""
        return self.format in (Format.TABLE, Format.SMILES)

    @property
    def has_columns(self) -> bool:
        """Whether there are columns to choose from."""
        return self.is_table or (self.format in (Format.SDF, Format.MOL) and bool(self.names))

    @property
    def trouble(self) -> str:
        """Why it cannot be opened with these options, one clause with the remedy; "" if it can."""
        if not self.is_table:
            return ""
        if self.smiles is None:
            return "no column looks like SMILES; choose one, or another delimiter"
        if not self.rows:
            return "there is no row under the header line; open it without a header"
        if self.n_filled and not self.n_plausible:
            column = short_name(self.names[self.smiles])
            n_rows = len(self.rows)
            none = f"none of the first {n_rows:,} rows has" if n_rows > 1 else "the only row has no"
            return f"{none} SMILES in ‘{column}’; choose another column"
        return ""

    @property
    def summary(self) -> str:
        """A sentence that says what will be read."""
        if not self.has_columns:
            return "no table; there is nothing to choose"
        if not self.is_table:
            where = "their first lines" if self.title is None else f"the field ‘{short_name(self.names[self.title])}’"
            return f"titles of the records from {where}"
        header = "1 header line" if self.options.has_header else "no header line"
        if self.header_line > 1:
            above = "line 1" if self.header_line == 2 else f"lines 1 to {self.header_line - 1}"
            header = f"header in line {self.header_line}" if self.options.has_header else header
            header += f", {above} left out"
        if self.smiles is None:
            return f"{header}; {counted(len(self.names), 'column')}"
        rows = len(self.rows)
        like = f"{self.n_plausible} of the first {rows} look" if rows != 1 else f"{self.n_plausible} of 1 looks"
        title = "no titles" if self.title is None else f"titles from ‘{short_name(self.names[self.title])}’"
        words = f"{header}; SMILES from ‘{short_name(self.names[self.smiles])}’: {like} like SMILES; {title}"
        if self.n_too_long:
            which = "1 row has" if self.n_too_long == 1 else f"{self.n_too_long} rows have"
            words += f"; {which} more cells than the first line, and will be rejected"
        return words


def preview_table(path: Path, options: TableOptions) -> TablePreview:
    """Reads the beginning of a file as opening it with these options would. No molecule is parsed.

    :raises LibraryError: if it cannot be read or holds no molecules
    :raises UsageError: if the options do not fit it
    """
    beginning = read_beginning(path, HEAD)
    layout = guess_layout(path, beginning.data, beginning.complete, options, other_files().formats)
    if layout.columns is not None:
        return _of_table(path, beginning, layout.columns)
    if layout.format is Format.SMILES:
        return _of_lines(path, beginning, layout)
    if layout.format in (Format.SDF, Format.MOL):
        return _of_fields(path, beginning, layout, options)
    return TablePreview(path, layout.format, TableOptions())


def _of_table(path: Path, beginning: Beginning, columns: Columns) -> TablePreview:
    rows = first_rows(beginning.data, beginning.complete, columns, MAX_PREVIEW_ROWS)
    names, smiles, title = columns.names, columns.smiles, columns.title
    options = TableOptions(
        columns.delimiter,
        columns.has_header,
        None if smiles is None else column_reference(names, smiles),
        NO_TITLE if title is None else column_reference(names, title),
        columns.line if columns.has_header and columns.line > 1 else None,
    )
    found = _preview(path, Format.TABLE, options, names, smiles, title, rows)
    return replace(found, header_line=columns.line, choices=columns.choices)


def _of_lines(path: Path, beginning: Beginning, layout: Layout) -> TablePreview:
    data = beginning.data[layout.begin :]
    lines = [line for line in re.split(r"\r\n|\r|\n", decode_text(data)) if line.strip()]
    if not beginning.complete and len(lines) > 1:
        lines.pop()
    place, start = layout.place, int(layout.skip_first)
    pairs = [split_line(line, place) for line in lines[start : start + MAX_PREVIEW_ROWS]]
    rows = [[pair.structure, pair.title] if place == 0 else [pair.title, pair.structure] for pair in pairs]
    options = TableOptions(
        has_header=layout.skip_first,
        smiles_column=layout.names[place] if layout.chosen else None,
        title_column=NO_TITLE if not layout.has_titles else None,
        header_line=layout.first_line if layout.skip_first and layout.first_line > 1 else None,
    )
    title = 1 - place if layout.has_titles else None
    found = _preview(path, Format.SMILES, options, layout.names, place, title, rows)
    return replace(found, header_line=layout.first_line, choices=layout.choices)


def _of_fields(path: Path, beginning: Beginning, layout: Layout, options: TableOptions) -> TablePreview:
    records = list(islice(sdf.first_records(beginning.data, beginning.complete), MAX_PREVIEW_ROWS))
    names = layout.fields
    rows = [[fields.get(name, "") for name in names] for _, fields in records]
    title = names.index(layout.title_field) if layout.title_field else None
    title_option = TableOptions(title_column=options.title_column)
    found = _preview(path, layout.format, title_option, names, None, title, rows)
    return replace(found, choices=layout.choices)


def _preview(
    path: Path,
    form: Format,
    options: TableOptions,
    names: tuple[str, ...],
    smiles: int | None,
    title: int | None,
    rows: list[list[str]],
) -> TablePreview:
    words = [_first_word(row, smiles) for row in rows]
    too_long = [any(cell.strip() for cell in row[len(names) :]) for row in rows]
    return TablePreview(
        path,
        form,
        options,
        names,
        smiles,
        title,
        tuple(tuple(map(_shown, row[:MAX_COLUMNS])) for row in rows),
        sum(map(bool, words)),
        sum(_is_structure(word) and not long for word, long in zip(words, too_long, strict=True)),
        sum(too_long),
    )


def _first_word(row: list[str], column: int | None) -> str:
    """The first word of a cell, since an extension may follow a SMILES; "" if it is empty or missing."""
    if column is None or column >= len(row):
        return ""
    return row[column] if is_block(row[column]) else split_line(row[column]).structure.split(" ", 1)[0]


def _is_structure(word: str) -> bool:
    return looks_like_smiles(word) or is_inchi(word) or is_block(word)


def _shown(cell: str) -> str:
    """The cell as one line, shortened."""
    line = re.sub(r"[\r\n\t\v\f]+", " ", cell[: MAX_CELL + 1])
    return line if len(cell) <= MAX_CELL else f"{line[:MAX_CELL]}…"
