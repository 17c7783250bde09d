"""Shows how much the members of the model differ in the map that is shown, in the session's lane of short jobs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ...app.explaining.record_spread import record_spread
from ..session.session import Session
from .explanation_panel import ExplanationPanel

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord


class SpreadPresenter(QObject):
    """Follows record, method and class. Nothing is computed of records that are not looked at."""

    def __init__(self, session: Session, panel: ExplanationPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._of: tuple[ExplainedRecord, str] | None = None
        """The record and the method that are shown."""
        self._spread: NDArray[np.floating] | None = None
        """[n_places, n_classes]; ``None`` while not known."""
        session.selection.explanation.connect(lambda _: self._follow())
        session.state.follow(self._follow, "method")
        session.state.follow(self._show, "class_index")

    def _follow(self) -> None:
        session, explained = self._session, self._session.selection.explained
        bundle, library = session.bundle, session.libraries.shown
        if explained is None or bundle is None or library is None:
            return
        if self._of is None or self._of[0] is not explained or self._of[1] != session.now.method:
            self._of, self._spread = (explained, session.now.method), None
            if bundle.network.n_members > 1:
                session.lane.submit(
                    partial(
                        record_spread,
                        bundle,
                        library.source,
                        explained.read,
                        session.now.method,
                        cancel=session.lane.closing,
                    ),
                    partial(self._take, self._of),
                    session.trouble.emit,
                    group="spread",
                )
        self._show()

    def _take(self, of: tuple[ExplainedRecord, str], spread: NDArray[np.floating] | None) -> None:
        if of is self._of:
            self._spread = spread
            self._show()

    def _show(self) -> None:
        session = self._session
        if self._of is None or self._of[0] is not session.selection.explained or session.bundle is None:
            return
        shown = session.now.class_shown(self._of[0].explanation.predicted)
        spread = None if self._spread is None else self._spread[:, shown]
        self._panel.show_spread(spread, session.bundle.network.n_members)
