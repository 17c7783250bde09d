"""The labels of records, by a column of their file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import UnknownNameError, UsageError
from ..formats.columns import NAMED, column_number
from ..library import Library
from ..record import Format, RecordText
from ..words import short_name


def find_column(library: Library, wanted: str) -> str:
    """The column that a user means: with this name, else with this name in other letter case, else ``column 3``.

    :return: its name, or its number if another column has the same name
    :raises UnknownNameError: if there is no such column
    :raises UsageError: if several columns have that name
    """
    names = _columns(library)
    index = _index(library, names, wanted)
    return names[index] if names.count(names[index]) == 1 else column_number(index)


def column_words(library: Library, column: str, n_records: int) -> list[str]:
    """The values of the first ``n_records`` records in a column, as :func:`find_column` finds it; "" if there is no
    value or the record cannot be read.

    :raises UnknownNameError: if there is no such column
    :raises UsageError: if several columns have that name
    """
    names = _columns(library)
    index = _index(library, names, column)
    is_table = library.source.format is Format.TABLE
    titles = is_table and index == library.source.title_column
    apart = (library.source.smiles_column, library.source.title_column) if is_table else ()
    which = sum(1 for i in range(index) if names[i] == names[index] and i not in apart)
    found: list[str] = []
    for position in range(n_records):
        text = library.text(position)
        if not isinstance(text, RecordText):
            found.append("")
        elif titles:
            found.append(text.title)
        else:
            same = [value for name, value in text.fields if name == names[index]]
            found.append(same[which] if which < len(same) else "")
    return found


def _columns(library: Library) -> Sequence[str]:
    """All columns of a table, including the one of structures, so that their numbers are those of the file."""
    source = library.source
    return source.columns if source.format is Format.TABLE else library.field_names


def _index(library: Library, names: Sequence[str], wanted: str) -> int:
    structures = library.source.smiles_column if library.source.format is Format.TABLE else None
    return label_index(library.path, names, [i for i in range(len(names)) if i != structures], wanted)


def label_index(path: Path, names: Sequence[str], usable: Sequence[int], wanted: str) -> int:
    """The index of the column of labels that a user means: with this name, else in other letter case, else ``column
    3``.

    :param names: names of all columns of the file
    :param usable: indices of the columns that may hold labels
    :raises UnknownNameError: if there is no such column
    :raises UsageError: if several columns have that name
    """
    folded = " ".join(wanted.split()).casefold()
    for same in (
        [i for i in usable if names[i] == wanted],
        [i for i in usable if " ".join(names[i].split()).casefold() == folded],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            which = ", ".join(f"‘{short_name(names[i])}’ ({column_number(i)})" for i in same)
            raise UsageError(
                f"{path}: ‘{short_name(wanted)}’ may be any of the columns {which}; say which by its number, "
                f"such as '{column_number(same[0])}'"
            )
    for i in usable:
        if column_number(i) == folded:
            return i
    raise UnknownNameError("column", wanted, tuple(short_name(names[i]) for i in usable[:NAMED]), path)
