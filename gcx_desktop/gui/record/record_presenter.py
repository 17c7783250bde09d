"""Connects the explanation panel with the session: shows the selected record, and forwards the user's choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...app.explaining.method_names import is_signed, names_with_forest
from ...app.explaining.value_words import explained_in_words, value_words
from ...errors import LibraryError
from ...kinds.kind import RecordToShow, UnpredictableRecord
from ...library.record import Rejected
from ..session.session import Session
from .explanation_panel import ExplanationPanel
from .prediction_presenter import PredictionPresenter
from .spread_presenter import SpreadPresenter
from .trust_presenter import TrustPresenter

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord

_MAX_SHOWN_TEXT = 4000


class RecordPresenter(QObject):
    """Keeps panel and session synchronised. Attributes: ``trust`` (TrustPresenter), ``prediction``
    (PredictionPresenter)."""

    def __init__(self, session: Session, panel: ExplanationPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self.trust = TrustPresenter(session, panel, self)
        selection = session.selection
        selection.cleared.connect(panel.show_nothing)
        session.libraries.order_changed.connect(self._say_whether_listed)
        session.libraries.grew.connect(lambda: panel.set_total(self._total()))
        for signal in (selection.loading, selection.read, selection.unpredictable, selection.rejected):
            signal.connect(self._say_whether_listed)
        selection.loading.connect(self._loading)
        selection.read.connect(self._read)
        selection.unpredictable.connect(self._unpredictable)
        selection.rejected.connect(self._rejected)
        for signal in (selection.first_map, selection.explanation):
            signal.connect(self._explained)
        self.prediction = PredictionPresenter(session, panel, self)  # after this has shown the record
        self.trust.judged.connect(self.prediction.show_trust)
        SpreadPresenter(session, panel, self)
        session.state.follow(self._model_changed, "model")
        session.state.follow(self._show_preparation, "preparation")
        session.state.follow(self._show_again, "method")
        session.state.follow(self._class_changed, "class_index")
        session.scales_changed.connect(self._show_again)
        session.state.follow(self._settings_changed, "colour_threshold", "scale")
        panel.class_wanted.connect(session.choose_class)
        panel.colour_threshold_wanted.connect(session.choose_colour_threshold)
        panel.scale_wanted.connect(session.choose_scale)

    def _total(self) -> int:
        rows = self._session.libraries.rows
        return 0 if rows is None else len(rows)

    def _say_whether_listed(self, *_: object) -> None:
        position = self._session.selection.position
        self._panel.set_listed(position < 0 or self._session.libraries.order.row(position) >= 0)

    def _loading(self, position: int) -> None:
        libraries = self._session.libraries
        if libraries.rows is not None:
            libraries.ensure_text(position)
            self._panel.show_loading(libraries.rows.title(position), position + 1, self._total())

    def _read(self, record: RecordToShow) -> None:
        self._panel.show_record(record.read.title, record.read.position + 1, self._total())
        self._show_preparation()
        self._panel.show_atoms(record.names, record.folded)
        self._panel.show_depiction(record.depiction, record.message)

    def _show_preparation(self) -> None:
        """Says what was done to the molecule; that nothing had to be done, only if the user chose the preparation."""
        record, now = self._session.selection.record, self._session.now
        done = None if record is None else record.read.preparation
        self._panel.show_preparation(done if done or (now.steps and now.preparation is not None) else None)

    def _unpredictable(self, record: UnpredictableRecord) -> None:
        self._panel.show_record(record.rejected.title, record.rejected.record, self._total())
        self._panel.show_preparation(None)
        self._panel.show_unpredictable(record.rejected.reason)
        self._panel.show_atoms(record.names)
        self._panel.show_depiction(record.depiction, record.message)

    def _rejected(self, rejected: Rejected) -> None:
        library = self._session.libraries.shown
        if library is not None:
            try:
                text = library.raw(rejected.position).text[:_MAX_SHOWN_TEXT]
            except LibraryError as error:  # the file was changed
                self._session.trouble.emit(str(error))
                return
            self._panel.show_record(rejected.title, rejected.record, self._total())
            self._panel.show_rejected(rejected, text)

    def _explained(self, explained: ExplainedRecord) -> None:
        session = self._session
        if session.card is None:
            return
        explanation = explained.explanation
        index, signed = session.now.class_shown(explanation.predicted), is_signed(session.now.method)
        self._panel.set_scale_awaited(session.scales_awaited)
        self._panel.show_saliency(
            explained.record_maps(session.now.method)[:, index],
            session.scales.get(session.now.method),
            names_with_forest()[session.now.method],
            explained_in_words(session.card, index, signed=signed),
            signed,
            value_words(session.card),
        )

    def _show_again(self) -> None:
        explained = self._session.selection.explained
        if explained is not None:
            self._explained(explained)

    def _class_changed(self) -> None:
        self._panel.controls.classes.choose(self._session.now.class_index)
        self._show_again()

    def _settings_changed(self) -> None:
        self._panel.show_settings(self._session.now.colour_threshold, self._session.now.scale)

    def _model_changed(self) -> None:
        self._panel.set_classes(self._session.now.class_names, value_words(self._session.card))
        self._panel.controls.classes.choose(self._session.now.class_index)
        record = self._session.selection.record
        if record is not None:  # the previous model's result must not stay
            self._panel.show_loading(record.read.title, record.read.position + 1, self._total())
            self._read(record)
