"""How molecules are prepared before prediction: as the model was trained, or by two menu entries, each on or off."""

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
        self._as_trained = actions["prepare-as-trained"]
        self._as_trained.triggered.connect(self._follow_model)
        session.state.follow(self._show, "preparation", "steps")

    def _choose(self) -> None:
        self._session.choose_preparation(Preparation(self._largest.isChecked(), self._neutralise.isChecked()))

    def _follow_model(self) -> None:
        self._session.choose_preparation(None)
        self._show()  # chosen again, it stays checked

    def _show(self) -> None:
        self._as_trained.setChecked(self._session.now.preparation is None)
        self._largest.setChecked(self._session.now.steps.largest_fragment)
        self._neutralise.setChecked(self._session.now.steps.neutralise)
