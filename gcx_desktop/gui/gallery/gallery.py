"""The library as a gallery: large depictions with saliency, in the order and with the selection of the table.

Qt's own icon view lays out every item, which takes seconds for a million; here a cell's place is computed from its
row, and only cells on screen are handled. A scroll bar counts in 32 bits: if there are more pixels, each of its steps
stands for several.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from ...app.libraries.library_rows import Column
from ...app.libraries.marks import MARK_COLOURS
from ...depict.colour import Paper
from ..pictures.mark_icons import paint_mark, paint_note
from ..pictures.thumbnails import Thumbnails
from ..table.library_table_model import LibraryTableModel
from ..table.library_view import LibraryTable, bring_into_view
from ..widgets.elision import elided_whole
from ..widgets.glance import Glance
from ..widgets.model_index import ModelIndex
from ..widgets.theme import hairline, quiet_text

MAX_GALLERY_IMAGES = 240
"""Pictures kept, enough for some screens. One takes about 0.3 MB on a display of double resolution."""
MAX_SCROLL_STEPS = 1 << 30
"""Most steps of the scroll bar."""
_GAP = 8
_INSET = 8
_RADIUS = 6.0
_ROWS = QItemSelectionModel.SelectionFlag.Rows


class Gallery(QAbstractItemView):
    """A view that shares model and selection with the table."""

    def __init__(self, table: LibraryTable, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._paper = Paper.WHITE
        self._glance = Glance(self._look_around, self)
        self.setModel(table.table_model)
        self.setSelectionModel(table.selectionModel())
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setAccessibleName("Records of the library as pictures")
        self.verticalScrollBar().valueChanged.connect(self._look_soon)
        thumbnails.ready.connect(self.viewport().update)
        self._scrolled = 0
        table.table_model.modelAboutToBeReset.connect(self._note_scrolled)
        table.rearranged.connect(lambda scroll: bring_into_view(self, scroll, self._scrolled))
        self.pressed.connect(table.select_by_hand)

    def set_paper(self, paper: Paper) -> None:
        self._paper = paper
        self._look_soon()

    def visible_positions(self) -> list[int]:
        """Positions of the records on screen, from top to bottom."""
        if not self.isVisible():
            return []
        return [self._records.position(row) for row in self._visible_rows()]

    # Where things are

    @property
    def _records(self) -> LibraryTableModel:
        model = self.model()
        assert isinstance(model, LibraryTableModel)  # noqa: S101
        return model

    @property
    def _least_width(self) -> int:
        return 13 * self.fontMetrics().height()

    @property
    def _n_columns(self) -> int:
        return max(1, (self.viewport().width() - _GAP) // (self._least_width + _GAP))

    @property
    def _cell(self) -> QSize:
        """Size of a card with the gap after it."""
        width = (self.viewport().width() - _GAP) // self._n_columns
        return QSize(width, self._picture_size.height() + 2 * _INSET + round(2.4 * self.fontMetrics().height()) + _GAP)

    @property
    def _picture_size(self) -> QSize:
        width = (self.viewport().width() - _GAP) // self._n_columns - _GAP - 2 * _INSET
        return QSize(width, round(self._least_width * 0.62))

    def _card(self, row: int) -> QRect:
        """Rectangle of a card, in the viewport's coordinates."""
        cell, columns = self._cell, self._n_columns
        x = _GAP + (row % columns) * cell.width()
        y = max(-MAX_SCROLL_STEPS, min(self._place(row) - self._top, MAX_SCROLL_STEPS))
        return QRect(x, y, cell.width() - _GAP, cell.height() - _GAP)

    def _place(self, row: int) -> int:
        """Distance in pixels from the top of the first card to a card."""
        return _GAP + (row // self._n_columns) * self._cell.height()

    def _visible_rows(self) -> range:
        height, columns = self._cell.height(), self._n_columns
        first = max(0, (self._top - _GAP) // height)
        last = (self._top + self.viewport().height() - _GAP) // height
        return range(min(first * columns, self._n_rows), min((last + 1) * columns, self._n_rows))

    @property
    def _n_rows(self) -> int:
        return self._records.rowCount()

    def visualRect(self, index: ModelIndex) -> QRect:
        return self._card(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        cell, columns = self._cell, self._n_columns
        column = (point.x() - _GAP) // cell.width()
        row = (point.y() + self._top - _GAP) // cell.height() * columns + column
        if 0 <= column < columns and 0 <= row < self._n_rows and self._card(row).contains(point):
            return self._index(row)
        return QModelIndex()

    def _index(self, row: int) -> QModelIndex:
        return self._records.index(row, Column.STRUCTURE)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return min(self._top, MAX_SCROLL_STEPS)

    @property
    def _height(self) -> int:
        """Height of all cards, in pixels."""
        return -(-self._n_rows // self._n_columns) * self._cell.height() + _GAP

    @property
    def _pixels_per_step(self) -> int:
        """Pixels per step of the scroll bar."""
        return 1 + self._height // MAX_SCROLL_STEPS

    @property
    def _top(self) -> int:
        """Number of pixels above the visible part."""
        return self.verticalScrollBar().value() * self._pixels_per_step

    def isIndexHidden(self, index: ModelIndex) -> bool:
        return False

    def scrollTo(
        self, index: ModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        place, height, room = self._place(index.row()), self._cell.height(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            self._scroll_to(place + (height - _GAP - room) // 2)
        elif place < self._top:
            self._scroll_to(place - _GAP)
        elif place + height - _GAP > self._top + room:
            self._scroll_to(place + height - room)

    def _scroll_to(self, top: int) -> None:
        """:param top: number of pixels above the visible part"""
        self.verticalScrollBar().setValue(-(-top // self._pixels_per_step))

    def _note_scrolled(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar, step, room = self.verticalScrollBar(), self._pixels_per_step, self.viewport().height()
        bar.setRange(0, max(0, -(-(self._height - room) // step)))
        bar.setPageStep(max(1, room // step))
        bar.setSingleStep(max(1, self._cell.height() // 3 // step))

    # Keys, mouse, selection

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        moves = QAbstractItemView.CursorAction
        columns, last = self._n_columns, self._n_rows - 1
        page = max(1, self.viewport().height() // self._cell.height()) * columns
        steps = {
            moves.MoveLeft: -1,
            moves.MovePrevious: -1,
            moves.MoveRight: 1,
            moves.MoveNext: 1,
            moves.MoveUp: -columns,
            moves.MoveDown: columns,
            moves.MovePageUp: -page,
            moves.MovePageDown: page,
        }
        if last < 0:
            return QModelIndex()
        row = self.currentIndex().row()
        if action == moves.MoveHome:
            row = 0
        elif action == moves.MoveEnd:
            row = last
        elif row < 0:
            row = 0
        elif 0 <= row + steps.get(action, 0) <= last:
            row += steps.get(action, 0)
        elif action in (moves.MovePageUp, moves.MovePageDown):
            row = 0 if action == moves.MovePageUp else last
        return self._index(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Shift, extends the selection in the order of the records, as in a text, not by a rectangle."""
        index, current = self.indexAt(event.position().toPoint()), self.currentIndex()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and event.button() == Qt.MouseButton.LeftButton and index.isValid() and current.isValid():
            self._select_rows(min(index.row(), current.row()), max(index.row(), current.row()))
        else:
            super().mousePressEvent(event)

    def _select_rows(self, first: int, last: int) -> None:
        chosen = QItemSelection(self._index(first), self._index(last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect | _ROWS)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Selects the cards that a rectangle drawn with the mouse touches."""
        area = rect.normalized()
        touched = [row for row in self._visible_rows() if self._card(row).intersects(area)]
        chosen = QItemSelection()
        for row in touched:
            chosen.select(self._index(row), self._index(row))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    # What is on screen

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        self._look_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.updateGeometries()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._look_soon()

    def rowsInserted(self, parent: ModelIndex, first: int, last: int) -> None:
        super().rowsInserted(parent, first, last)
        self.updateGeometries()
        self._look_soon()

    def reset(self) -> None:
        super().reset()
        self.updateGeometries()
        self._look_soon()

    def _look_soon(self, *_: object) -> None:
        self.viewport().update()
        self._glance.soon()

    def _look_around(self) -> None:
        self._thumbnails.set_size(self._picture_size, self.devicePixelRatioF())
        self._thumbnails.want(self.visible_positions())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self.currentIndex().row()
        for row in self._visible_rows():
            card = self._card(row)
            if card.intersects(event.rect()):
                self._paint_card(painter, row, card, current=row == current)
        painter.end()

    def _paint_card(self, painter: QPainter, row: int, card: QRect, *, current: bool) -> None:
        palette = self.palette()
        selected = self.selectionModel().isSelected(self._index(row))
        ground = palette.color(QPalette.ColorRole.Highlight) if selected else QColor(self._paper.background)
        painter.setPen(hairline(palette, ground))
        painter.setBrush(ground)
        painter.drawRoundedRect(card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        place = QRect(card.topLeft() + QPoint(_INSET, _INSET), self._picture_size)
        self._paint_picture(painter, row, place, selected=selected)
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        quiet = ink if selected else quiet_text(palette)
        line = self.fontMetrics().height()
        words = QRect(place.left(), place.bottom() + _INSET // 2, place.width(), line)
        beside = words.adjusted(0, 0, -self._paint_marks(painter, row, words), 0)
        self._write(painter, beside, self._title(row), ink, bold=current)
        self._write(painter, words.translated(0, round(1.1 * line)), self._prediction(row), quiet)

    def _paint_picture(self, painter: QPainter, row: int, place: QRect, *, selected: bool) -> None:
        picture = self._thumbnails.picture(self._records.position(row))
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._paper.background))
            painter.drawRoundedRect(place.toRectF(), _RADIUS / 2, _RADIUS / 2)
        if self._records.unreadable(row):
            self._centred(painter, place, "cannot be read")
        elif isinstance(picture, QImage):
            target = QRect(QPoint(0, 0), picture.deviceIndependentSize().toSize())
            target.moveCenter(place.center())
            painter.drawImage(target, picture)
        elif picture:
            self._centred(painter, place, picture)

    def _paint_marks(self, painter: QPainter, row: int, line: QRect) -> int:
        """Paints the mark at the right end of a line, and before it the sign for a note; returns their width."""
        mark, side = self._records.mark(row), line.height()
        square = QRectF(line.right() + 1, line.top(), side, side)
        if mark.colour:
            square.translate(-side, 0)
            paint_mark(painter, square, MARK_COLOURS[mark.colour - 1], self._paper)
        if mark.note:
            square.translate(-side, 0)
            paint_note(painter, square, quiet_text(self.palette()), self._paper)
        return round(line.right() + 1 - square.left())

    def _centred(self, painter: QPainter, place: QRect, words: str) -> None:
        painter.setPen(quiet_text(self.palette()))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _title(self, row: int) -> str:
        title = str(self._records.index(row, Column.TITLE).data() or "").strip()
        number = f"{self._records.position(row) + 1:,}"
        return f"{number}  {title}" if title and title != "—" else number

    def _prediction(self, row: int) -> str:
        return self._records.outcome(row)

    def _write(self, painter: QPainter, place: QRect, words: str, colour: QColor, *, bold: bool = False) -> None:
        font = QFont(self.font())
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(colour)
        shown = elided_whole(words, QFontMetrics(font), place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
