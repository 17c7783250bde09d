"""Saves the substructures that were found last in the project, and shows them again when it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...app.mining.substructure_search import MiningResult
from ...app.projects.project_source import SUBSTRUCTURES
from ...app.projects.stored_substructures import StoredMiningResult, stored_substructures, substructure_settings
from ..session.project_model import ProjectModel
from ..session.session import Session
from ..substructures.substructure_panel import SubstructuresPanel


class SubstructureMemory(QObject):
    """Keeps project and Substructures dock synchronised.

    Signals: ``note(sentence)``: they cannot be saved.
    """

    note = Signal(str)

    def __init__(self, session: Session, model: ProjectModel, panel: SubstructuresPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._model, self._panel = session, model, panel
        self._stored: Any = None
        """Those of the project, until the model with which they were found is loaded."""
        panel.found.connect(self._keep)
        model.known.connect(self.show)
        session.projects.attached.connect(self._take)
        session.libraries.closed.connect(self._forget)

    def show(self) -> None:
        """Shows those of the project, if they belong to the current model, classes and preparation."""
        session, library = self._session, self._session.libraries.library
        if self._stored is None or library is None or session.card is None or session.bundle is None:
            return
        found = stored_substructures(self._stored, session.kind, len(library))
        if found is None:
            self._stored = None
        elif (found.model_hash, found.preparation, found.result.class_names) == (
            self._model.wanted.hash,
            session.now.steps,
            session.card.class_names,
        ):
            self._stored = None
            self._panel.show_mined(found.result, found.description)

    def _take(self, settings: Mapping[str, Any]) -> None:
        """Reads those of a project.

        :param settings: of the project
        """
        if self._session.libraries.rows is not None:
            self._stored = settings.get(SUBSTRUCTURES)

    def _keep(self, mined: MiningResult, asked: str) -> None:
        session, self._stored = self._session, None
        found = StoredMiningResult(mined, asked, self._model.wanted.hash, session.now.steps)
        stored = substructure_settings(found)
        if stored is None:
            self.note.emit("these substructures are too many to be kept by themselves; export them")
        else:
            session.projects.put_work({SUBSTRUCTURES: stored})

    def _forget(self) -> None:
        self._stored = None
