"""The dock with the selected record explained by all methods, side by side on one scale, and their agreement."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ...app.explaining.method_names import FOREST_METHOD, METHOD_NAMES, RANKS_AS, is_signed, names_with_forest
from ...app.explaining.value_words import LOWERS, explained_in_words, value_words
from ...depict.colour import ColourScale
from ...depict.drawing import Depiction
from ...depict.halos import Halo, halos
from ...gcn.cards.card import Card
from ...kinds.kind import RecordToShow, Words
from ..record.atom_readings import AtomReadings
from ..record.legend import Legend, comparison_caption, sides_of
from ..session.session import Session
from ..widgets.plain_labels import PlainLabel
from .compare_tiles import CompareTiles, Tile

if TYPE_CHECKING:
    from ...app.explaining.compare_methods import Comparison, NodeValues
    from ...app.explaining.explain_library import ExplainedRecord

NO_PREDICTION = "This record has no prediction, so there is nothing to compare"
NO_METHODS = "Choose a model to compare the methods"
CONSENSUS, DISAGREEMENT = "Consensus", "Disagreement"
_WORDS_WIDTH = 280


class CompareDock(QDockWidget):
    """A dock that the user opens. It follows the selected record, its class, colour threshold and scale.

    Attributes: ``tiles`` (CompareTiles), ``legend``, ``words`` (about the agreement), ``message`` (shown in place of
    the others).
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Compare Methods", parent)
        self.setObjectName("compare")
        self._session = session
        self._compared: tuple[ExplainedRecord, int] | None = None
        self._comparison: Comparison | None = None
        self._make_widgets()
        self._connect()
        self.hide()
        self._say_nothing()

    def _make_widgets(self) -> None:
        self.tiles = CompareTiles(self)
        self.legend = Legend(self)
        self.words = PlainLabel(parent=self)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = PlainLabel(quiet=True, parent=self)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        said = QWidget(self)
        side = QScrollArea(self)
        side.setFrameShape(QScrollArea.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidgetResizable(True)
        side.setFixedWidth(_WORDS_WIDTH)
        column = QVBoxLayout(said)
        column.setContentsMargins(12, 6, 6, 6)
        column.setSpacing(10)
        column.addWidget(self.legend)
        column.addWidget(self.words)
        column.addStretch(1)
        side.setWidget(said)
        side.viewport().setAutoFillBackground(False)
        said.setAutoFillBackground(False)
        self._compared_page = QWidget(self)
        row = QHBoxLayout(self._compared_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(side)
        row.addWidget(self.tiles, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.message)
        self._pages.addWidget(self._compared_page)
        self.setWidget(self._pages)

    def _connect(self) -> None:
        session, selection = self._session, self._session.selection
        selection.cleared.connect(self._say_nothing)
        selection.loading.connect(lambda _: self._say(""))
        selection.read.connect(lambda _: self._follow())
        selection.unpredictable.connect(lambda _: self._say(NO_PREDICTION))
        selection.rejected.connect(lambda _: self._say(NO_PREDICTION))
        selection.explanation.connect(lambda _: self._follow())
        session.state.follow(self._follow, "class_index", "method")
        session.state.follow(self._follow, "model")
        session.model_loaded.connect(self._follow)
        session.state.follow(self._show, "colour_threshold", "scale")
        session.scales_changed.connect(self._show)
        self.tiles.method_chosen.connect(session.choose_method)
        self.visibilityChanged.connect(lambda visible: self._follow() if visible else None)
        self.toggleViewAction().triggered.connect(lambda wanted: self.raise_() if wanted else None)

    def _say_nothing(self) -> None:
        self._say(f"Select {self._session.words.a_record} to compare the methods")

    def _say(self, words: str) -> None:
        """Shows a text in place of the maps."""
        self._compared = self._comparison = None
        self.message.setText(words)
        self._pages.setCurrentWidget(self.message)

    # Comparison

    def _follow(self) -> None:
        """Compares the methods on the selected record for the current class, unless that is done."""
        session, explained = self._session, self._session.selection.explained
        if not self.isVisible():
            return
        if explained is None:
            if session.selection.record is not None:
                self._say("" if session.bundle is not None or session.model.loading else NO_METHODS)
            return
        index = session.now.class_shown(explained.explanation.predicted)
        if self._compared is not None and self._compared[0] is explained and self._compared[1] == index:
            self._show()
            return
        self._compared, self._comparison = (explained, index), None

        def job() -> Comparison:
            from ...app.explaining.compare_methods import compare

            return compare(explained, index)

        session.lane.submit(job, partial(self._take, explained, index), session.trouble.emit, group="compare")

    def _take(self, explained: ExplainedRecord, index: int, comparison: Comparison) -> None:
        if self._compared is not None and self._compared[0] is explained and self._compared[1] == index:
            self._comparison = comparison
            self._show()

    # What is shown

    @property
    def scale_mode(self) -> str:
        """The scale of the large view, as far as it is available."""
        known = self._session.scales.keys() >= METHOD_NAMES.keys()
        return self._session.now.scale if known else "molecule"

    def _show(self, *_: object) -> None:
        """Shows the comparison; fast enough for every step of the colour threshold's slider."""
        comparison, record, card = self._comparison, self._session.selection.record, self._session.card
        if comparison is None or record is None or card is None or not self.isVisible():
            return
        if record.depiction is None:
            self.message.setText(
                f"This {self._session.words.record} cannot be drawn, so its maps cannot be compared by eye"
            )
            self._pages.setCurrentWidget(self.message)
            return
        assert self._compared is not None  # noqa: S101
        self._show_legend(record.depiction, card, self._compared[1])
        self.words.setText(_words(comparison, record, self._session.words))
        self.tiles.set_depiction(record.depiction)
        self.tiles.show_tiles(self._tiles(comparison, record.depiction), self._session.now.method)
        self._pages.setCurrentWidget(self._compared_page)

    def _show_legend(self, depiction: Depiction, card: Card, index: int) -> None:
        library, of_value = self.scale_mode == "library", value_words(card)
        below, above = sides_of(of_value)
        self.legend.set_sides((above, below) if of_value is not None and index == LOWERS else (below, above))
        caption = comparison_caption(
            explained_in_words(card, index, signed=False),
            self._session.words.record,
            of_library=library,
            of_value=of_value is not None,
        )
        self.legend.show_scale(ColourScale(1.0, signed=True, paper=depiction.paper), caption, clipped=library)
        self.legend.set_colour_threshold(self._session.now.colour_threshold)

    def _tiles(self, comparison: Comparison, depiction: Depiction) -> list[Tile]:
        from ...app.explaining.compare_methods import LARGEST_SPREAD

        library = self.scale_mode == "library"
        tiles, names = [], names_with_forest()
        for id_, values in comparison.maps.items():
            maximum = self._session.scales.get(id_, comparison.largest[id_]) if library else comparison.largest[id_]
            figure, said = _agreement_words(comparison.agreement[id_], self._session.words)
            drawn = self._halos(depiction, values, maximum, signed=is_signed(id_))
            tiles.append(Tile(id_, names[id_], figure, f"{names[id_]}: {said}", drawn))
        of_value = self._session.card is not None and self._session.card.of_value
        against = "points the other way" if of_value else "speaks against the class"
        mean = f"{CONSENSUS}: the mean of the methods' shares; what {against} counts as nothing"
        tiles.append(Tile("", CONSENSUS, "", mean, self._halos(depiction, comparison.consensus, 1.0)))
        spread = f"{DISAGREEMENT}: the standard deviation of the methods' shares, at most {LARGEST_SPREAD:g}"
        drawn = self._halos(depiction, comparison.spread, LARGEST_SPREAD)
        tiles.append(Tile("", DISAGREEMENT, "", spread, drawn, comparison.disputed))
        return tiles

    def _halos(self, depiction: Depiction, values: NodeValues, maximum: float, *, signed: bool = False) -> list[Halo]:
        if len(values) != len(depiction.atom_xy):
            return []
        scale = ColourScale(maximum, signed, depiction.paper)
        return halos(depiction, np.asarray(values, dtype=np.float64), scale, self._session.now.colour_threshold)


def _agreement_words(value: float, words: Words) -> tuple[str, str]:
    """The number under a map, and a sentence about it."""
    if math.isnan(value):
        return "ρ —", f"its order of the {words.nodes} cannot be compared with that of the other methods"
    number = f"{value:.2f}".replace("-", "−")
    return f"ρ {number}", f"mean rank correlation with the other methods {number}"


def _words(comparison: Comparison, record: RecordToShow, words: Words) -> str:
    """The sentence about all methods together."""
    readings = AtomReadings(record.names, words=words)
    alike = ", ".join(f"{METHOD_NAMES[other]} and {METHOD_NAMES[one]}" for one, other in RANKS_AS.items())
    lines = []
    if comparison.disputed:
        atoms = ", ".join(readings.name(atom) for atom in comparison.disputed)
        lines.append(f"Most disputed (ringed): {atoms}")
    if not math.isnan(comparison.disagreement):
        lines.append(f"Disagreement on this {words.record}: {comparison.disagreement:.2f}")
    lines.append(f"ρ: mean rank correlation with the other methods, 1 if they rank the {words.nodes} alike.")
    lines.append(f"{alike} rank the {words.nodes} alike by construction, and count once.")
    if FOREST_METHOD in comparison.maps:
        name = names_with_forest()[FOREST_METHOD]
        lines.append(
            f"{name}: not a method, but a second model that shares nothing with the network. It takes no part in "
            f"{CONSENSUS.lower()} and {DISAGREEMENT.lower()}."
        )
    return "\n".join(lines)
