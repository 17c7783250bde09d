"""Where the number of an atom stands beside it: away from its bonds."""

from __future__ import annotations

import math

import numpy as np

from .drawing import Depiction


def number_ways(depiction: Depiction) -> dict[int, tuple[float, float]]:
    """Record index of each drawn atom → unit vector into the middle of the widest gap between its bonds.

    Coordinates as those of the depiction, y downwards. An atom without bonds has its number above right.
    """
    angles: dict[int, list[float]] = {int(i): [] for i in np.flatnonzero(~np.isnan(depiction.atom_xy[:, 0]))}
    for one, other in depiction.bonds.tolist():
        for at, to in ((one, other), (other, one)):
            dx, dy = depiction.atom_xy[to] - depiction.atom_xy[at]
            angles[at].append(math.atan2(dy, dx))
    return {atom: _into_the_gap(sorted(taken)) for atom, taken in angles.items()}


def _into_the_gap(taken: list[float]) -> tuple[float, float]:
    """:param taken: angles of the bonds, ascending"""
    if not taken:
        return math.sqrt(0.5), -math.sqrt(0.5)
    gaps = [after - before for before, after in zip(taken, [*taken[1:], taken[0] + 2 * math.pi], strict=True)]
    widest = max(range(len(gaps)), key=lambda i: gaps[i])
    middle = taken[widest] + gaps[widest] / 2
    return math.cos(middle), math.sin(middle)
