"""The data of a report for the template: JSON of texts and formatted numbers, and one SVG for each molecule.

Users' own templates rely on the names used here; they are listed at the head of ``resources/report.typ``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..depict.colour import ColourScale, Floats
from ..depict.halos import AGAINST_CLASS, FOR_CLASS, LOWERS_IT, RAISES_IT, halos, saliency_svg, tick_labels
from ..library.record import Rejected
from .content import ReportHeader, ReportMolecule

NONE = "—"
NOUNS = ("record", "records", "node", "nodes", "a_node", "picture", "drawn")
"""Of :class:`.content.Nouns`."""
TITLE_WIDTH = 31.0
"""Width of a title in a molecule's card, in letter heights (em): two lines, minus what wrapping loses."""
PREPARATION_WIDTH = 70.0
"""Width of the note below a picture, one line."""
VALUE_WIDTH = 24.0
"""Width of a value's name or unit."""
CELL_WIDTH = 140.0
"""Width of a title or reason in the table of rejected records."""
_LONGEST_WORD = 20
_LONGEST_PIECE = 8
_BREAKABLE_AFTER = "-,;:)]}_/=.+~"
_JOINERS = "\u200c\u200d\u00ad"
_LEGEND_COLOURS = 17


def header_data(header: ReportHeader) -> dict[str, Any]:
    """The data of the title page."""
    return {
        "words": {name: plain(getattr(header.words, name)) for name in NOUNS},
        "library": plain(header.library_name, 180),
        "counts": [
            {"name": "records", "value": f"{header.n_records:,}"},
            {"name": "predicted", "value": f"{header.n_records - header.n_rejected:,}"},
            {"name": "rejected", "value": f"{header.n_rejected:,}"},
        ],
        "classes": [{"name": plain(name), "value": f"{count:,}"} for name, count in header.class_counts],
        "value": plain(header.value_name, VALUE_WIDTH),
        "unit": plain(header.value_unit, VALUE_WIDTH),
        "median": plain(header.median),
        "model": plain(header.model_name),
        "task": plain(header.model_task, 400),
        "facts": [{"name": plain(name), "value": plain(value, 1200)} for name, value in header.model_facts],
        "limits": [plain(limit, 1200) for limit in header.limits],
        "method": plain(header.method_name),
        "method_id": plain(header.method_id),
        "paper": plain(header.method_paper, 400),
        "signed": header.signed,
        "scale_mode": header.scale_mode,
        "threshold": f"{header.colour_threshold * 100:.3g} %" if header.colour_threshold > 0 else "",
        "preparation": plain(header.preparation, 180),
        "labels": plain(header.labels, 1200),
        "substructures_alone": header.substructures_alone,
        "substructure_search": plain(header.substructure_search, 800),
        "command": plain(header.command_line, 4000, wrap=False),  # readers copy it
        "created": plain(header.created),
        "program": plain(header.program),
    }


def legend_data(header: ReportHeader) -> dict[str, Any]:
    """The colour ramp and the labels under it, from left to right."""
    scale = ColourScale(header.scale_maximum, header.signed)
    if header.scale_mode == "molecule":
        ends = f"greatest of the {header.words.record}"
        labels = [f"− {ends}", "0", ends] if header.signed else ["0", ends]
    else:
        labels = tick_labels(scale, node=header.words.node)
        if not scale.is_empty:  # the scale may end below the greatest value of the library
            labels[-1] = f"≥ {labels[-1]}"
            labels[0] = f"≤ {labels[0]}" if header.signed else labels[0]
    if header.signed and not scale.is_empty:
        below, above = (LOWERS_IT, RAISES_IT) if header.value_name else (AGAINST_CLASS, FOR_CLASS)
        labels[0], labels[-1] = f"{labels[0]}\n{below}", f"{labels[-1]}\n{above}"
    return {"colours": scale.ramp(_LEGEND_COLOURS), "labels": labels}


def molecule_data(molecule: ReportMolecule, header: ReportHeader, picture: str | None) -> dict[str, Any]:
    """The data of a molecule's card. ``picture`` is the name of its SVG file."""
    drawn = molecule.depiction if picture else None
    probability, value = molecule.probability, molecule.value
    written = f"{probability:.2f}" if np.isfinite(probability) else NONE
    return {
        "record": f"{molecule.record:,}",
        "title": plain(molecule.title, TITLE_WIDTH),
        "smiles": plain(molecule.smiles, 1200),
        "predicted": plain(molecule.predicted_class, 24),
        "probability": written if value is None else plain(value.text, VALUE_WIDTH),
        "interval": "" if value is None else plain(value.interval, VALUE_WIDTH),
        "probabilities": [{"name": plain(name), "value": f"{value:.2f}"} for name, value in molecule.probabilities],
        "explained": plain(molecule.explained_class, 24),
        "maximum": _maximum_words(molecule.saliency, signed=header.signed),
        "why": _why(molecule, header),
        "picture": picture if drawn else None,
        "width": drawn.width if drawn else 0.0,
        "height": drawn.height if drawn else 0.0,
        "preparation": plain(molecule.preparation, PREPARATION_WIDTH),
        "note": "" if drawn else plain(molecule.note, 70) or "too complex to draw",
    }


def picture_svg(molecule: ReportMolecule, header: ReportHeader) -> str | None:
    """The molecule with its saliency; ``None`` if it could not be drawn."""
    if molecule.depiction is None:
        return None
    maximum = header.scale_maximum if header.scale_mode == "library" else _maximum(molecule.saliency)
    scale = ColourScale(maximum, header.signed, molecule.depiction.paper)
    shapes = halos(molecule.depiction, molecule.saliency, scale, header.colour_threshold)
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
    """The largest magnitude; 0 if there is none."""
    finite = np.abs(saliency[np.isfinite(saliency)])
    return float(finite.max(initial=0.0))


def _maximum_words(saliency: Floats, *, signed: bool) -> str:
    """The value with the largest magnitude, with its sign if signed."""
    if not np.isfinite(saliency).any():
        return NONE
    value = float(saliency[np.nanargmax(np.abs(saliency))]) if signed else _maximum(saliency)
    return f"{value:.3g}".replace("-", "−")


def _why(molecule: ReportMolecule, header: ReportHeader) -> str:
    """A sentence on what the picture shows, or why it shows no saliency."""
    explained, maximum = plain(molecule.explained_class, 24), _maximum(molecule.saliency)
    if maximum == 0 and np.isfinite(molecule.saliency).any():
        return f"no {header.words.node} counts for {explained}"
    if header.scale_mode == "library" and 0 < maximum < header.colour_threshold * header.scale_maximum:
        return f"{explained}: all below {header.colour_threshold * 100:g} % of the scale"
    unit = f" {plain(header.value_unit, VALUE_WIDTH)}" if header.signed and header.value_unit else ""
    return f"explains {explained} · max {_maximum_words(molecule.saliency, signed=header.signed)}{unit}"


def plain(text: str, width: float = 70.0, *, wrap: bool = True) -> str:
    """One line of printable text, at most about ``width`` em long; a longer text ends in ….

    :param wrap: whether long words get invisible break points, which are copied with the text
    """
    head = text[: int(8 * width)]  # combining marks have no width; a few for each letter suffice
    words = " ".join("".join(_printable(letter) for letter in head).split())
    cut = _cut(words, width)
    if len(text) > len(head) and not cut.endswith("…"):
        cut += "…"
    return " ".join(_wrappable(word) for word in cut.split(" ")) if wrap else cut


def _printable(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category in ("Cs", "Co", "Cn"):
        return "\ufffd"
    if category == "Cf" and letter not in _JOINERS:  # other format characters could change the direction of the line
        return ""
    return letter


def _em(letter: str) -> float:
    """Roughly how wide a letter is in a bold sans serif."""
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "mwMW@%":
        return 0.95
    if letter in "ijlftrI.,:;'|!()[]{}-/ ":
        return 0.38
    return 0.7 if letter.isupper() else 0.6


def _cut(text: str, width: float) -> str:
    used = 0.0
    for end, letter in enumerate(text):
        used += _em(letter)
        if used > width:
            return text[: max(end - 1, 0)].rstrip() + "…"
    return text


def _wrappable(word: str) -> str:
    """A long word (a systematic name, a path) with invisible break points; scripts with joined letters are not
    changed."""
    if len(word) <= _LONGEST_WORD or any(letter > "\u052f" and letter not in "…−–" for letter in word):
        return word
    out: list[str] = []
    since_break = 0
    for letter in word:
        out.append(letter)
        since_break += 1
        if since_break >= _LONGEST_PIECE or (since_break >= 3 and letter in _BREAKABLE_AFTER):
            out.append("\u200b")
            since_break = 0
    return "".join(out)
