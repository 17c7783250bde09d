"""Paints a record's thumbnail in a cell of the library's table."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ...depict.colour import Paper
from ..pictures.thumbnails import Thumbnails
from ..widgets.model_index import ModelIndex
from .library_table_model import LibraryTableModel


class StructureDelegate(QStyledItemDelegate):
    """Paints a record's thumbnail."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.paper = Paper.WHITE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        super().paint(painter, option, index)
        model = index.model()
        assert isinstance(model, LibraryTableModel)  # noqa: S101
        picture = self._thumbnails.picture(model.position(index.row()))
        rect: QRect = option.rect
        if model.unreadable(index.row()):
            self._mark_unreadable(painter, rect, model.quiet)
            return
        if isinstance(picture, QImage):
            size = picture.deviceIndependentSize().toSize()
            target = QRect(rect.center().x() - size.width() // 2, rect.y() + 2, size.width(), size.height())
            if option.state & QStyle.StateFlag.State_Selected:
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.paper.background))
                painter.drawRoundedRect(target, 4, 4)
                painter.restore()
            painter.drawImage(target, picture)
        elif picture:
            painter.save()
            font = painter.font()
            font.setPointSizeF(max(font.pointSizeF() * 0.8, 6.5))
            painter.setFont(font)
            painter.setPen(model.quiet)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, picture)
            painter.restore()

    def _mark_unreadable(self, painter: QPainter, rect: QRect, colour: QColor) -> None:
        """Paints a small cross in place of the structure."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.6))
        centre, arm = QRectF(rect).center(), 4.5
        for slope in (1, -1):
            painter.drawLine(centre + QPointF(-arm, -slope * arm), centre + QPointF(arm, slope * arm))
        painter.restore()
