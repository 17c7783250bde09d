"""SDF and MOL: title line, connection table, data items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..record import RawRecord, RecordText, Rejected, Source
from ..words import short_name
from .connection_table import repaired_table, table_end

_NAMED = re.compile(r"\s*>[^<]*<(.*)>[^<>]*", re.DOTALL)
"""``>  <NAME>``, also ``> 25 <NAME> (3)`` and ``><NAME>``."""
SOUND = re.compile(
    r"(?:>[^<\n]*+<[^<>\n]*[^<>\s][^<>\n]*>[^<>\n]*+\n(?:[^\S\n]*+[^\s>][^\n]*+\n)*+(?:[^\S\n]*+\n)++)*+"
)
"""Data items in valid form: header, lines of the value, blank line. A quick test that most records pass."""
_FIELD_NUMBER = re.compile(r">\s*DT\d+\s*")
"""A header of older files with a field's number in a database instead of its name."""
_MAX_WARNINGS = 20
_TERMINATOR = re.compile(rb"(?:^|(?<=[\r\n]))\$\$\$\$[^\r\n]*(?:\r\n|\r|\n|$)")
_RECORDS_SEEN = 200
"""First records that are searched for fields that could be titles."""
_LONGEST_TITLE = 80
_MEASURED = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
"""A value with decimals, which is no name of a record."""


@dataclass(frozen=True, slots=True)
class DataItem:
    """One data item of a record."""

    name: str
    value: str
    start: int
    stop: int
    """Its lines in the record's text, half open, from its header to the next header."""


def with_lf(text: str) -> str:
    """``text`` with LF for every CR LF and CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def lines_of(text: str) -> list[str]:
    """The lines of ``text``; only LF, CR LF and CR end a line."""
    return with_lf(text).split("\n")


def data_items(text: str) -> Iterator[DataItem]:
    """The data items in the file's order.

    A value extends to the next header, without trailing blank lines; so a blank line inside a value, or a missing one
    after it, loses nothing.
    """
    above, lines = _data_lines(with_lf(text))
    name, header, blank = "", -1, True
    for at, line in enumerate(lines):
        found = _header_name(line, after_blank=blank)
        blank = not line.strip()
        if found is None:
            continue
        if header >= 0:
            yield DataItem(name, _value(lines[header + 1 : at]), above + header, above + at)
        name, header, blank = found, at, False
    if header >= 0:
        yield DataItem(name, _value(lines[header + 1 :]), above + header, above + len(lines))


def first_records(head: bytes, complete: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Title and data fields of the first records in the first bytes of a file (``complete``: of the whole file)."""
    from ..source import decode_text

    at = 0
    for _ in range(_RECORDS_SEEN):
        found = _TERMINATOR.search(head, at)
        if found is None and not (complete or at == 0):
            return
        text = with_lf(decode_text(head[at : len(head) if found is None else found.start()]))
        if text.strip():
            yield text.split("\n", 1)[0].strip(), {item.name: item.value.strip() for item in data_items(text)}
        if found is None:
            return
        at = found.end()


def naming_fields(records: Sequence[tuple[str, dict[str, str]]]) -> list[str]:
    """The fields that could be titles: on one line, in each of several records, and different in each."""
    if len(records) < 2:
        return []
    names = dict.fromkeys(name for _, fields in records for name in fields if name)
    return [name for name in names if _names_records([fields.get(name, "") for _, fields in records])]


def _names_records(values: Sequence[str]) -> bool:
    return (
        all(value and "\n" not in value and len(value) <= _LONGEST_TITLE for value in values)
        and len(set(values)) == len(values)
        and not all(map(_MEASURED.fullmatch, values))
    )


def _title(text: str, field: str, items: Sequence[DataItem]) -> str:
    """The value of ``field`` on one line; if there is none, the line above the connection table."""
    value = next((item.value for item in items if item.name == field), "") if field else ""
    return " ".join(value.split()) or text.split("\n", 1)[0].strip()


def read_sdf_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """Reads title and data items; :mod:`...molecules.molecule` reads the connection table."""
    title = with_lf(raw.text).split("\n", 1)[0].strip()
    if raw.fault:
        return Rejected(raw.position, raw.line, title[:200], raw.fault)
    if not raw.text.strip():
        return Rejected(raw.position, raw.line, "", "the record is empty")
    text = with_lf(raw.text)
    items = list(data_items(text))
    if source.title_field:
        title = _title(text, source.title_field, items)
    warnings = (*repaired_table(text).warnings, *_warnings(text, items))
    return RecordText(title, None, tuple((item.name, item.value) for item in items), warnings)


def _data_lines(text: str) -> tuple[int, list[str]]:
    """The number of lines before the data items, and the lines from there on."""
    end = table_end(text)
    return text.count("\n", 0, end), text[end:].split("\n")


def _warnings(text: str, items: list[DataItem]) -> tuple[str, ...]:
    if len({item.name for item in items}) == len(items) and SOUND.fullmatch(text, table_end(text)):
        return ()
    above, lines = _data_lines(text)
    if not lines[-1]:
        lines.pop()  # there is no line after the last line end
    found = list(islice(_faults(above, lines, items), _MAX_WARNINGS + 1))
    if len(found) > _MAX_WARNINGS:
        found[-1] = "more of the data fields are broken"
    return tuple(found)


def _faults(above: int, lines: list[str], items: list[DataItem]) -> Iterator[str]:
    first = items[0].start - above if items else len(lines)
    for at, line in enumerate(lines[:first]):
        if line.strip():
            yield f"line {above + at + 1}: text before the first data header belongs to no field"
            break
    seen: dict[str, int] = {}
    for item in items:
        at, stop = item.start - above, min(item.stop - above, len(lines))
        header = lines[at]
        if not header.startswith(">"):
            yield f"line {item.start + 1}: the data header does not begin its line"
        if not item.name:
            yield f"line {item.start + 1}: the data header has an empty name"
        elif not _NAMED.fullmatch(header) and not _FIELD_NUMBER.fullmatch(header):
            yield f"line {item.start + 1}: the data header has no name between < and >"
        if stop - at < 2 or lines[stop - 1].strip():
            yield f"line {item.start + 1}: no blank line ends the field '{short_name(item.name)}'"
        if "\n" in item.value and any(not line.strip() for line in item.value.split("\n")):
            yield f"line {item.start + 1}: a blank line stands inside the field '{short_name(item.name)}'"
        if seen.setdefault(item.name, item.start) != item.start:
            yield f"line {item.start + 1}: the field '{short_name(item.name)}' was there before"


def _header_name(line: str, *, after_blank: bool) -> str | None:
    """The name of a data header; ``None`` for any other line.

    Directly after a line of a value only the full form counts, since ``> 50 uM`` may be a value.
    """
    if not (line.startswith(">") or (after_blank and line.lstrip().startswith(">"))):
        return None
    named = _NAMED.fullmatch(line)
    if named:
        return named[1].strip()
    return line.strip().lstrip(">").strip(" <>\t") if after_blank else None


def _value(lines: list[str]) -> str:
    """The lines without trailing blank ones; white space at the end of the last line belongs to the value."""
    text = "\n".join(lines)
    visible = len(text.rstrip("\n \t"))
    line_end = text.find("\n", visible)
    return text[:line_end] if visible and line_end >= 0 else text if visible else ""
