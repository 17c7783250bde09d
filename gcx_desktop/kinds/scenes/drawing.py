"""An annotated image as a picture: boxes at their places with names, relations as arrows. Drawn in a worker process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

import numpy as np

from ...depict.colour import Floats, Paper
from ...depict.drawing import Depiction, TooComplexError
from ...library.formats.scenes import NotAnImageError
from ...library.record import Rejected, Source, Span
from ...library.source import read_raw
from .reader import title_and_scene
from .scene import Relation, Scene

MAX_OBJECTS_TO_DRAW = 400
LONGER_SIDE = 300.0
"""Of an image, in units of the picture."""
_SHORTER_SIDE = 60.0
"""At least, of an image that is very narrow."""
_RIM = 3.0
_FONT_SIZE = 10
_ARROW_HEAD = 5.0
_MOST_PREDICATES = 12
"""Relations that are named; more would be a thicket."""


def draw_at(source: Source, paper: Paper, span: Span) -> Depiction | Rejected:
    """The depiction of a record.

    :raises TooComplexError: if it has more objects than anyone could read
    """
    try:
        _, scene = title_and_scene(source, read_raw(source, span))
    except NotAnImageError as error:
        return Rejected(span.position, span.line, "", str(error))
    return draw_scene(scene, paper)


def draw_scene(scene: Scene, paper: Paper) -> Depiction:
    """Boxes, names and arrows, to be painted over the saliency that fills the boxes.

    :raises TooComplexError: above ``MAX_OBJECTS_TO_DRAW`` objects
    """
    if len(scene.objects) > MAX_OBJECTS_TO_DRAW:
        raise TooComplexError(len(scene.objects), MAX_OBJECTS_TO_DRAW, "objects")
    extent = np.array(scene.extent)
    size = np.maximum(extent * LONGER_SIDE / extent.max(), _SHORTER_SIDE)
    boxes = np.array([(b.x, b.y, b.width, b.height) for b in (each.box for each in scene.objects)])
    placed = boxes * np.tile(size / extent, 2) + np.array([_RIM, _RIM, 0.0, 0.0])
    centres = placed[:, :2] + placed[:, 2:] / 2
    width, height = (size + 2 * _RIM).tolist()
    body = "".join((*_outlines(scene, placed, paper), *_arrows(scene.relations, centres, paper)))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}">{body}</svg>'
    )
    return Depiction(svg, width, height, centres, np.zeros((0, 2), dtype=np.int64), _RIM, paper, placed)


def _outlines(scene: Scene, placed: Floats, paper: Paper) -> Iterator[str]:
    for each, (x, y, width, height) in zip(scene.objects, placed.tolist(), strict=True):
        yield (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="none" '
            f'stroke="{paper.ink}" stroke-width="0.6"/>'
        )
        yield _words(x + 2, y + _FONT_SIZE, each.name, "start", paper)


def _arrows(relations: tuple[Relation, ...], centres: Floats, paper: Paper) -> Iterator[str]:
    """From subjects to objects."""
    for each in relations:
        (x, y), (x2, y2) = centres[[each.subject, each.object]].tolist()
        length = math.hypot(x2 - x, y2 - y)
        if length == 0:
            continue
        along, across = (x2 - x) / length * _ARROW_HEAD, (y2 - y) / length * _ARROW_HEAD
        yield (
            f'<path d="M{x:.1f},{y:.1f}L{x2:.1f},{y2:.1f}M{x2 - along - across / 2:.1f},{y2 - across + along / 2:.1f}'
            f'L{x2:.1f},{y2:.1f}L{x2 - along + across / 2:.1f},{y2 - across - along / 2:.1f}" fill="none" '
            f'stroke="{paper.ink}" stroke-width="0.4" stroke-opacity="0.6"/>'
        )
        if len(relations) <= _MOST_PREDICATES:
            yield _words((x + x2) / 2, (y + y2) / 2, each.predicate, "middle", paper)


def _words(x: float, y: float, words: str, anchor: str, paper: Paper) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{_FONT_SIZE}" text-anchor="{anchor}" '
        f'fill="{paper.ink}">{escape(words)}</text>'
    )
