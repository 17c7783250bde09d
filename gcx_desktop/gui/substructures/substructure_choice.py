"""The choices for a search: how molecules are fragmented, by which classes, and what is listed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from ...app.evaluation.label_columns import LabelColumn
from ...app.explaining.value_words import ValueWords
from ...app.libraries.library_rows import parsed_number
from ...app.mining.substructure_search import MiningRequest
from ...app.mining.value_cut import number_in_words
from ...errors import UsageError
from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ...substructure.scheme import Scheme
from ...wording import beginning
from ..labels.label_combo import fill_labels
from ..widgets.elided_combo import ElidedCombo
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from . import substructure_words as words

_MOST = 1_000_000
_HIGHEST_START = 0.99
"""Largest cutoff set automatically: a record's strongest node is still above it."""
_FREQUENT_ATOMS = 8
"""Most atoms of a frequent pattern, as in ``gcx substructures``."""


class SubstructureChoice(QWidget):
    """Signals: ``wanted()``: the button was pressed; ``cut_changed()``: another cut of values was typed."""

    wanted = Signal()
    cut_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        asked = MiningRequest()
        self._schemes = DEFAULT_KIND.fragmenter.listing.schemes
        self.schemes = ElidedCombo("What is looked for", words.SCHEME_TIP, self)
        for scheme, (name, _) in words.SCHEMES.items():
            self.schemes.addItem(name, scheme)
        self.labels = ElidedCombo("True classes", words.label_tip(DEFAULT_KIND.words), self)
        self.labels.addItem(words.AS_PREDICTED)
        self.cutoff = QDoubleSpinBox(self)
        self.cutoff.setRange(0, 1)
        self.cutoff.setSingleStep(0.05)
        self.cutoff.setDecimals(2)
        self.cutoff.setValue(asked.cutoff)
        self._is_cutoff_chosen = False
        """Whether the user has changed the cutoff."""
        self.cutoff.valueChanged.connect(lambda _: self._cutoff_chosen())
        self.cut = QLineEdit(self)
        self.cut.setPlaceholderText(words.MEDIAN)
        self.cut.setFixedWidth(self.fontMetrics().horizontalAdvance(words.MEDIAN) + 24)
        self.cut.setClearButtonEnabled(False)
        self.cut.textEdited.connect(lambda _: self.cut_changed.emit())
        self.complete = QCheckBox(words.WHOLE_GROUPS, self)
        self.complete.setToolTip(plain_tooltip(words.COMPLETE_TIP))
        self.min_records = self._count(0, asked.min_records)
        self.min_explained = self._count(1, asked.min_explained)
        self.button = QPushButton("Find", self)
        self.button.setToolTip("Explains the library by the window's method and class, and counts what is highlighted")
        self.button.clicked.connect(self.wanted)
        self._flow = FlowLayout(self, gap=12)
        self._pairs: dict[QWidget, QWidget] = {}
        """Each widget → the pair of it and its caption."""
        self._captions: dict[QWidget, PlainLabel] = {}
        self._of_value = False
        for name, widget, tip in (
            ("Find", self.schemes, ""),
            ("Classes", self.labels, ""),
            ("High from", self.cut, words.CUT_TIP),
            ("Cutoff", self.cutoff, words.cutoff_tip(DEFAULT_KIND.words)),
            ("", self.complete, ""),
            ("In more than", self.min_records, words.records_tip(DEFAULT_KIND.words)),
            ("Shown at least", self.min_explained, words.SHOWN_TIP),
            ("", self.button, ""),
        ):
            self._add(name, widget, tip)
        self.schemes.currentIndexChanged.connect(lambda _: self._tell_scheme())
        self._tell_scheme()
        self._pairs[self.cut].hide()

    def set_kind(self, kind: Kind) -> None:
        """Sets the words for the kind of graph, and whether there are fragmentation schemes."""
        self._schemes = kind.fragmenter.listing.schemes
        for widget in (self.schemes, self.complete):
            self._pairs[widget].setVisible(bool(self._schemes))
        self.labels.set_purpose(words.label_tip(kind.words))
        self.cutoff.setToolTip(plain_tooltip(words.cutoff_tip(kind.words)))
        self.min_records.setToolTip(plain_tooltip(words.records_tip(kind.words)))

    def set_value(self, value: ValueWords | None) -> None:
        """Sets the value that is predicted, which is divided at a cut; ``None`` for classes."""
        if (value is not None) != self._of_value:
            self._of_value = value is not None
            self._pairs[self.cut].setVisible(self._of_value)
            self._captions[self.labels].setText("Values" if self._of_value else "Classes")
            self.labels.setAccessibleName("Measured values" if self._of_value else "True classes")
            self.cut.clear()

    def show_cut(self, limit: float | None) -> None:
        """Shows where the values of the result were divided, while nobody has chosen where."""
        self.cut.setPlaceholderText(words.MEDIAN if limit is None else f"{words.MEDIAN}, {number_in_words(limit)}")
        width = self.fontMetrics().horizontalAdvance(self.cut.placeholderText())
        self.cut.setFixedWidth(max(width, self.fontMetrics().horizontalAdvance("−0.0000")) + 24)

    @property
    def cut_value(self) -> float | None:
        """The cut that was typed; ``None`` for the median.

        :raises UsageError: if it is no number
        """
        text = self.cut.text().strip().replace("−", "-")
        if not text or not self._of_value:
            return None
        number = parsed_number(text)
        if number is None:
            raise UsageError(f"‘{beginning(text, 40)}’ is no number at which values could be divided")
        return number

    def follow_colour_threshold(self, share: float) -> None:
        """Sets the cutoff to the colour threshold's number, unless the user has changed it: the search then starts
        from what the user sees.

        :param share: of the colour scale, 0 to 1; limited, since no node is above 1, though the strongest is coloured
        """
        if not self._is_cutoff_chosen:
            with QSignalBlocker(self.cutoff):
                self.cutoff.setValue(min(share, _HIGHEST_START))

    def _cutoff_chosen(self) -> None:
        self._is_cutoff_chosen = True

    def _count(self, least: int, value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, _MOST)
        box.setGroupSeparatorShown(True)
        box.setValue(value)
        box.setFixedWidth(self.fontMetrics().horizontalAdvance("1,000") + 44)
        return box

    def _add(self, name: str, widget: QWidget, tip: str) -> None:
        """Adds a widget with its caption, which wrap together."""
        pair = QWidget(self)
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        if name:
            label = self._captions[widget] = PlainLabel(name, quiet=True, parent=pair)
            label.setBuddy(widget)
            row.addWidget(label)
        if tip:
            widget.setToolTip(plain_tooltip(tip))
            widget.setAccessibleName(name)
        row.addWidget(widget)
        self._flow.addWidget(pair)
        self._pairs[widget] = pair

    def _tell_scheme(self) -> None:
        scheme = self.scheme
        self.schemes.purpose = words.SCHEMES[scheme][1]
        self.schemes.setToolTip(plain_tooltip(f"{words.SCHEMES[scheme][0]}: {words.SCHEMES[scheme][1]}"))
        self.complete.setEnabled(scheme in (Scheme.SALIENT, Scheme.FREQUENT))

    @property
    def scheme(self) -> Scheme:
        return Scheme(self.schemes.currentData())

    @property
    def label(self) -> str:
        """The column of true classes; "" for the predicted ones."""
        return self.labels.currentData() or ""

    def request(self, classes: tuple[str, ...]) -> MiningRequest:
        """The request for these classes; an empty sequence means all.

        :raises UsageError: if the cut is no number
        """
        scheme = self.scheme if self._schemes else MiningRequest().scheme
        return MiningRequest(
            scheme=scheme,
            cutoff=self.cutoff.value(),
            complete=bool(self._schemes) and self.complete.isEnabled() and self.complete.isChecked(),
            min_records=self.min_records.value(),
            min_explained=self.min_explained.value(),
            max_atoms=_FREQUENT_ATOMS if scheme is Scheme.FREQUENT else MiningRequest().max_atoms,
            classes=classes,
            cut=self.cut_value,
        )

    def show_labels(self, columns: Sequence[LabelColumn]) -> None:
        """Sets the columns that can be chosen; the chosen one stays if it is among them."""
        before = self.label
        with QSignalBlocker(self.labels):
            fill_labels(self.labels, columns, first=words.AS_PREDICTED)
            self.labels.setCurrentIndex(max(self.labels.findData(before), 0) if before else 0)
