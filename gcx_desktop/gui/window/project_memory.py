"""Saves what the window shows in its project whenever it changes, and restores it when the project is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...app.evaluation.label_choices import choice_settings
from ...app.libraries.shown_class import PREDICTED
from ...app.projects.project_source import LABELS
from ...app.projects.project_view import ProjectView, stored_project_view, stored_table_view, view_settings
from ..actions import Actions
from ..session.project_model import ProjectModel
from ..session.session import Session
from ..table.library_view import LibraryTable
from .filtering import Filtering


class ProjectMemory(QObject):
    """Keeps project and window synchronised.

    Signals: ``shown()``: the settings of a project are restored, except those that need its model to be loaded.
    """

    shown = Signal()

    def __init__(
        self,
        session: Session,
        model: ProjectModel,
        table: LibraryTable,
        actions: Actions,
        filtering: Filtering,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._model, self._table = session, model, table
        self._actions, self._filtering = actions, filtering
        self._restoring = False
        session.projects.attached.connect(self._show)
        session.projects.settings_now = self._settings
        session.libraries.order_changed.connect(self._keep_filters)
        for signal in (
            session.projects.saved_as,
            session.projects.kept_by_itself,
            session.libraries.order_changed,
            table.record_chosen,
            actions.views.triggered,
            model.known,
        ):
            signal.connect(self._put)
        session.state.follow(self._put, "chosen_method", "class_index", "preparation", "colour_threshold", "scale")

    def _put(self, *_: object) -> None:
        """Saves what the window shows, after a short delay."""
        if not self._restoring and self._session.projects.writer is not None:
            self._session.projects.put(self._settings())

    def _keep_filters(self) -> None:
        """Saves filters even without a project: they count as the user's work, other settings do not."""
        if not self._restoring and not self._session.libraries.view.filters.none:
            self._session.projects.keep_by_itself()

    def _settings(self) -> Mapping[str, Any]:
        """What the window shows, as settings of a project; empty before a library is open."""
        session = self._session
        rows, library = session.libraries.rows, session.libraries.library
        if rows is None or library is None:
            return {}
        shown = ProjectView(
            self._model.wanted,
            session.now.chosen_method or "",
            "" if session.now.class_index == PREDICTED else session.now.class_name,
            session.now.preparation,
            session.now.steps,
            session.now.colour_threshold,
            session.now.scale,
            self._actions["gallery"].isChecked(),
            max(self._table.current, 0),
        )
        classes = session.now.class_names
        settings = view_settings(shown, session.libraries.view, rows.field_names, classes)
        said = session.labels.choices
        return {**settings, "options": asdict(library.options), **({LABELS: choice_settings(said)} if said else {})}

    def _show(self, settings: Mapping[str, Any]) -> None:
        """Restores the settings of a project; nothing is saved meanwhile."""
        session, rows = self._session, self._session.libraries.rows
        if rows is None:
            return
        self._restoring = True
        shown = stored_project_view(settings)
        self._model.look_for(shown.model)
        session.choose_preparation(shown.preparation)
        session.restore_method(shown.method)
        classes = session.now.class_names
        session.choose_class(classes.index(shown.class_name) if shown.class_name in classes else PREDICTED)
        if shown.colour_threshold is not None:
            session.choose_colour_threshold(shown.colour_threshold)
        if shown.scale:
            session.choose_scale(shown.scale)
        view = self._actions["gallery" if shown.gallery else "table"]
        if not view.isChecked():
            view.trigger()
        if shown.position < len(rows):
            self._table.choose(shown.position)
        wanted = stored_table_view(settings, rows.field_names, classes)
        self._filtering.show(wanted, rows.field_names)
        self._table.show_sorting(wanted)
        self._restoring = False
        self.shown.emit()
