"""The photograph behind a depiction: its place, and a small file that windows, drawings and reports can show."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

FILL_OPACITY = 0.65
"""Opacity of saliency over a photograph, applied once to all of it: overlapping boxes do not mix their colours."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph in grey, so that only saliency has colour, and toned towards the paper."""

    jpeg: bytes
    size: tuple[int, int]
    """Width and height of the original photograph in pixels, upright."""
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    """Its place, in the coordinates of ``Depiction.svg``."""

    def placed(self, x: float, y: float, width: float, height: float) -> Photograph:
        """The same photograph at another place."""
        return replace(self, x=x, y=y, width=width, height=height)

    def svg(self) -> str:
        """An SVG element that needs no other file; ``xlink:href`` is the older attribute, which every program knows."""
        return (
            f'<image xmlns:xlink="http://www.w3.org/1999/xlink" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" '
            f'height="{self.height:g}" preserveAspectRatio="none" '
            f'xlink:href="data:image/jpeg;base64,{b64encode(self.jpeg).decode()}"/>'
        )
