"""The page shown while no library is open: how to begin, and unsaved work that can be continued."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...app.projects.unsaved_work import UnsavedWork
from ..filters.filter_chips import short_chip_name
from ..widgets.plain_labels import PlainLabel, plain_tooltip

SHOWN = 5
INVITATION = "Drop an SDF, SMILES or CSV file here, or open the sample library"


class EmptyPage(QWidget):
    """Signals: ``open_wanted()``, ``sample_wanted()``, ``restore_wanted(UnsavedWork)``,
    ``discard_wanted(UnsavedWork)``."""

    open_wanted = Signal()
    sample_wanted = Signal()
    restore_wanted = Signal(UnsavedWork)
    discard_wanted = Signal(UnsavedWork)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = PlainLabel(INVITATION, parent=self)
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = words.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        words.setFont(font)
        self.open_button = QPushButton("Open a file…", self)
        self.open_button.setDefault(True)
        self.sample_button = QPushButton("Open the sample library", self)
        self.open_button.clicked.connect(self.open_wanted)
        self.sample_button.clicked.connect(self.sample_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.sample_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        column.addWidget(words)
        column.addSpacing(20)
        column.addLayout(buttons)
        column.addSpacing(28)
        self._unsaved: QWidget | None = None
        self._unsaved_row = QHBoxLayout()
        column.addLayout(self._unsaved_row)
        column.addStretch(3)

    def show_unsaved(self, works: Sequence[UnsavedWork]) -> None:
        """Offers to restore the latest of these."""
        if self._unsaved is not None:
            self._unsaved_row.removeWidget(self._unsaved)
            self._unsaved.hide()
            self._unsaved.deleteLater()
            self._unsaved = None
        if not works:
            return
        self._unsaved = whole = QWidget(self)
        grid = QGridLayout(whole)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(4, 1)
        for row, work in enumerate(works[:SHOWN]):
            words = PlainLabel(parent=whole)
            words.setText(f"Restore the work on {short_chip_name(work.name)} of {work.when}?")
            words.setToolTip(plain_tooltip(str(work.library)))
            grid.addWidget(words, row, 1)
            for column, (label, signal) in enumerate(
                (("Restore", self.restore_wanted), ("Discard", self.discard_wanted)), 2
            ):
                button = QPushButton(label, whole)
                button.setAccessibleName(f"{label} the work on {work.words}")
                button.clicked.connect(lambda _=False, signal=signal, work=work: signal.emit(work))
                grid.addWidget(button, row, column)
        if len(works) > SHOWN:
            more = PlainLabel(quiet=True, parent=whole)
            more.setText(f"{len(works) - SHOWN} more in File ▸ Restore Unsaved Work")
            grid.addWidget(more, SHOWN, 1)
        self._unsaved_row.addWidget(whole)
