"""Says of the selected record's prediction what it is worth, in the session's lane of short jobs."""

from __future__ import annotations

import math
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...app.explaining.trust import Trust
from ...app.explaining.value_words import value_words
from ...app.summaries.map_verdict import map_verdict
from ...app.summaries.prediction_summary import (
    PredictionSummary,
    SummaryModel,
    load_summary_model,
    plain_summary,
    summarise_prediction,
)
from ...app.summaries.summary_words import summary_text
from ...app.summaries.value_summary import ValueSummary, plain_value_summary, summarise_value
from ...app.summaries.value_summary_words import value_summary_text
from ...kinds.kind import ReadRecord
from ..session.session import Session
from ..widgets.text_window import show_text
from .explanation_panel import ExplanationPanel

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord


class PredictionPresenter(QObject):
    """Shows the probabilities, or the value, at once, and what the model knows of them as soon as that is found."""

    def __init__(self, session: Session, panel: ExplanationPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._model: SummaryModel | None = None
        self._explained: ExplainedRecord | None = None
        """The record that is shown, by any methods."""
        self._summary: PredictionSummary | ValueSummary | None = None
        self._trust: Trust | None = None
        selection = session.selection
        for signal in (selection.loading, selection.read, selection.unpredictable, selection.rejected):
            signal.connect(self._forget)
        selection.cleared.connect(self._forget)
        for signal in (selection.first_map, selection.explanation):
            signal.connect(self._show)
        session.state.follow(self._forget_model, "model")
        session.model_loaded.connect(self._load)
        panel.prediction.details_wanted.connect(self._show_details)

    def show_trust(self, trust: Trust | None) -> None:
        """Adds what is to be said of the map that is shown; ``None`` until it is tested."""
        if trust is not self._trust:
            self._trust = trust
            self._say()

    def _forget(self, *_: object) -> None:
        self._explained = self._summary = None

    def _forget_model(self) -> None:
        self._forget()
        self._model = None

    def _load(self) -> None:
        bundle = self._session.bundle
        if bundle is not None:
            still = self._session.state.while_same
            self._session.lane.submit(
                partial(load_summary_model, bundle.path, bundle.card, bundle.forest),
                still(self._take_model, "model"),
                still(self._session.trouble.emit, "model"),
                group="summary model",
            )

    def _take_model(self, model: SummaryModel) -> None:
        self._model = model
        self._ask()

    def _show(self, explained: ExplainedRecord) -> None:
        if self._session.card is None:
            return
        if self._explained is not None and self._explained.read is explained.read:
            return  # by other methods
        self._explained, self._trust = explained, None
        plain = plain_value_summary if self._session.card.of_value else plain_summary
        self._summary = plain(self._session.card, explained.explanation)
        self._say()
        self._ask()

    def _ask(self) -> None:
        model, explained, record = self._model, self._explained, self._session.selection.record
        if model is None or explained is None or record is None:
            return
        # Read again, the same record is another object.
        if record.read.position != explained.read.position:
            return
        summarise = summarise_value if model.card.of_value else summarise_prediction
        self._session.lane.submit(
            partial(summarise, model, record, explained.explanation),
            partial(self._take_summary, explained.read),
            self._session.trouble.emit,
            group="summary",
        )

    def _take_summary(self, read: ReadRecord, summary: PredictionSummary | ValueSummary) -> None:
        if self._explained is not None and self._explained.read is read:
            self._summary = summary
            self._panel.prediction.let_shrink()
            self._say()

    def _say(self) -> None:
        summary, line, words = self._summary, self._panel.prediction, self._session.words
        trust = self._trust
        verdict = None if trust is None else map_verdict(trust.masking)
        opinion = None if trust is None else trust.second_opinion
        agreement = math.nan if opinion is None else opinion.agreement
        of_value = value_words(self._session.card)
        if isinstance(summary, ValueSummary) and of_value is not None:
            line.show_value(value_summary_text(summary, verdict, words, of_value, agreement))
        elif isinstance(summary, PredictionSummary):
            line.show_summary(summary, summary_text(summary, verdict, words, agreement))

    def _show_details(self) -> None:
        details = self._panel.prediction.text.details
        html = "".join(f"<h3>{escape(each.heading)}</h3><p>{escape(each.text)}</p>" for each in details)
        show_text(self._panel.window(), "Prediction", f"{html}<h3>The map</h3>{self._panel.trust.meanings()}")
