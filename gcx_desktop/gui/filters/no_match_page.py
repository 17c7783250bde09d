"""The page shown in place of the rows when no record passes the filters."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...app.libraries.row_filters import Filters
from ..widgets.plain_labels import PlainLabel

_MOST_CHARACTERS = 80


class NoMatchPage(QWidget):
    """Signal ``clear_wanted()``."""

    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel(quiet=True, parent=self)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton("Clear the search", self)
        self.button.clicked.connect(self.clear_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addStretch(2)
        column.addWidget(self.words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_filters(self, filters: Filters, *, searching: bool, n_unknown: int = 0, reading: bool = False) -> None:
        """Shows what was searched for.

        :param n_unknown: number of records for which a substructure search could not decide
        :param reading: whether some titles or fields that may match have not been read yet
        """
        so_far = " so far: titles and fields are still being read" if reading else ""
        line = " ".join(filters.text.split())
        short = line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1] + "…"
        only_text = filters == Filters(filters.text)
        self.button.setText("Clear the search" if only_text else "Clear search and filters")
        if searching:
            self.words.setText("Searching…")
        elif only_text:
            self.words.setText(f"No record matches ‘{short}’{so_far}")
        else:
            words = "No record passes the filters" + (f" and matches ‘{short}’" if short else "")
            unknown = f"; whether {n_unknown:,} more contain the substructure is unknown" if n_unknown else ""
            self.words.setText(words + so_far + unknown)
