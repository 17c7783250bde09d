"""Saves the user's choices about a library's labels, by file and in its project, and restores them on opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from ...app.evaluation.label_choices import choice_settings, stored_choices
from ...app.projects.project_source import LABELS
from ...app.projects.unsaved_work import is_pasted
from ..session.session import Session
from ..session.settings import Settings


class LabelMemory(QObject):
    """Follows the choices, and the library and project that are opened."""

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        session.libraries.appeared.connect(self._show_remembered)
        session.projects.attached.connect(self._show)
        session.labels.chosen.connect(self._keep)

    def _show_remembered(self) -> None:
        """Restores the choices made when the file was last opened; those of a project replace them."""
        library = self._session.libraries.shown
        if library is not None:
            self._session.labels.show(self._settings.labels_of(library.path))

    def _show(self, settings: Mapping[str, Any]) -> None:
        """Restores the choices of a project.

        :param settings: of the project
        """
        if self._session.libraries.rows is not None and LABELS in settings:
            self._session.labels.show(stored_choices(settings[LABELS]))

    def _keep(self) -> None:
        library, choices = self._session.libraries.shown, self._session.labels.choices
        self._session.projects.put_work({LABELS: choice_settings(choices)})
        if library is not None and not is_pasted(library.path):
            self._settings.remember_labels(library.path, choices)
