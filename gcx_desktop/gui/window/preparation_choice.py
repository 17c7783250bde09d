"""How molecules are prepared before prediction: two menu entries, each on or off."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ...library.molecules.preparation import Preparation
from ..actions import Actions
from ..session.session import Session


class PreparationChoice(QObject):
    """Keeps session and menu synchronised."""

    def __init__(self, session: Session, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._largest, self._neutralise = actions["keep-largest-fragment"], actions["neutralise"]
        for action in (self._largest, self._neutralise):
            action.triggered.connect(self._choose)
        session.state.follow(self._show, "preparation")

    def _choose(self) -> None:
        self._session.choose_preparation(Preparation(self._largest.isChecked(), self._neutralise.isChecked()))

    def _show(self) -> None:
        self._largest.setChecked(self._session.now.steps.largest_fragment)
        self._neutralise.setChecked(self._session.now.steps.neutralise)
