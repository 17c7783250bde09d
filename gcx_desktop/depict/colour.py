"""Saliency as colour: from the paper's colour to amber, and for signed maps from blue over the paper's colour to amber.

Both colour maps suit any colour vision: their luminance is monotonic away from the paper, and neither uses red with
green. The strong ends stay so near the paper's colour that bonds and atom labels can be read on them.
Colours are mixed in OKLab (Ottosson, 2020) and spaced by its distance, so equal steps in value look equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_WHITE_ELEMENTS = {
    0: "#4d4d4d",
    1: "#4d4d4d",
    5: "#8a4038",
    7: "#1f2fbf",
    8: "#a80000",
    9: "#005f53",
    15: "#8a3b00",
    16: "#6b5300",
    17: "#0f5f14",
    35: "#7a2222",
    53: "#6a0b8a",
}
_DARK_ELEMENTS = {
    0: "#dddddd",
    1: "#dddddd",
    5: "#ffd3cb",
    7: "#c9d8ff",
    8: "#ffc9c2",
    9: "#8ff0de",
    15: "#ffd0a6",
    16: "#f7df62",
    17: "#9deb9d",
    35: "#ffcdbb",
    53: "#eecbff",
}


class Paper(Enum):
    """The background of a depiction. Attributes: ``background`` and ``ink`` as ``"#rrggbb"``."""

    WHITE = "white"
    DARK = "dark"

    @property
    def background(self) -> str:
        return "#ffffff" if self is Paper.WHITE else "#1e1f22"

    @property
    def ink(self) -> str:
        return "#111111" if self is Paper.WHITE else "#ffffff"

    @property
    def elements(self) -> dict[int, str]:
        """Atomic number → colour of the atom label; other elements have ``ink``."""
        return dict(_WHITE_ELEMENTS if self is Paper.WHITE else _DARK_ELEMENTS)


_STRONG = {
    Paper.WHITE: ("#fff0c4", "#ffd166", "#fba31a"),
    Paper.DARK: ("#55370c", "#8a4a00", "#bb5c00"),
}
"""Colours after the paper's, up to the strongest, of a sequential map and of positive values."""
_NEGATIVE = {
    Paper.WHITE: ("#dcebff", "#a5cdfa", "#78b6f5"),
    Paper.DARK: ("#1d3a5c", "#22559a", "#2a74d0"),
}
_STEPS = 64


def rgb(colour: str) -> tuple[int, int, int]:
    """``"#rrggbb"`` as three numbers, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2: 0 for black, 1 for white."""
    red, green, blue = _linear(np.array(rgb(colour), dtype=np.float64))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2: 1 for equal colours, 21 for black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Maps a saliency value to its colour. A library has one scale, so equal colours mean equal values.

    A value beyond ``maximum`` has the colour of ``maximum``; NaN has the paper's colour, and so has every value if the
    scale is empty (``maximum`` 0 or not finite).
    """

    maximum: float
    """The value (if ``signed``, the magnitude) that has the strongest colour."""
    signed: bool = False
    """Whether negative values have colours of their own; otherwise they count as 0."""
    paper: Paper = Paper.WHITE
    _table: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_table", _table(self.paper, self.signed))

    @property
    def is_empty(self) -> bool:
        """Whether all values have the paper's colour."""
        return not (math.isfinite(self.maximum) and self.maximum > 0)

    @property
    def minimum(self) -> float:
        """The value at the other end of the legend: 0, or −``maximum`` if signed."""
        return -self.maximum if self.signed else 0.0

    def colour(self, value: float) -> str:
        """``"#rrggbb"`` of one value."""
        return self.colours([value])[0]

    def colours(self, values: npt.ArrayLike) -> list[str]:
        """``"#rrggbb"`` of each value."""
        array = np.asarray(values, dtype=np.float64).ravel()
        if self.is_empty:
            return [self.paper.background] * len(array)
        floor = -1.0 if self.signed else 0.0
        clipped = np.clip(np.nan_to_num(array, nan=0.0), -self.maximum, self.maximum)
        fraction = np.clip(clipped / self.maximum, floor, 1.0)
        last = len(self._table) - 1
        position = np.rint((fraction - floor) / (1.0 - floor) * last).astype(int)
        return [self._table[i] for i in position]

    def ramp(self, n: int) -> list[str]:
        """``n`` ≥ 2 colours from ``minimum`` to ``maximum``, for a legend. An empty scale still has its colours."""
        last = len(self._table) - 1
        return [self._table[round(i * last / (n - 1))] for i in range(n)]


@cache
def _table(paper: Paper, signed: bool) -> tuple[str, ...]:
    up = _path((paper.background, *_STRONG[paper]))
    if not signed:
        return up
    return (*_path((paper.background, *_NEGATIVE[paper]))[:0:-1], *up)


def _path(stops: tuple[str, ...]) -> tuple[str, ...]:
    """``_STEPS + 1`` colours along the stops, at equal distances in OKLab."""
    lab = _oklab(np.array([rgb(stop) for stop in stops], dtype=np.float64))
    along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(lab, axis=0), axis=1))))
    at = np.linspace(0.0, along[-1], _STEPS + 1)
    mixed = np.stack([np.interp(at, along, lab[:, k]) for k in range(3)], axis=1)
    return tuple("#{:02x}{:02x}{:02x}".format(*row) for row in _srgb(mixed))


_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _linear(channels: Floats) -> Floats:
    part = channels / 255.0
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _oklab(colours: Floats) -> Floats:
    """[n, 3] sRGB, 0 to 255 → [n, 3] OKLab."""
    lab: Floats = np.cbrt(_linear(colours) @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T
    return lab


def _srgb(lab: Floats) -> npt.NDArray[np.int64]:
    """[n, 3] OKLab → [n, 3] sRGB, 0 to 255."""
    linear = np.clip((lab @ np.linalg.inv(_LMS_TO_LAB).T) ** 3 @ np.linalg.inv(_RGB_TO_LMS).T, 0.0, 1.0)
    part = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(part * 255.0).astype(np.int64)
