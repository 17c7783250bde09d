"""What the window shows, saved in its project whenever it changes, and shown again when that is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ...app.evaluation.label_choices import choice_settings, stored_choices
from ...app.mining.substructure_search import Mined
from ...app.projects.project_source import LABELS, SUBSTRUCTURES
from ...app.projects.project_view import ProjectView, library_view, shown_view, view_settings
from ...app.projects.stored_substructures import FoundSubstructures, stored_substructures, substructure_settings
from ...app.projects.unsaved_work import is_pasted
from ..session.project_model import ProjectModel
from ..session.session import PREDICTED

if TYPE_CHECKING:
    from .main_window import MainWindow


class ProjectMemory(QObject):
    """Keeps project and window in step."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._restoring = False
        session = window.session
        self._model = ProjectModel(session, self)
        self._model.trouble.connect(session.trouble)
        session.projects.attached.connect(self._show)
        session.projects.settings_now = self._settings
        self._stored: Any = None
        """Substructures of the project, until the model is here that they were found with."""
        window.substructures.found.connect(self._keep_substructures)
        self._model.known.connect(self._show_substructures)
        session.libraries.closed.connect(self._forget_substructures)
        session.libraries.appeared.connect(self._show_remembered_labels)
        session.labels.said.connect(self._keep_labels)
        session.libraries.order_changed.connect(self._keep_filters)
        for signal in (
            session.projects.saved_as,
            session.projects.kept_by_itself,
            session.method_changed,
            session.class_changed,
            session.preparation_changed,
            session.libraries.order_changed,
            window.panel.threshold_changed,
            window.panel.scale_mode_changed,
            window.table.record_chosen,
            window.actions_.views.triggered,
            self._model.known,
        ):
            signal.connect(self._put)

    def shut_down(self) -> None:
        self._model.shut_down()

    def _put(self, *_: object) -> None:
        """Saves what the window shows, soon."""
        if not self._restoring and self._window.session.projects.kept is not None:
            self._window.session.projects.put(self._settings())

    def _keep_filters(self) -> None:
        """They are work, which a library without a project is kept for; what else is seen is not."""
        if not self._restoring and not self._window.session.libraries.view.filters.none:
            self._window.session.projects.keep_by_itself()

    def _settings(self) -> Mapping[str, Any]:
        """What the window shows, as settings of a project; none before a library is there."""
        window, session = self._window, self._window.session
        rows, library = session.libraries.rows, session.libraries.library
        if rows is None or library is None:
            return {}
        shown = ProjectView(
            self._model.wanted,
            session.method,
            "" if session.class_choice == PREDICTED else session.class_name,
            session.preparation,
            window.panel.threshold,
            window.panel.scale_mode,
            window.records_view is window.gallery,
            max(window.table.current, 0),
        )
        classes = session.card.class_names if session.card is not None else ()
        settings = view_settings(shown, session.libraries.view, rows.field_names, classes)
        said = session.labels.choices
        return {**settings, "options": asdict(library.options), **({LABELS: choice_settings(said)} if said else {})}

    def _show(self, settings: Mapping[str, Any]) -> None:
        """Shows what a project says; nothing of it is saved anew meanwhile."""
        window, session = self._window, self._window.session
        rows = session.libraries.rows
        if rows is None:
            return
        self._restoring = True
        self._stored = settings.get(SUBSTRUCTURES)
        if LABELS in settings:
            session.labels.show(stored_choices(settings[LABELS]))
        shown = shown_view(settings)
        self._model.look_for(shown.model)
        session.choose_preparation(shown.preparation)
        session.choose_method(shown.method)
        classes = session.card.class_names if session.card is not None else ()
        session.choose_class(classes.index(shown.class_name) if shown.class_name in classes else PREDICTED)
        if shown.threshold is not None:
            window.panel.threshold = shown.threshold
        if shown.scale:
            window.panel.scale_mode = shown.scale
        view = window.actions_["gallery" if shown.gallery else "table"]
        if not view.isChecked():
            view.trigger()
        if shown.position < len(rows):
            window.table.choose(shown.position)
        wanted = library_view(settings, rows.field_names, classes)
        window.filtering.show(wanted, rows.field_names)
        window.table.show_sorting(wanted)
        self._restoring = False
        self._show_substructures()

    def _show_remembered_labels(self) -> None:
        """What was said of the file's labels when it was opened before; a project may say something else."""
        library = self._window.session.libraries.shown
        if library is not None:
            self._window.session.labels.show(self._window.settings.labels_of(library.path))

    def _keep_labels(self) -> None:
        session = self._window.session
        library, said = session.libraries.shown, session.labels.choices
        session.projects.put_work({LABELS: choice_settings(said)})
        if library is not None and not is_pasted(library.path):
            self._window.settings.remember_labels(library.path, said)

    def _keep_substructures(self, mined: Mined, asked: str) -> None:
        session, self._stored = self._window.session, None
        found = FoundSubstructures(mined, asked, self._model.wanted.hash, session.preparation)
        stored = substructure_settings(found)
        if stored is None:
            self._window.messages.note("these substructures are too many to be kept by themselves; export them")
        else:
            session.projects.put_work({SUBSTRUCTURES: stored})

    def _show_substructures(self) -> None:
        """Those of the project, if they are of the model, the classes and the preparation that are shown."""
        session, library = self._window.session, self._window.session.libraries.library
        if self._stored is None or library is None or session.card is None or session.bundle is None:
            return
        found = stored_substructures(self._stored, session.kind, len(library))
        if found is None:
            self._stored = None
        elif (found.model_hash, found.preparation, found.mined.class_names) == (
            self._model.wanted.hash,
            session.preparation,
            session.card.class_names,
        ):
            self._stored = None
            self._window.substructures.show_mined(found.mined, found.asked)

    def _forget_substructures(self) -> None:
        self._stored = None
