"""An HTML page of substructures in one file: with its depictions, without scripts or links. All text is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..depict.drawing import Depiction

_BARS = ("r_explained", "r_class")
"""Columns of shares, which are also drawn as bars."""
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #ddd; --rest: #e4e4e4; --bar: #3465a4; }
@media (prefers-color-scheme: dark) {
:root { --ink: #e6e6e6; --paper: #1e1e1e; --line: #3c3c3c; --rest: #3c3c3c; --bar: #7aa6dc; }
}
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem; }
h1 { font-size: 1.35rem; font-weight: 600; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: right; vertical-align: middle; }
th { position: sticky; top: 0; background: var(--paper); font-weight: 600; }
td.text, th.text { text-align: left; min-width: 7rem; max-width: 18rem; }
td.text { overflow-wrap: anywhere; }
td svg { max-width: 200px; max-height: 150px; height: auto; background: #fff; border-radius: 4px; }
.bar { display: block; height: 4px; background: var(--rest); }
.bar i { display: block; height: 4px; background: var(--bar); }
"""


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row: one substructure."""

    picture: Depiction | None
    """``None`` if it cannot be drawn."""
    values: Mapping[str, object]
    """By column."""


def page(
    heading: str, summary: str, columns: Sequence[str], text_columns: Collection[str], rows: Iterable[PageRow]
) -> Iterator[str]:
    """The page, in pieces of text.

    :param summary: a sentence or two below the heading
    :param text_columns: columns of text
    """
    title = f"Salient substructures{f' of {heading}' if heading else ''}"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width">\n'
    yield f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>{escape(title)}</h1>\n<p>{escape(summary)}</p>\n<table>\n<thead>\n<tr><th>number</th><th>structure</th>"
    yield "".join(f"<th{_kind(name, text_columns)}>{escape(name.replace('_', ' '))}</th>" for name in columns)
    yield "</tr>\n</thead>\n<tbody>\n"
    for number, row in enumerate(rows, start=1):
        cells = (f"<td{_kind(name, text_columns)}>{_cell(name, row.values.get(name))}</td>" for name in columns)
        picture = row.picture.svg if row.picture else "cannot be drawn"
        yield f"<tr><td>{number}</td><td>{picture}</td>{''.join(cells)}</tr>\n"
    yield "</tbody>\n</table>\n</body>\n</html>\n"


def _kind(column: str, text_columns: Collection[str]) -> str:
    return ' class="text"' if column in text_columns else ""


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return escape(str(value))
    bar = f'<span class="bar"><i style="width:{100 * value:.0f}%"></i></span>' if column in _BARS else ""
    return f"{value:.3g}{bar}"
