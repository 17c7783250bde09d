"""Finds the model with which a project's results were computed: by its hash, else by its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...app.explaining.models import FEATURE_SETS
from ...app.projects.project_view import WantedModel
from ...errors import GcxError
from ...gcn.cards.card import read_card
from ..background.task_runner import Lane
from .session import Session

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


class ProjectModel(QObject):
    """Attribute ``wanted``: the window's model, or the one that the project needs and that is missing.

    Signals: ``trouble(sentence)``; ``known()``, ``wanted`` describes the model that was loaded.
    """

    trouble = Signal(str)
    known = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lane = Lane(self)
        self._asked: WantedModel | None = None
        """The model that a project needs, while it is searched for."""
        self._candidates: list[Path] = []
        self._by_name: Path | None = None
        self.wanted = WantedModel()
        session.state.follow(self._model_changed, "model")
        session.model_loaded.connect(self._model_loaded)

    def look_for(self, wanted: WantedModel) -> None:
        """Chooses the model with that hash if there is one, else the one with that name, and says so."""
        if not wanted.name:
            return
        candidates = self._folders(wanted)
        if not candidates:
            self.trouble.emit(
                f"the model '{wanted.name}' of this project is not here, so its results are not shown; open it with "
                "Model ▸ Open Model Folder…"
            )
            self.wanted = wanted
            return
        self._asked, self._candidates, self._by_name = wanted, candidates[1:], candidates[0]
        self._choose(candidates[0])

    def shut_down(self) -> None:
        self._lane.close()

    def _folders(self, wanted: WantedModel) -> list[Path]:
        """Folders of the models to try; of those with the wanted name, the one that was used comes first."""
        listed = [folder for folder, card in self._session.models().values() if card.lasting_name == wanted.name]
        folder = Path(wanted.folder)
        try:
            if wanted.folder and folder not in listed and read_card(folder, FEATURE_SETS).lasting_name == wanted.name:
                listed.append(folder)
        except GcxError:
            pass
        return sorted(listed, key=lambda each: each != folder)

    def _choose(self, folder: Path) -> None:
        session = self._session
        if session.model_path == folder and (session.bundle is not None or session.model.loading):
            self._model_loaded()
            return
        try:
            session.choose_model(folder)
        except GcxError as error:
            self.trouble.emit(str(error))

    def _model_changed(self) -> None:
        card, path = self._session.card, self._session.model_path
        if card is not None and path not in (self._by_name, *self._candidates):
            self._asked = None  # the user has chosen another
        self.wanted = WantedModel() if card is None else WantedModel(card.lasting_name, "", str(path))

    def _model_loaded(self) -> None:
        bundle = self._session.bundle
        if bundle is not None:
            self._lane.submit(lambda: _hash(bundle), lambda hash_: self._take_hash(bundle, hash_), group="hash")

    def _take_hash(self, bundle: Bundle, hash_: str) -> None:
        if bundle is not self._session.bundle:
            return
        self.wanted = WantedModel(bundle.card.lasting_name, hash_, str(bundle.path))
        asked = self._asked
        if asked is None or hash_ == asked.hash or not asked.hash:
            self._asked = None
        elif self._candidates:
            self._choose(self._candidates.pop(0))
            return
        else:
            self._asked = None
            if self._by_name is not None and self._by_name != bundle.path:
                self._choose(self._by_name)
            self.trouble.emit(
                f"the model '{asked.name}' has other weights than the one of this project, so the results that were "
                "saved are not shown; those of this one are computed and saved beside them"
            )
        self.known.emit()


def _hash(bundle: Bundle) -> str:
    from ...gcn.bundles.bundle import content_hash

    return content_hash(bundle)
