"""Paints the cells of the Substructures table: the structure, and numbers with a bar under them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ..widgets.model_index import ModelIndex
from ..widgets.theme import accent, mixed, paper_for, quiet_text, track
from ..widgets.whole_numbers import WholeNumbers
from .substructure_model import SHARE_ROLE, PatternModel
from .substructure_pictures import PatternPictures

_BAR = 4.0
_SIDE = 8


class PatternDelegate(QStyledItemDelegate):
    """Paints a substructure's picture."""

    def __init__(self, pictures: PatternPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        super().paint(painter, option, index)
        model = index.model()
        assert isinstance(model, PatternModel)  # noqa: S101
        picture = self._pictures.picture(model.finding(index.row()).pattern)
        rect: QRect = option.rect
        painter.save()
        if isinstance(picture, QImage):
            target = QRect(rect.topLeft(), picture.deviceIndependentSize().toSize())
            target.moveCenter(rect.center())
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(paper_for(option.palette).background))
                painter.drawRoundedRect(target, 4, 4)
            painter.drawImage(target, picture)
        elif picture:
            painter.setPen(quiet_text(option.palette))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, picture)
        painter.restore()


class BarDelegate(WholeNumbers):
    """Paints a number, and under it a bar if the model gives it a share."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE_ROLE)
        if share is None:
            return
        rect = QRectF(option.rect)
        palette, selected = option.palette, option.state & QStyle.StateFlag.State_Selected
        below = rect.center().y() + option.fontMetrics.height() / 2 + 2
        whole = QRectF(rect.left() + _SIDE, below, max(rect.width() - 2 * _SIDE, 0), _BAR)
        ink = palette.color(QPalette.ColorRole.HighlightedText) if selected else accent(palette)
        ground = mixed(ink, palette.color(QPalette.ColorRole.Highlight), 0.3) if selected else track(palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(whole, _BAR / 2, _BAR / 2)
        painter.setBrush(ink)
        painter.drawRoundedRect(
            QRectF(whole.topLeft(), whole.bottomRight()).adjusted(0, 0, -whole.width() * (1 - share), 0),
            _BAR / 2,
            _BAR / 2,
        )
        painter.restore()
