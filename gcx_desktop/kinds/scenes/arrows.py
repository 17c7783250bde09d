"""Relations in the picture of an image: curved arrows from subjects to objects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...depict.colour import Floats, Paper
from .scene import Relation

MOST_ARROWS = 400
"""Of the first relations of an image; beyond that nobody could follow one."""
DOT = 1.5
"""Radius of the dot in the middle of an object that is related, in units of the picture."""
_BEND, _MOST_BEND = 0.16, 16.0
"""How far an arrow swings out: part of its length, and units at most. So there and back are two arrows."""
_HEAD = 5.0
_SHORTEST = 3.0 * DOT
_ALONG = np.array([0.5, 0.42, 0.58, 0.34, 0.66])
"""Where on an arrow its predicate may stand."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A quadratic curve between two dots, and what it says."""

    words: str
    points: Floats
    """[3, 2]: start, control point, end."""

    @property
    def length(self) -> float:
        return math.dist(self.points[0], self.points[2])

    @property
    def middle(self) -> Floats:
        """[n, 2], places on the arrow, the middle first."""
        t = _ALONG[:, None]
        start, control, end = self.points
        found: Floats = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
        return found


def arrows(relations: Sequence[Relation], centres: Floats) -> list[Arrow]:
    """One for each pair and direction, in the order of the relations, with all that is said of it.

    Relations of an object to itself, and to one in the same place, have none.
    """
    said: dict[tuple[int, int], list[str]] = {}
    for each in relations:
        said.setdefault((each.subject, each.object), []).append(each.predicate)
    found = []
    for ends, words in list(said.items())[:MOST_ARROWS]:
        start, end = centres[list(ends)]
        length = math.dist(start, end)
        if length > _SHORTEST:
            found.append(Arrow(", ".join(words), _between(start, end, length)))
    return found


def _between(start: Floats, end: Floats, length: float) -> Floats:
    """The curve without what lies within the dots at its ends."""
    along = (end - start) / length
    aside = np.array([-along[1], along[0]]) * min(_BEND * length, _MOST_BEND)
    control = (start + end) / 2 + aside
    first, last = 1.2 * DOT / length, 1 - 1.8 * DOT / length
    return np.array([_blend(start, control, end, s, t) for s, t in ((first, first), (first, last), (last, last))])


def _blend(start: Floats, control: Floats, end: Floats, s: float, t: float) -> Floats:
    """The blossom of a quadratic curve, which gives the control points of its parts (Ramshaw, 1987)."""
    mixed: Floats = (1 - s) * (1 - t) * start + (s * (1 - t) + t * (1 - s)) * control + s * t * end
    return mixed


def arrows_svg(drawn: Sequence[Arrow], dots: Floats, paper: Paper) -> str:
    """The arrows with a rim of paper that sets them off, and the dots between which they run.

    :param dots: [n, 2]
    """
    lines, heads = [], []
    for arrow in drawn:
        (x, y), (x1, y1), (x2, y2) = arrow.points.tolist()
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        along, across = (x2 - x1) / length * _HEAD, (y2 - y1) / length * _HEAD
        lines.append(f"M{x:.1f},{y:.1f}Q{x1:.1f},{y1:.1f} {x2:.1f},{y2:.1f}")
        heads.append(
            f"M{x2:.1f},{y2:.1f}L{x2 - along - across * 0.4:.1f},{y2 - across + along * 0.4:.1f}"
            f"L{x2 - along + across * 0.4:.1f},{y2 - across - along * 0.4:.1f}Z"
        )
    round_dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/>' for x, y in dots.tolist())
    path = "".join(lines)
    return (
        f'<g fill="none"><path d="{path}" stroke="{paper.background}" stroke-width="2.2" stroke-opacity="0.55"/>'
        f'<path d="{path}" stroke="{paper.ink}" stroke-width="0.7" stroke-opacity="0.75"/></g>'
        f'<g fill="{paper.ink}" stroke="{paper.background}" stroke-width="0.4"><path d="{"".join(heads)}"/>'
        f"{round_dots}</g>"
    )
