"""An annotated image as a picture: boxes at their places with names, relations as arrows. Drawn in a worker process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...depict.colour import Floats, Paper
from ...depict.drawing import CoarserDrawing, Depiction, TooComplexError
from ...depict.photograph import Photograph
from ...depict.svg import svg_document
from ...library.record import Rejected, Source, Span
from ...library.source import read_raw
from .arrows import DOT, Arrow, arrows, arrows_svg
from .photographs import photograph_beside
from .reader import edges, title_and_scene
from .scene import NotAnImageError, Scene
from .tags import TagPlacer, shortened_tag, tag_size, tags_svg

MAX_OBJECTS_TO_DRAW = 400
LONGER_SIDE = 300.0
"""Of an image, in units of the picture."""
LEAST_SIDE = 90.0
"""Of a picture; a narrow image has empty paper beside it."""
RIM = 3.0
_ITALIC = ' font-style="italic"'


@dataclass(frozen=True, slots=True)
class _Lettering:
    """How names and predicates are written for pictures of a certain size."""

    font_size: float
    names: float
    """Share of the picture that names may cover."""
    predicates: float
    """Share of it that predicates may cover besides."""
    least_scale: float
    """Pixels to a unit below which it is too small to read."""


_FINE = _Lettering(8.0, 0.2, 0.1, 0.9)
_COARSE = _Lettering(13.0, 0.22, 0.0, 0.55)


@dataclass(frozen=True, slots=True)
class _Layout:
    """An image in units of its picture."""

    width: float
    height: float
    """Of the picture."""
    place: list[float]
    """x, y, width and height of the image in it."""
    boxes: Floats
    """[n_objects, 4]: x, y, width and height."""
    centres: Floats
    """[n_objects, 2]"""


def draw_image(source: Source, paper: Paper, span: Span) -> Depiction | Rejected:
    """The depiction of a record, over its photograph if that lies beside the file.

    :raises TooComplexError: if it has more objects than anyone could read
    """
    try:
        title, scene = title_and_scene(source, read_raw(source, span))
    except NotAnImageError as error:
        return Rejected(span.position, span.line, "", str(error))
    return draw_with_photograph(source, title, scene, paper)


def draw_with_photograph(source: Source, title: str, scene: Scene, paper: Paper) -> Depiction:
    """As :func:`draw_scene`, with the photograph of that title if there is one beside the file.

    :raises TooComplexError: as it does
    """
    _check(scene)
    return draw_scene(scene, paper, photograph_beside(source.path, title, paper))


def draw_scene(scene: Scene, paper: Paper, photograph: Photograph | None = None) -> Depiction:
    """Boxes, names and arrows, to be painted over the saliency that fills the boxes.

    Names are left out where there is no room for them. The image is as large as its photograph, or else as the
    smallest one that holds all boxes.

    :raises TooComplexError: above ``MAX_OBJECTS_TO_DRAW`` objects
    """
    _check(scene)
    layout = _laid_out(scene, photograph.size if photograph is not None else scene.extent)
    drawn = arrows(scene.relations, layout.centres)
    bodies = [_lettered(scene, layout, drawn, each, paper) for each in (_FINE, _COARSE)]
    bodies.append(_outlines(layout, paper, 1.4))
    fine, coarse, coarsest = (svg_document(each, layout.width, layout.height) for each in bodies)
    return Depiction(
        fine,
        layout.width,
        layout.height,
        layout.centres,
        edges(scene).astype(np.int64),
        RIM,
        paper,
        layout.boxes,
        (CoarserDrawing(_FINE.least_scale, coarse), CoarserDrawing(_COARSE.least_scale, coarsest)),
        photograph.placed(*layout.place) if photograph is not None else None,
    )


def _check(scene: Scene) -> None:
    if len(scene.objects) > MAX_OBJECTS_TO_DRAW:
        raise TooComplexError(len(scene.objects), MAX_OBJECTS_TO_DRAW, "objects")


def _laid_out(scene: Scene, extent: tuple[float, float]) -> _Layout:
    """In the image's true proportions; what lies beyond the image is cut off."""
    image = np.array(extent)
    scale = LONGER_SIDE / image.max()
    given = np.array([(b.x, b.y, b.width, b.height) for b in (each.box for each in scene.objects)])
    low = np.clip(given[:, :2], 0.0, image) * scale
    high = np.clip(given[:, :2] + given[:, 2:], 0.0, image) * scale
    size = image * scale
    picture = np.maximum(size, LEAST_SIDE) + 2 * RIM
    shift = (picture - size) / 2
    boxes = np.hstack([low + shift, high - low])
    width, height = picture.tolist()
    place = np.concatenate([shift, size]).tolist()
    return _Layout(width, height, place, boxes, boxes[:, :2] + boxes[:, 2:] / 2)


def _outlines(layout: _Layout, paper: Paper, stroke: float = 0.7) -> str:
    """The boxes, and the edge of the image."""
    edge, *boxes = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        for x, y, width, height in (layout.place, *layout.boxes.tolist())
    )
    return (
        f'<g fill="none" stroke="{paper.ink}" stroke-width="{stroke:g}">{edge} stroke-opacity="0.2"/>'
        f'<g stroke-opacity="0.6">{"".join(f"{box}/>" for box in boxes)}</g></g>'
    )


def _lettered(scene: Scene, layout: _Layout, drawn: list[Arrow], lettering: _Lettering, paper: Paper) -> str:
    """Boxes, arrows, and the words for which there is room."""
    ends = sorted(
        {end for each in scene.relations if each.subject != each.object for end in (each.subject, each.object)}
    )
    dots = layout.centres[ends]
    placer = TagPlacer(layout.width, layout.height, lettering.font_size, lettering.names)
    placer.keep_clear(np.hstack([dots - DOT, dots + DOT]))
    _place_names(placer, scene, layout, lettering.font_size)
    names, small = list(placer.tags), 0.85 * lettering.font_size
    said = TagPlacer(layout.width, layout.height, small, lettering.predicates)
    said.keep_clear(np.hstack([dots - DOT, dots + DOT]))
    said.keep_clear(np.array([(tag.x, tag.y, tag.x + tag.width, tag.y + tag.height) for tag in names]).reshape(-1, 4))
    for arrow in sorted(drawn, key=lambda each: -each.length):
        words = shortened_tag(arrow.words)
        size = tag_size(words, small)
        if size[0] < 0.8 * arrow.length:  # or it would hide the arrow
            said.place(words, arrow.middle - np.array(size) / 2)
    return "".join(
        (
            _outlines(layout, paper),
            arrows_svg(drawn, dots, paper),
            tags_svg(said.tags, small, paper, _ITALIC),
            tags_svg(names, lettering.font_size, paper),
        )
    )


def _place_names(placer: TagPlacer, scene: Scene, layout: _Layout, font_size: float) -> None:
    """Of the largest objects first, which are what the image is of."""
    for place in np.argsort(-layout.boxes[:, 2] * layout.boxes[:, 3], kind="stable").tolist():
        words = shortened_tag(scene.objects[place].name)
        placer.place(words, _corners(layout.boxes[place], tag_size(words, font_size)))


def _corners(box: Floats, size: tuple[float, float]) -> npt.NDArray[np.float64]:
    """[n, 2], where a tag may stand at its box: within if it fits there, else above or under it; the best first."""
    x, y, width, height = box.tolist()
    right, bottom = x + width - size[0], y + height - size[1]
    within = [(x, y), (right, y), (x, bottom), (right, bottom), ((x + right) / 2, y), ((x + right) / 2, bottom)]
    above, under = y - size[1], y + height
    beside = [(x, above), (right, above), (x, under), (right, under)]
    fits = size[0] <= width and size[1] <= height
    return np.array([*within, *beside] if fits else [*beside, *within])
