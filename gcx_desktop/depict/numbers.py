"""Where the number of an atom is written: beside it, away from its bonds, and if possible over nothing else."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .colour import Floats
from .drawing import Depiction

_STEPS = 16
"""Number of directions that are tried."""
_FURTHER = (1.0, 1.5, 2.0)
"""Distances that are tried, as multiples of the nearest."""
_SPACING = 0.06
"""Distance between the points that represent a bond, as a share of its length."""
_RIM = 0.08
"""Room around a number, as a share of the radius of a halo."""
_ON_NUMBER, _NEARER_ANOTHER, _TURNED, _AWAY = 20.0, 10.0, 1.0, 1.5
"""Costs of a place, besides 1 for each point of ink under it: another number there; another atom is nearer; half a turn
from the widest gap between the bonds; a step further away."""
_LETTER = re.compile(r'<path fill="#[^>]*? d="([^"]*)"')
_SHIFT = re.compile(r'<g transform="translate\((-?[\d.]+) (-?[\d.]+)\)')
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")


def number_directions(depiction: Depiction) -> dict[int, tuple[float, float]]:
    """Record index of each drawn atom → unit vector towards the middle of the widest gap between its bonds.

    In the coordinates of the depiction, y downwards. An atom without bonds has its number at the upper right.
    """
    angles: dict[int, list[float]] = {int(i): [] for i in np.flatnonzero(~np.isnan(depiction.atom_xy[:, 0]))}
    for one, other in depiction.bonds.tolist():
        for at, to in ((one, other), (other, one)):
            dx, dy = depiction.atom_xy[to] - depiction.atom_xy[at]
            angles[at].append(math.atan2(dy, dx))
    return {atom: _into_the_gap(sorted(taken)) for atom, taken in angles.items()}


def number_places(depiction: Depiction, sizes: dict[int, tuple[float, float]], reach: float) -> dict[int, Floats]:
    """Record index of each drawn atom → centre of its number, [2].

    Each number is placed where it covers the least ink and no earlier number, preferably in the widest gap between the
    atom's bonds and near the atom.

    :param sizes: width and height of the numbers, of all drawn atoms; like ``reach`` and the result, in the units of
        the depiction
    :param reach: distance from an atom to the nearest edge of its number
    """
    atoms = depiction.atom_xy
    largest = max((max(size) for size in sizes.values()), default=0.0)
    cell = reach * _FURTHER[-1] + largest + 2 * _RIM * depiction.radius
    ink, around = _Cells(ink_points(depiction), cell), _Cells(atoms[list(sizes)], cell)
    placed: dict[int, Floats] = {}
    middles: dict[tuple[int, int], list[tuple[Floats, Floats]]] = {}
    for atom, way in number_directions(depiction).items():
        place, half = atoms[atom], np.array(sizes[atom]) / 2
        points, others = ink.near(place), around.near(place)
        taken = [each for key in _cells_around(place, cell) for each in middles.get(key, ())]
        for n_steps in (1, _STEPS):  # the preferred place is free for most atoms
            tried, against = _candidates(way, half, reach, n_steps)
            tried += place
            covered = _inside(points, tried, half + _RIM * depiction.radius).sum(axis=1)
            for middle, other in taken:
                covered = covered + _ON_NUMBER * (np.abs(tried - middle) < half + other).all(axis=1)
            own = ((tried - place) ** 2).sum(axis=1) * (1 - 1e-9)
            nearest = ((tried[:, None] - others) ** 2).sum(axis=2).min(axis=1)
            covered = covered + _NEARER_ANOTHER * (nearest < own)
            if not covered[0]:
                break
        placed[atom] = tried[int((covered + against).argmin())]
        middles.setdefault(_cell(placed[atom], cell), []).append((placed[atom], half))
    return placed


def _candidates(way: tuple[float, float], half: Floats, reach: float, n_steps: int) -> tuple[Floats, Floats]:
    """Centres of a number relative to its atom, [n, 2], the preferred one first, and the cost of each, [n].

    :param n_steps: number of directions, the first is ``way``; with one direction only the nearest place
    """
    turns = np.array([(-1) ** i * ((i + 1) // 2) for i in range(n_steps)]) / n_steps * 2 * math.pi
    angles = math.atan2(way[1], way[0]) + turns
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    further = _FURTHER if n_steps > 1 else _FURTHER[:1]
    middles = np.concatenate([ways * (reach * each + half.max()) for each in further])
    turned = _TURNED * np.abs(turns) / math.pi
    return middles, np.concatenate([turned + _AWAY * step for step in range(len(further))])


def _inside(points: Floats, middles: Floats, half: Floats) -> npt.NDArray[np.bool_]:
    """[n_middles, n_points]: whether a point lies less than ``half``, [2], from a middle."""
    near = np.abs(points - middles[:, None]) < half
    return near[..., 0] & near[..., 1]


class _Cells:
    """Points sorted into square cells, so that those near a place are found without checking all."""

    def __init__(self, points: Floats, side: float) -> None:
        """:param side: length of a side of a cell; points no further away than this are near"""
        self._side = side
        cells = np.floor(points / side).astype(np.int64)
        order = np.lexsort(cells.T)
        borders = np.flatnonzero((np.diff(cells[order], axis=0) != 0).any(axis=1)) + 1
        self._parts = {_cell(part[0], side): part for part in np.split(points[order], borders) if len(part)}

    def near(self, place: Floats) -> Floats:
        """[n, 2]"""
        found = [self._parts[key] for key in _cells_around(place, self._side) if key in self._parts]
        return np.concatenate(found) if found else np.empty((0, 2))


def _cell(place: Floats, side: float) -> tuple[int, int]:
    return math.floor(place[0] / side), math.floor(place[1] / side)


def _cells_around(place: Floats, side: float) -> list[tuple[int, int]]:
    x, y = _cell(place, side)
    return [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


@lru_cache(maxsize=4)
def ink_points(depiction: Depiction) -> Floats:
    """Points of the bonds and the letters of a drawing, [n, 2]."""
    along = np.arange(0, 1 + _SPACING / 2, _SPACING)[:, None, None]
    ends = depiction.atom_xy[depiction.bonds]
    bonds = (ends[:, 0] + along * (ends[:, 1] - ends[:, 0])).reshape(-1, 2)
    shift = _SHIFT.search(depiction.svg)
    offset = [float(each) for each in shift.groups()] if shift else [0.0, 0.0]
    found = [float(each) for path in _LETTER.findall(depiction.svg) for each in _DECIMAL.findall(path)]
    letters = np.array(found[: len(found) // 2 * 2]).reshape(-1, 2) + offset
    return np.vstack([bonds, letters])


def _into_the_gap(taken: list[float]) -> tuple[float, float]:
    """:param taken: angles of the bonds, ascending"""
    if not taken:
        return math.sqrt(0.5), -math.sqrt(0.5)
    gaps = [after - before for before, after in zip(taken, [*taken[1:], taken[0] + 2 * math.pi], strict=True)]
    widest = max(range(len(gaps)), key=lambda i: gaps[i])
    middle = taken[widest] + gaps[widest] / 2
    return math.cos(middle), math.sin(middle)
