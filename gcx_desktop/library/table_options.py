"""The user's choices for reading a table, and notes on what the program chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NO_TITLE = ""
"""The title column of a table whose molecules have no titles."""

_WORDS = ("delimiter", "smiles_column", "title_column")
_DELIMITER_WORDS = {"\t": "tab", " ": "space"}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """The user's choices for a table; what is ``None`` is detected."""

    delimiter: str | None = None
    has_header: bool | None = None
    smiles_column: str | None = None
    """A name in the header, or ``column 3`` for the third one."""
    title_column: str | None = None
    """Likewise, or :data:`NO_TITLE`. Of an SDF the name of a data field."""
    header_line: int | None = None
    """1-based number of the header line; lines above it are skipped."""

    @property
    def names_columns(self) -> bool:
        """Whether they are valid for tables only; SMILES files may have a header, too."""
        return bool(self.delimiter or self.smiles_column) or self.title_column is not None

    def arguments(self) -> list[str]:
        """The same choices as arguments of a command, joined by "=", since a column's name may begin with a dash."""
        words = []
        if self.delimiter:
            words.append(f"--delimiter={_DELIMITER_WORDS.get(self.delimiter, self.delimiter)}")
        if self.has_header is not None and (self.header_line is None or not self.has_header):
            words.append("--header" if self.has_header else "--no-header")
        if self.header_line is not None:
            words.append(f"--header-line={self.header_line}")
        if self.smiles_column:
            words.append(f"--smiles-column={self.smiles_column}")
        if self.title_column is not None:
            words.append(f"--title-column={self.title_column}")
        return words


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice that the program made where a file allows several, and the alternatives."""

    sentence: str
    """Without a capital and a full stop."""
    option: str
    """The option with which the user can choose, such as ``--smiles-column``."""


DETECT_ALL = TableOptions()
"""No choices: everything is detected."""


def read_options(stored: Mapping[str, object]) -> TableOptions:
    """Options from the result of ``dataclasses.asdict``; invalid values count as not chosen."""
    words = {name: value for name, value in stored.items() if name in _WORDS and isinstance(value, str)}
    header, line = stored.get("has_header"), stored.get("header_line")
    return TableOptions(
        **words,
        has_header=header if isinstance(header, bool) else None,
        header_line=line if isinstance(line, int) and not isinstance(line, bool) and line > 0 else None,
    )
