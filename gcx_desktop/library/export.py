"""What programs write about a library: whole files or none, rows, SDF records, file names from titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .formats.sdf import data_items, lines_of
from .output import check_output, output_kind, whole_file
from .record import RawRecord, Rejected
from .rows import RowWriter, open_rows

__all__ = [
    "RowWriter",
    "check_output",
    "mol_record",
    "open_rows",
    "output_kind",
    "safe_file_name",
    "sdf_record",
    "whole_file",
    "write_rejected",
]

_MAX_NAME = 60


def sdf_record(record: RawRecord | str, extra_fields: Sequence[tuple[str, str]]) -> str:
    """The record as it came, then ``extra_fields``, then its ``$$$$`` line, all with the record's own line end.

    A field that the record has already is replaced, so that running on our own output adds nothing twice. A value
    that would break the record is repaired: see :func:`safe_value`.
    """
    text = record.text if isinstance(record, RawRecord) else record
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    added = [(safe_field_name(name), safe_value(value)) for name, value in extra_fields]
    lines = _without(text, {name for name, _ in added})
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
    line = " ".join(part.strip() for part in re.split(r"[\r\n]+", title)).strip()
    return f" {line}" if line.startswith("$$$$") else line


def safe_field_name(name: str) -> str:
    """A name that fits between the angle brackets of a data header."""
    return re.sub(r"[\r\n]+", " ", name).replace("<", "(").replace(">", ")").strip() or "unnamed"


def safe_value(value: str) -> str:
    """A value that its record survives: blank lines left out, lines that look like structure of the file indented."""
    lines = [line for line in lines_of(value) if line.strip()]
    return "\n".join(f" {line}" if re.match(r"\$\$\$\$|>[^<]*<.*>", line) else line for line in lines)


def safe_file_name(title: str, record: int) -> str:
    """A file name without suffix, valid on every system and unique in its library: the record's number, the title."""
    words = re.sub(r"[^\w.+()-]+", "_", title, flags=re.UNICODE)
    words = words[:_MAX_NAME].strip("._ ")
    while len(words.encode()) > 2 * _MAX_NAME:
        words = words[:-1]
    return f"{record:05d}_{words}" if words else f"{record:05d}"


def write_rejected(path: Path | str, rejected: Iterable[Rejected], *, forbid: Path | None = None) -> None:
    """The rejected records of a library: ``record``, ``line``, ``title``, ``reason``."""
    with open_rows(path, ("record", "line", "title", "reason"), forbid=forbid) as rows:
        for one in rejected:
            rows.write({"record": one.record, "line": one.line, "title": one.title, "reason": one.reason})


def _without(text: str, names: set[str]) -> list[str]:
    """The record's lines but for the data items of these names."""
    lines = lines_of(text)
    taken: set[int] = set()
    for item in data_items(text):
        if item.name in names:
            taken.update(range(item.start, item.stop))
    return [line for i, line in enumerate(lines) if i not in taken] if taken else lines
