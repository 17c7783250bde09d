"""The pages of the Measures panel: methods, curves, predicted classes or values, sanity check."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ...app.evaluation.records_behind import (
    MeasureKind,
    records_behind_bin,
    records_behind_cell,
    records_behind_measure,
    records_in_range,
)
from ...app.explaining.method_names import METHOD_NAMES
from ...app.libraries.row_filters import RecordSubset
from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND
from ..pictures.chart_view import ChartView, pixels_per_inch
from ..widgets.elided_combo import ElidedCombo
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from . import measures_words as meanings
from .measures_drawing import HEIGHT, MeasuresCharts
from .measures_table import MeasuresColumn, MeasuresTable, method_rows

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...app.explaining.value_words import ValueWords

_BESIDE = (MeasureKind.FIDELITY, MeasureKind.RANDOM)
"""The measures shown by the first and the second bar of a method."""
_LEAST_TEXT, _TEXT_WIDTH = 34, 58
"""Characters of a line of explanation: at least, and where charts leave enough room."""
_FIRST = 100
"""Stretch factor of the explanations, which get free space before the area behind the charts does."""


class Page(QScrollArea):
    """A page that scrolls. Signal ``chosen(RecordSubset)``: records behind a figure are wanted.

    Attributes: ``body``, the scrolled widget; ``words``, for records and nodes.
    """

    chosen = Signal(RecordSubset)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QWidget(self)
        self.setWidget(self.body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.body.setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(round(HEIGHT * pixels_per_inch(self)) + 2)
        self._measured: LibraryEvaluation | None = None
        self.words = DEFAULT_KIND.words

    def set_words(self, words: Words) -> None:
        """Sets the words for records and nodes."""
        self.words = words

    def show_measured(self, measured: LibraryEvaluation) -> None:
        self._measured = measured

    def _explanation(self, text: str = "", *, quiet: bool = False) -> PlainLabel:
        made = PlainLabel(text, quiet=quiet, parent=self.body)
        made.setWordWrap(True)
        made.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LEAST_TEXT)
        made.setMaximumWidth(self.fontMetrics().averageCharWidth() * _TEXT_WIDTH)
        return made


class MethodsPage(Page):
    """The table and, beside it, the bars. Signal ``cutoff_changed()``."""

    cutoff_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = MeasuresTable(self.body)
        self.table.figure_chosen.connect(self._choose)
        self.bars = ChartView("", self.body)
        self.bars.describe = self._describe
        self.bars.chosen.connect(lambda key: self._choose(*self._bar(key)))
        self.cutoffs = ElidedCombo("Cutoff", "", self.body)
        self.cutoffs.currentIndexChanged.connect(lambda _: self._fill())
        self._above, self._of = (PlainLabel(quiet=True, parent=self.body) for _ in range(2))
        self.set_words(self.words)
        note = QHBoxLayout()
        note.setContentsMargins(8, 0, 0, 4)
        for widget in (self._above, self.cutoffs, self._of):
            note.addWidget(widget)
        note.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.table, 1)
        left.addLayout(note)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self.bars, 0, Qt.AlignmentFlag.AlignTop)

    def set_words(self, words: Words) -> None:
        super().set_words(words)
        self.table.rows_model.set_words(words)
        self.bars.setAccessibleName(f"Fidelity of the methods beside that of random {words.nodes}")
        self.cutoffs.set_purpose(
            f"Share of {words.a_record}'s own largest value above which {words.a_node} counts as highlighted.\n"
            "The window's colour threshold, a share of the colour scale, changes nothing here."
        )
        self._above.setText(f"Cutoff: {words.nodes} above")
        self._of.setText(f"of {words.a_record}'s own largest value. {meanings.click_tip(words)}")

    @property
    def cutoff(self) -> float:
        return float(self.cutoffs.currentData())

    def show_measured(self, measured: LibraryEvaluation) -> None:
        before = self.cutoffs.currentData()
        super().show_measured(measured)
        self.cutoffs.blockSignals(True)
        self.cutoffs.clear()
        for each in measured.evaluation.cutoffs:
            self.cutoffs.addItem(f"{each:.0%}", each)
        wanted = before if before in measured.evaluation.cutoffs else measured.evaluation.cutoffs[1]
        self.cutoffs.setCurrentIndex(measured.evaluation.cutoffs.index(wanted))
        self.cutoffs.blockSignals(False)
        self.table.setColumnHidden(MeasuresColumn.ATTRIBUTION, measured.evaluation.attribution is None)
        self.table.rows_model.set_value(measured.value)
        self.table.rows_model.show(method_rows(measured, self.cutoff))

    def _fill(self) -> None:
        if self._measured is not None and self.cutoffs.count():
            self.table.rows_model.show(method_rows(self._measured, self.cutoff))
            self.cutoff_changed.emit()

    def _behind(self, method: str, figure: MeasureKind) -> RecordSubset | None:
        if self._measured is None:
            return None
        return records_behind_measure(self._measured.evaluation, method, self.cutoff, figure, self.words)

    def _choose(self, method: str, figure: MeasureKind) -> None:
        self.chosen.emit(self._behind(method, figure))

    def _bar(self, key: tuple[int, int]) -> tuple[str, MeasureKind]:
        assert self._measured is not None  # noqa: S101
        return self._measured.method_ids[key[0]], _BESIDE[key[1]]

    def _describe(self, key: tuple[int, int]) -> str:
        return area_tooltip(self._behind(*self._bar(key)), self.words)


class CurvesPage(Page):
    """The measures over cutoffs, and fidelity over equal shares of nodes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = ("Fidelity", "Contrastivity", "Sparsity")
        self.curves = [ChartView(f"{name} over cutoffs", self.body) for name in names]
        self.curves.append(ChartView("", self.body))
        self.set_words(self.words)
        self.key = ChartView("What the curves are called", self.body)
        flow = FlowLayout(self.body, gap=4)
        for view in (*self.curves, self.key):
            flow.addWidget(view)

    def set_words(self, words: Words) -> None:
        super().set_words(words)
        self._tell_meaning(None)
        self.curves[-1].setAccessibleName(f"Fidelity over shares of masked {words.nodes}")

    def show_measured(self, measured: LibraryEvaluation) -> None:
        super().show_measured(measured)
        self._tell_meaning(measured.value)

    def _tell_meaning(self, value: ValueWords | None) -> None:
        """Sets the tooltips of the curves."""
        tips = (meanings.fidelity_tip, meanings.contrastivity_tip, meanings.sparsity_tip, meanings.shares_tip)
        for view, tip in zip(self.curves, tips, strict=True):
            view.setToolTip(plain_tooltip(tip(self.words, value)))

    def show_charts(self, charts: MeasuresCharts) -> None:
        for view, chart in zip(self.curves, charts.curves, strict=True):
            view.show_chart(chart)
        self.key.show_chart(charts.key)


@dataclass(frozen=True, slots=True)
class QualityWords:
    """What a page of quality says."""

    names: Mapping[str, str]
    """Of the figures, by their keys among ``charts.quality``."""
    charts: tuple[str, str]
    """Accessible names of both charts."""
    labelled: str
    """What records have that are compared, such as "a class"."""
    tips: Callable[[Words], Mapping[str, str]]
    """Tooltips of the figures, by their keys."""
    clicks: Callable[[Words], str]
    """What a click on the charts does."""


class QualityPage(Page):
    """The quality of the predictions: figures, and two charts beside them."""

    def __init__(self, said: QualityWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = said
        self.about = self._explanation()
        self.trained = self._explanation(quiet=True)
        self._points = self._explanation(quiet=True)
        self.figures: dict[str, PlainLabel] = {}
        self._captions: dict[str, PlainLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        for row, (key, name) in enumerate(said.names.items()):
            self._captions[key] = PlainLabel(name, quiet=True, parent=self.body)
            self.figures[key] = PlainLabel("—", parent=self.body)
            for column, label in enumerate((self._captions[key], self.figures[key])):
                grid.addWidget(label, row, column)
        grid.setColumnStretch(1, 1)
        self._charts = tuple(ChartView(name, self.body) for name in said.charts)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.about)
        left.addLayout(grid)
        left.addWidget(self.trained)
        left.addWidget(self._points)
        left.addStretch(1)
        row_ = QHBoxLayout(self.body)
        row_.setContentsMargins(10, 0, 0, 0)
        row_.setSpacing(24)
        row_.addLayout(left, _FIRST)
        for chart in self._charts:
            row_.addWidget(chart, 0, Qt.AlignmentFlag.AlignTop)
        row_.addStretch(1)
        self.set_words(self.words)

    def set_words(self, words: Words) -> None:
        super().set_words(words)
        for key, tip in self._said.tips(words).items():
            for label in (self._captions[key], self.figures[key]):
                label.setToolTip(plain_tooltip(tip))
        self._points.setText(self._said.clicks(words))

    def show_measured(self, measured: LibraryEvaluation) -> None:
        super().show_measured(measured)
        n_used, n_rejected = measured.evaluation.n_molecules, len(measured.evaluation.rejected)
        rejected = f"; {n_rejected:,} more could not be read" if n_rejected else ""
        known = f"{n_used:,} of {self.words.counted(measured.n_labelled)}"
        self.about.setText(f"{known} with {self._said.labelled} in ‘{measured.label}’{rejected}")
        trained = meanings.remembers if measured.trained_on else meanings.other_file
        self.trained.setText(trained(self.words))


class PredictionPage(QualityPage):
    """The quality of predicted classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        calibration = "Calibration: true share over predicted probability"
        charts = (calibration, "Confusion matrix: true class over predicted class")
        said = QualityWords(meanings.QUALITY, charts, "a class", meanings.quality_tips, meanings.points)
        super().__init__(said, parent)
        self.calibration, self.matrix = self._charts
        self.calibration.describe = lambda key: area_tooltip(self._behind_bin(key), self.words)
        self.matrix.describe = lambda key: area_tooltip(self._behind_cell(key), self.words)
        self.calibration.chosen.connect(lambda key: self.chosen.emit(self._behind_bin(key)))
        self.matrix.chosen.connect(lambda key: self.chosen.emit(self._behind_cell(key)))

    def show_charts(self, charts: MeasuresCharts) -> None:
        for key, label in self.figures.items():
            value = charts.quality.get(key, math.nan)
            label.setText("— (only one class occurs)" if math.isnan(value) else f"{value:.3f}")
        self.calibration.show_chart(charts.calibration)
        self.matrix.show_chart(charts.matrix)

    def _behind_bin(self, key: tuple[int, int]) -> RecordSubset | None:
        found = self._measured
        return None if found is None else records_behind_bin(found.evaluation, key[0], found.class_names)

    def _behind_cell(self, key: tuple[int, int]) -> RecordSubset | None:
        found = self._measured
        return None if found is None else records_behind_cell(found.evaluation, *key, found.class_names)


class ValuesPage(QualityPage):
    """The quality of predicted values. Signal ``record_chosen(position)``: a point was clicked."""

    record_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        charts = ("Predicted over measured value", "Error by similarity to the training records")
        tips, clicks = meanings.value_quality_tips, meanings.value_points
        super().__init__(QualityWords(meanings.VALUE_QUALITY, charts, "a measured value", tips, clicks), parent)
        self.scatter, self.distances = self._charts
        self.scatter.describe = self._describe_point
        self.scatter.chosen.connect(lambda key: self._choose_point(key[0]))
        self.distances.describe = lambda key: area_tooltip(self._behind_range(key[0]), self.words)
        self.distances.chosen.connect(lambda key: self.chosen.emit(self._behind_range(key[0])))

    def show_charts(self, charts: MeasuresCharts) -> None:
        value = self._measured.value if self._measured is not None else None
        for key, label in self.figures.items():
            number = charts.quality.get(key, math.nan)
            if value is not None and key in meanings.IN_UNIT:
                label.setText(f"{value.fine(number)} {value.unit}".strip())
            else:
                label.setText("—" if math.isnan(number) else f"{number:.3f}".replace("-", "−"))
        self.scatter.show_chart(charts.scatter)
        self.distances.show_chart(charts.distances)

    def _describe_point(self, key: tuple[int, int]) -> str:
        found = self._measured
        if found is None or found.value is None:
            return ""
        evaluation, number = found.evaluation, key[0]
        measured = found.value.text(float(evaluation.labels[number]))
        predicted = found.value.text(float(evaluation.probabilities[number, 0]))
        record = f"record {evaluation.positions[number] + 1:,}"
        return f"{record}: measured {measured}, predicted {predicted}; a click shows it"

    def _choose_point(self, number: int) -> None:
        if self._measured is not None:
            self.record_chosen.emit(int(self._measured.evaluation.positions[number]))

    def _behind_range(self, number: int) -> RecordSubset | None:
        found = self._measured
        return None if found is None or found.distance is None else records_in_range(found, number)


class SanityPage(Page):
    """Whether the maps depend on what the network has learned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = self._explanation()
        self._meaning = self._explanation(quiet=True)
        self.set_words(self.words)
        self.chart = ChartView("Rank correlation by randomised layers", self.body)
        self.key = ChartView("What the curves are called", self.body)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.verdict)
        left.addWidget(self._meaning)
        left.addStretch(1)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(10, 0, 0, 0)
        row.setSpacing(24)
        row.addLayout(left, _FIRST)
        for view in (self.chart, self.key):
            row.addWidget(view, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)

    def set_words(self, words: Words) -> None:
        super().set_words(words)
        self._meaning.setText(meanings.sanity(words))

    def show_measured(self, measured: LibraryEvaluation) -> None:
        super().show_measured(measured)
        flagged = [
            meanings.suspicion(METHOD_NAMES[check.method], float(check.correlation[-1]))
            for check in measured.checks
            if check.suspicious
        ]
        self.verdict.setText("\n".join(flagged) or meanings.SANE)

    def show_charts(self, charts: MeasuresCharts) -> None:
        self.chart.show_chart(charts.sanity)
        self.key.show_chart(charts.sanity_key)


def area_tooltip(chosen: RecordSubset | None, words: Words) -> str:
    """The tooltip of an area, such as "fidelity, CAM: 184 molecules; a click shows them"."""
    if chosen is None:
        return ""
    return f"{chosen.words}: {words.counted(len(chosen.positions))}; a click shows them"
