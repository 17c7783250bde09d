"""The library as a Qt table model: cells come from ``LibraryRows``, rows are in the session's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QIcon

from ...app.explaining.decision import DECISION_WORDS, NO_CLASS, UNDECIDED
from ...app.explaining.value_words import RAISES, ValueWords
from ...app.libraries.library_rows import Column, LibraryRows
from ...app.libraries.marks import MARK_COLOURS
from ...app.libraries.shown_class import PREDICTED, probability_name
from ...app.summaries.value_summary_words import interval_in_words
from ...depict.colour import Paper
from ...library.record import INVALID
from ...project.store import Mark
from ..pictures.mark_icons import mark_icon
from ..session.library_session import LibrarySession
from ..widgets.model_index import ModelIndex
from ..widgets.plain_labels import plain_tooltip

NONE_YET = "—"
UNREADABLE = "unreadable"
UNPREDICTABLE_CELL = "not predictable"
HEADERS = {
    Column.NUMBER: "#",
    Column.TITLE: "Title",
    Column.PREDICTION: "Prediction",
    Column.MARK: "Mark",
    Column.DISAGREEMENT: "Disagreement",
}
PROBABILITY_HELP = "The probability of the class {name}, whatever is predicted; Explain ▸ Class chooses another"
VALUE_HELP = "The predicted {name}; a cell's tooltip has its 90 % interval"
PREDICTED_PROBABILITY_HELP = "The probability of the class that is predicted; Explain ▸ Class chooses one class for all"
DISAGREEMENT_HELP = """\
How far the explanation methods disagree on which {nodes} count for the class shown:
1 − the mean rank correlation of their maps; 0 if all rank the {nodes} alike, 1 if they have nothing in common"""
DECISION_HELP = {
    UNDECIDED: "Undecided: more than one class is not excluded.",
    NO_CLASS: "None of the classes: unlike anything learned.",
}
POSITION_ROLE = int(Qt.ItemDataRole.UserRole)
"""The record's 0-based position in the file."""

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"
"""Added after right-aligned numbers, so that they do not touch the next column's text."""
_MAX_SHOWN = 300
"""Most characters of a cell that are shown; a cell may hold megabytes."""


class LibraryTableModel(QAbstractTableModel):
    """Rows are records, including rejected ones, up to Qt's limit; columns are those of ``Column`` and the file's own
    fields.

    Attributes: ``quiet``, the colour of rejected rows and of values that are not there yet; ``of_value``, how the value
    is written that the model predicts, ``None`` of a model of classes.
    """

    def __init__(self, libraries: LibrarySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._libraries = libraries
        self._class_names: Sequence[str] = ()
        self.of_value: ValueWords | None = None
        self._rows: LibraryRows | None = libraries.rows
        self._order = libraries.order
        self.quiet = QColor("grey")
        self._heads: tuple[Any, ...] = ()
        self._paper: Paper | None = None
        self._mark_icons: list[QIcon] = []
        self.set_paper(Paper.WHITE)
        libraries.appeared.connect(self._reset)
        libraries.grew.connect(self._grow)
        libraries.closed.connect(self._reset)
        libraries.order_changed.connect(self._reset)
        libraries.rows_changed.connect(self.refresh)
        libraries.marks_changed.connect(lambda _: self.refresh())

    def set_class_names(self, names: Sequence[str], of_value: ValueWords | None = None) -> None:
        """:param of_value: ``None`` of a model of classes; else the value stands in the column of probabilities"""
        self._class_names, self.of_value = tuple(names), of_value
        self.refresh()

    def set_paper(self, paper: Paper) -> None:
        """Sets the paper, on which the colours of marks depend."""
        if paper is not self._paper:
            self._paper = paper
            self._mark_icons = [mark_icon(colour, paper) for colour in MARK_COLOURS]

    def refresh(self) -> None:
        """Repaints everything on screen."""
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        heads = tuple(self.headerData(column, Qt.Orientation.Horizontal) for column in range(self.columnCount()))
        if heads != self._heads:
            self._heads = heads
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def position(self, row: int) -> int:
        """Position of the record in a row, −1 if there is no such row."""
        return self._order.position(row) if 0 <= row < self._order.n_rows else -1

    def outcome(self, row: int) -> str:
        """The predicted class with its probability, or why there is none; "" while nothing is known. Where the
        prediction decides for no class, also which is the most probable."""
        rows, position = self._rows, self.position(row)
        if rows is None or position < 0:
            return ""
        prediction = self._text(rows, position, Column.PREDICTION)
        if prediction == NONE_YET or position in rows.rejected:
            return prediction.replace(NONE_YET, "")
        if self.of_value is not None:
            return f"{self.of_value.name}  {self.of_value.with_unit(rows.probability(position, RAISES))}"
        if rows.decided_at(position) in DECISION_WORDS:
            return f"{prediction}: {self._most_probable(rows, position)}"
        probability = rows.probability(position, PREDICTED)
        return f"{prediction}  {probability:.2f}" if probability == probability else prediction

    def mark(self, row: int) -> Mark:
        """The user's mark and note of the record in a row."""
        return self._libraries.marks.at(self.position(row))

    def unreadable(self, row: int) -> bool:
        """Whether the record in a row could not be read, so that it cannot be drawn."""
        rejected = self._rows.rejected.get(self.position(row)) if self._rows is not None else None
        return rejected is not None and not rejected.drawable

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._order.n_rows

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() or self._rows is None:
            return 0
        return self._rows.n_columns

    def data(self, index: ModelIndex, role: int = _DISPLAY) -> Any:
        rows = self._rows
        if rows is None or not index.isValid():
            return None
        if role == _DISPLAY:
            return self._text(rows, self._order.position(index.row()), index.column())
        if role == _ALIGNMENT:
            return _RIGHT if rows.is_numeric(index.column()) else _LEFT
        if role == _FOREGROUND:
            return self._foreground(rows, self._order.position(index.row()), index.column())
        if role == POSITION_ROLE:
            return self._order.position(index.row())
        if role == _DECORATION and index.column() == Column.MARK:
            colour = rows.marks.colour(self._order.position(index.row()))
            return self._mark_icons[colour - 1] if colour else None
        if role in (_TOOL_TIP, _ACCESSIBLE):
            return self._words(rows, self._order.position(index.row()), index.column(), role)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is Qt.Orientation.Vertical or self._rows is None or section >= self._rows.n_columns:
            return None
        own = section < Column.FIRST_FIELD
        if role == _DISPLAY:
            name = self._heading(Column(section)) if own else self._rows.field_names[section - Column.FIRST_FIELD]
            return f"{name}{_GAP}" if self._rows.is_numeric(section) else name
        if role == _ALIGNMENT:
            return _RIGHT if self._rows.is_numeric(section) else _LEFT
        if role == _TOOL_TIP:
            return plain_tooltip(self._help(section))
        return None

    def _heading(self, column: Column) -> str:
        if column is Column.PROBABILITY and self._rows is not None:
            if self.of_value is not None:
                measured = self.of_value.name in self._rows.field_names
                return f"Predicted {self.of_value.name}" if measured else self.of_value.name
            return probability_name(self._class_names, self._rows.probability_class)
        return self._libraries.kind.words.picture if column is Column.STRUCTURE else HEADERS[column]

    def _help(self, section: int) -> str:
        assert self._rows is not None  # noqa: S101
        if section == Column.DISAGREEMENT:
            return DISAGREEMENT_HELP.format(nodes=self._libraries.kind.words.nodes)
        if section == Column.PROBABILITY and self.of_value is not None:
            return VALUE_HELP.format(name=self.of_value.name)
        if section == Column.PROBABILITY:
            shown = self._rows.probability_class
            known = 0 <= shown < len(self._class_names)
            return PROBABILITY_HELP.format(name=self._class_names[shown]) if known else PREDICTED_PROBABILITY_HELP
        return "" if section < Column.FIRST_FIELD else self._rows.field_names[section - Column.FIRST_FIELD]

    def _text(self, rows: LibraryRows, position: int, column: int) -> str:
        if column == Column.NUMBER:
            return f"{position + 1:,}{_GAP}"
        if column == Column.STRUCTURE:
            return ""
        if column == Column.PREDICTION:
            if position in rows.rejected:
                rejected = rows.rejected[position]
                read = INVALID if rejected.is_invalid else UNPREDICTABLE_CELL
                return read if rejected.drawable else UNREADABLE
            decided = rows.decided_at(position)
            return DECISION_WORDS.get(decided) or self._class_name(decided)
        if column == Column.PROBABILITY and self.of_value is not None:
            if position in rows.rejected:
                return f"{self._text(rows, position, Column.PREDICTION)}{_GAP}"
            return f"{self.of_value.text(rows.probability(position, RAISES))}{_GAP}"
        if column == Column.PROBABILITY:
            value = rows.probability(position, rows.probability_class)
            return f"{value:.2f}{_GAP}" if value == value else f"{NONE_YET}{_GAP}"
        if column == Column.DISAGREEMENT:
            value = float("nan") if rows.disagreement is None else float(rows.disagreement[position])
            return f"{value:.2f}{_GAP}" if value == value else f"{NONE_YET}{_GAP}"
        if column == Column.MARK:
            return rows.marks.note(position)[:_MAX_SHOWN]
        self._libraries.ensure_text(position)
        cell = rows.text(position, column)
        gap = _GAP if rows.is_numeric(column) else ""
        if not cell:
            return f"{NONE_YET}{gap}"
        if len(cell) >= _MAX_SHOWN or "\n" in cell:
            return " ".join(cell[:_MAX_SHOWN].split())
        return f"{cell}{gap}"

    def _class_name(self, index: int) -> str:
        return self._class_names[index] if 0 <= index < len(self._class_names) else NONE_YET

    @property
    def _outcome_column(self) -> Column:
        """Where it stands why a record has no prediction."""
        return Column.PREDICTION if self.of_value is None else Column.PROBABILITY

    def _interval(self, rows: LibraryRows, position: int) -> str:
        """Such as "pIC50 6.8, 90 % interval 5.9 to 7.6"; "" if that is not known."""
        interval = rows.interval_at(position)
        if self.of_value is None or interval is None:
            return ""
        value = self.of_value.with_unit(rows.probability(position, RAISES))
        return f"{self.of_value.name} {value}, {interval_in_words(interval, self.of_value)}"

    def _most_probable(self, rows: LibraryRows, position: int) -> str:
        """Such as "permeable 0.56"."""
        return f"{self._class_name(rows.predicted_at(position))} {rows.probability(position, PREDICTED):.2f}"

    def _foreground(self, rows: LibraryRows, position: int, column: int) -> QColor | None:
        if position in rows.rejected:
            return self.quiet
        if column == Column.NUMBER:
            return self.quiet
        if column in (Column.PREDICTION, Column.PROBABILITY) and rows.predicted_at(position) < 0:
            return self.quiet
        return None

    def _words(self, rows: LibraryRows, position: int, column: int, role: int) -> str | None:
        rejected = rows.rejected.get(position)
        if column == Column.STRUCTURE:
            title = rows.title(position) or f"record {position + 1}"
            picture = self._libraries.kind.words.picture.lower()
            words = ", ".join(part for part in (f"{picture} of {title}", _mark_words(rows, position)) if part)
            return words if role == _ACCESSIBLE else _note_tooltip(rows, position)
        if column == Column.MARK:
            return _mark_words(rows, position) if role == _ACCESSIBLE else _note_tooltip(rows, position)
        if column == self._outcome_column and rejected is not None:
            line = f", line {rejected.line:,}," if rejected.line else ""
            what = "is" if rejected.drawable else "could not be read:"
            words = f"Record {rejected.record:,}{line} {what} {rejected.reason}"
            return words if role == _ACCESSIBLE else plain_tooltip(words)
        if column == Column.PROBABILITY and (words := self._interval(rows, position)):
            return words if role == _ACCESSIBLE else plain_tooltip(words)
        if column == Column.PREDICTION and (words := DECISION_HELP.get(rows.decided_at(position), "")):
            words = f"{words} The most probable class: {self._most_probable(rows, position)}"
            return words if role == _ACCESSIBLE else plain_tooltip(words)
        if role == _TOOL_TIP and column >= Column.TITLE and column not in (Column.PREDICTION, Column.PROBABILITY):
            text = self._text(rows, position, column)
            return plain_tooltip(text) if len(text) > 24 else None
        return None

    def _grow(self) -> None:
        """Appends rows; existing rows stay in place."""
        before, order = self._order.n_rows, self._libraries.order
        if order.n_rows > before:
            self.beginInsertRows(QModelIndex(), before, order.n_rows - 1)
            self._order = order
            self.endInsertRows()
        else:
            self._order = order

    def _reset(self) -> None:
        self.beginResetModel()
        self._rows = self._libraries.rows
        self._order = self._libraries.order
        self.endResetModel()


def _note_tooltip(rows: LibraryRows, position: int) -> str | None:
    return plain_tooltip(rows.marks.note(position)) or None


def _mark_words(rows: LibraryRows, position: int) -> str:
    colour, note = rows.marks.colour(position), rows.marks.note(position)
    mark = f"marked {MARK_COLOURS[colour - 1].name.lower()}" if colour else ""
    return ", ".join(part for part in (mark, f"note: {note}" if note else "") if part)
