"""The places of a depiction that have a value each: which of them is at a point, and their shapes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from .colour import Floats

_REACH = 1.25
"""Distance from an atom at which a point still means it, in radii of a halo: half a bond."""
_BESIDE = 4.0
"""Distance from a box at which a point still means it, in device-independent pixels, since some are very thin."""
_DISTANCE = 1.12
"""Distance of the line around an atom from its centre, in radii of a halo."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle; all shapes are in the coordinates of a depiction."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Band:
    """A band along a bond; its ends are flat."""

    x: float
    y: float
    x2: float
    y2: float
    half: float
    """Half its width."""


@dataclass(frozen=True, slots=True)
class PlaceBox:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Outline:
    """Shapes around which a line is drawn."""

    shapes: tuple[Circle | Band | PlaceBox, ...]
    joined: bool
    """Whether one line goes around their union; otherwise each shape has its own line."""


@dataclass(frozen=True, slots=True, eq=False)
class AtomPlaces:
    """Places of atoms: circles around atoms, and bands along the bonds between them."""

    xy: Floats
    """[n_places, 2], NaN for those not drawn."""
    bonds: npt.NDArray[np.int64]
    """[n_bonds, 2]"""
    radius: float
    """Radius of a halo."""
    named: ClassVar[bool] = False
    """Whether the picture shows the name of each place, so that numbers are not needed."""
    marked_over: ClassVar[bool] = True
    """Whether the mark of a place is drawn over the structure; otherwise under the names at its edges."""

    def near(self, point: Floats, scale: float) -> list[int]:
        """The places that a point may mean, the most likely first.

        :param point: [2]
        :param scale: device-independent pixels per unit
        """
        apart = np.hypot(*(self.xy - point).T)
        return [int(atom) for atom in np.argsort(apart, kind="stable") if apart[atom] <= _REACH * self.radius]

    def shape(self, place: int) -> Circle | PlaceBox:
        """The shape of a place that is drawn."""
        x, y = self.xy[place].tolist()
        return Circle(x, y, self.radius)

    def outline(self, places: Collection[int]) -> Outline:
        """The outline of some places that are drawn."""
        radius = _DISTANCE * self.radius
        xy: list[list[float]] = self.xy.tolist()
        circles = [Circle(xy[atom][0], xy[atom][1], radius) for atom in places]
        bonds = [(xy[a], xy[b]) for a, b in self.bonds.tolist() if a in places and b in places]
        return Outline((*circles, *(Band(x, y, x2, y2, radius) for (x, y), (x2, y2) in bonds)), joined=True)


@dataclass(frozen=True, slots=True, eq=False)
class BoxPlaces:
    """Places that are boxes, which may contain each other."""

    boxes: Floats
    """[n_places, 4]: x, y, width, height."""
    named: ClassVar[bool] = True
    """As :attr:`AtomPlaces.named`."""
    marked_over: ClassVar[bool] = False
    """As :attr:`AtomPlaces.marked_over`."""

    def near(self, point: Floats, scale: float) -> list[int]:
        """As :meth:`AtomPlaces.near`: the smallest box that contains the point is the most likely."""
        low, size = self.boxes[:, :2], self.boxes[:, 2:]
        beside = np.maximum(low - point, point - low - size).max(axis=1)
        order = np.lexsort((size.prod(axis=1), beside > 0))
        return [int(box) for box in order if beside[box] <= _BESIDE / scale]

    def shape(self, place: int) -> Circle | PlaceBox:
        """The shape of a place."""
        return PlaceBox(*self.boxes[place].tolist())

    def outline(self, places: Collection[int]) -> Outline:
        """The outline of some places."""
        return Outline(tuple(PlaceBox(*self.boxes[place].tolist()) for place in sorted(places)), joined=False)


Places = AtomPlaces | BoxPlaces
