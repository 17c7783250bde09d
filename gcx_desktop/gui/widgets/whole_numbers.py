"""Paints the cells of a table so that a number is shown whole or not at all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionHeaderV2,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from .elision import MOST_LINE_CHARACTERS, NO_ROOM, elided_whole
from .model_index import ModelIndex
from .plain_labels import plain_tooltip


class WholeNumbers(QStyledItemDelegate):
    """Paints the cells of a table. A right-aligned cell, which holds a number, is shown whole or as "…"; other text is
    elided without cutting a number in two. In a column that is partly scrolled out, only the visible width counts. The
    tooltip shows the full text.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        cell = self._cell(option, index)
        cell.text = self._fitting(cell)
        cell.textElideMode = Qt.TextElideMode.ElideNone
        _style(cell).drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)

    def shown(self, option: QStyleOptionViewItem, index: ModelIndex) -> str:
        """The text that :meth:`paint` draws in a cell."""
        return self._fitting(self._cell(option, index))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: ModelIndex
    ) -> bool:
        tip = self.tooltip(option, index) if event.type() == QEvent.Type.ToolTip else ""
        if not tip:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def tooltip(self, option: QStyleOptionViewItem, index: ModelIndex) -> str:
        """The full text of an elided cell, followed by the model's tooltip; "" if the cell is not elided."""
        cell = self._cell(option, index)
        whole = cell.text.strip()
        if self._fitting(cell).strip() == whole:
            return ""
        said = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        text = plain_tooltip(whole[:MOST_LINE_CHARACTERS])
        return said if text in said else f"{text}{said}"

    def _cell(self, option: QStyleOptionViewItem, index: ModelIndex) -> QStyleOptionViewItem:
        """The style options of a cell, with its visible width."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        if cell.features & QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator:
            cell.palette = QApplication.palette("QCheckBox")  # type: ignore[call-overload]  # a visible check box
        if isinstance(cell.widget, QAbstractItemView):
            cell.rect = seen_part(cell.rect, cell.widget.viewport().width())
        return cell

    def _fitting(self, cell: QStyleOptionViewItem) -> str:
        style, whole = _style(cell), cell.text
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, cell, cell.widget) + 1
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, cell, cell.widget)
        room, metrics = place.width() - 2 * margin, cell.fontMetrics
        if not cell.displayAlignment & Qt.AlignmentFlag.AlignRight:
            return elided_whole(whole, metrics, room)
        for text in (whole, whole.strip()):  # the space beside a number is left out first
            if metrics.horizontalAdvance(text) <= room:
                return text
        return NO_ROOM


class WholeHeadings(QHeaderView):
    """The headings of a table's columns, each elided to its visible width; no number is cut in two."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(True)
        self.setHighlightSections(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        heading = self.heading(seen_part(rect, self.viewport().width()), section)
        self.style().drawControl(QStyle.ControlElement.CE_Header, heading, painter, self)

    def heading(self, rect: QRect, section: int) -> QStyleOptionHeaderV2:
        """The style options of a heading.

        :param rect: its visible part
        """
        option = QStyleOptionHeaderV2()
        self.initStyleOption(option)
        option.rect = rect
        self.initStyleOptionForIndex(option, section)
        label = self.style().subElementRect(QStyle.SubElement.SE_HeaderLabel, option, self)
        option.text = elided_whole(option.text, option.fontMetrics, label.width())
        return option


def show_whole_numbers(table: QTableView, delegate: WholeNumbers | None = None) -> WholeNumbers:
    """Makes a table paint its cells and headings so. Replaces the header, so call this before setting it up.

    :param delegate: the table's own, if it paints more than text
    """
    delegate = delegate if delegate is not None else WholeNumbers(table)
    table.setItemDelegate(delegate)
    header, bar = WholeHeadings(table), table.horizontalScrollBar()
    table.setHorizontalHeader(header)
    # Qt would scroll the painted pixels of a partly visible column.
    for part in (table.viewport(), header.viewport()):
        bar.valueChanged.connect(part.update)
    return delegate


def seen_part(rect: QRect, width: int) -> QRect:
    """The part of a cell or heading that is not scrolled out of a view of that width; all of it if none is visible."""
    left, right = max(rect.left(), 0), min(rect.right(), width - 1)
    return QRect(left, rect.top(), right - left + 1, rect.height()) if left <= right else rect


def _style(cell: QStyleOptionViewItem) -> QStyle:
    widget = cell.widget
    return widget.style() if isinstance(widget, QWidget) else QApplication.style()
