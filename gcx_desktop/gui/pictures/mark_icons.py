"""Painting of marks, as coloured discs with their number, and of the sign for a note."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from ...app.libraries.marks import MarkColour
from ...depict.colour import Paper

_SIZES = (16, 24, 32, 48, 64)
_NOTE_LINES = (0.34, 0.5, 0.66)


def paint_mark(painter: QPainter, place: QRectF, colour: MarkColour, paper: Paper) -> None:
    """Paints a mark that fills a square; a ring in the paper's colour separates it from what is below."""
    ground = QColor(paper.background)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ground, place.height() / 16))
    painter.setBrush(QColor(colour.on(paper)))
    edge = place.height() / 32
    painter.drawEllipse(place.adjusted(edge, edge, -edge, -edge))
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(max(6, round(0.68 * place.height())))
    painter.setFont(font)
    painter.setPen(ground)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(colour.number))
    painter.restore()


def paint_note(painter: QPainter, place: QRectF, ink: QColor, paper: Paper) -> None:
    """Paints the sign for a note in a square: a sheet with three lines."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, place.height() / 14))
    painter.setBrush(QColor(paper.background))
    sheet = place.adjusted(*(part * place.height() for part in (0.16, 0.1, -0.16, -0.1)))
    painter.drawRoundedRect(sheet, 0.1 * place.height(), 0.1 * place.height())
    for part in _NOTE_LINES:
        y = place.top() + part * place.height()
        inset = 0.16 * place.height()
        painter.drawLine(QPointF(sheet.left() + inset, y), QPointF(sheet.right() - inset, y))
    painter.restore()


def mark_icon(colour: MarkColour, paper: Paper) -> QIcon:
    """The icon of a mark, the same whether selected or not, so that its number stays readable."""
    icon = QIcon()
    for size in _SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, QRectF(0, 0, size, size), colour, paper)
        painter.end()
        icon.addPixmap(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
