"""The dock with the profile of the selected record: every endpoint of the model with its prediction as a bar."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...kinds.kind import RecordToShow
from ..background.task_runner import Lane
from ..background.torch_threads import prepare_threads
from ..session.session import Session
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers
from .profile_bars import BAR, ProfileBars

if TYPE_CHECKING:
    from ...app.summaries.endpoint_profile import ProfileBar, ProfiledModel

NO_PROFILE = "This record has no prediction, so there is no profile"
ONE_ENDPOINT = "The model has one endpoint; a model of several shows them all here"
PROFILE_LEGEND = (
    "A bar is the probability of the class named, or where the value lies among those measured in training; the line "
    "on it is the range of the networks, or the value's 90 % interval. Click a row to explain that endpoint."
)


class ProfileDock(QDockWidget):
    """A dock that the user opens. It follows the selected record and the model.

    Attributes: ``table``; ``bars``, what it shows; ``message`` (shown in place of the table); ``legend``.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Profile of Endpoints", parent)
        self.setObjectName("profile")
        self._session = session
        self._lane = Lane(self)
        self._model: tuple[Path, int, ProfiledModel] | None = None
        self.bars: list[ProfileBar] = []
        self.table = self._make_table()
        self.legend = PlainLabel(PROFILE_LEGEND, quiet=True, parent=self)
        self.legend.setWordWrap(True)
        self.message = PlainLabel(quiet=True, parent=self)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self._shown = QWidget(self)
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.legend)
        column.addWidget(self.table, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.message)
        self._pages.addWidget(self._shown)
        self.setWidget(self._pages)
        self._connect()
        self.hide()
        self._say(self._no_record)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3, self)
        table.setHorizontalHeaderLabels(["Endpoint", "", "Prediction"])
        table.setAccessibleName("Profile of endpoints")
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        show_whole_numbers(table)
        table.setItemDelegateForColumn(1, ProfileBars(table))
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for number in (0, 2):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        return table

    def _connect(self) -> None:
        selection = self._session.selection
        selection.cleared.connect(lambda: self._say(self._no_record))
        selection.loading.connect(lambda _: self._say(""))
        selection.read.connect(lambda _: self._follow())
        selection.unpredictable.connect(lambda _: self._say(NO_PROFILE))
        selection.rejected.connect(lambda _: self._say(NO_PROFILE))
        self._session.state.follow(self._follow, "model")
        self.visibilityChanged.connect(lambda visible: self._follow() if visible else None)
        self.toggleViewAction().triggered.connect(lambda wanted: self.raise_() if wanted else None)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    @property
    def _no_record(self) -> str:
        return f"Select {self._session.words.a_record} to see its profile"

    def shut_down(self) -> None:
        self._lane.close()

    def _say(self, words: str) -> None:
        """Shows a text in place of the bars."""
        self.bars = []
        self.message.setText(words)
        self._pages.setCurrentWidget(self.message)

    def _choose(self, index: QModelIndex) -> None:
        folder = self.bars[index.row()].folder if index.row() < len(self.bars) else None
        if folder is not None and folder != self._session.model_path:
            self._session.choose_model(folder)

    # Computing

    def _follow(self) -> None:
        """Computes the profile of the selected record."""
        session, model, record = self._session, self._session.now.model, self._session.selection.record
        if not self.isVisible():
            return
        if model is None or not model.card.shares_layers:
            self._say(ONE_ENDPOINT)
            return
        library = session.now.library
        if record is None or library is None:
            if session.now.position < 0:
                self._say(self._no_record)
            return
        whole, known = model.whole, self._model

        def job() -> tuple[ProfiledModel, int, list[ProfileBar]]:
            prepare_threads()
            from ...app.summaries.endpoint_profile import load_profiled_model, profile_of

            changed = whole.stat().st_mtime_ns
            loaded = known[2] if known is not None and known[:2] == (whole, changed) else load_profiled_model(whole)
            return loaded, changed, profile_of(loaded, record.read, library.source)

        self._lane.submit(job, partial(self._take, record, whole), self._give_up, group="profile")

    def _give_up(self, words: str) -> None:
        self._say("There is no profile, since the model cannot be loaded")
        self._session.trouble.emit(words)

    def _take(self, record: RecordToShow, whole: Path, found: tuple[ProfiledModel, int, list[ProfileBar]]) -> None:
        loaded, changed, bars = found
        self._model = (whole, changed, loaded)
        if record is self._session.selection.record and whole == self._session.model_folder:
            self._show(bars)

    # What is shown

    def _show(self, bars: list[ProfileBar]) -> None:
        self.bars = bars
        self.table.setRowCount(len(bars))
        for row, bar in enumerate(bars):
            chosen = bar.folder == self._session.model_path
            for column, words in enumerate((" ".join(bar.endpoint.split()), "", bar.words)):
                item = QTableWidgetItem(words)
                item.setToolTip(plain_tooltip(bar.detail))
                if chosen:
                    font = QFont(self.table.font())
                    font.setWeight(QFont.Weight.DemiBold)
                    item.setFont(font)
                if column == 1:
                    item.setData(BAR, bar)
                    item.setData(int(Qt.ItemDataRole.AccessibleTextRole), bar.detail)
                self.table.setItem(row, column, item)
            if chosen:
                self.table.setCurrentCell(row, 0)
        self._pages.setCurrentWidget(self._shown)
