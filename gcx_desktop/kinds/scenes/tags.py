"""Words in the picture of an image: small tags that keep off each other and within the picture."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from ...depict.colour import Floats, Paper

_LETTERS = (
    {".": 0.32, ",": 0.32, "'": 0.32, " ": 0.35} | dict.fromkeys("fijlrtI-()", 0.42) | dict.fromkeys("mwMW", 0.95)
)
_LETTER, _WIDE_LETTER = 0.62, 1.05
"""Widths in font sizes, generously: which font will be there nobody knows. Wide ones are of scripts beyond Latin."""
_RIM = 0.3
"""Between words and the sides of their tag, in font sizes."""
_HEIGHT = 1.25
"""Of a tag, in font sizes."""
_BASELINE = 0.93
_MOST_LETTERS = 22


@dataclass(frozen=True, slots=True)
class Tag:
    """Words on their ground, in units of the picture."""

    words: str
    x: float
    y: float
    width: float
    height: float


def shortened_tag(words: str) -> str:
    """With an ellipsis where they are long, and without letters that no SVG can hold or that nobody would see."""
    words = "".join(filter(str.isprintable, words))
    return words if len(words) <= _MOST_LETTERS else f"{words[: _MOST_LETTERS - 1].rstrip()}…"


def tag_size(words: str, font_size: float) -> tuple[float, float]:
    """Width and height of the tag of some words."""
    letters = sum(_LETTERS.get(letter, _LETTER if letter < "\u0370" else _WIDE_LETTER) for letter in words)
    return (letters + 2 * _RIM) * font_size, _HEIGHT * font_size


class TagPlacer:
    """Puts tags where they are in nobody's way, first come, first served. Attribute ``tags``."""

    def __init__(self, width: float, height: float, font_size: float, most: float) -> None:
        """:param most: the share of the picture that tags may cover"""
        self.tags: list[Tag] = []
        self._picture = np.array([width, height])
        self._font_size = font_size
        self._room = most * width * height
        self._taken = np.zeros((0, 4))

    def keep_clear(self, places: Floats) -> None:
        """:param places: [n, 4], left, top, right and bottom of what no tag may cover from now on"""
        self._taken = np.vstack([self._taken, places])

    def place(self, words: str, corners: Floats) -> bool:
        """Whether there was room for a tag.

        :param corners: [n_candidates, 2], where the tag's upper left corner may lie, the best place first; what
            reaches beyond the picture is moved into it
        """
        size = np.array(tag_size(words, self._font_size))
        if size.prod() > self._room or (size > self._picture).any():
            return False
        low = np.clip(corners, 0.0, self._picture - size)
        high = low + size
        taken = self._taken[:, None]
        meet = ((low < taken[..., 2:]) & (high > taken[..., :2])).all(axis=2).any(axis=0)
        free = np.flatnonzero(~meet)
        if not len(free):
            return False
        x, y = low[free[0]].tolist()
        width, height = size.tolist()
        self.keep_clear(np.array([[x, y, x + width, y + height]]))
        self._room -= width * height
        self.tags.append(Tag(words, x, y, width, height))
        return True


def tags_svg(tags: list[Tag], font_size: float, paper: Paper, style: str = "") -> str:
    """The tags, each on a ground that sets it off from what lies under it.

    :param style: more attributes of the words
    """
    grounds = "".join(
        f'<rect x="{tag.x:.1f}" y="{tag.y:.1f}" width="{tag.width:.1f}" height="{tag.height:.1f}" rx="1.2"/>'
        for tag in tags
    )
    words = "".join(
        f'<text x="{tag.x + tag.width / 2:.1f}" y="{tag.y + _BASELINE * font_size:.1f}">{escape(tag.words)}</text>'
        for tag in tags
    )
    return (
        f'<g fill="{paper.background}" fill-opacity="0.85" stroke="{paper.ink}" stroke-opacity="0.3" '
        f'stroke-width="0.4">{grounds}</g><g font-family="sans-serif" font-size="{font_size:g}" '
        f'text-anchor="middle" fill="{paper.ink}"{style}>{words}</g>'
    )
