"""The status bar's account of a long job: what, how far, how long still, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from ..progress import Progress


def progress_text(progress: Progress) -> str:
    """Such as "Explaining 812 / 2,050"."""
    if progress.total is None:
        return f"{progress.what} {progress.done:,}"
    return f"{progress.what} {progress.done:,} / {progress.total:,}"


def remaining_text(progress: Progress) -> str:
    """Such as "0:14 left"; "" while there is no pace yet."""
    remaining = progress.remaining
    if remaining is None or progress.elapsed < 0.5:
        return ""
    minutes, seconds = divmod(round(remaining), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d} left" if hours else f"{minutes}:{seconds:02d} left"


class RunStatus(QWidget):
    """Hidden while nothing runs. Signal ``stop_wanted()``."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setMaximumHeight(12)
        self.bar.setAccessibleName("Progress")
        self.left = QLabel(self)
        self.stop_button = QPushButton("Stop", self)
        self.stop_button.setToolTip("Stop (Esc); what is done stays")
        self.stop_button.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        for widget in (self.words, self.bar, self.left, self.stop_button):
            row.addWidget(widget)
        self.hide()

    def begin(self, what: str) -> None:
        self.words.setText(f"{what}…")
        self.left.setText("")
        self.bar.setRange(0, 0)
        self.stop_button.setEnabled(True)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        self.words.setText(progress_text(progress))
        self.left.setText(remaining_text(progress))
        if progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        else:
            self.bar.setRange(0, 0)

    def stopping(self) -> None:
        self.words.setText("Stopping…")
        self.stop_button.setEnabled(False)

    def end(self) -> None:
        self.hide()
