"""The report as the template gets it: JSON of words and numbers in words, and one SVG a molecule.

The names used here are what a user's own template relies on; they are listed at the head of ``resources/report.typ``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..depict.colour import ColourScale, Floats
from ..depict.halos import halos, saliency_svg, tick_labels
from ..library.record import Rejected
from .content import ReportHeader, ReportMolecule

NONE = "—"
TITLE_WIDTH = 74
"""Of a title in a molecule's card, in columns of a terminal (a Chinese letter is two): about two lines."""
CELL_WIDTH = 240
"""Of a title or reason in the table of rejected records."""
_LONGEST_WORD = 24
_BREAKABLE_AFTER = "-,;:)]}_/=.+~"
_LEGEND_COLOURS = 17


def header_data(header: ReportHeader) -> dict[str, Any]:
    """Everything on the title page."""
    return {
        "library": plain(header.library_name, 300),
        "counts": [
            {"name": "records", "value": f"{header.n_records:,}"},
            {"name": "predicted", "value": f"{header.n_records - header.n_rejected:,}"},
            {"name": "rejected", "value": f"{header.n_rejected:,}"},
        ],
        "classes": [{"name": plain(name), "value": f"{count:,}"} for name, count in header.class_counts],
        "model": plain(header.model_name),
        "task": plain(header.model_task, 600),
        "facts": [{"name": plain(name), "value": plain(value, 2000)} for name, value in header.model_facts],
        "limits": [plain(limit, 2000) for limit in header.limits],
        "method": plain(header.method_name),
        "method_id": plain(header.method_id),
        "paper": plain(header.method_paper, 600),
        "signed": header.signed,
        "scale_mode": header.scale_mode,
        "threshold": f"{header.threshold:.0%}".replace("%", " %") if header.threshold > 0 else "",
        "command": plain(header.command_line, 6000),
        "created": plain(header.created),
        "program": plain(header.program),
    }


def legend_data(header: ReportHeader) -> dict[str, Any]:
    """The ramp and what stands under it, from left to right."""
    scale = ColourScale(header.scale_maximum, header.signed)
    if header.scale_mode == "molecule":
        ends = "greatest of the molecule"
        labels = [f"− {ends}", "0", ends] if header.signed else ["0", ends]
    else:
        labels = tick_labels(scale)
        if not scale.dead:  # the scale may end below the greatest value of the library
            labels[-1] = f"≥ {labels[-1]}"
            labels[0] = f"≤ {labels[0]}" if header.signed else labels[0]
    return {"colours": scale.ramp(_LEGEND_COLOURS), "labels": labels}


def molecule_data(molecule: ReportMolecule, picture: str | None) -> dict[str, Any]:
    """One card. ``picture`` is the name of its SVG file."""
    drawn = molecule.depiction if picture else None
    probability = molecule.probability
    return {
        "record": f"{molecule.record:,}",
        "title": plain(molecule.title, TITLE_WIDTH),
        "smiles": plain(molecule.smiles, 2000),
        "predicted": plain(molecule.predicted_class, 40),
        "probability": f"{probability:.2f}" if np.isfinite(probability) else NONE,
        "probabilities": [{"name": plain(name), "value": f"{value:.2f}"} for name, value in molecule.probabilities],
        "explained": plain(molecule.explained_class, 40),
        "maximum": _maximum_words(molecule.saliency),
        "picture": picture if drawn else None,
        "width": drawn.width if drawn else 0.0,
        "height": drawn.height if drawn else 0.0,
        "note": "" if drawn else plain(molecule.note, 120) or "too complex to draw",
    }


def picture_svg(molecule: ReportMolecule, header: ReportHeader) -> str | None:
    """The molecule with its saliency; ``None`` if it could not be drawn."""
    if molecule.depiction is None:
        return None
    maximum = header.scale_maximum if header.scale_mode == "library" else _maximum(molecule.saliency)
    scale = ColourScale(maximum, header.signed, molecule.depiction.paper)
    shapes = halos(molecule.depiction, molecule.saliency, scale, header.threshold)
    return saliency_svg(molecule.depiction, shapes, background=False)


def rejected_data(rejected: Sequence[Rejected]) -> list[dict[str, str]]:
    """A row for each record that could not be read."""
    return [
        {
            "record": f"{row.record:,}",
            "line": f"{row.line:,}",
            "title": plain(row.title, CELL_WIDTH) or NONE,
            "reason": plain(row.reason, CELL_WIDTH),
        }
        for row in rejected
    ]


def _maximum(saliency: Floats) -> float:
    """The greatest magnitude; 0 if there is none."""
    finite = np.abs(saliency[np.isfinite(saliency)])
    return float(finite.max(initial=0.0))


def _maximum_words(saliency: Floats) -> str:
    return f"{_maximum(saliency):.3g}" if np.isfinite(saliency).any() else NONE


def plain(text: str, width: int = 120) -> str:
    """One line of printable text, at most ``width`` columns (then it ends in …), with places where it can wrap."""
    head = text[: 4 * width]  # combining marks take no column; nobody needs more than a few a letter
    clean = "".join(_printable(letter) for letter in head)
    words = " ".join(clean.split())
    cut = _cut(words, width)
    if len(text) > len(head) and not cut.endswith("…"):
        cut += "…"
    return " ".join(_wrappable(word) for word in cut.split(" "))


def _printable(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category in ("Cs", "Co", "Cn"):
        return "\ufffd"
    if category == "Cf" and letter not in "\u200c\u200d\u00ad":  # joiners are spelling; the rest could turn the line
        return ""
    return letter


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cut(text: str, width: int) -> str:
    used = 0
    for end, letter in enumerate(text):
        used += _columns(letter)
        if used > width:
            return text[: max(end - 1, 0)].rstrip() + "…"
    return text


def _wrappable(word: str) -> str:
    """A long word (a systematic name, a path) with invisible places to break."""
    if len(word) <= _LONGEST_WORD or any(_columns(letter) != 1 for letter in word):
        return word
    out: list[str] = []
    since_break = 0
    for letter in word:
        out.append(letter)
        since_break += 1
        if since_break >= _LONGEST_WORD or (since_break >= 4 and letter in _BREAKABLE_AFTER):
            out.append("\u200b")
            since_break = 0
    return "".join(out)
