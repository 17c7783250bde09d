"""Tests the current map, in the session's lane of short jobs, and shows the results in the panel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from ...app.explaining.method_names import FOREST_METHOD, is_signed
from ...app.explaining.trust import ModelUnderTest, Trust, assess_trust, load_model_under_test
from ...app.explaining.value_words import explained_in_words, value_words
from ..session.session import Session
from ..widgets.text_window import show_text
from .explanation_panel import ExplanationPanel
from .trust_words import map_statements, picked_statements, waiting

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """The map that the numbers describe, whichever atoms are masked."""

    explained: ExplainedRecord
    method: str
    class_index: int
    picked: bool
    """Whether the masked atoms are those that the user picked, not those that the map highlights."""

    def is_still(self, other: _Subject | None) -> bool:
        return other is not None and self.picked == other.picked and self.shows_map_of(other)

    def shows_map_of(self, other: _Subject | None) -> bool:
        """Whether the map is the same, whichever atoms of it are masked."""
        return (
            other is not None
            and self.explained is other.explained
            and (self.method, self.class_index) == (other.method, other.class_index)
        )


class TrustPresenter(QObject):
    """Follows record, method, class, colour threshold and picked atoms. Of several waiting requests only the latest
    is computed.

    Signals: ``judged(Trust)``, how far the map that is shown can be trusted; ``None`` while that is not known.
    """

    judged = Signal(object)

    def __init__(self, session: Session, panel: ExplanationPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._model: ModelUnderTest | None = None
        self._subject: _Subject | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)  # a new record changes several things at once
        self._soon.timeout.connect(self._ask)
        panel.recoloured.connect(self._soon.start)
        panel.view.picking.changed.connect(self._soon.start)
        panel.trust.meanings_wanted.connect(lambda html: show_text(panel.window(), "Trust", html))
        session.libraries.appeared.connect(self._soon.start)
        session.state.follow(self._forget_model, "model")
        session.model_loaded.connect(self._load)
        session.libraries.appeared.connect(self._load)

    def _forget_model(self) -> None:
        self._model = None

    def _load(self) -> None:
        self._forget_model()
        bundle, library = self._session.bundle, self._session.libraries.shown
        if bundle is not None and library is not None:
            still = self._session.state.while_same
            self._session.lane.submit(
                partial(load_model_under_test, bundle, library.source),
                still(self._take_model, "library", "model"),
                still(self._session.trouble.emit, "library", "model"),
                group="domain",
            )

    def _take_model(self, model: ModelUnderTest) -> None:
        self._model = model
        self._ask()

    def _now(self) -> _Subject | None:
        session, picked = self._session, self._panel.view.picking.atoms
        explained = session.selection.explained
        if explained is None:
            return None
        shown = session.now.class_shown(explained.explanation.predicted)
        return _Subject(explained, session.now.method, shown, bool(picked))

    def _ask(self) -> None:
        now, model, record = self._now(), self._model, self._session.selection.record
        atoms = self._atoms(now)
        if now is None or model is None or record is None or atoms is None:
            self._subject = None
            self._show_waiting()
            self.judged.emit(None)
            return
        if not now.is_still(self._subject):
            self._show_waiting()
            if not now.shows_map_of(self._subject):
                self.judged.emit(None)
        self._subject = now
        self._session.lane.submit(
            partial(
                assess_trust,
                model,
                now.explained,
                record.fingerprint,
                now.method,
                now.class_index,
                atoms,
                record.environments,
                picked=now.picked,
            ),
            partial(self._tell, now, model),
            self._session.trouble.emit,
            group="trust",
        )

    def _show_waiting(self) -> None:
        has_forest = self._model is not None and self._model.forest is not None
        second_model = has_forest and self._session.now.method != FOREST_METHOD
        of_value = value_words(self._session.card)
        self._panel.trust.show_statements(waiting(self._session.words, second_model=second_model, of_value=of_value))

    def _atoms(self, subject: _Subject | None) -> NDArray[np.bool_] | None:
        """[n_record_atoms], the atoms to be masked; ``None`` while the panel shows no map of the subject."""
        highlighted = self._panel.highlighted
        if subject is None or highlighted is None:
            return None
        if len(highlighted) != subject.explained.read.n_places:
            return None
        if not subject.picked:
            return highlighted
        picked = np.zeros(len(highlighted), dtype=np.bool_)
        picked[list(self._panel.view.picking.atoms)] = True
        return picked

    def _tell(self, subject: _Subject, model: ModelUnderTest, trust: Trust) -> None:
        card = self._session.card
        if card is None or model is not self._model or not subject.is_still(self._subject):
            return
        signed, words, of_value = is_signed(subject.method), self._session.words, value_words(card)
        explained = explained_in_words(card, subject.class_index, signed=signed)
        if subject.picked:
            said = picked_statements(trust, explained, model.why_no_domain, words, of_value, signed=signed)
        else:
            said = map_statements(trust, explained, model.why_no_domain, words, of_value)
        self._panel.trust.show_statements(said)
        if not subject.picked:
            self.judged.emit(trust)
