"""The controls for the display of saliency: legend, scale, explained class and colour threshold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QRadioButton, QSlider, QVBoxLayout, QWidget

from ...app.explaining.value_words import ValueWords
from ...app.state import SCALES
from ...depict.colour_threshold import COLOUR_THRESHOLD_STEPS, DEFAULT_COLOUR_THRESHOLD
from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from .atom_readings import number_text
from .class_choice import ClassChoice
from .legend import Legend

_SCALE_HELP = (
    "library: equal colours mean equal saliency in every {record}\nthis {record}: its strongest {node} has the "
    "strongest colour"
)
_WAIT_HELP = "the library's scale is being computed"
_ONE_LINE, _TWO_LINES = "Colour threshold", "Colour\nthreshold"
_SLIDER_GAP = 12
"""Pixels between the slider and its value."""
_SHORTEST_SLIDER = 100
"""Least width of the slider: one pixel for each step."""


class SaliencyControls(QWidget):
    """The legend and the settings under the molecule.

    Attributes: ``legend``, ``classes`` (ClassChoice), ``slider``, ``scale_box``.

    Signals of the user's choices: ``colour_threshold_wanted`` (share of the scale), ``scale_wanted`` (one of
    ``SCALES``); the current values are set with :meth:`show_colour_threshold` and :meth:`show_scale`.
    """

    colour_threshold_wanted = Signal(float)
    scale_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = SCALES[0]
        self._colour_threshold = DEFAULT_COLOUR_THRESHOLD
        self._library_scale_known = False
        self._words = DEFAULT_KIND.words
        self.legend = Legend(self)
        self.scale_box = self._make_scale_box()
        self.classes = ClassChoice(self)
        self.slider = self._make_slider()
        self.colour_threshold_words = PlainLabel(parent=self)
        longest = self.fontMetrics().horizontalAdvance("0.00 · |saliency| ≥ 0.0000")
        self.colour_threshold_words.setMinimumWidth(longest)
        self._lay_out()
        self.slider.valueChanged.connect(
            lambda steps: self.colour_threshold_wanted.emit(steps / COLOUR_THRESHOLD_STEPS)
        )
        self.scale_box.currentIndexChanged.connect(self._scale_chosen)
        self.set_words(self._words)
        self.set_library_scale_known(False)
        self.show_colour_threshold(self._colour_threshold)

    def show_colour_threshold(self, share: float) -> None:
        """:param share: of the scale, 0 to 1"""
        self._colour_threshold = share
        self.slider.blockSignals(True)
        self.slider.setValue(round(share * COLOUR_THRESHOLD_STEPS))
        self.slider.blockSignals(False)
        self.legend.set_colour_threshold(share)
        self._say_colour_threshold()

    def show_scale(self, scale: str) -> None:
        """:param scale: the user's choice, one of ``SCALES``"""
        self._scale = scale
        self._show_effective_scale()

    def set_words(self, words: Words) -> None:
        """Sets the words for a record and its nodes."""
        self._words = words
        self.legend.set_node(words.node)
        self.scale_box.setItemText(self.scale_box.findData("molecule"), f"this {words.record}")
        self.slider.setToolTip(
            plain_tooltip(
                f"{words.nodes.capitalize()} below this share of the colour scale are not coloured.\n"
                "It decides what is drawn, and what the trust strip asks about. What Measures and Substructures count "
                f"goes\nby their cutoff, a share of each {words.record}'s own largest value."
            )
        )
        self._say_scale()
        self._say_colour_threshold()

    def set_library_scale_known(self, known: bool) -> None:
        self._library_scale_known = known
        self._say_scale()
        self._show_effective_scale()

    def _say_scale(self) -> None:
        known, words = self._library_scale_known, self._words
        self.scale_box.setEnabled(known)
        self.scale_box.setToolTip(
            plain_tooltip(_SCALE_HELP.format(record=words.record, node=words.node) if known else _WAIT_HELP)
        )

    def set_classes(self, names: Sequence[str], of_value: ValueWords | None = None) -> None:
        """Sets the classes; in tab order they come between the scale and the colour threshold.

        :param of_value: ``None`` of a model of classes
        """
        self.classes.set_names(names, of_value)
        walk = [self.scale_box, *self.classes.inputs, self.slider]
        for one, after in pairwise(walk):
            QWidget.setTabOrder(one, after)

    def minimumSizeHint(self) -> QSize:
        """The height of the wrapped lines at the current width: surrounding layouts ignore height-for-width at their
        minimum height, and would cut lines."""
        least = super().minimumSizeHint()
        layout = self.layout()
        return least if layout is None else least.expandedTo(QSize(0, layout.totalMinimumHeightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_slider_caption()
            self.updateGeometry()

    def _fit_slider_caption(self) -> None:
        """Wraps the caption to two lines if one would leave the slider too short."""
        caption = self._slider_caption.fontMetrics().horizontalAdvance(_ONE_LINE) + self._grid.horizontalSpacing()
        beside = self.colour_threshold_words.minimumWidth() + _SLIDER_GAP
        fits = self.width() >= caption + _SHORTEST_SLIDER + beside
        self._slider_caption.setText(_ONE_LINE if fits else _TWO_LINES)

    def add_row(self, words: str, button: QWidget, widget: QWidget) -> None:
        """Adds a row under the colour threshold, aligned with it, with a small button beside its caption."""
        caption = QHBoxLayout()
        caption.setSpacing(2)
        caption.addWidget(self._caption(words, widget))
        caption.addWidget(button)
        row = self._grid.rowCount()
        self._grid.addLayout(caption, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(widget, row, 1)

    def legend_changed(self) -> None:
        """Must be called after the legend has got another scale."""
        self._say_colour_threshold()

    def _make_scale_box(self) -> QComboBox:
        box = QComboBox(self)
        for mode in SCALES:
            box.addItem(mode, mode)
        box.setAccessibleName("Colour scale")
        return box

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, COLOUR_THRESHOLD_STEPS)
        slider.setPageStep(10)
        slider.setAccessibleName("Colour threshold, per cent of the scale")
        return slider

    def _lay_out(self) -> None:
        scale_label = self._caption("Scale", self.scale_box)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.legend, 1)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(scale_label)
        column.addWidget(self.scale_box)
        column.addStretch(1)
        top.addLayout(column)

        colour_threshold = QHBoxLayout()
        colour_threshold.setSpacing(_SLIDER_GAP)
        colour_threshold.addWidget(self.slider, 1)
        colour_threshold.addWidget(self.colour_threshold_words)
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        explains = self._caption("Explains", self.classes)
        explains.setMinimumHeight(QRadioButton("x").sizeHint().height())
        grid.addWidget(explains, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.classes, 0, 1)
        self._slider_caption = self._caption(_ONE_LINE, self.slider)
        grid.addWidget(self._slider_caption, 1, 0)
        grid.addLayout(colour_threshold, 1, 1)
        grid.setColumnStretch(1, 1)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addLayout(grid)

    def _caption(self, words: str, of: QWidget) -> QLabel:
        label = PlainLabel(words, quiet=True, parent=self)
        label.setBuddy(of)
        return label

    def _say_colour_threshold(self) -> None:
        least = number_text(self._colour_threshold * self.legend.scale.maximum)
        if self._colour_threshold == 0:
            words = f"0.00 · every {self._words.node}"
        elif self.legend.scale.is_empty:
            words = f"{self._colour_threshold:.2f}"
        else:
            saliency = "|saliency|" if self.legend.scale.signed else "saliency"
            words = f"{self._colour_threshold:.2f} · {saliency} ≥ {least}"
        self.colour_threshold_words.setText(words)

    def _scale_chosen(self) -> None:
        if self._library_scale_known:
            self.scale_wanted.emit(self.scale_box.currentData())

    def _show_effective_scale(self) -> None:
        """Shows the scale in use: each record's own while the library's is not known."""
        self.scale_box.blockSignals(True)
        self.scale_box.setCurrentIndex(
            self.scale_box.findData(self._scale if self._library_scale_known else "molecule")
        )
        self.scale_box.blockSignals(False)
