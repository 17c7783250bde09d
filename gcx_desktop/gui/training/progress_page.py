"""The second page of the training window: what is being trained, how far, how long, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...progress import PartProgress, Progress
from ..background.jobs_status import progress_text, remaining_text
from ..widgets.plain_labels import ElidedLabel, PlainLabel
from .learning_curve import LearningCurve

_STAYS = "The window can be used meanwhile; this one may be closed, and training goes on."


class ProgressPage(QWidget):
    """Signal ``stop_wanted()``: the button was pressed."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = ElidedLabel(parent=self)
        self.detail = ElidedLabel(parent=self, quiet=True)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.left = PlainLabel(parent=self)
        self.left.setMinimumWidth(self.fontMetrics().horizontalAdvance("0:00:00 left"))
        self.curve = LearningCurve(self)
        self.stop_button = QPushButton("&Stop", self)
        self.stop_button.setToolTip("Ends the training; nothing is kept of it")
        self.stop_button.clicked.connect(self.stop_wanted)
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.left)
        foot = QHBoxLayout()
        stays = PlainLabel(_STAYS, quiet=True, parent=self)
        stays.setWordWrap(True)
        foot.addWidget(stays, 1)
        foot.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.what)
        column.addLayout(line)
        column.addWidget(self.detail)
        column.addWidget(self.curve, 1)
        column.addLayout(foot)

    def begin(self, what: str) -> None:
        """Shows that a training begins."""
        self.curve.clear()
        self.what.set_full_text(what)
        self.detail.set_full_text("")
        self.left.setText("")
        self.bar.setRange(0, 0)
        self.stop_button.setEnabled(True)

    def show_progress(self, progress: Progress) -> None:
        epochs = " epochs of all networks" if progress.part is not None else ""
        self.what.set_full_text(f"{progress_text(progress)}{epochs}")
        self.detail.set_full_text(progress.detail, quiet=True)
        self.left.setText(remaining_text(progress))
        self.bar.setRange(0, progress.total or 0)
        self.bar.setValue(progress.done)

    def show_parts(self, parts: list[PartProgress]) -> None:
        """Adds epochs to the learning curve."""
        for part in parts:
            self.curve.add(part)

    def show_stopping(self) -> None:
        self.what.set_full_text("Stopping…")
        self.stop_button.setEnabled(False)
