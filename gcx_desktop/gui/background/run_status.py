"""The status bar's account of a long job: what, how far, how long still, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ...progress import Progress
from ...wording import elided
from ..widgets.plain_labels import PlainLabel

_LONGEST = 60
"""Characters of what is done, in which names of files may stand."""


def progress_text(progress: Progress, done_before: int = 0) -> str:
    """Such as "Explaining 812 / 2,050"; what was done before this run counts as done."""
    if progress.total is None:
        return f"{progress.what} {progress.done:,}"
    return f"{progress.what} {done_before + progress.done:,} / {done_before + progress.total:,}"


def outcome_text(total: int, missing: int, rejected: int, *, stopped: bool) -> str:
    """Such as "41,120 explained, 7 rejected", or "Stopped: 19,512 of 41,127 explained"."""
    explained = total - missing - rejected
    if missing:
        return f"{'Stopped: ' if stopped else ''}{explained:,} of {total:,} explained"
    return f"{explained:,} explained" + (f", {rejected:,} rejected" if rejected else "")


def remaining_text(progress: Progress) -> str:
    """Such as "0:14 left"; "" while there is no pace yet."""
    remaining = progress.remaining
    if remaining is None or progress.elapsed < 0.5:
        return ""
    minutes, seconds = divmod(round(remaining), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d} left" if hours else f"{minutes}:{seconds:02d} left"


class RunStatus(QWidget):
    """Hidden while nothing runs and there is no outcome to tell. Signal ``stop_wanted()``."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel(parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setMaximumHeight(12)
        self.bar.setAccessibleName("Progress")
        self.left = PlainLabel(parent=self)
        self.stop_button = QPushButton("Stop", self)
        self.stop_button.setToolTip("Stop (Esc); what is done stays")
        self.stop_button.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        for widget in (self.words, self.bar, self.left, self.stop_button):
            row.addWidget(widget)
        self._progress = (self.bar, self.left, self.stop_button)
        self.tell("")

    def begin(self, what: str) -> None:
        self.words.setText(f"{elided(what, _LONGEST)}…")
        self.left.setText("")
        self.bar.setRange(0, 0)
        self.stop_button.setEnabled(True)
        for widget in self._progress:
            widget.show()
        self.show()

    def show_progress(self, progress: Progress, done_before: int = 0) -> None:
        self.words.setText(elided(progress_text(progress, done_before), _LONGEST))
        self.left.setText(remaining_text(progress))
        if progress.total:
            self.bar.setRange(0, done_before + progress.total)
            self.bar.setValue(done_before + progress.done)
        else:
            self.bar.setRange(0, 0)

    def show_share(self, progress: Progress) -> None:
        """Of a job that counts bytes, which is told as a share of the whole."""
        share = progress.done / progress.total if progress.total else 0.0
        if self.bar.isHidden():
            self.begin(progress.what)
        self.words.setText(f"{elided(progress.what, _LONGEST)} {share:.0%}")
        self.left.setText(remaining_text(progress))
        self.bar.setRange(0, 100)
        self.bar.setValue(int(100 * share))

    def stopping(self) -> None:
        self.words.setText("Stopping…")
        self.stop_button.setEnabled(False)

    def tell(self, outcome: str) -> None:
        """Says how the job ended, until the next one begins; "" to say nothing."""
        for widget in self._progress:
            widget.hide()
        self.words.setText(outcome)
        self.setVisible(bool(outcome))

    def end(self) -> None:
        """Nothing runs any more; an outcome stays."""
        if not self.bar.isHidden():
            self.tell("")
