"""The list of models as a table: what each predicts, what it was trained on, how good it is."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from ...app.models.listed_models import ListedModel
from ...gcn.cards.card import Card
from ...wording import file_size
from ..widgets.plain_labels import plain_tooltip

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ModelColumn(IntEnum):
    NAME = 0
    PREDICTS = 1
    HELD_OUT = 2
    TRAINED_ON = 3
    DATE = 4
    SIZE = 5
    OWNER = 6


_HEADINGS = ("Name", "Predicts", "Held out", "Trained on", "Date", "Size", "Whose")


class ModelTable(QAbstractTableModel):
    """Attributes: ``listed``, the models; ``in_use``, the folder of the window's model, which is shown in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listed: list[ListedModel] = []
        self.in_use: Path | None = None

    def show(self, listed: list[ListedModel], in_use: Path | None) -> None:
        self.beginResetModel()
        self.listed, self.in_use = listed, in_use
        self.endResetModel()

    def row_of(self, folder: Path | None) -> int:
        """The row of the model in a folder; −1 if it is not listed."""
        return next((row for row, model in enumerate(self.listed) if model.folder == folder), -1)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(self.listed)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(ModelColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == _DISPLAY:
            return _HEADINGS[section]
        if orientation is Qt.Orientation.Horizontal and role == _ALIGNMENT:
            return _RIGHT if section == ModelColumn.SIZE else _LEFT
        return None

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> Any:  # type: ignore[override]
        if not index.isValid():
            return None
        model, column = self.listed[index.row()], index.column()
        if role == _ALIGNMENT:
            return _RIGHT if column == ModelColumn.SIZE else _LEFT
        if role == _FONT and model.folder == self.in_use:
            font = QFont()
            font.setBold(True)
            return font
        if role == _TOOLTIP and column == ModelColumn.NAME:
            in_use = "\nIn use in this window" if model.folder == self.in_use else ""
            return plain_tooltip(f"{model.folder}{in_use}")
        return _texts(model)[column] if role == _DISPLAY else None


def _texts(model: ListedModel) -> tuple[str, ...]:
    """One for each column."""
    usable = isinstance(model.card, Card)
    return (
        model.name,
        model.task if usable else "cannot be used",
        model.held_out or "—",
        f"{model.table}, {model.n_trained_on:,}" if model.table else "—",
        model.date or "—",
        file_size(model.n_bytes),
        "yours" if model.own else "the program's",
    )
