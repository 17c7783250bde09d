"""What programs write about a library: whole files or none, rows, SDF records, file names from titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .formats.sdf import data_items, lines_of, with_lf
from .formats.smiles import split_line
from .output import check_output, output_kind, whole_file
from .record import RawRecord, Rejected
from .rows import RowWriter, open_rows

__all__ = [
    "Repair",
    "RowWriter",
    "check_output",
    "mol_record",
    "open_rows",
    "output_kind",
    "safe_file_name",
    "sdf_record",
    "sdf_repairs",
    "smiles_line",
    "smiles_repairs",
    "whole_file",
    "write_rejected",
]

_MAX_NAME = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for tab and line ends: some readers end a file at one of them."""
_STRUCTURE = re.compile(r"\$\$\$\$|>[^<]*<.*>")
"""The start of a line that ends a record or heads a data item."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A text that is written otherwise than it was, because its record could not be read with it."""

    record: int
    """1-based."""
    field: str
    """Name of a data field, or "title"."""
    reason: str
    """What was done, in words that follow "field:"."""


def sdf_record(record: RawRecord | str, extra_fields: Sequence[tuple[str, str]], without: Iterable[str] = ()) -> str:
    """The record as it came, then ``extra_fields``, then its ``$$$$`` line, all with the record's own line end.

    A field that the record has already is replaced, so that running on our own output adds nothing twice. A value
    that would break the record is repaired: see :func:`safe_value`, and :func:`sdf_repairs` for what is told of it.

    :param without: names of the record's fields that are left out, as nothing true any more
    """
    text = record.text if isinstance(record, RawRecord) else record
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    added = [(safe_field_name(name), safe_value(value)) for name, value in extra_fields]
    lines = _without(text, {*(name for name, _ in added), *map(safe_field_name, without)})
    while lines and not lines[-1].strip() and len(lines) > 4:
        lines.pop()
    if lines and not lines[-1].startswith("M  END"):
        lines.append("")
    for name, value in added:
        lines += [f">  <{name}>", *value.split("\n"), ""] if value else [f">  <{name}>", "", ""]
    return newline.join([*lines, "$$$$", ""])


def mol_record(title: str, molblock: str, fields: Sequence[tuple[str, str]]) -> str:
    """An SDF record of a molecule that came from SMILES: ``molblock`` under ``title``, with ``fields``."""
    lines = lines_of(molblock)
    lines[0] = safe_title(title)
    return sdf_record("\n".join(lines), fields)


def safe_title(title: str) -> str:
    """One line that a reader cannot take for the end of a record."""
    line = " ".join(part.strip() for part in re.split(r"[\r\n]+", _CONTROL.sub(" ", title)))
    line = line.strip(" \t\ufeff").strip()  # a byte order mark would be the file's own
    return f" {line}" if line.startswith("$$$$") else line


def safe_field_name(name: str) -> str:
    """A name that fits between the angle brackets of a data header."""
    line = re.sub(r"[\r\n]+", " ", _CONTROL.sub(" ", name))
    return line.replace("<", "(").replace(">", ")").strip() or "unnamed"


def safe_value(value: str) -> str:
    """A value that its record survives: what a reader would take for the file's own structure is changed, nothing else.

    Blank lines are left out, since a value ends there; lines like ``$$$$`` or a data header are indented; control
    characters become spaces. Long lines stay: every reader of today takes them, and a broken one would not be a list.
    """
    if value.isprintable() and value[:1] not in ("", " ", "$", ">"):
        return value
    lines = [line for line in lines_of(_CONTROL.sub(" ", value)) if line.strip()]
    return "\n".join(f" {line}" if _STRUCTURE.match(line) else line for line in lines)


def sdf_repairs(record: int, title: str, fields: Iterable[tuple[str, str]]) -> Iterator[Repair]:
    """What :func:`mol_record` changes of a title and its fields; line ends and white space around a title aside."""
    if safe_title(title).strip() != title.strip():
        yield Repair(record, "title", "it is written as one line without control characters")
    for name, value in fields:
        if safe_field_name(name) != name.strip():
            yield Repair(record, name, f"its name is written '{safe_field_name(name)}'")
        if safe_value(value) != with_lf(value):
            yield Repair(record, name, _what_was_done(value))


def smiles_line(smiles: str, title: str) -> str:
    """A line of a SMILES file: SMILES, tab, title. White space of other kinds becomes a space."""
    structure, _ = split_line(smiles)
    name = _name_after_smiles(structure, title)
    return f"{structure}\t{name}\n" if name else f"{structure}\n"


def smiles_repairs(record: int, smiles: str, title: str) -> Iterator[Repair]:
    """What :func:`smiles_line` changes of a title."""
    if _name_after_smiles(split_line(smiles)[0], title) != title.strip():
        yield Repair(record, "title", "it is written as one line that cannot be taken for a part of the SMILES")


def safe_file_name(title: str, record: int) -> str:
    """A file name without suffix, valid on every system and unique in its library: the record's number, the title."""
    words = re.sub(r"[^\w.+()-]+", "_", title, flags=re.UNICODE)
    words = words[:_MAX_NAME].encode()[: 2 * _MAX_NAME].decode(errors="ignore").strip("._ ")
    return f"{record:05d}_{words}" if words else f"{record:05d}"


def write_rejected(path: Path | str, rejected: Iterable[Rejected], *, forbid: Path | None = None) -> None:
    """The rejected records of a library: ``record``, ``line``, ``title``, ``reason``."""
    with open_rows(path, ("record", "line", "title", "reason"), forbid=forbid) as rows:
        for one in rejected:
            rows.write({"record": one.record, "line": one.line, "title": one.title, "reason": one.reason})


def _what_was_done(value: str) -> str:
    """To a value that :func:`safe_value` changes."""
    lines = lines_of(_CONTROL.sub(" ", value))
    done = (
        (_CONTROL.search(value), "control characters became spaces"),
        (not all(line.strip() for line in lines), "blank lines were left out"),
        (any(map(_STRUCTURE.match, lines)), "lines like those that divide the file were indented"),
    )
    return ", ".join(words for found, words in done if found)


def _name_after_smiles(structure: str, title: str) -> str:
    name = re.sub(r"[\t\r\n]+", " ", _CONTROL.sub(" ", title)).strip()
    if split_line(f"{structure} {name}") != (structure, name):  # a bar opens ChemAxon's extension
        name = f"¦{name[1:]}"
    return name


def _without(text: str, names: set[str]) -> list[str]:
    """The record's lines but for the data items of these names."""
    lines = lines_of(text)
    taken: set[int] = set()
    for item in data_items(text):
        if item.name in names:
            taken.update(range(item.start, item.stop))
    return [line for i, line in enumerate(lines) if i not in taken] if taken else lines
