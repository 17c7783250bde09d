"""Writes files made from a library: SDF records, SMILES lines, rejected records, file names from titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..formats.connection_table import repaired_table, table_end
from ..formats.sdf import DataItem, data_items, lines_of, with_lf
from ..formats.smiles import split_line
from ..record import RawRecord, Rejected
from ..words import short_name
from .output import check_output, output_kind, whole_file
from .rows import RowWriter, open_rows

__all__ = [
    "Repair",
    "RowWriter",
    "check_output",
    "mol_record",
    "open_rows",
    "output_kind",
    "record_repairs",
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
"""Control characters except tab and line ends: some readers end a file at one of them."""
_STRUCTURE = re.compile(r"\$\$\$\$|>[^<]*<.*>")
"""The start of a line that ends a record or begins a data item."""
_HEADER_LINE = re.compile(r"^>.*<(.*)>", re.MULTILINE)
_SOUND_HEADER = re.compile(r">[^<>\n]*+<(?=[^<>\s])[^<>\n]++(?<=\S)>[^<>\n]*+")
_SOUND_DATA = re.compile(rf"(?:{_SOUND_HEADER.pattern}\n(?:[^\s>$][^\n]*+\n)*+\n++)*+")
"""Data items that all readers read alike: header, lines of the value, empty line. A quick test that most pass."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A text that was changed when it was written, because its record could not be read otherwise."""

    record: int
    """1-based."""
    field: str
    """Name of a data field, or "title"."""
    reason: str
    """What was done, in words after "field:"."""


def sdf_record(record: RawRecord | str, extra_fields: Sequence[tuple[str, str]], without: Iterable[str] = ()) -> str:
    """The record as in its file, then ``extra_fields``, then its ``$$$$`` line, all with the record's own line end.

    A field that the record has already is replaced, so that nothing is added twice to our own output. Lines that
    other readers cannot read are repaired, those of the record, too: see :func:`safe_value`, and
    :func:`record_repairs` and :func:`sdf_repairs` for the list of repairs.

    :param without: names of the record's fields that are left out because they are not true any more
    """
    text = record.text if isinstance(record, RawRecord) else record
    newline = "\r\n" if "\r\n" in text else "\n"
    added = [
        (name, safe_value(value)) for name, (_, value) in zip(_safe_names(extra_fields), extra_fields, strict=True)
    ]
    sound, _ = _repaired(with_lf(text))
    lines = _without(sound, {*(name for name, _ in added), *map(safe_field_name, without)})
    n_table = sound[: table_end(sound)].rstrip().count("\n") + 1
    while lines and not lines[-1].strip() and len(lines) > 4:
        lines.pop()
    if len(lines) > n_table:
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
    """A title as one line that cannot be read as the end of a record."""
    line = " ".join(part.strip() for part in re.split(r"[\r\n]+", _CONTROL.sub(" ", title)))
    line = line.strip(" \t\ufeff").strip()  # a byte order mark would be read as that of the file
    return f" {line}" if line.startswith("$$$$") else line


def record_repairs(record: int, text: str) -> Iterator[Repair]:
    """The changes that :func:`sdf_record` makes to a record's own lines."""
    for field, reason in _repaired(with_lf(text))[1]:
        yield Repair(record, field, reason)


def safe_field_name(name: str) -> str:
    """A field name that is valid between the angle brackets of a data header."""
    line = re.sub(r"[\r\n]+", " ", _CONTROL.sub(" ", name))
    return line.replace("<", "(").replace(">", ")").strip() or "unnamed"


def safe_value(value: str) -> str:
    """A value that does not break its record: only text that looks like the structure of the file is changed.

    Blank lines are left out, since a value ends there; lines like ``$$$$`` or a data header are indented; control
    characters become spaces. Long lines are kept: all current readers accept them, and a broken line would not be a
    list.
    """
    if value.isprintable() and value[:1] not in ("", " ", "$", ">"):
        return value
    lines = [line for line in lines_of(_CONTROL.sub(" ", value)) if line.strip()]
    return "\n".join(f" {line}" if _STRUCTURE.match(line) else line for line in lines)


def sdf_repairs(record: int, title: str, fields: Iterable[tuple[str, str]]) -> Iterator[Repair]:
    """The changes that :func:`mol_record` makes to a title and fields, except line ends and white space around a
    title."""
    if safe_title(title).strip() != title.strip():
        yield Repair(record, "title", "it is written as one line without control characters")
    fields = list(fields)
    for written, (name, value) in zip(_safe_names(fields), fields, strict=True):
        if written != name.strip():
            yield Repair(record, name, f"its name is written '{written}'")
        if safe_value(value) != with_lf(value):
            yield Repair(record, name, _what_was_done(value))


def smiles_line(smiles: str, title: str) -> str:
    """A line of a SMILES file: SMILES, tab, title. White space of other kinds becomes a space."""
    structure, _ = split_line(smiles)
    name = _name_after_smiles(structure, title)
    return f"{structure}\t{name}\n" if name else f"{structure}\n"


def smiles_repairs(record: int, smiles: str, title: str) -> Iterator[Repair]:
    """The changes that :func:`smiles_line` makes to a title."""
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


def _safe_names(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Unique names for the angle brackets of data headers: most readers keep only one field with a name."""
    names: list[str] = []
    used = set[str]()
    for name, _ in fields:
        plain = unique = safe_field_name(name)
        number = 1
        while unique in used:
            number += 1
            unique = f"{plain}_{number}"
        used.add(unique)
        names.append(unique)
    return names


def _repaired(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A record that all readers read alike, and the repairs: (field or part of the record, reason).

    :param text: with LF as line end
    """
    table, end = repaired_table(text), table_end(text)
    repairs = [("structure", warning) for warning in table.warnings]
    head = table.text if table.warnings else text[:end]
    data = text[end:]
    if _SOUND_DATA.fullmatch(data):
        headers = _HEADER_LINE.findall(data)
        if len(set(headers)) == len(headers) and data.isascii() and not _CONTROL.search(data):
            return (head + data if repairs else text), repairs
    items = list(data_items(text))
    fields = [(item.name, item.value) for item in items]
    if lost := _belongs_nowhere(text, end, items):
        repairs.append(("data fields", f"text that belongs to no field was left out: '{lost}'"))
    lines = text.split("\n")
    names = _safe_names(fields)
    written = [head if not head or head.endswith("\n") else f"{head}\n"]
    for item, name in zip(items, names, strict=True):
        header = lines[item.start]
        if name != item.name:
            repairs.append((item.name, f"its name is written '{name}'"))
        if name != item.name or not _SOUND_HEADER.fullmatch(header):
            header = f">  <{name}>"
        value = safe_value(item.value)
        if value != item.value:
            repairs.append((item.name, _what_was_done(item.value)))
        written += [header, "\n", value, "\n\n"]
    return "".join(written), repairs


def _belongs_nowhere(text: str, end: int, items: Sequence[DataItem]) -> str:
    """The first line of text before the first data header; "" if there is none."""
    lines = text[end:].split("\n")
    first = items[0].start - text.count("\n", 0, end) if items else len(lines)
    return next((short_name(line.strip()) for line in lines[:first] if line.strip()), "")


def _what_was_done(value: str) -> str:
    """What :func:`safe_value` does to a value that it changes."""
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
