"""The places of a depiction that have a value each: which of them a point means, and their shapes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from .colour import Floats

_REACH = 1.25
"""How far from an atom a point still means it, in halo radii: half a bond."""
_BESIDE = 4.0
"""How far beside a box a point still means it, in device-independent pixels: some are very thin."""
_DISTANCE = 1.12
"""Of the line around an atom from its centre, in halo radii."""


@dataclass(frozen=True, slots=True)
class Circle:
    """In the coordinates of a depiction, as all shapes."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Band:
    """Along a bond; its ends are flat."""

    x: float
    y: float
    x2: float
    y2: float
    half: float
    """Of its width."""


@dataclass(frozen=True, slots=True)
class PlaceBox:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Outline:
    """What a line goes around."""

    shapes: tuple[Circle | Band | PlaceBox, ...]
    joined: bool
    """Whether they make one area, without the lines within it; each has its own line otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class AtomPlaces:
    """Atoms with bonds between them: circles and bands around and behind what is drawn."""

    xy: Floats
    """[n_places, 2], NaN for those not drawn."""
    bonds: npt.NDArray[np.int64]
    """[n_bonds, 2]"""
    radius: float
    """Of a halo."""
    named: ClassVar[bool] = False
    """Whether the picture itself names each place, so that it needs no number."""
    marked_over: ClassVar[bool] = True
    """Whether the mark of a place lies over the structure, or under the names that stand at its edges."""

    def near(self, point: Floats, scale: float) -> list[int]:
        """What a point may mean, the likeliest first.

        :param point: [2]
        :param scale: device-independent pixels to a unit
        """
        apart = np.hypot(*(self.xy - point).T)
        return [int(atom) for atom in np.argsort(apart, kind="stable") if apart[atom] <= _REACH * self.radius]

    def shape(self, place: int) -> Circle | PlaceBox:
        """Of a place that is drawn."""
        x, y = self.xy[place].tolist()
        return Circle(x, y, self.radius)

    def outline(self, places: Collection[int]) -> Outline:
        """Around some that are drawn."""
        radius = _DISTANCE * self.radius
        xy: list[list[float]] = self.xy.tolist()
        circles = [Circle(xy[atom][0], xy[atom][1], radius) for atom in places]
        bonds = [(xy[a], xy[b]) for a, b in self.bonds.tolist() if a in places and b in places]
        return Outline((*circles, *(Band(x, y, x2, y2, radius) for (x, y), (x2, y2) in bonds)), joined=True)


@dataclass(frozen=True, slots=True, eq=False)
class BoxPlaces:
    """Boxes, which may lie in each other."""

    boxes: Floats
    """[n_places, 4]: x, y, width, height."""
    named: ClassVar[bool] = True
    """As :attr:`AtomPlaces.named`."""
    marked_over: ClassVar[bool] = False
    """As :attr:`AtomPlaces.marked_over`."""

    def near(self, point: Floats, scale: float) -> list[int]:
        """As :meth:`AtomPlaces.near`: the smallest box that holds the point is the likeliest."""
        low, size = self.boxes[:, :2], self.boxes[:, 2:]
        beside = np.maximum(low - point, point - low - size).max(axis=1)
        order = np.lexsort((size.prod(axis=1), beside > 0))
        return [int(box) for box in order if beside[box] <= _BESIDE / scale]

    def shape(self, place: int) -> Circle | PlaceBox:
        """Of a place."""
        return PlaceBox(*self.boxes[place].tolist())

    def outline(self, places: Collection[int]) -> Outline:
        """Around some."""
        return Outline(tuple(PlaceBox(*self.boxes[place].tolist()) for place in sorted(places)), joined=False)


Places = AtomPlaces | BoxPlaces
