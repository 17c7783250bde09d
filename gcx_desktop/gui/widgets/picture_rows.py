"""Tables with a picture in each row: their setup, and the rows on screen."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ...app.libraries.row_order import MAX_ROWS

_HIGHEST_ROW = (2**31 - 1) // (MAX_ROWS + 1)
"""Largest height of a row in pixels, so that the total height of all rows fits into 32 bits."""


def set_up_rows(table: QTableView) -> None:
    """Sets up high rows, selected whole and never edited, and movable columns."""
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    rows = table.verticalHeader()
    rows.setVisible(False)
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(min(max(60, round(3.6 * table.fontMetrics().height())), _HIGHEST_ROW))
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsMovable(True)


def rows_on_screen(table: QTableView) -> range:
    """The visible rows from top to bottom; none while the table is hidden."""
    first = table.rowAt(0)
    if first < 0 or not table.isVisible():
        return range(0)
    last = table.rowAt(table.viewport().height() - 1)
    return range(first, table.model().rowCount() if last < 0 else last + 1)


def repaint_column(table: QTableView, column: int) -> None:
    """Repaints the visible part of a column."""
    viewport = table.viewport()
    viewport.update(table.columnViewportPosition(column), 0, table.columnWidth(column), viewport.height())
