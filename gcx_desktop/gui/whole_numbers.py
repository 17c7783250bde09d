"""How the cells of a table are painted: a number is shown whole or not at all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from .elision import MOST_CHARACTERS, NO_ROOM, elided_whole
from .labels import plain_tooltip

_Index = QModelIndex | QPersistentModelIndex


class WholeNumbers(QStyledItemDelegate):
    """Paints the cells of a table. A right-aligned one, which holds a number, is shown whole or as "…"; of other text
    no number is cut in two. The tooltip has what is not shown.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = self._fitting(cell)
        cell.textElideMode = Qt.TextElideMode.ElideNone
        _style(cell).drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)

    def shown(self, option: QStyleOptionViewItem, index: _Index) -> str:
        """What :meth:`paint` writes into a cell."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        return self._fitting(cell)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        tip = self.tooltip(option, index) if event.type() == QEvent.Type.ToolTip else ""
        if not tip:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def tooltip(self, option: QStyleOptionViewItem, index: _Index) -> str:
        """The whole text of a cell that is not shown whole, before what the model says of it; "" if it is."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        whole = cell.text.strip()
        if self._fitting(cell).strip() == whole:
            return ""
        said = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        text = plain_tooltip(whole[:MOST_CHARACTERS])
        return said if text in said else f"{text}{said}"

    def _fitting(self, cell: QStyleOptionViewItem) -> str:
        style, whole = _style(cell), cell.text
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, cell, cell.widget) + 1
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, cell, cell.widget)
        room, metrics = place.width() - 2 * margin, cell.fontMetrics
        if not cell.displayAlignment & Qt.AlignmentFlag.AlignRight:
            return elided_whole(whole, metrics, room)
        for text in (whole, whole.strip()):  # the space beside a number is given up first
            if metrics.horizontalAdvance(text) <= room:
                return text
        return NO_ROOM


def show_whole_numbers(table: QTableView) -> WholeNumbers:
    """Has a table paint its cells so."""
    delegate = WholeNumbers(table)
    table.setItemDelegate(delegate)
    return delegate


def _style(cell: QStyleOptionViewItem) -> QStyle:
    widget = cell.widget
    return widget.style() if isinstance(widget, QWidget) else QApplication.style()
