"""The third page of the training window: how good the model is, beside the forest, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ...app.training.training_result import N_WORST, what_split_asks
from ...kinds.registry import kind_of_model
from ...wording import counted
from ..measures.measures_words import QUALITY
from ..pictures.chart_view import ChartView
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import ElidedLabel, PlainLabel
from . import training_words as words
from .error_table import ErrorTable
from .result_drawing import ResultCharts

if TYPE_CHECKING:
    from ...app.training.training_result import TrainingResult
    from ...gcn.cards.card import Metrics

_OTHER_METRICS = {
    "brier_score": "Brier score",
    "rmse": "Root mean square error",
    "mae": "Mean absolute error",
    "r2": "R²",
    "spearman": "Spearman's rank correlation",
}
_COVERAGE = "coverage_90"
_COVERAGE_WORDS = ("Sets of 90 % hold the class", "Intervals of 90 % hold the value")
"""Of classes, of values."""
_OR_OF_THE_TABLE = "each by a network that had not seen the molecule: errors of the model, or of the table?"
_A_CLICK = "A click shows the molecule in the open library."


class ResultPage(QWidget):
    """Signals: ``use_wanted()``, ``save_wanted()``, ``copy_wanted()``, ``again_wanted()``: a button was pressed;
    ``record_chosen(position)``: a record of the table is to be shown."""

    use_wanted = Signal()
    save_wanted = Signal()
    copy_wanted = Signal()
    again_wanted = Signal()
    record_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(parent=self)
        font = QFont(self.title.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.title.setFont(font)
        self.data = self._explanation(quiet=True)
        self.verdict = self._explanation()
        self.kept = self._explanation(quiet=True)
        self.body = QWidget(self)
        self.figures = QWidget(self.body)
        self.split_asks = self._explanation(quiet=True)
        self.domain = self._explanation()
        self.roc = ChartView("Receiver operating characteristic, out of fold", self.body)
        self.calibration = ChartView("Calibration, out of fold: true share over predicted probability", self.body)
        self.values = ChartView("Predicted over measured values, out of fold", self.body)
        self.values.chosen.connect(self._choose_point)
        self.values.describe = self._describe_point
        self._result: TrainingResult | None = None
        self.n_wrong = self._explanation()
        self.errors = ErrorTable(self.body)
        self.errors.record_chosen.connect(self.record_chosen)
        self.use_button = QPushButton("&Use It Now", self)
        self.save_button = QPushButton("&Save As…", self)
        self.copy_button = QPushButton("&Copy the Command", self)
        self.again_button = QPushButton("&Train Again…", self)
        self.again_button.setToolTip("Back to the choices, which stay as they were")
        for button, signal in (
            (self.use_button, self.use_wanted),
            (self.save_button, self.save_wanted),
            (self.copy_button, self.copy_wanted),
            (self.again_button, self.again_wanted),
        ):
            button.clicked.connect(signal)
        self._lay_out()

    def _explanation(self, *, quiet: bool = False) -> PlainLabel:
        label = PlainLabel(quiet=quiet, parent=self)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        charts = QWidget(self.body)
        flow = FlowLayout(charts, gap=12)
        for chart in (self.roc, self.calibration, self.values):
            flow.addWidget(chart)
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.setSpacing(8)
        for widget in (
            self.title,
            self.data,
            self.verdict,
            self.figures,
            self.split_asks,
            charts,
            self.domain,
            self.n_wrong,
            self.errors,
        ):
            inside.addWidget(widget)
        inside.addStretch(1)
        QGridLayout(self.figures).setContentsMargins(0, 0, 0, 0)
        scrolled = QScrollArea(self)
        scrolled.setWidget(self.body)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QHBoxLayout()
        for button in (self.again_button, self.copy_button):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.save_button, self.use_button):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled, 1)
        whole.addWidget(self.kept)
        whole.addLayout(foot)

    def show_result(self, result: TrainingResult) -> None:
        """Shows a model that was trained."""
        self._result, card = result, result.card
        of_records = kind_of_model(card).words
        what = card.endpoint if card.of_value else " / ".join(card.class_names)
        self.title.set_full_text(f"{card.name}: {what}")
        data = card.training_data
        if data is not None:
            counts = ", ".join(f"{name}: {count:,}" for name, count in data.class_counts.items())
            if card.of_value and card.value_range:
                counts = f"{card.endpoint} from {card.value_range[0]:.3g} to {card.value_range[-1]:.3g}"
            left_out = ", ".join(f"{count:,} {reason}" for reason, count in data.dropped.items() if count)
            self.data.setText(
                f"Trained on {of_records.counted(data.n_used)} of {counted(data.n_records, 'record')}: {counts}."
                + (f" Left out: {left_out}." if left_out else "")
            )
        self.verdict.setText(result.verdict)
        self._show_figures(card.metrics, card.baseline, of_value=card.of_value)
        self.split_asks.setText(what_split_asks(card.metrics[0].split) if card.metrics else "")
        self.domain.setText(result.about_domain)
        worst = result.worst()
        if card.of_value:
            said = f"The {len(worst)} predictions farthest off, {_OR_OF_THE_TABLE}"
        else:
            listed = "" if result.n_wrong <= N_WORST else f", of which the surest {N_WORST} are listed"
            said = f"{of_records.counted(result.n_wrong)} predicted wrongly{listed}, {_OR_OF_THE_TABLE}"
        self.n_wrong.setText(f"{said} {_A_CLICK}")
        self.errors.errors.show(worst, of_value=card.of_value)
        self.errors.setVisible(bool(worst))
        self.n_wrong.setVisible(result.known is not None)
        self.show_charts(ResultCharts())

    def show_charts(self, charts: ResultCharts) -> None:
        self.roc.show_chart(charts.roc)
        self.calibration.show_chart(charts.calibration)
        self.values.show_chart(charts.values)

    def _choose_point(self, key: tuple[int, int]) -> None:
        if self._result is not None and len(self._result.positions):
            self.record_chosen.emit(int(self._result.positions[key[0]]))

    def _describe_point(self, key: tuple[int, int]) -> str:
        result = self._result
        if result is None or result.known is None:
            return ""
        records = result.records
        name = (records.titles[key[0]] or records.texts[key[0]]) if records is not None else ""
        measured, predicted = result.known.measured[key[0]], result.known.probabilities[key[0], 0]
        return f"{name}\nmeasured {measured:.3g}, predicted {predicted:.3g}".strip()

    def show_kept(self, where: str) -> None:
        """Says where the model is kept; "" if nowhere yet."""
        self.kept.setText(where or words.NOT_KEPT)

    def set_busy(self, busy: bool) -> None:
        """Sets whether the model is being copied."""
        for button in (self.use_button, self.save_button, self.again_button):
            button.setEnabled(not busy)

    def _show_figures(self, metrics: tuple[Metrics, ...], baseline: tuple[Metrics, ...], *, of_value: bool) -> None:
        grid = self.figures.layout()
        assert isinstance(grid, QGridLayout)  # noqa: S101
        while (item := grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        names = {**QUALITY, **_OTHER_METRICS, _COVERAGE: _COVERAGE_WORDS[of_value]}
        forests = {each.split: each for each in baseline}
        row = 0
        for of_split in metrics:
            forest = forests.get(of_split.split)
            heads = (f"Held out, {of_split.split}, {of_split.runs}", "This network", "Random forest" if forest else "")
            for column, text in enumerate(heads):
                grid.addWidget(PlainLabel(text, quiet=True, parent=self.figures), row, column)
            for name in of_split.values:
                row += 1
                theirs = ""
                if forest is not None and name in forest.values:
                    theirs = forest.in_words(name, _digits(forest, name))
                digits = _digits(of_split, name)
                texts = (names.get(name, name), of_split.in_words(name, digits), theirs)
                for column, text in enumerate(texts):
                    grid.addWidget(PlainLabel(text, parent=self.figures), row, column)
            row += 1
        grid.setColumnStretch(3, 1)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)


def _digits(metrics: Metrics, name: str) -> int:
    """Decimals: three, fewer of large numbers, such as errors in nM."""
    mean = metrics.values[name][0]
    return 3 if mean is None or abs(mean) < 10 else 2 if abs(mean) < 100 else 0
