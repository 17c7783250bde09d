"""A mark as it is painted everywhere: a disc in its colour with its number on it; and the sign of a note."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from ...app.libraries.marks import MarkColour
from ...depict.colour import Paper

_SIZES = (16, 24, 32, 48, 64)
_NOTE_LINES = (0.34, 0.5, 0.66)


def paint_mark(painter: QPainter, place: QRectF, colour: MarkColour, paper: Paper) -> None:
    """Fills a square; a ring of the paper's colour sets it apart from whatever it lies on."""
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
    """A sheet with three lines of writing, in a square."""
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
    """The same whether selected or not: the number must stay readable."""
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
