"""Saliency painted behind a drawn structure: pure geometry, and its SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from .colour import ColourScale, Floats, Paper
from .colour_threshold import is_highlighted
from .drawing import Depiction
from .photograph import FILL_OPACITY
from .places import BoxPlaces
from .svg import svg_document

BAND_WIDTH = 1.25
"""Width of the band along a bond, in radii of a halo."""
_RAMP_STOPS = 17
CAPTION_HEIGHT = 18.0
"""Height of the caption under a picture, in units of the picture."""
CAPTION_SIZE = 11.0
_LETTER_WIDTH = 6.4
"""Mean width of a caption's letters, with a reserve, since the font is not known."""


AGAINST_CLASS, FOR_CLASS = "against the class", "for the class"
LOWERS_IT, RAISES_IT = "lowers it", "raises it"
"""At the ends of the colours of a value."""
"""The meaning of a value's sign: the words at the ends of a signed legend."""


class HaloKind(StrEnum):
    CIRCLE = "circle"
    BAND = "band"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Halo:
    """An opaque shape behind the structure, in the coordinates of ``Depiction.svg``. Halos are painted in order."""

    kind: HaloKind
    colour: str
    """``"#rrggbb"``, opaque: overlaps must not add up to a colour that no atom has."""
    x: float
    y: float
    r: float
    """Radius of a circle; half the width of a band; 0 of a box."""
    x2: float
    y2: float
    """The other end of a band (ends are flat), or the other corner of a box; the centre again for a circle."""

    @property
    def width(self) -> float:
        """Width of a band, or diameter of a circle."""
        return 2 * self.r


def halos(depiction: Depiction, values: npt.ArrayLike, scale: ColourScale, colour_threshold: float = 0.0) -> list[Halo]:
    """The circles behind salient atoms and the bands between bonded ones, the strongest last.

    ``values`` are [n_record_atoms]; ``colour_threshold`` is the fraction of ``scale.maximum`` below which an atom is
    not highlighted. A band has the colour of its weaker end and joins only ends of the same sign. Boxes are filled
    instead, the largest first, so that every point has the colour of the smallest box that contains it: a box that is
    not salient has the paper's colour where it lies in a larger one that is.
    """
    saliency = np.nan_to_num(np.asarray(values, dtype=np.float64).ravel(), nan=0.0)
    if len(saliency) != len(depiction.atom_xy):
        raise ValueError(f"one value per atom: expected {len(depiction.atom_xy)}, got {len(saliency)}")
    if scale.is_empty:
        return []
    if not scale.signed:
        saliency = np.maximum(saliency, 0.0)
    strength = np.abs(saliency)
    salient = is_highlighted(strength, colour_threshold * scale.maximum) & ~np.isnan(depiction.atom_xy[:, 0])
    colours = scale.colours(saliency)

    places = depiction.places
    if isinstance(places, BoxPlaces):
        return _filled(places.boxes, salient, colours, depiction.paper)
    found: list[tuple[float, int, Halo]] = []
    for begin, end in depiction.bonds.tolist():
        if salient[begin] and salient[end] and np.sign(saliency[begin]) == np.sign(saliency[end]):
            weaker = begin if strength[begin] <= strength[end] else end
            (x, y), (x2, y2) = depiction.atom_xy[[begin, end]].tolist()
            half = depiction.radius * BAND_WIDTH / 2
            found.append((float(strength[weaker]), 0, Halo(HaloKind.BAND, colours[weaker], x, y, half, x2, y2)))
    for atom in np.flatnonzero(salient).tolist():
        x, y = depiction.atom_xy[atom].tolist()
        found.append((float(strength[atom]), 1, Halo(HaloKind.CIRCLE, colours[atom], x, y, depiction.radius, x, y)))
    found.sort(key=lambda item: item[:2])
    return [halo for _, _, halo in found]


def _filled(boxes: Floats, salient: npt.NDArray[np.bool_], colours: Sequence[str], paper: Paper) -> list[Halo]:
    corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
    found: list[Halo] = []
    under: list[int] = []
    for place in np.argsort(-boxes[:, 2] * boxes[:, 3], kind="stable").tolist():
        if salient[place]:
            under.append(place)
        elif not _overlaps(corners[place], corners[under]):
            continue
        x, y, x2, y2 = corners[place].tolist()
        found.append(Halo(HaloKind.BOX, colours[place] if salient[place] else paper.background, x, y, 0.0, x2, y2))
    return found


def _overlaps(box: Floats, others: Floats) -> bool:
    """Whether a box overlaps any of the others."""
    return bool(((box[:2] < others[:, 2:]) & (box[2:] > others[:, :2])).all(axis=1).any())


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """The area that a picture shows, in the coordinates of ``Depiction.svg``: from (``left``, 0), of this size."""

    left: float
    width: float
    height: float


def picture_frame(depiction: Depiction, caption: str = "") -> PictureFrame:
    """The area of the depiction, with room for a caption under it if there is one."""
    if not caption:
        return PictureFrame(0.0, depiction.width, depiction.height)
    width = max(depiction.width, len(caption) * _LETTER_WIDTH)
    return PictureFrame((depiction.width - width) / 2, width, depiction.height + CAPTION_HEIGHT)


def saliency_svg(depiction: Depiction, shapes: list[Halo], background: bool = True, caption: str = "") -> str:
    """A standalone SVG: background if wanted, photograph, halos, the structure over them, and the caption under it."""
    shown = picture_frame(depiction, caption)
    paper, words = "", ""
    if background:
        at = f' x="{shown.left:g}"' if shown.left else ""
        size = f'width="{shown.width:g}" height="{shown.height:g}"'
        paper = f'<rect{at} {size} fill="{depiction.paper.background}"/>'
    if caption:
        words = _text(depiction.width / 2, depiction.height + CAPTION_SIZE, caption, "middle", depiction.paper.ink)
    body = f"{paper}{_ground(depiction, shapes)}{depiction.body}{words}"
    return svg_document(body, shown.width, shown.height, shown.left)


def _ground(depiction: Depiction, shapes: list[Halo]) -> str:
    """The parts that are drawn below the structure."""
    painted = "".join(map(_shape, shapes))
    if depiction.photograph is None:
        return painted
    return f'{depiction.photograph.svg()}<g opacity="{FILL_OPACITY}">{painted}</g>'


def _shape(halo: Halo) -> str:
    if halo.kind is HaloKind.CIRCLE:
        return f'<circle cx="{halo.x:.1f}" cy="{halo.y:.1f}" r="{halo.r:g}" fill="{halo.colour}"/>'
    if halo.kind is HaloKind.BOX:
        width, height = halo.x2 - halo.x, halo.y2 - halo.y
        return (
            f'<rect x="{halo.x:.1f}" y="{halo.y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{halo.colour}"/>'
        )
    return (
        f'<path d="M{halo.x:.1f},{halo.y:.1f}L{halo.x2:.1f},{halo.y2:.1f}" fill="none" stroke="{halo.colour}" '
        f'stroke-width="{halo.width:g}"/>'
    )


def tick_labels(scale: ColourScale, *, clipped: bool = False, node: str = "atom") -> list[str]:
    """The labels under the ramp of a legend, from left to right: both ends, and zero between them if signed.

    :param clipped: whether larger values have the last colour, too, as on a library's scale, which ends at a quantile
    :param node: what a node is called
    """
    if scale.is_empty:
        return ["0", f"no {node} counts"]
    top = f"{scale.maximum:.3g}"
    least, most = ("≤ ", "≥ ") if clipped else ("", "")
    return [f"{least}−{top}", "0", f"{most}{top}"] if scale.signed else ["0", f"{most}{top}"]


def legend_svg(
    scale: ColourScale,
    *,
    width: float = 220.0,
    caption: str = "atom saliency",
    background: bool = False,
    clipped: bool = False,
    node: str = "atom",
    sides: tuple[str, str] = (AGAINST_CLASS, FOR_CLASS),
) -> str:
    """A small standalone legend: caption, ramp and labels; ``clipped`` and ``node`` as for :func:`tick_labels`.

    :param sides: of a signed scale, what its ends mean
    """
    paper: Paper = scale.paper
    height, rim = 58.0 if scale.signed else 44.0, 8.0
    stops = "".join(
        f'<stop offset="{i / (_RAMP_STOPS - 1):.4f}" stop-color="{colour}"/>'
        for i, colour in enumerate(scale.ramp(_RAMP_STOPS))
    )
    labels = tick_labels(scale, clipped=clipped, node=node)
    anchors = ["start", *["middle"] * (len(labels) - 2), "end"]
    ticks = "".join(
        _text(rim + (width - 2 * rim) * i / (len(labels) - 1), 40, label, anchor, paper.ink)
        for i, (label, anchor) in enumerate(zip(labels, anchors, strict=True))
    )
    if scale.signed:
        ticks += _text(rim, 54, sides[0], "start", paper.ink) + _text(width - rim, 54, sides[1], "end", paper.ink)
    sheet = f'<rect width="{width:g}" height="{height:g}" fill="{paper.background}"/>' if background else ""
    body = (
        f'<defs><linearGradient id="ramp">{stops}</linearGradient></defs>{sheet}'
        f"{_text(rim, 12, caption, 'start', paper.ink)}"
        f'<rect x="{rim:g}" y="17" width="{width - 2 * rim:g}" height="10" fill="url(#ramp)" '
        f'stroke="{paper.ink}" stroke-width="0.4"/>{ticks}'
    )
    return svg_document(body, width, height)


def _text(x: float, y: float, words: str, anchor: str, ink: str) -> str:
    from xml.sax.saxutils import escape

    return (
        f'<text x="{x:g}" y="{y:g}" font-family="sans-serif" font-size="{CAPTION_SIZE:g}" fill="{ink}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
