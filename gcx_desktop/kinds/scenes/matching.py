"""Where images contain a piece, and their depictions with it. Runs in worker processes."""

from __future__ import annotations

from ...depict.colour import Paper
from ...library.record import Rejected, Source, Span
from ...library.source import read_raw
from ...substructure.pieces import names_of
from ..kind import MatchedDepiction
from .drawing import draw_with_photograph
from .reader import pieces_among, title_and_scene
from .scene import NotAnImageError, Scene


def draw_matched_image(source: Source, paper: Paper, key: str, _: bool, span: Span) -> MatchedDepiction | Rejected:
    """The depiction of a record and where a piece or a set occurs in it.

    :raises TooComplexError: if it has more objects than anyone could read
    """
    try:
        title, scene = title_and_scene(source, read_raw(source, span))
    except NotAnImageError as error:
        return Rejected(span.position, span.line, "", str(error))
    return MatchedDepiction(draw_with_photograph(source, title, scene, paper), _matched(scene, key))


def match_image(source: Source, key: str, span: Span) -> frozenset[int]:
    """The objects of a record at which a piece or a set occurs; none of what is no image, and of a set none, unless all
    its members occur."""
    try:
        _, scene = title_and_scene(source, read_raw(source, span))
    except NotAnImageError:
        return frozenset()
    return _matched(scene, key)


def _matched(scene: Scene, key: str) -> frozenset[int]:
    found, names = pieces_among(scene, range(len(scene.objects))), names_of(key)
    if not all(name in found for name in names):
        return frozenset()
    return frozenset(place for name in names for places in found[name] for place in places)
