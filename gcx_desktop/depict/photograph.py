"""The photograph behind a depiction: where it lies, as a small file that windows, drawings and reports can show."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

FILL_OPACITY = 0.65
"""Of saliency over a photograph, all of it together: boxes that overlap do not add up to a colour that no value has."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """In grey, so that colour is saliency's alone, and toned towards the paper."""

    jpeg: bytes
    size: tuple[int, int]
    """Width and height of the true photograph in pixels, upright."""
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    """Where it lies, in the coordinates of ``Depiction.svg``."""

    def placed(self, x: float, y: float, width: float, height: float) -> Photograph:
        """The same, elsewhere."""
        return replace(self, x=x, y=y, width=width, height=height)

    def svg(self) -> str:
        """An element that needs no other file; by the older name of its attribute, which every program knows."""
        return (
            f'<image xmlns:xlink="http://www.w3.org/1999/xlink" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" '
            f'height="{self.height:g}" preserveAspectRatio="none" '
            f'xlink:href="data:image/jpeg;base64,{b64encode(self.jpeg).decode()}"/>'
        )
