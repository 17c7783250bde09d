"""Finds the matches of a substructure in the current record, in a worker, and outlines them in the large view."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ...kinds.kind import RecordToShow
from ...kinds.registry import kind_of_library
from ..background.latest_answer import LatestAnswer
from ..session.session import Session
from .molecule_view import MoleculeView


class MatchOutline(QObject):
    """Follows the selection.

    Signals: ``note(sentence)``: the matches in the record could not be found.
    """

    note = Signal(str)

    def __init__(self, session: Session, view: MoleculeView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._view = session, view
        self._pattern = ""
        self._match = LatestAnswer(session.pool, self)
        session.selection.read.connect(self._outline)

    def set_pattern(self, pattern: str) -> None:
        """:param pattern: the key of the substructure; "" for none"""
        if pattern == self._pattern:
            return
        self._pattern = pattern
        record = self._session.selection.record
        if record is not None:
            self._outline(record)

    def _outline(self, record: RecordToShow) -> None:
        library, depiction = self._session.libraries.shown, record.depiction
        self._match.forget()
        self._view.show_match(None, frozenset())
        if self._pattern and library is not None and depiction is not None:
            self._match.ask(
                kind_of_library(library).fragmenter.match(library.source, self._pattern),
                library.span(record.read.position),
                done=partial(self._view.show_match, depiction),
                failed=partial(self._say_unknown, record.read.position),
            )

    def _say_unknown(self, position: int, reason: str) -> None:
        self.note.emit(f"where record {position + 1:,} matches is unknown: looking for it {reason}")
