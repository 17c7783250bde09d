"""One structure in several tiles of a list, each with the halos of another map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ...depict.drawing import Depiction
from ...depict.halos import Halo
from ...depict.places import PlaceBox
from ..pictures.picture import DepictionLayer, paint_ground
from ..widgets.elision import NO_ROOM, elided_whole
from ..widgets.model_index import ModelIndex
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent, hairline, quiet_text

_ASPECT = 1.5
"""Ratio of a picture's width to its height."""
_SMALLEST = QSize(104, 52)
_GAP = 4
_NAME = 14
"""Least characters of a name beside its figure; with less room, the figure gets a line of its own."""
_RIM = 3
_CORNER = 5.0
_FIT = 1.4
"""Largest scale in pixels per unit of a depiction, so that small molecules stay small."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One map and its texts."""

    method: str
    """Id of the method; "" if the map combines all methods."""
    name: str
    figure: str
    """A number beside the name, with its sign or unit; "" for none."""
    words: str
    """The full text about the map."""
    halos: Sequence[Halo] = ()
    ringed: Sequence[int] = ()
    """Atoms that are outlined."""


def tile_size(n: int, room: QSize, line: int) -> QSize:
    """The size of tiles so that all fit and pictures are as large as possible, but not smaller than ``_SMALLEST``.

    :param line: height of the text under a picture
    """
    best = _SMALLEST
    for columns in range(1, min(n, room.width() // _SMALLEST.width()) + 1):
        rows = math.ceil(n / columns)
        picture = QSize(room.width() // columns, room.height() // rows - line)
        if min(picture.width(), picture.height() * _ASPECT) > min(best.width(), best.height() * _ASPECT):
            best = picture
    return QSize(best.width(), best.height() + line)


class _Tiles(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles: Sequence[Tile] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        same = [tile.name for tile in tiles] == [tile.name for tile in self.tiles]
        if not same:
            self.beginResetModel()
        self.tiles = tiles
        if not same:
            self.endResetModel()
        elif tiles:
            self.dataChanged.emit(self.index(0), self.index(len(tiles) - 1))

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: ModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        tile = self.tiles[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(tile.words)
        return tile.words if role == Qt.ItemDataRole.AccessibleTextRole else None


class CompareTiles(QListView):
    """Attribute ``chosen``: the id of the method whose tile is framed. Signal ``method_chosen(id)``."""

    method_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = _Tiles(self)
        self._structure: DepictionLayer | None = None
        self.chosen = ""
        self._two_lines = False
        self.setModel(self._tiles)
        self.setItemDelegate(_TileDelegate(self))
        self.setAccessibleName("Maps of all methods")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumSize(_SMALLEST.width() * 2, _SMALLEST.height() + self.line)
        self.clicked.connect(self._choose)

    @property
    def tiles(self) -> Sequence[Tile]:
        return self._tiles.tiles

    @property
    def line(self) -> int:
        """Height of the text under a picture."""
        return self._line(2 if self._two_lines else 1)

    def _line(self, lines: int) -> int:
        return lines * self.fontMetrics().height() + _GAP

    def sizeHint(self) -> QSize:
        return QSize(800, 2 * (_SMALLEST.height() + 20 + self.line))

    def set_depiction(self, depiction: Depiction) -> None:
        if self._structure is None or depiction is not self._structure.depiction:
            self._structure = DepictionLayer(depiction)

    def show_tiles(self, tiles: Sequence[Tile], chosen: str) -> None:
        self.chosen = chosen
        self._tiles.show(tiles)
        self._fit()
        if not self.currentIndex().isValid():
            at = next((row for row, tile in enumerate(tiles) if tile.method == chosen), 0)
            self.setCurrentIndex(self._tiles.index(at))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        if self.tiles:
            bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)  # Qt reserves room for it
            room = self.maximumViewportSize() - QSize(bar + 2, 2)
            metrics = self.fontMetrics()
            figure = max(metrics.horizontalAdvance(tile.figure) for tile in self.tiles)
            needed = _NAME * metrics.averageCharWidth() + figure + 2 * _GAP + 2 * _RIM
            size = tile_size(len(self.tiles), room, self._line(1))
            self._two_lines = size.width() < needed
            if self._two_lines:
                size = tile_size(len(self.tiles), room, self._line(2))
            self.setGridSize(size)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and self.tiles[index.row()].method:
            self.method_chosen.emit(self.tiles[index.row()].method)

    def paint_tile(self, painter: QPainter, tile: Tile, rect: QRect, *, focused: bool) -> None:
        """Paints the structure over its halos on a card, and the text under it."""
        if self._structure is None:
            return
        depiction, palette = self._structure.depiction, self.palette()
        rect = rect.adjusted(_RIM, _RIM, -_RIM, 0)
        card = QRectF(rect.adjusted(0, 0, 0, -self.line))
        chosen = bool(tile.method) and tile.method == self.chosen
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(depiction.paper.background))
        edge = accent(palette) if chosen else hairline(palette, QColor(depiction.paper.background))
        painter.setPen(QPen(edge, 2.0 if chosen else 1.0))
        painter.drawRoundedRect(card, _CORNER, _CORNER)
        scale = min((card.width() - 6) / depiction.width, (card.height() - 6) / depiction.height, _FIT)
        size = QSize(round(card.width()), round(card.height()))
        width, height = depiction.width * scale, depiction.height * scale
        target = QRectF((card.width() - width) / 2, (card.height() - height) / 2, width, height)
        painter.translate(card.topLeft())
        painter.save()
        painter.translate(target.topLeft())
        painter.scale(scale, scale)
        paint_ground(painter, depiction, tile.halos)
        self._paint_rings(painter, depiction, tile)
        painter.restore()
        painter.drawPixmap(0, 0, self._structure.pixmap(size, self.devicePixelRatioF(), target))
        painter.translate(-card.topLeft())
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.windowText().color(), 1.0, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(card.adjusted(3, 3, -3, -3), _CORNER, _CORNER)
        self._paint_words(painter, tile, QRect(rect.left(), round(card.bottom()), rect.width(), self.line), bold=chosen)
        painter.restore()

    def _paint_rings(self, painter: QPainter, depiction: Depiction, tile: Tile) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(depiction.paper.ink), 2.0))
        for atom in tile.ringed:
            shape = depiction.places.shape(atom)
            if isinstance(shape, PlaceBox):
                painter.drawRect(QRectF(shape.x, shape.y, shape.width, shape.height))
            elif not math.isnan(shape.x):
                painter.drawEllipse(QPointF(shape.x, shape.y), shape.radius, shape.radius)

    def _paint_words(self, painter: QPainter, tile: Tile, room: QRect, *, bold: bool) -> None:
        font = self.font()
        metrics = self.fontMetrics()
        figure = tile.figure if metrics.horizontalAdvance(tile.figure) <= room.width() else NO_ROOM
        figure_width = metrics.horizontalAdvance(figure) + (8 if figure else 0)
        painter.setPen(quiet_text(self.window().palette()))
        middle = Qt.AlignmentFlag.AlignVCenter
        name_room, figure_room = room.adjusted(0, 0, -figure_width, 0), room
        if self._two_lines:
            name_room = room.adjusted(0, _GAP // 2, 0, -room.height() // 2)
            figure_room = room.adjusted(0, room.height() // 2, 0, -_GAP // 2)
        side = Qt.AlignmentFlag.AlignLeft if self._two_lines else Qt.AlignmentFlag.AlignRight
        painter.drawText(figure_room, int(side | middle), figure)
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        name = elided_whole(tile.name, painter.fontMetrics(), name_room.width())
        painter.drawText(name_room, int(Qt.AlignmentFlag.AlignLeft | middle), name)


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, view: CompareTiles) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._view.paint_tile(painter, self._view.tiles[index.row()], option.rect, focused=focused)
