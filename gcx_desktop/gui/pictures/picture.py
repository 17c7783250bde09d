"""Halos and structure painted with Qt, for the window and for images, and the marks that only the window adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPixmap, QRegion
from PySide6.QtSvg import QSvgRenderer

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.halos import CAPTION_HEIGHT, CAPTION_SIZE, Halo, HaloKind, picture_frame
from ...depict.photograph import FILL_OPACITY
from ..widgets.theme import mixed

_LARGEST_SIDE = 16_000
_PARTS = 16
"""Fractions of a depiction's unit to which the edges of boxes are rounded when they are cut out of each other."""


@cache
def _colour(name: str) -> QColor:
    return QColor(name)


def paint_halos(painter: QPainter, halos: Sequence[Halo]) -> None:
    """Paints halos in the given order, in the coordinates of the depiction."""
    for halo in halos:
        colour = _colour(halo.colour)
        if halo.kind is HaloKind.CIRCLE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(halo.x, halo.y), halo.r, halo.r)
        elif halo.kind is HaloKind.BOX:
            painter.fillRect(QRectF(QPointF(halo.x, halo.y), QPointF(halo.x2, halo.y2)), colour)
        else:
            painter.setPen(QPen(colour, halo.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(halo.x, halo.y), QPointF(halo.x2, halo.y2))


def paint_ground(painter: QPainter, depiction: Depiction, halos: Sequence[Halo]) -> None:
    """Paints everything under the structure, in the coordinates of the depiction: its photograph if there is one,
    and above it the translucent halos."""
    photograph = depiction.photograph
    if photograph is None:
        paint_halos(painter, halos)
        return
    place = QRectF(photograph.x, photograph.y, photograph.width, photograph.height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, _made_small(_decoded(photograph.jpeg), painter.deviceTransform().mapRect(place).size()))
    _paint_cut_out(painter, halos)
    painter.restore()


@lru_cache(maxsize=4)
def _decoded(jpeg: bytes) -> QImage:
    return QImage.fromData(jpeg)


def _made_small(image: QImage, size: QSizeF) -> QImage:
    """The photograph, smoothly scaled down if it is painted much smaller: painting alone would skip pixels."""
    if size.width() * 2 > image.width():
        return image
    smaller = QSize(max(1, round(size.width())), max(1, round(size.height())))
    return image.scaled(smaller, mode=Qt.TransformationMode.SmoothTransformation)


def _paint_cut_out(painter: QPainter, boxes: Sequence[Halo]) -> None:
    """Paints boxes half transparent, each without the parts that later ones cover: like opaque boxes, seen through."""
    painter.setOpacity(FILL_OPACITY)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # adjacent pieces would show a seam
    painter.scale(1 / _PARTS, 1 / _PARTS)
    covered = QRegion()
    for box in reversed(boxes):
        corners = [round(_PARTS * each) for each in (box.x, box.y, box.x2, box.y2)]
        whole = QRegion(QRect(corners[0], corners[1], corners[2] - corners[0], corners[3] - corners[1]))
        seen = QPainterPath()
        seen.addRegion(whole.subtracted(covered))
        painter.fillPath(seen, _colour(box.colour))
        covered += whole


def paint_ring(painter: QPainter, place: QPointF, radius: float, paper: Paper) -> None:
    """Paints a ring around the atom that is pointed at, in the widget's coordinates."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((paper.background, 4.0), (paper.ink, 1.6)):
        painter.setPen(QPen(_colour(colour), width))
        painter.drawEllipse(place, radius, radius)


def paint_frame(painter: QPainter, place: QRectF, paper: Paper) -> None:
    """As :func:`paint_ring`, a frame around a box."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((paper.background, 6.0), (paper.ink, 3.0)):
        painter.setPen(
            QPen(_colour(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.drawRect(place)


def paint_message(painter: QPainter, room: QRect, message: str, paper: Paper) -> None:
    """Paints a text in place of a molecule."""
    painter.setPen(mixed(_colour(paper.ink), _colour(paper.background), 0.66))
    inside = room.adjusted(24, 16, -24, -16)
    painter.drawText(inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), message)


class StructureLayer:
    """The structure without halos, parsed once and drawn again only when it moves or changes size."""

    def __init__(self, svg: str) -> None:
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self._key: tuple[float, ...] | None = None
        self._pixmap = QPixmap()

    def pixmap(self, size: QSize, ratio: float, target: QRectF) -> QPixmap:
        """A transparent picture of ``size`` with ``ratio`` device pixels per unit, and the structure in ``target``."""
        key = (size.width(), size.height(), ratio, target.x(), target.y(), target.width(), target.height())
        if key != self._key:
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._renderer.render(painter, target)
            painter.end()
            self._key = key
        return self._pixmap


class DepictionLayer:
    """The structure of a depiction as a :class:`StructureLayer`, with details suited to its size."""

    def __init__(self, depiction: Depiction) -> None:
        self.depiction = depiction
        self._svg = ""
        self._layer: StructureLayer | None = None

    def pixmap(self, size: QSize, ratio: float, target: QRectF) -> QPixmap:
        """As :meth:`StructureLayer.pixmap`."""
        svg = self.depiction.at(target.width() / self.depiction.width).svg
        if self._layer is None or svg is not self._svg:
            self._svg, self._layer = svg, StructureLayer(svg)
        return self._layer.pixmap(size, ratio, target)


def thumbnail(
    depiction: Depiction,
    size: QSize,
    ratio: float,
    most: float,
    paint_under: Callable[[QPainter], None] = lambda _: None,
) -> QImage:
    """The depiction centred in a transparent picture of ``size`` with ``ratio`` device pixels per pixel, with details
    suited to that size.

    :param most: largest scale in pixels per unit of the depiction, so that small molecules stay small
    :param paint_under: paints everything under the structure, in the coordinates of the depiction
    """
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    scale = min(size.width() / depiction.width, size.height() / depiction.height, most)
    width, height = depiction.width * scale, depiction.height * scale
    x, y = (size.width() - width) / 2, (size.height() - height) / 2
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.translate(x, y)
    painter.scale(scale, scale)
    paint_under(painter)
    painter.restore()
    svg = depiction.at(scale).svg
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(x, y, width, height))
    painter.end()
    return image


def render_image(depiction: Depiction, halos: Sequence[Halo], scale: float, caption: str = "") -> QImage:
    """The depiction on its paper, ``scale`` pixels per unit (limited by the largest image), with a line of text under
    it if there is a caption."""
    shown = picture_frame(depiction, caption)
    scale = min(scale, _LARGEST_SIDE / max(shown.width, shown.height))
    size = QSize(max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(_colour(depiction.paper.background))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size.width() / shown.width, size.height() / shown.height)
    painter.translate(-shown.left, 0)
    paint_ground(painter, depiction, halos)
    renderer = QSvgRenderer(QByteArray(depiction.svg.encode()))
    renderer.render(painter, QRectF(0, 0, depiction.width, depiction.height))
    if caption:
        font = QFont("sans-serif")
        font.setPixelSize(round(CAPTION_SIZE))
        painter.setFont(font)
        painter.setPen(_colour(depiction.paper.ink))
        line = QRectF(shown.left, depiction.height, shown.width, CAPTION_HEIGHT)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), caption)
    painter.end()
    return image
