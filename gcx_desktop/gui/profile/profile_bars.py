"""Paints the bars of a profile: how far, and an interval upon it."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ...app.summaries.endpoint_profile import ProfileBar
from ..widgets.theme import accent, mixed, quiet_text, track
from ..widgets.whole_numbers import WholeNumbers

BAR = int(Qt.ItemDataRole.UserRole)
"""Of a cell: its :class:`ProfileBar`."""
_HEIGHT, _MARGIN, _WHISKER = 6.0, 8.0, 12.0


class ProfileBars(WholeNumbers):
    """Paints a :class:`ProfileBar`; what is undecided is paler."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.fillRect(option.rect, option.palette.base())  # on the ground of a selected row a bar could not be seen
        option.state &= ~QStyle.StateFlag.State_Selected
        super().paint(painter, option, index)
        bar = index.data(BAR)
        if not isinstance(bar, ProfileBar):
            return
        palette = option.palette
        cell = QRectF(option.rect)
        whole = QRectF(cell.left() + _MARGIN, cell.center().y() - _HEIGHT / 2, cell.width() - 2 * _MARGIN, _HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(track(palette))
        painter.drawRoundedRect(whole, _HEIGHT / 2, _HEIGHT / 2)
        if not math.isnan(bar.share):
            filled = QRectF(whole)
            filled.setWidth(max(whole.width() * bar.share, _HEIGHT))
            pale = mixed(quiet_text(palette), track(palette), 0.5)
            painter.setBrush(accent(palette) if bar.is_decided else pale)
            painter.drawRoundedRect(filled, _HEIGHT / 2, _HEIGHT / 2)
        if not math.isnan(bar.low):
            painter.setPen(palette.text().color())
            low, high = (whole.left() + whole.width() * each for each in (bar.low, bar.high))
            middle = whole.center().y()
            painter.drawLine(round(low), round(middle), round(high), round(middle))
            for x in (low, high):
                painter.drawLine(round(x), round(middle - _WHISKER / 2), round(x), round(middle + _WHISKER / 2))
        painter.restore()
