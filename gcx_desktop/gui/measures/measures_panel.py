"""The dock that measures how far predictions and highlights can be trusted, with records of known class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ...app.evaluation.label_columns import LabelColumn
from ...app.explaining.value_words import value_words
from ...app.libraries.row_filters import RecordSubset
from ..background.dock_parts import advice_page, bring_up, export_button
from ..background.jobs import JobDescription, Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link, Task
from ..background.torch_threads import use_one_thread
from ..labels.label_line import LabelLine
from ..session.label_columns import LabelColumns
from ..session.session import Session
from ..widgets.theme import paper_for
from . import measures_words as meanings
from .measures_choice import MeasuresChoice
from .measures_drawing import MeasuresCharts
from .measures_export import MeasuresExport
from .measures_pages import CurvesPage, MethodsPage, PredictionPage, SanityPage, ValuesPage

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...depict.measure_charts import Chart


class MeasuresPanel(QDockWidget):
    """Attribute ``measured``: the result that is shown, ``None`` if there is none.

    Signals: ``chosen(RecordSubset)``: records behind a figure are wanted; ``record_chosen(position)``: one record is;
    ``note(sentence)``, ``trouble(sentence)``.
    """

    chosen = Signal(RecordSubset)
    record_chosen = Signal(int)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Measures", parent)
        self.setObjectName("measures")
        self._session = session
        self.measured: LibraryEvaluation | None = None
        self._latest = LatestTask(session.runner, self)
        self._label_columns = LabelColumns(session, self)
        self._drawing: dict[str, Task] = {}
        self._paper = paper_for(self.palette())
        self.choice = MeasuresChoice(self)
        self.label_line = LabelLine(session, self)
        self.methods, self.curves = MethodsPage(self), CurvesPage(self)
        self.prediction, self.sanity = PredictionPage(self), SanityPage(self)
        self.values = ValuesPage(self)
        self.values.record_chosen.connect(self.record_chosen)
        self.exports = MeasuresExport(session.runner, self)
        self._lay_out()
        self._connect()
        self.hide()
        self._show_state()

    def _lay_out(self) -> None:
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Pages of the measures")
        self.pages = QStackedWidget(self)
        for name, page in (
            ("Methods", self.methods),
            ("Curves", self.curves),
            ("Prediction", self.prediction),
            ("Sanity check", self.sanity),
        ):
            self.tabs.addTab(name)
            self.pages.addWidget(page)
        self.words = advice_page(self)
        self.pages.addWidget(self.values)
        self.pages.addWidget(self.words)
        self.export_button = export_button(self.exports.menu, "Writes the numbers as CSV", self)
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self.choice)
        head.addStretch(1)
        head.addWidget(self.tabs)
        head.addWidget(self.export_button)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.label_line)
        column.addWidget(self.pages, 1)
        self.setWidget(whole)

    def _connect(self) -> None:
        session, libraries = self._session, self._session.libraries
        for signal in (libraries.appeared, libraries.closed):
            signal.connect(self._take_words)
        self.tabs.currentChanged.connect(lambda _: self._show_state())
        self.choice.wanted.connect(self.evaluate)
        self.choice.labels.currentIndexChanged.connect(lambda _: self._show_state())
        session.labels.changed.connect(self._forget)
        for page in (self.methods, self.prediction, self.values):
            page.chosen.connect(self.chosen)
        self.methods.cutoff_changed.connect(self._draw_bars)
        self.exports.wanted.connect(self._export)
        self.exports.note.connect(self.note)
        self.exports.trouble.connect(self.trouble)
        self._latest.changed.connect(self._show_state)
        self._label_columns.changed.connect(self._show_labels)
        self._label_columns.trouble.connect(self.trouble)
        session.state.follow(self._forget, "model", "steps")
        for signal in (libraries.appeared, libraries.closed):
            signal.connect(self._forget)
        for signal in (session.model_loaded, libraries.opened):
            signal.connect(self._show_state)

    @property
    def busy(self) -> bool:
        return self._latest.running

    def open(self) -> None:
        """Shows the dock and moves the keyboard focus into it."""
        bring_up(self, self.choice.button)

    def evaluate(self) -> None:
        """Runs the chosen evaluation in the background; the previous result stays until then."""
        session, choice = self._session, self.choice
        explanations = session.explanations(choice.method_ids)
        if self.busy or explanations is None or not choice.label or not choice.method_ids:
            return
        label, n_wanted = choice.label, choice.n_wanted
        said = session.labels.of(label, explanations.bundle.card.class_names)

        def job(link: Link) -> LibraryEvaluation:
            from ...app.evaluation.measure_library import measure_library
            from ...app.evaluation.true_labels import LabelOptions

            use_one_thread()
            return measure_library(
                explanations.request(),
                label,
                explanations.source(),
                explanations.work(link),
                said=LabelOptions(said),
                n_wanted=n_wanted,
            )

        about = JobDescription("Evaluating", "Measures are being computed.")
        self._latest.start(job, about, done=self._show, failed=self.trouble.emit)

    def _show(self, measured: LibraryEvaluation) -> None:
        self.measured = measured
        for page in (self.methods, self.curves, self._quality, self.sanity):
            page.show_measured(measured)
        self._draw()
        self._show_state()

    # Charts

    def _draw(self) -> None:
        measured, paper, words = self.measured, self._paper, self._session.words
        if measured is None:
            return

        def job(_: Link) -> MeasuresCharts:
            from .measures_drawing import draw

            return draw(measured, paper, words)

        def show(drawn: MeasuresCharts) -> None:
            for page in (self.curves, self._quality, self.sanity):
                page.show_charts(drawn)

        self._draw_bars()
        self._draw_in_background("rest", job, show)

    def _draw_bars(self) -> None:
        measured, paper, words = self.measured, self._paper, self._session.words
        if measured is None:
            return
        cutoff = self.methods.cutoff

        def job(_: Link) -> Chart:
            from .measures_drawing import draw_bars

            return draw_bars(measured, cutoff, paper, words)

        self._draw_in_background("bars", job, self.methods.bars.show_chart)

    def _draw_in_background(self, what: str, job: Callable[[Link], Any], show: Callable[[Any], object]) -> None:
        """Draws in a thread; only the latest drawing of each kind is shown."""
        task = self._session.runner.start(
            job,
            Unlisted("it draws a few charts"),
            done=lambda drawn: show(drawn) if self._drawing.get(what) is task else None,
            failed=self.trouble.emit,
        )
        self._drawing[what] = task

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            paper = paper_for(self.palette())
            if paper is not self._paper:
                self._paper = paper
                self._draw()

    # The records to evaluate

    def _take_words(self) -> None:
        parts = (self.choice, self.exports, self.methods, self.curves, self.prediction, self.values, self.sanity)
        for part in parts:
            part.set_words(self._session.words)

    @property
    def _quality(self) -> PredictionPage | ValuesPage:
        """The page of predicted classes or values."""
        return self.values if self.measured is not None and self.measured.value is not None else self.prediction

    def _forget(self) -> None:
        """Discards the result, which no longer applies."""
        self._latest.drop()
        self.measured = None
        self._drawing.clear()
        self._show_state()

    def _show_labels(self) -> None:
        self.choice.show_labels(self._label_columns.found or ())
        self._show_state()

    @property
    def _column(self) -> LabelColumn | None:
        """The chosen column."""
        return next((each for each in self._label_columns.found or () if each.name == self.choice.label), None)

    def _show_state(self) -> None:
        session = self._session
        there = self.measured is not None
        self.tabs.setVisible(there)
        self.export_button.setVisible(there)
        shown = (self.methods, self.curves, self._quality, self.sanity)[self.tabs.currentIndex()]
        self.pages.setCurrentWidget(shown if there else self.words)
        value = value_words(session.card)
        self.choice.set_value(value)
        column = self._column
        self.label_line.show_column(column)
        said = self.measured.evaluation.suspicion if self.measured is not None else ""
        about = self.measured is not None and self.measured.label == self.choice.label
        other = "" if about or self.measured is None else meanings.measured_by(self.measured)
        self.label_line.warn(" ".join(part for part in (other, said) if part))
        ready = (
            column is not None
            and not column.reason
            and session.bundle is not None
            and session.libraries.library is not None
        )
        self.choice.set_ready(ready and not self.busy)
        self.words.setText(self._advice())

    def _advice(self) -> str:
        library, card = self._session.libraries.shown, self._session.card
        if library is None:
            return meanings.NO_LIBRARY
        if card is None:
            return meanings.MODEL_WANTED
        if self.busy:
            return meanings.RUNNING
        if self._label_columns.found is None:
            return meanings.READING
        value = value_words(card)
        if value is not None and self._label_columns.found and self._column is None:
            return meanings.choose_values(value)
        if self._label_columns.found and (self._column is None or self._column.reason):
            return meanings.UNSETTLED if value is None else meanings.choose_values(value)
        if self.choice.label:
            return meanings.before_evaluating(self._session.words, value)
        if value is not None:
            return meanings.no_values(library.path.name, card.name, value)
        if self._session.kind.labels.names is not None:
            return meanings.no_task(card.name, card.class_names)
        return meanings.no_label(library.path.name, card.name, card.class_names)

    def _export(self, kind: str) -> None:
        library = self._session.libraries.shown
        if self.measured is not None and library is not None:
            self.exports.ask(kind, self.measured, self.methods.cutoff, library.path)
