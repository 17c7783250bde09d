"""The labels of records, by a column of their file."""

from __future__ import annotations

import re

from ..errors import UnknownNameError
from .library import Library
from .record import RecordText

_BLANK = ("", "nan", "na", "n/a")
_WHOLE = re.compile(r"([+-]?\d+)(?:\.0*)?")


def normalised(word: str) -> str:
    """A label as it is compared: "1.0" and "1" are one, and what means "not measured" is ""."""
    word = word.strip()
    if word.lower() in _BLANK:
        return ""
    whole = _WHOLE.fullmatch(word)
    return str(int(whole[1])) if whole else word


def column_words(library: Library, column: str, n_records: int) -> list[str]:
    """The normalised label of the first ``n_records`` records, "" where there is none."""
    source = library.source
    titles = source.title_column is not None and source.columns[source.title_column] == column
    if not titles and column not in library.field_names:
        apart = () if source.title_column is None else (source.columns[source.title_column],)
        raise UnknownNameError("column", column, (*apart, *library.field_names))
    found: list[str] = []
    for position in range(n_records):
        text = library.text(position)
        if isinstance(text, RecordText):
            word = text.title if titles else next((value for name, value in text.fields if name == column), "")
            found.append(normalised(word))
        else:
            found.append("")
    return found
