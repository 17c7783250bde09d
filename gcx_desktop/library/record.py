"""What a library file holds, record by record. Plain data: nothing here knows RDKit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import Protocol

from .file_fingerprint import Fingerprint

_PLACE = re.compile(r"line (\d+): ")
"""How a warning begins that is about one line."""


class Format(StrEnum):
    """How a library file is divided into records."""

    SDF = "sdf"
    MOL = "mol"
    SMILES = "smiles"
    TABLE = "table"
    SCENES = "scenes"


@dataclass(frozen=True, slots=True)
class CompanionFile:
    """A file that says more of a library's records, as it was when the library was opened."""

    path: Path
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Source:
    """All that a worker process needs to read records of one file by position. Picklable and hashable."""

    path: Path
    """The file as the user named it."""
    data_path: Path
    """Its plain UTF-8 or single-byte text: ``path`` itself, or the unpacked copy of a ``.gz`` or UTF-16 file."""
    format: Format
    delimiter: str = ""
    """Between the cells of a TABLE; "" for the others (SMILES files split at spaces and tabs)."""
    columns: tuple[str, ...] = ()
    """Header of a TABLE, in the file's order; of SMILES files if the user chose among their two."""
    smiles_column: int = 0
    """Index into ``columns`` of the one with structures; of a SMILES file 1 where titles come first."""
    title_column: int | None = None
    """Index into ``columns``; ``None`` if the table names its molecules nowhere."""
    title_field: str = ""
    """Data field of an SDF whose value is the title; "" for the line above the connection table."""
    cut_short: int | None = None
    """Position of the record that damage to a packed file cut off in its middle; it must not be read."""
    fingerprint: Fingerprint | None = None
    """Of ``data_path`` when it was indexed: the spans fit no other content."""
    companion: CompanionFile | None = None
    """Which says more of its records; ``None`` if there is none."""
    other: OtherFormat | None = None
    """How it is divided and read; ``None`` of a molecule file."""
    seems_utf8: bool = False
    """Whether its first bytes are UTF-8, so that nobody was told of another encoding."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a record lies in ``Source.data_path``."""

    position: int
    """0-based place in the file; users see it 1-based, as ``record``."""
    start: int
    stop: int
    """Byte offsets, half open."""
    line: int = 0
    """1-based number of its first line; 0 if nobody counted."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record's text as it stands in the file, decoded, without its terminator line."""

    position: int
    line: int
    """1-based number of its first line; 0 if nobody counted."""
    text: str
    fault: str = ""
    """Why the text must not be read as a molecule (too large, cut off), one sentence; "" if it may."""
    warning: str = ""
    """What is wrong with its bytes and was read all the same, one sentence."""


@dataclass(frozen=True, slots=True)
class RecordText:
    """The words of a record, read without any chemistry."""

    title: str
    smiles: str | None
    """As written in the file; ``None`` where the file holds a connection table or an InChI."""
    fields: tuple[tuple[str, str], ...]
    """(name, value), in the file's order, duplicates kept. Of a TABLE: all cells but SMILES and title."""
    warnings: tuple[str, ...] = ()
    """What is wrong with the record and was read all the same, such as a broken data field of an SDF; one sentence
    each, most of them after "line 12: "; lines count from the record's first."""
    notation: str = ""
    """The InChI, or the connection table in a cell of a table, where that is the structure; "" otherwise."""


class FoundRecords(Protocol):
    """Records next to each other. Each list [n_records]."""

    @property
    def starts(self) -> list[int]:
        """Byte offset of the first byte."""

    @property
    def stops(self) -> list[int]:
        """Byte offset behind the last byte."""

    @property
    def lines(self) -> list[int]:
        """1-based number of the first line."""

    @property
    def scanned(self) -> int:
        """Bytes of the file that have been looked at."""


@dataclass(frozen=True, slots=True)
class OtherFormat:
    """How files that hold another kind of graph than molecules are divided and read. Its functions are picklable."""

    format: Format
    called: str
    """What such a file is called, with its article."""
    begins: Callable[[bytes], bool]
    """Whether a file of it may begin with these bytes."""
    scan: Callable[[RawIOBase | BufferedIOBase, int, int, int], Iterator[FoundRecords]]
    """The records in ``[begin, size)`` of a file as they are found, chunks of so many bytes at a time."""
    read_text: Callable[[Source, RawRecord], RecordText | Rejected]
    """The words of a record, or why it has none."""
    field_names: tuple[str, ...]
    """Of its records."""


def no_companion(library: Path, form: Format) -> None:
    """Of molecule files nothing says more."""


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """What files there are besides those of molecules."""

    formats: tuple[OtherFormat, ...] = ()
    companion: Callable[[Path, Format], CompanionFile | None] = no_companion
    """Finds the file that says more of a library of a format; raises UsageError or FileError if the user names one that
    cannot be had."""


MOLECULES_ALONE = OtherFiles()

INVALID = "invalid"
"""What is said in the place of a class where a network's output is no number."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read or predicted: a row of its own, never a gap."""

    position: int
    line: int
    """1-based; of the record's first line, or of the line at fault where that is known."""
    title: str
    reason: str
    """One sentence."""
    drawable: bool = False
    """Whether it is a structure all the same, which can be drawn but not predicted."""

    @property
    def is_invalid(self) -> bool:
        """Whether it was read, and a network's output for it is no number."""
        return self.reason.startswith(f"{INVALID}: ")

    @property
    def record(self) -> int:
        """The 1-based position that users see."""
        return self.position + 1


@dataclass(frozen=True, slots=True)
class Warned:
    """A record that is damaged, such as its data fields, and which was read all the same."""

    position: int
    line: int
    """1-based, in the file: of the first fault."""
    title: str
    reason: str
    """What is wrong there; where there is more, with the lines of that."""

    @property
    def record(self) -> int:
        """The 1-based position that users see."""
        return self.position + 1


def warned_at(line: int, warnings: Sequence[str]) -> tuple[int, str]:
    """The line in the file and the reason of a :class:`Warned`.

    :param line: the record's first, 1-based; 0 if nobody counted: then lines still count from the record's first
    :param warnings: of its :class:`RecordText`, at least one
    """
    before = max(line - 1, 0)
    first = _PLACE.match(warnings[0])
    at = before + int(first[1]) if first else line
    others = [_PLACE.sub(lambda found: f"line {before + int(found[1])}: ", each, count=1) for each in warnings[1:]]
    return at, "; ".join([_PLACE.sub("", warnings[0], count=1), *others])
