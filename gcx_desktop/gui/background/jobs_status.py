"""The running jobs in the status bar: what each does, its progress, the time left, and Stop."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from ...progress import Progress
from ...wording import elided
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from .jobs import Job, Jobs

_LONGEST = 60
"""Most characters of a job's text, which may contain names of files."""
_SIDE = 8
"""Pixels beside a text in the status bar."""


def progress_text(progress: Progress, done_before: int = 0) -> str:
    """The progress, such as "Explaining 812 / 2,050"; records explained before this run count as done."""
    if progress.total is None:
        return f"{progress.what} {progress.done:,}"
    return f"{progress.what} {done_before + progress.done:,} / {done_before + progress.total:,}"


def outcome_text(total: int, missing: int, rejected: int, *, stopped: bool) -> str:
    """The outcome, such as "41,120 explained, 7 rejected", or "Stopped: 19,512 of 41,127 explained"."""
    explained = total - missing - rejected
    if missing:
        return f"{'Stopped: ' if stopped else ''}{explained:,} of {total:,} explained"
    return f"{explained:,} explained" + (f", {rejected:,} rejected" if rejected else "")


def remaining_text(progress: Progress) -> str:
    """The time left, such as "0:14 left"; "" while the speed is unknown."""
    remaining = progress.remaining
    if remaining is None or progress.elapsed < 0.5:
        return ""
    minutes, seconds = divmod(round(remaining), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d} left" if hours else f"{minutes}:{seconds:02d} left"


class JobRow(QWidget):
    """One job: what it does, its progress, and Stop."""

    def __init__(self, parent: QWidget | None = None, *, among_others: bool = False) -> None:
        """:param among_others: whether the row is in a list: it then names the job even while a step has its own text,
        and its columns are as wide as in the other rows
        """
        super().__init__(parent)
        self._job: Job | None = None
        self._among_others = among_others
        self.words = PlainLabel(parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setMaximumHeight(12)
        self.bar.setAccessibleName("Progress")
        self.left = PlainLabel(parent=self)
        self.stop_button = QPushButton("Stop", self)
        self.stop_button.setToolTip("Stop (Esc); what is done stays")
        self.stop_button.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, 0, _SIDE, 0)
        row.setSpacing(10)
        for widget in (self.words, self.bar, self.left, self.stop_button):
            row.addWidget(widget)
        if among_others:
            row.setStretchFactor(self.words, 1)
            self.left.setMinimumWidth(self.left.fontMetrics().horizontalAdvance("0:00:00 left"))
        self.hide()

    def show_job(self, job: Job | None) -> None:
        """Shows the state of a job; hides the row for ``None``."""
        self._job = job
        if job is not None:
            self._show_words(job)
            self._show_bar(job)
            self.stop_button.setEnabled(not job.stopping)
        self.setVisible(job is not None)

    def _show_words(self, job: Job) -> None:
        what, progress = job.description.what, job.progress
        if job.stopping:
            words = "Stopping…"
        elif progress is None:
            words = f"{elided(what, _LONGEST)}…"
        elif job.description.as_share:
            words = f"{elided(progress.what, _LONGEST)} {_share(progress):.0%}"
        else:
            words = elided(progress_text(progress, job.description.done_before), _LONGEST)
        if self._among_others and progress is not None and not progress.what.startswith(what):
            words = f"{elided(what, _LONGEST)}: {words}"
        self.words.setText(words)
        self.left.setText("" if progress is None else remaining_text(progress))

    def _show_bar(self, job: Job) -> None:
        progress, done_before = job.progress, job.description.done_before
        if progress is not None and job.description.as_share:
            self.bar.setRange(0, 100)
            self.bar.setValue(int(100 * _share(progress)))
        elif progress is not None and progress.total:
            self.bar.setRange(0, done_before + progress.total)
            self.bar.setValue(done_before + progress.done)
        else:
            self.bar.setRange(0, 0)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()


class JobsList(QFrame):
    """A popup above the status bar with all visible jobs, each with its Stop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("What runs")
        self.rows: list[JobRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 8, 4, 8)

    def show_jobs(self, jobs: tuple[Job, ...]) -> None:
        """Shows a row for each job."""
        while len(self.rows) > len(jobs):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()
        while len(self.rows) < len(jobs):
            self.rows.append(JobRow(self, among_others=True))
            self._column.addWidget(self.rows[-1])
        for row, job in zip(self.rows, jobs, strict=True):
            row.show_job(job)
        if self.isVisible():
            self.adjustSize()

    def open_above(self, widget: QWidget) -> None:
        """Shows the list with its bottom left corner at the top left corner of a widget, or further left if needed."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(0, -self.height()))
        corner.setX(max(0, min(corner.x(), self.screen().availableGeometry().right() - self.width())))
        self.move(corner)
        self.show()
        self.rows[0].stop_button.setFocus(Qt.FocusReason.PopupFocusReason)


class JobsStatus(QObject):
    """The job that began last, a button for the others, and the outcome of the last run.

    Attributes: ``outcome``, ``row``, ``more`` (``widgets``, for the status bar); ``list`` (what the button opens).
    """

    def __init__(self, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._jobs = jobs
        self.outcome = PlainLabel(parent=window)
        self.outcome.setContentsMargins(_SIDE, 0, _SIDE, 0)
        self.row = JobRow(window)
        self.list = JobsList(window)
        self.more = QToolButton(window)
        self.more.setAutoRaise(True)
        self.more.setToolTip(plain_tooltip("Everything that runs, each with Stop"))
        self.more.clicked.connect(lambda: self.list.open_above(self.more))
        self.widgets = (self.outcome, self.row, self.more)
        self.show_outcome("")
        for signal in (jobs.changed, jobs.progressed):
            signal.connect(self._show)
        self._show()

    def show_outcome(self, outcome: str) -> None:
        """Shows how a job ended; "" shows nothing."""
        self.outcome.setText(outcome)
        self.outcome.setVisible(bool(outcome))

    def _show(self) -> None:
        jobs = self._jobs.visible
        self.row.show_job(jobs[-1] if jobs else None)
        n_others = len(jobs) - 1
        self.more.setText(f"{n_others} more")
        self.more.setVisible(n_others > 0)
        self.list.show_jobs(jobs)
        if n_others < 1:
            self.list.hide()


def _share(progress: Progress) -> float:
    """The share of the whole that is done, 0 to 1."""
    return progress.done / progress.total if progress.total else 0.0
