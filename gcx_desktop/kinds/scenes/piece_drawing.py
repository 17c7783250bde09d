"""A piece as a picture, drawn in a worker process: names in boxes, and from subject to object an arrow."""

from __future__ import annotations

from html import escape

import numpy as np

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.svg import svg_document
from ...substructure.pieces import Piece
from .tags import shortened_tag, tag_size

_FONT_SIZE = 12.0
_SMALL = 9.0
"""Of a predicate."""
_HEIGHT = 22.0
"""Of a box."""
_RIM = 4.0
_GAP = 6.0
"""Between boxes."""


def draw_piece(paper: Paper, piece: Piece) -> Depiction:
    """Categories in a row, or a relation as box, arrow and box."""
    if len(piece.names) == len(piece.nodes):
        return _row(piece.nodes, "", paper)
    subject, object_ = piece.nodes
    predicate = piece.names[0].removeprefix(f"({subject}, ").removesuffix(f", {object_})")
    return _row(piece.nodes, predicate, paper)


def _row(names: tuple[str, ...], predicate: str, paper: Paper) -> Depiction:
    """:param predicate: over an arrow between the boxes; "" for none"""
    names, predicate = tuple(map(shortened_tag, names)), shortened_tag(predicate)
    between = tag_size(predicate, _SMALL)[0] + 2 * _GAP if predicate else _GAP
    boxes = np.array([[0.0, _RIM, tag_size(name, _FONT_SIZE)[0] + _GAP, _HEIGHT] for name in names])
    boxes[:, 0] = _RIM + np.cumsum(boxes[:, 2] + between) - boxes[:, 2] - between
    width, height = float(boxes[-1, 0] + boxes[-1, 2] + _RIM), _HEIGHT + 2 * _RIM
    centres = boxes[:, :2] + boxes[:, 2:] / 2
    body = [_box(name, x, across, paper) for name, (x, _, across, _) in zip(names, boxes.tolist(), strict=True)]
    if predicate:
        body.append(_arrow(float(boxes[0, 0] + boxes[0, 2]), float(boxes[1, 0]), height / 2, predicate, paper))
    bonds = np.array([[0, 1]] if predicate else [], dtype=np.int64).reshape(-1, 2)
    return Depiction(svg_document("".join(body), width, height), width, height, centres, bonds, _RIM, paper, boxes)


def _box(name: str, x: float, width: float, paper: Paper) -> str:
    return (
        f'<rect x="{x:.1f}" y="{_RIM:.1f}" width="{width:.1f}" height="{_HEIGHT:.1f}" rx="3" fill="none" '
        f'stroke="{paper.ink}" stroke-width="0.8"/>'
    ) + _words(name, x + width / 2, _RIM + _HEIGHT / 2 + 0.35 * _FONT_SIZE, _FONT_SIZE, paper)


def _arrow(start: float, end: float, y: float, predicate: str, paper: Paper) -> str:
    """From box to box, its predicate above it."""
    return (
        f'<path d="M{start:.1f},{y:.1f}H{end:.1f}m-5,-3l5,3l-5,3" fill="none" stroke="{paper.ink}" stroke-width="0.8"/>'
    ) + _words(predicate, (start + end) / 2, y - 3, _SMALL, paper, ' font-style="italic"')


def _words(words: str, x: float, y: float, size: float, paper: Paper, style: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{size:g}"{style} text-anchor="middle" '
        f'fill="{paper.ink}">{escape(words)}</text>'
    )
