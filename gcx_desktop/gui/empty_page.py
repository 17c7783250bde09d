"""What the window shows while no library is open: what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

INVITATION = "Drop an SDF, SMILES or CSV file here, or open the sample library"


class EmptyPage(QWidget):
    """Signals: ``open_wanted()``, ``sample_wanted()``."""

    open_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(INVITATION, self)
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
        column.addStretch(3)
