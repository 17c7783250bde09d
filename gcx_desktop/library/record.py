"""The records of a library file as plain data. Nothing here knows RDKit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import Protocol

from .file_fingerprint import FileFingerprint

_PLACE = re.compile(r"line (\d+): ")
"""The beginning of a warning about one line."""


class Format(StrEnum):
    """How a library file is split into records."""

    SDF = "sdf"
    MOL = "mol"
    SMILES = "smiles"
    TABLE = "table"
    SCENES = "scenes"


@dataclass(frozen=True, slots=True)
class CompanionFile:
    """A file with more data on a library's records, as it was when the library was opened."""

    path: Path
    fingerprint: FileFingerprint


@dataclass(frozen=True, slots=True)
class Source:
    """All that a worker process needs to read records of a file. Picklable and hashable."""

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
    """Index into ``columns``; ``None`` if the table has no titles."""
    title_field: str = ""
    """Data field of an SDF whose value is the title; "" for the line above the connection table."""
    cut_short: int | None = None
    """Position of the record that is incomplete because the packed file is damaged; it must not be read."""
    fingerprint: FileFingerprint | None = None
    """Fingerprint of ``data_path`` when it was indexed: the spans are valid for this content only."""
    companion: CompanionFile | None = None
    """A file with more data on its records; ``None`` if there is none."""
    other: OtherFormat | None = None
    """How it is split into records and read; ``None`` for a molecule file."""
    seems_utf8: bool = False
    """Whether its first bytes are UTF-8, so that the user got no note on another encoding."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a record lies in ``Source.data_path``."""

    position: int
    """0-based place in the file; users see it 1-based, as ``record``."""
    start: int
    stop: int
    """Byte offsets, half open."""
    line: int = 0
    """1-based number of its first line; 0 if not known."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record's text as in the file, decoded, without its terminator line."""

    position: int
    line: int
    """1-based number of its first line; 0 if not known."""
    text: str
    fault: str = ""
    """Why the text must not be read as a molecule (too large, cut off), one sentence; "" if it may."""
    warning: str = ""
    """What is wrong with its bytes although it was read, one sentence."""


@dataclass(frozen=True, slots=True)
class RecordText:
    """Title, structure and fields of a record as text, read without chemistry."""

    title: str
    smiles: str | None
    """As written in the file; ``None`` where the file holds a connection table or an InChI."""
    fields: tuple[tuple[str, str], ...]
    """(name, value), in the file's order, with duplicates. For a TABLE: all cells except SMILES and title."""
    warnings: tuple[str, ...] = ()
    """What is wrong with the record although it was read, such as a faulty data field of an SDF; one sentence each,
    most of them after "line 12: "; lines are counted from the first of the record."""
    notation: str = ""
    """The structure if it is an InChI or a connection table in a cell; "" otherwise."""


class FoundRecords(Protocol):
    """The places of consecutive records. Each list [n_records]."""

    @property
    def starts(self) -> list[int]:
        """Byte offset of the first byte."""

    @property
    def stops(self) -> list[int]:
        """Byte offset after the last byte."""

    @property
    def lines(self) -> list[int]:
        """1-based number of the first line."""

    @property
    def scanned(self) -> int:
        """Bytes of the file that have been scanned."""


@dataclass(frozen=True, slots=True)
class OtherFormat:
    """How files with another kind of graph than molecules are split and read. Its functions are picklable."""

    format: Format
    called: str
    """The name of such a file with its article."""
    begins: Callable[[bytes], bool]
    """Whether a file of this format may begin with these bytes."""
    scan: Callable[[RawIOBase | BufferedIOBase, int, int, int], Iterator[FoundRecords]]
    """Yields the records in ``[begin, size)`` of a file as they are found; the last argument is the chunk size."""
    read_text: Callable[[Source, RawRecord], RecordText | Rejected]
    """The text of a record, or why it cannot be read."""
    field_names: tuple[str, ...]
    """Field names of its records."""


def no_companion(library: Path, form: Format) -> None:
    """Molecule files have no companion file."""


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """The formats besides those of molecules."""

    formats: tuple[OtherFormat, ...] = ()
    companion: Callable[[Path, Format], CompanionFile | None] = no_companion
    """Finds the companion file of a library of a format; raises UsageError or FileError if the user named one that
    cannot be used."""


MOLECULES_ALONE = OtherFiles()

INVALID = "invalid"
"""Stands for the class if a network's output is not a number."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read or predicted. It keeps its row in all results."""

    position: int
    line: int
    """1-based number of the faulty line if that is known, else of the record's first line."""
    title: str
    reason: str
    """One sentence."""
    drawable: bool = False
    """Whether it is a structure that can be drawn but not predicted."""

    @property
    def is_invalid(self) -> bool:
        """Whether it was read, but the network's output for it is not a number."""
        return self.reason.startswith(f"{INVALID}: ")

    @property
    def record(self) -> int:
        """The 1-based position that users see."""
        return self.position + 1


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """A record that was read although something in it, such as a data field, is faulty."""

    position: int
    line: int
    """1-based line of the first fault in the file."""
    title: str
    reason: str
    """What is wrong there, and other faults with their lines."""

    @property
    def record(self) -> int:
        """The 1-based position that users see."""
        return self.position + 1


def warning_place(line: int, warnings: Sequence[str]) -> tuple[int, str]:
    """The line in the file and the reason of a :class:`RecordWarning`.

    :param line: 1-based number of the record's first line; 0 if not known, then lines are counted from the record's
        first
    :param warnings: warnings of its :class:`RecordText`, at least one
    """
    before = max(line - 1, 0)
    first = _PLACE.match(warnings[0])
    at = before + int(first[1]) if first else line
    others = [_PLACE.sub(lambda found: f"line {before + int(found[1])}: ", each, count=1) for each in warnings[1:]]
    return at, "; ".join([_PLACE.sub("", warnings[0], count=1), *others])
