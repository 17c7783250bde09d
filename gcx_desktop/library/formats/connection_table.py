"""The connection table of an SDF or MOL record as text: where it ends, and the repair of faulty lines.

Each repair is a warning of the record. Knows no chemistry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

END = "M  END"
END_OF_CTAB = "M  V30 END CTAB"

_LIKE_END = re.compile(r"[ \t]*M[ \t_.:-]*END[ \t.;:]*", re.IGNORECASE)
"""``M  END`` with another number of spaces, in lower case and the like."""
_NAKED_PROPERTY = re.compile(r"[ \t]*M[ \t_.:-]*[A-Z]{2,4}[ \t.;:]*", re.IGNORECASE)
"""A last line like that of a property without values: an ``M  END`` with a typing error."""
_PROPERTY = re.compile(r"M  [A-Z0-9]{3}|[AVGS] [ \d]{4}|S  SKP")
_COUNTS = re.compile(r"( {2}\d| \d\d|\d{3})( {2}\d| \d\d|\d{3})(?=[ \d]|$)")
_HEADER_LINES = 3

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ATOM = re.compile(rf"\s*{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+([A-Za-z*][\w*#'+-]*)((?:\s+-?\d+)*)\s*")
_BOND = re.compile(r"[ \d]{2}\d[ \d]{2}\d[ \d]{2}\d(?:[ \d]*|\s.*)")

_MASS_DIFFERENCE = 34
"""Where the fields behind an atom's symbol begin: one of two columns, then fields of three."""
_OUT_OF_PLACE = re.compile(r"\n.{30} [A-Za-z*][\w ]{2}  [ \d]+ \d[ \d]*(?=\n)")
"""An atom line without a digit where the first field ends: a quick test that finds faulty records."""

_HYDROGEN_COUNT = slice(42, 45)
_HYDROGEN_COUNT_V3000 = re.compile(r" HCOUNT=(-?\d+)")


@dataclass(frozen=True, slots=True)
class ConnectionTable:
    """A connection table, repaired as far as possible so that RDKit can read it."""

    text: str
    """With LF as line end, including its ``M  END``."""
    warnings: tuple[str, ...] = ()
    """The repairs, one sentence each, after "line 12: "; lines are counted from the first of the record."""
    missing: str = ""
    """The lines that are missing besides ``M  END``, in words; "" if none are known to be missing."""


def table_end(text: str) -> int:
    """Where the data items begin: after ``M  END`` or a line like it; else at the first data header.

    :param text: text of a record, with LF as line end
    """
    at = text.find(f"\n{END}")  # much faster than examining each line, and nearly always found
    if at >= 0 and text.find("\n>", 0, at) < 0:
        line_end = text.find("\n", at + 1)
        return len(text) if line_end < 0 else line_end + 1
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: _HEADER_LINES + 1])
    start = min(start, len(text))
    header = text.find("\n>", start - 1)  # no line of a table begins so
    limit = header + 1 if header >= 0 else len(text)
    for line in lines[_HEADER_LINES + 1 :]:
        if start >= limit:
            break
        if _LIKE_END.fullmatch(line):
            return min(start + len(line) + 1, len(text))
        start += len(line) + 1
    return limit


def repaired_table(text: str) -> ConnectionTable:
    """The connection table of a record, with its ``M  END`` and the columns of its atom lines repaired where that is
    safe.

    :param text: text of a record, with LF as line end
    """
    table = text[: table_end(text)]
    warnings: list[str] = []
    if f"\n{END}" not in table:
        table, warning, missing = _ended(table)
        if missing:
            return ConnectionTable(table, missing=missing)
        warnings.append(warning)
    if _OUT_OF_PLACE.search(table):
        table, warning = _aligned(table)
        if warning:
            warnings.insert(0, warning)
    return ConnectionTable(table, tuple(warnings))


def hydrogen_counts(table: str) -> dict[int, int]:
    """0-based atom → number in its hydrogen-count field: at least so many hydrogens; 0: none but those that are
    drawn."""
    if _is_v3000(table):
        asked = (
            (int(line.split()[0]) - 1, _HYDROGEN_COUNT_V3000.search(line)) for line in _v3000_atoms(table.split("\n"))
        )
        return {atom: max(int(found[1]), 0) for atom, found in asked if found and int(found[1])}
    fields = ((atom, line[_HYDROGEN_COUNT].strip()) for atom, line in enumerate(_atom_lines(table)))
    return {atom: int(field) - 1 for atom, field in fields if field.isdecimal() and int(field)}


def without_hydrogen_counts(table: str, kept: Sequence[int] = ()) -> str:
    """The table without its hydrogen-count fields.

    :param kept: 0-based atoms whose field is kept
    """
    lines = table.split("\n")
    if _is_v3000(table):
        for at, line in enumerate(lines):
            if _HYDROGEN_COUNT_V3000.search(line) and int(line.split()[2]) - 1 not in kept:
                lines[at] = _HYDROGEN_COUNT_V3000.sub("", line)
        return "\n".join(lines)
    first = _HEADER_LINES + 1
    for atom, line in enumerate(_atom_lines(table)):
        if atom not in kept and len(line) > _HYDROGEN_COUNT.start:
            lines[first + atom] = f"{line[: _HYDROGEN_COUNT.start]}  0{line[_HYDROGEN_COUNT.stop :]}"
    return "\n".join(lines)


def _is_v3000(table: str) -> bool:
    return "V3000" in table[:1000] and "\nM  V30 " in table


def _v3000_atoms(lines: Sequence[str]) -> list[str]:
    """The text after ``M  V30`` of the atom lines of a V3000 table."""
    return [line[7:] for line in lines if line.startswith("M  V30 ") and _HYDROGEN_COUNT_V3000.search(line)]


def _counts(lines: Sequence[str]) -> tuple[int, int] | None:
    """The numbers of atoms and bonds in the counts line of a V2000 table."""
    found = _COUNTS.match(lines[_HEADER_LINES]) if len(lines) > _HEADER_LINES else None
    return (int(found[1]), int(found[2])) if found else None


def _atom_lines(table: str) -> list[str]:
    lines = table.split("\n")
    counts = _counts(lines)
    return lines[_HEADER_LINES + 1 : _HEADER_LINES + 1 + counts[0]] if counts else []


def _ended(table: str) -> tuple[str, str, str]:
    """The table with ``M  END``, a warning if that was repaired, and what else is missing."""
    lines = table.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or len(lines) <= _HEADER_LINES:
        return table, "", "the counts line and all that follows it"
    last, at = lines[-1], len(lines)
    if len(lines) > _HEADER_LINES + 1 and (_LIKE_END.fullmatch(last) or _NAKED_PROPERTY.fullmatch(last)):
        warning = f"line {at}: '{last.strip()}' is read as '{END}'"
        lines.pop()
    else:
        warning = f"line {at + 1}: '{END}' is missing"
    missing = _missing(lines)
    if missing:
        return table, "", missing
    return "\n".join([*lines, END, ""]), warning, ""


def _missing(lines: Sequence[str]) -> str:
    """What is missing in a table without ``M  END``, in words; "" if its counts and its lines agree.

    :param lines: without the last one if that is a faulty ``M  END``
    """
    if "V3000" in lines[_HEADER_LINES]:
        return "" if any(line.rstrip() == END_OF_CTAB for line in lines) else f"the line '{END_OF_CTAB}'"
    counts = _counts(lines)
    if counts is None:
        return "the counts line"
    n_atoms, n_bonds = counts
    body = lines[_HEADER_LINES + 1 :]
    atoms = _length(body[:n_atoms], _ATOM)
    if atoms < n_atoms:
        return f"{n_atoms - atoms} of the {n_atoms} atom lines that its counts line names"
    bonds = _length(body[n_atoms : n_atoms + n_bonds], _BOND)
    if bonds < n_bonds:
        return f"{n_bonds - bonds} of the {n_bonds} bond lines that its counts line names"
    after = body[n_atoms + n_bonds :]
    free_text = 0  # lines that continue the line before
    for line in after:
        if free_text:
            free_text -= 1
        elif not _PROPERTY.match(line):
            return "an order to its lines: there are more than its counts line says"
        else:
            free_text = line[0] in "AG" and line[1] == " "
    return ""


def _length(lines: Sequence[str], form: re.Pattern[str]) -> int:
    """How many consecutive lines from the first have this form."""
    return next((n for n, line in enumerate(lines) if not form.fullmatch(line)), len(lines))


def _aligned(table: str) -> tuple[str, str]:
    """The table with the fields of its atom lines in their columns, and a warning; unchanged and "" if it is not
    certain that all of them are one or two columns too far right."""
    lines = table.split("\n")
    first, shifts, aligned = _HEADER_LINES + 1, set(), []
    for line in _atom_lines(table):
        found = _ATOM.fullmatch(line)
        if not found or len(found[1]) > 3 or not found[2]:
            return table, ""
        ends = [each.end() + found.start(2) for each in re.finditer(r"\d+", found[2])]
        shift = ends[0] - (_MASS_DIFFERENCE + 2)
        if any((end - ends[0]) % 3 for end in ends):
            return table, ""
        shifts.add(shift)
        values = found[2].split()
        aligned.append(f"{line[:31]}{found[1]:<3}{values[0]:>2}" + "".join(f"{value:>3}" for value in values[1:]))
    if len(shifts) != 1 or not shifts <= {1, 2}:
        return table, ""
    lines[first : first + len(aligned)] = aligned
    (shift,) = shifts
    columns = "a column" if shift == 1 else f"{shift} columns"
    return "\n".join(lines), f"line {first + 1}: the fields of the atom lines stand {columns} too far right"
