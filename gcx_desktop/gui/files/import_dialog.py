"""The dialog in which the user chooses how to read a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QStyle,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...app.libraries.preview_table import MAX_COLUMNS, MAX_PREVIEW_ROWS, TablePreview
from ...library.formats.columns import column_number, column_reference
from ...library.record import Format
from ...library.table_options import DETECT_ALL, NO_TITLE, TableOptions
from ...library.words import short_name
from ...wording import capitalised
from ..background.task_runner import Task
from ..session.library_session import LibrarySession
from ..widgets.elided_combo import ElidedCombo
from ..widgets.model_index import ModelIndex
from ..widgets.plain_labels import PlainLabel, plain_tooltip, window_title
from ..widgets.whole_numbers import show_whole_numbers

OTHER_DELIMITER = "other"
DELIMITER_CHOICES = (
    (",", "Comma"),
    ("\t", "Tab"),
    (";", "Semicolon"),
    ("|", "Bar"),
    (" ", "Space"),
    (OTHER_DELIMITER, "Other…"),
)
WHITE_SPACE = ""
"""In place of a delimiter: each line of the file is a structure, spaces or tabs, and a title; or the title first."""

MOST_LINES = 9_999
"""Number of the last line that can be chosen as header."""
_SMILES_WORD, _TITLE_WORD = "SMILES", "Title"
_FIRST_LINE = "First line of each record"
"""The place of an SDF record's title, unless a field holds it."""
_WIDE, _NARROW = 26, 14
"""Width in characters of the SMILES column, and of the others."""


class PreviewModel(QAbstractTableModel):
    """The cells of a preview; headers show which columns are SMILES or titles."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preview: TablePreview | None = None

    def show_preview(self, preview: TablePreview | None) -> None:
        self.beginResetModel()
        self._preview = preview
        self.endResetModel()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._preview is None else len(self._preview.rows)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._preview is None else min(len(self._preview.names), MAX_COLUMNS)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._preview is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._preview.rows[index.row()]
        cell = row[index.column()] if index.column() < len(row) else ""
        return plain_tooltip(cell) if role == Qt.ItemDataRole.ToolTipRole else cell

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        preview = self._preview
        if preview is None or orientation is Qt.Orientation.Vertical:
            return super().headerData(section, orientation, role)
        word = self.word(section)
        name = short_name(preview.names[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name}\n{word}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}, {word}" if word else name
        if role == Qt.ItemDataRole.FontRole and word:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def word(self, column: int) -> str:
        """The role of a column; "" for a data field."""
        preview = self._preview
        if preview is not None and column == preview.smiles:
            return _SMILES_WORD
        return _TITLE_WORD if preview is not None and column == preview.title else ""


class ImportDialog(QDialog):
    """Shows the first rows of a file as they would be read, and lets the user change how.

    Signal ``chosen(path, options)``: the file is to be opened with these options.
    """

    chosen = Signal(Path, TableOptions)

    def __init__(
        self, path: Path, libraries: LibrarySession, options: TableOptions = DETECT_ALL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(window_title(f"Open {path.name}"))
        self._path, self._libraries, self._asked = path, libraries, options
        self._header_asked, self._line_asked = options.has_header, options.header_line
        """The user's choices about the header, which stay when the delimiter changes; detected values are detected
        again."""
        self._task: Task | None = None
        self.preview: TablePreview | None = None
        self.model = PreviewModel(self)
        self._make_controls()
        self._lay_out()
        self.finished.connect(lambda _: self._forget_task())
        self._look(options)

    # Building

    def _make_controls(self) -> None:
        self.delimiter = ElidedCombo("Delimiter", "What divides the cells of a row", self)
        for character, words in DELIMITER_CHOICES:
            self.delimiter.addItem(words, character)
        self.other = QLineEdit(self)
        self.other.setMaxLength(1)
        self.other.setFixedWidth(self.fontMetrics().averageCharWidth() * 5)
        self.other.setAccessibleName("Other delimiter, one character")
        self.other.hide()
        self.header = QCheckBox("&Header in line", self)
        self.header.setToolTip("Whether a line names the columns; what stands above it is left out")
        self.header_line = QSpinBox(self)
        self.header_line.setRange(1, MOST_LINES)
        self.header_line.setKeyboardTracking(False)
        self.header_line.setAccessibleName("Number of the line that names the columns")
        self.smiles = ElidedCombo("SMILES column", "The column that holds the molecules", self)
        self.title = ElidedCombo("Title column", "The column that holds the molecules' names", self)
        self.sentence = PlainLabel(parent=self)
        self.sentence.setWordWrap(True)
        self.sentence.setAccessibleName("What will be read")
        self.warning = PlainLabel(parent=self)
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self.warning.setPixmap(icon.pixmap(size, size))
        self.warning.hide()
        self.table = QTableView(self)
        self.table.setModel(self.model)
        show_whole_numbers(self.table)
        self.table.setAccessibleName(f"The first {MAX_PREVIEW_ROWS} rows")
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        line = self.fontMetrics().height()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(line + 6)
        self.table.horizontalHeader().setDefaultSectionSize(self.fontMetrics().averageCharWidth() * _NARROW)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setHighlightSections(False)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.open_button = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        self.open_button.setEnabled(False)
        self.delimiter.activated.connect(lambda _: self._delimiter_chosen())
        self.other.textEdited.connect(lambda _: self._delimiter_chosen())
        self.header.clicked.connect(self._header_chosen)
        self.header_line.valueChanged.connect(self._line_chosen)
        self.smiles.activated.connect(lambda _: self._column_chosen())
        self.title.activated.connect(lambda _: self._column_chosen())
        self.buttons.accepted.connect(self._open)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        left, right = QFormLayout(), QFormLayout()
        self._left, self._right = left, right
        divided = QHBoxLayout()
        divided.addWidget(self.delimiter)
        divided.addWidget(self.other)
        divided.addStretch(1)
        for form, words, field, buddy in (
            (left, "&Delimiter:", divided, self.delimiter),
            (right, "&SMILES column:", self.smiles, self.smiles),
            (right, "&Title column:", self.title, self.title),
        ):
            label = PlainLabel(words, parent=self)
            label.setBuddy(buddy)
            form.addRow(label, field)
        named = QHBoxLayout()
        named.addWidget(self.header)
        named.addWidget(self.header_line)
        named.addStretch(1)
        left.addRow(QWidget(self), named)
        controls = QHBoxLayout()
        controls.addLayout(left)
        controls.addSpacing(24)
        controls.addLayout(right)
        controls.addStretch(1)
        said = QHBoxLayout()
        said.addWidget(self.warning)
        said.addWidget(self.sentence, 1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(controls)
        column.addWidget(self.table, 1)
        column.addLayout(said)
        column.addWidget(self.buttons)
        for before, after in (
            (self.delimiter, self.other),
            (self.other, self.header),
            (self.header, self.header_line),
            (self.header_line, self.smiles),
            (self.smiles, self.title),
            (self.title, self.table),
            (self.table, self.buttons),
        ):
            self.setTabOrder(before, after)
        line = self.fontMetrics().height()
        self.resize(line * 46, line * 30)

    @property
    def looking(self) -> bool:
        """Whether a preview is being read."""
        return self._task is not None

    # What the user chooses

    def _delimiter_chosen(self) -> None:
        chosen = self.delimiter.currentData()
        self.other.setVisible(chosen == OTHER_DELIMITER)
        if chosen == OTHER_DELIMITER:
            chosen = self.other.text()
            if not chosen:
                self.other.setFocus()
                return
        self._look(TableOptions(chosen or None, self._header_asked, header_line=self._line_asked))

    def _line_chosen(self, number: int) -> None:
        """Another header line has other names, so the columns are detected again."""
        self._header_asked, self._line_asked = None, number
        delimiter = None if self.preview is None else self.preview.options.delimiter
        self._look(TableOptions(delimiter, header_line=number))

    def _header_chosen(self, on: bool) -> None:
        """The chosen columns stay, though their names change."""
        self._header_asked, self._line_asked = on, None
        if self.preview is None or self.preview.format is Format.SMILES:
            self._look(replace(self._asked, has_header=on, header_line=None))
            return
        smiles, title = self.preview.smiles, self.preview.title
        self._look(
            TableOptions(
                self.preview.options.delimiter,
                on,
                None if smiles is None else column_number(smiles),
                None if title is None else column_number(title),
            )
        )

    def _column_chosen(self) -> None:
        if self.preview is None:
            return
        names, smiles, title = self.preview.names, self.smiles.currentData(), self.title.currentData()
        if not self.preview.is_table:
            self._look(TableOptions(title_column=None if title is None else column_reference(names, title)))
            return
        if self.preview.format is Format.SMILES and title == smiles:
            title = 1 - smiles  # the other one of two
        self._look(
            replace(
                self.preview.options,
                smiles_column=None if smiles is None else column_reference(names, smiles),
                title_column=NO_TITLE if title is None else column_reference(names, title),
            )
        )

    def _open(self) -> None:
        if self.preview is not None:
            self.chosen.emit(self._path, self.preview.options)
            self.accept()

    # Preview

    def _look(self, options: TableOptions) -> None:
        """Reads the beginning of the file again; earlier answers are dropped."""
        self._asked = options
        self._forget_task()
        self._task = task = self._libraries.preview(
            self._path,
            options,
            done=lambda preview: self._came(task, self._show, preview),
            failed=lambda words: self._came(task, self._refuse, words),
        )

    def _came(self, task: Task, take: Callable[[Any], None], answer: Any) -> None:
        if task is self._task:
            self._forget_task()
            take(answer)

    def _forget_task(self) -> None:
        self._task = None

    def _show(self, preview: TablePreview) -> None:
        self.preview = preview
        self.model.show_preview(preview)
        width = self.fontMetrics().averageCharWidth()
        for column in range(min(self.model.columnCount(), MAX_COLUMNS)):
            wanted = width * (_WIDE if column == preview.smiles else _NARROW)
            if self.table.columnWidth(column) != wanted:
                self.table.setColumnWidth(column, wanted)
        if preview.smiles is not None and preview.smiles < MAX_COLUMNS and preview.rows:
            self.table.scrollTo(self.model.index(0, preview.smiles))
        for form, field in ((self._left, 0), (self._left, 1), (self._right, 0)):
            form.setRowVisible(field, preview.is_table)
        if preview.is_table:
            self._show_delimiter(preview)
        else:
            self.other.hide()  # showing or hiding its row also shows it
        with QSignalBlocker(self.header), QSignalBlocker(self.header_line):
            self.header.setChecked(bool(preview.options.has_header))
            self.header_line.setValue(preview.header_line)
            self.header_line.setEnabled(bool(preview.options.has_header))
        self._fill(self.smiles, preview, preview.smiles, none="" if preview.smiles is not None else "Choose one")
        self._fill(self.title, preview, preview.title, none="None" if preview.is_table else _FIRST_LINE)
        self._say(preview.trouble, preview.summary)

    def _show_delimiter(self, preview: TablePreview) -> None:
        if preview.format is Format.SMILES and self.delimiter.findData(WHITE_SPACE) < 0:
            self.delimiter.insertItem(0, "Spaces or tabs", WHITE_SPACE)
        if self.delimiter.currentData() == OTHER_DELIMITER and preview.options.delimiter == self.other.text():
            return
        place = self.delimiter.findData(preview.options.delimiter or WHITE_SPACE)
        if place < 0:
            place = self.delimiter.findData(OTHER_DELIMITER)
            self.other.setText(preview.options.delimiter or "")
        self.delimiter.setCurrentIndex(place)
        self.other.setVisible(self.delimiter.currentData() == OTHER_DELIMITER)

    def _fill(self, combo: ElidedCombo, preview: TablePreview, chosen: int | None, none: str) -> None:
        """Lists the columns of a table, up to the number shown."""
        combo.clear()
        if none:
            combo.addItem(none, None)
        shown = [*range(min(len(preview.names), MAX_COLUMNS))]
        for index in shown if chosen is None or chosen < MAX_COLUMNS else [*shown, chosen]:
            combo.addItem(short_name(preview.names[index]), index)
        combo.setCurrentIndex(combo.findData(chosen))
        combo.setEnabled(preview.has_columns)

    def _refuse(self, words: str) -> None:
        self.preview = None
        self.model.show_preview(None)
        self._say(words.removeprefix(f"{self._path}: "), "")

    def _say(self, trouble: str, summary: str) -> None:
        said = f"{summary}: {trouble}" if trouble and summary else trouble or summary
        self.sentence.setText(capitalised(said))
        self.warning.setVisible(bool(trouble))
        self.open_button.setEnabled(not trouble and self.preview is not None)
