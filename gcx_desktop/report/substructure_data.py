"""The data of substructures for the report's template: formatted numbers, and one SVG for each."""

from __future__ import annotations

import math
from typing import Any

from ..substructure.findings import flags
from .content import ReportSubstructure
from .data import NONE, plain

SMILES_WIDTH = 36.0
"""Width of the text below a picture, in letter heights (em): two lines."""
CLASS_WIDTH = 11.0
"""Width of the class beside the frequency, one line."""
_LEAST = 1e-300
"""A smaller probability counts as 0, and may have been rounded to 0."""
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def substructure_data(substructure: ReportSubstructure, picture: str | None, records: str) -> dict[str, Any]:
    """The data of a substructure's card.

    :param picture: the name of its SVG file
    :param records: what records are called, in the plural
    """
    finding, drawn = substructure.finding, substructure.depiction if picture else None
    odds = finding.odds
    return {
        "smiles": plain(finding.pattern.text, SMILES_WIDTH),
        "class": plain(substructure.class_name, CLASS_WIDTH),
        "n_explained": f"{finding.n_explained:,}",
        "n_molecules": f"{len(finding.held_by):,}",
        "r_explained": f"{finding.r_explained:.2f}",
        "r_class": f"{finding.r_class:.2f}",
        "odds_ratio": number_words(odds.value),
        "odds_interval": f"{number_words(odds.low)} to {number_words(odds.high)}",
        "q_value": probability_words(finding.q_value),
        "flags": list(flags(finding, records=records)),
        "picture": picture if drawn else None,
        "width": drawn.width if drawn else 0.0,
        "height": drawn.height if drawn else 0.0,
    }


def probability_words(value: float) -> str:
    """A probability with two digits; one below the smallest is written as less than that."""
    return f"< {number_words(_LEAST)}" if value < _LEAST else number_words(value)


def number_words(value: float) -> str:
    """A number with two digits, a large or small one with a power of ten."""
    if math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞"
    if value == 0 or 0.001 <= value < 9_999.5:
        return f"{value:.2g}" if value < 99.5 else f"{value:,.0f}"
    digits, exponent = f"{value:.1e}".split("e")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return power if digits == "1.0" else f"{digits} × {power}"
