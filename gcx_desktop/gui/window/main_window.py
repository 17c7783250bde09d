"""The main window: assembles the parts and connects them."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...app.explaining.method_evidence import why_first
from ...app.explaining.value_words import LOWERS, RAISES, value_words
from ...app.libraries.shown_class import PREDICTED
from ...paths import SAMPLE_FIRST, SAMPLE_LIBRARY, resource
from ...terminal import say
from ...wording import capitalised, counted, elided
from ..actions import RUN_TIP, Actions
from ..background.jobs_status import JobsStatus, outcome_text
from ..compare.compare_dock import CompareDock
from ..compare.compare_sorting import DisagreementSorting
from ..files.changed_library import ChangedLibrary
from ..files.choices_button import ChoicesButton
from ..files.copying import Copying
from ..files.exports import Exports
from ..files.library_files import LibraryFiles
from ..files.project_files import ProjectFiles
from ..filters.filter_bar import FilterBar
from ..filters.no_match_page import NoMatchPage
from ..gallery.gallery import MAX_GALLERY_IMAGES, Gallery
from ..measures.measures_panel import MeasuresPanel
from ..pictures.thumbnails import SubstructureOutline, Thumbnails
from ..profile.profile_dock import ProfileDock
from ..record.explanation_panel import ExplanationPanel
from ..record.match_outline import MatchOutline
from ..record.record_presenter import RecordPresenter
from ..session.project_model import ProjectModel
from ..session.session import Session
from ..session.settings import Settings
from ..substructures.substructure_panel import SubstructuresPanel
from ..table.column_choice import ColumnChoice
from ..table.library_view import LibraryTable
from ..table.part_line import PartLine
from ..table.rejected_panel import RejectedPanel
from ..widgets.appearance import choose_theme
from ..widgets.icons import application_icon, colour_dock_buttons
from ..widgets.message_bar import MessageBar
from ..widgets.plain_labels import ElidedLabel, PlainLabel, named_action, plain_tooltip, window_title
from ..widgets.scrolled_panel import ScrolledPanel
from ..widgets.theme import paper_for
from .chosen_records import ChosenRecords
from .empty_page import EmptyPage
from .filtering import Filtering
from .help import Help
from .kind_presenter import KindPresenter
from .label_memory import LabelMemory
from .leaving import Leaving
from .marking import Marking
from .model_choice import ModelChoice
from .preparation_choice import PreparationChoice
from .project_memory import ProjectMemory
from .substructure_memory import SubstructureMemory
from .thumbnail_colours import ThumbnailColours
from .toolbar import ToolBar
from .training import Training
from .unsaved_files import UnsavedFiles
from .window_memory import (
    remember_choices,
    remember_looks,
    remember_place,
    remember_records_view,
    restore_choices,
    restore_looks,
    restore_place,
    restore_records_view,
)

_LONGEST_PART = 60
"""Most characters of a name in the status bar."""
WAITS = "As soon as all records of the file are found"


class MainWindow(QMainWindow):
    """Attributes: ``session``, ``table``, ``panel``, ``exports``, ``messages``, ``actions_``, ``tool_bar``, ``files``,
    ``models``."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session, self.settings = session, settings
        session.setParent(self)  # so that it is freed with the window, and its slots do not keep the window alive
        self.setWindowTitle("gcx-desktop")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.rows_or_none = QStackedWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.pages = QStackedWidget(self)
        self.actions_ = Actions(self)
        self.actions_.build()
        self._make_parts()
        self._lay_out()
        self._connect_actions()
        self._connect_session()
        self._restore()
        self._closes_at_once = False
        self._settings_problem = ""
        self._make_memories()
        self.changed_library = ChangedLibrary(self.session, self)
        self._method_changed()
        self._update_state()
        self._update_paper()

    def start(self) -> None:
        """Starts what takes long and can wait until the window is on screen: torch and the model."""
        if self.session.card is None:
            self.models.choose_first()
        self.unsaved.look()
        self._settings_problem = self.settings.problem
        if self._settings_problem:
            self.messages.warn(self._settings_problem)

    # Building

    def _make_parts(self) -> None:
        session = self.session
        self.thumbnails = Thumbnails(session.pool, self)
        self.thumbnails.unreadable.connect(session.libraries.reject)
        self.table = LibraryTable(session.libraries, self.thumbnails, self)
        self.columns = ColumnChoice(self.table, self.actions_.columns, self.settings)
        self.panel = ExplanationPanel(self)
        self.presenter = RecordPresenter(session, self.panel, self)
        self.large_thumbnails = Thumbnails(session.pool, self, max_images=MAX_GALLERY_IMAGES)
        self.large_thumbnails.unreadable.connect(session.libraries.reject)
        self.gallery = Gallery(self.table, self.large_thumbnails, self)
        self.marking = Marking(session, self.table, self.gallery, self.panel.mark, self.actions_, self)
        self.compare = CompareDock(session, self)
        self.profile = ProfileDock(session, self)
        self.exports = Exports(session, self.table, self.panel, self)
        self.copying = Copying(session, self.table, self.panel, self)
        self.messages = MessageBar(self)
        self.empty_page = EmptyPage(self)
        self.rejected = RejectedPanel(session.libraries, self)
        self.measures = MeasuresPanel(session, self)
        self.substructures = SubstructuresPanel(session, self)
        self.jobs_status = JobsStatus(session.jobs, self)
        self.tool_bar = ToolBar(self.actions_["open"], self.actions_["run"], self.actions_["stop"], self)
        self.no_match = NoMatchPage(self)
        self.count = PlainLabel(parent=self)
        self.count.setContentsMargins(10, 6, 10, 6)
        self.beyond_rows = PartLine(session.libraries, self)
        self.filter_bar = FilterBar(session.pool, self)
        self.filtering = Filtering(session.libraries, self.tool_bar.search, self.filter_bar, self.messages, self)
        self.chosen_records = ChosenRecords(session.libraries, self.filter_bar, self.table, self.actions_, self)
        self.match_outline = MatchOutline(session, self.panel.view, self)
        for widget in (self.table, self.gallery, self.substructures.table):
            widget.installEventFilter(self.chosen_records)
        self.place = ElidedLabel(parent=self, middle=True)
        self.help = Help(self, self.actions_, self.settings, self.messages)
        self.files = LibraryFiles(session.libraries, self.settings, self.messages, self.actions_.recent, self)
        self.choices = ChoicesButton(session.libraries, self.files.with_options.show_choices, self)
        self.projects = ProjectFiles(session, self.files, self.settings, self.messages, self.actions_, self)
        self.unsaved = UnsavedFiles(session, self.empty_page, self.actions_.unsaved, self.messages, self)
        self.models = ModelChoice(session, self.settings, self.messages, self.tool_bar, self)
        self.disagreement = DisagreementSorting(session, self.table, self.actions_, self)
        self.preparations = PreparationChoice(session, self.actions_, self)
        self.training = Training(session, self.messages, self)
        self.leaving = Leaving(session, self.projects.ask_name, self.panel.mark.note.save, self)
        self.leaving.lost_with_window = lambda: self.training.unsaved
        self.files.leave = self.leaving.leave
        self.panel.view.picture_actions = (self.actions_["copy"], self.actions_["save-picture"])
        self.kinds = KindPresenter(session, self.actions_, self.panel, self.filter_bar, self)
        self.colours = (
            ThumbnailColours(session, self.table, self.thumbnails, self),
            ThumbnailColours(session, self.gallery, self.large_thumbnails, self),
        )

    def _make_memories(self) -> None:
        """Makes the parts that save the window's state in the project of its library."""
        session = self.session
        self.project_model = ProjectModel(session, self)
        self.project_model.trouble.connect(session.trouble)
        self.label_memory = LabelMemory(session, self.settings, self)
        self.substructure_memory = SubstructureMemory(session, self.project_model, self.substructures, self)
        self.substructure_memory.note.connect(self.messages.note)
        self.project_memory = ProjectMemory(
            session, self.project_model, self.table, self.actions_, self.filtering, self
        )
        self.project_memory.shown.connect(self.substructure_memory.show)

    def _restore(self) -> None:
        """Restores the window's state of the last session."""
        restore_place(self, self.splitter, self.settings)
        restore_records_view(self.table, self.rejected, self.actions_, self.settings)
        restore_choices(self.session, self.settings)
        restore_looks(self.panel.view, self.actions_, self.settings)

    def _remember(self) -> None:
        """Stores what :meth:`_restore` restores."""
        remember_place(self, self.splitter, self.settings)
        remember_records_view(self.table, self.rejected, self.actions_, self.settings)
        remember_choices(self.session, self.settings)
        remember_looks(self.actions_, self.settings)
        self.models.remember()
        self.settings.save()

    def _lay_out(self) -> None:
        """Arranges the parts in the window."""
        self.addToolBar(self.tool_bar)
        self.splitter.addWidget(self._record_list())
        self.splitter.addWidget(ScrolledPanel(self.panel, self))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([770, 510])
        self.pages.addWidget(self.empty_page)
        self.pages.addWidget(self.splitter)
        centre = QWidget(self)
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.messages)
        whole.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        stops = (
            self.tool_bar.models,
            self.tool_bar.endpoints,
            self.tool_bar.methods,
            self.tool_bar.search,
            self.table,
            self.gallery,
            self.panel.view,
        )
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)
        self._lay_out_docks()
        self._lay_out_status_bar()

    def _record_list(self) -> QWidget:
        """The left half: the records with search and filters."""
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.addWidget(self.count, 1)
        head.addWidget(self.filter_bar.add_button)
        column.addLayout(head)
        column.addWidget(self.filter_bar)
        column.addWidget(self.beyond_rows)
        for page in (self.table, self.gallery, self.no_match):
            self.rows_or_none.addWidget(page)
        column.addWidget(self.rows_or_none, 1)
        return left

    def _lay_out_docks(self) -> None:
        docks = (self.compare, self.profile, self.rejected, self.measures, self.substructures)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.compare)
        for before, after in pairwise(docks):
            self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, after)
            self.tabifyDockWidget(before, after)
        for dock in docks:
            dock.topLevelChanged.connect(partial(_colour_again, dock))
        menu = self.actions_.docks
        menu.insertAction(self.actions_["sort-disagreement"], self.compare.toggleViewAction())
        for dock in (self.profile, self.rejected, self.measures, self.substructures):
            menu.addAction(dock.toggleViewAction())

    def _lay_out_status_bar(self) -> None:
        bar = self.statusBar()
        for widget in self.jobs_status.widgets:
            bar.addWidget(widget)
        bar.addPermanentWidget(self.choices)
        bar.addPermanentWidget(self.training.offer)
        bar.addPermanentWidget(self.rejected.button)
        bar.addPermanentWidget(self.place, 1)
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rejected.button.hide()

    def _connect_actions(self) -> None:
        act = self.actions_
        for name, slot in (
            ("open", self.files.ask),
            ("open-options", self.files.ask_with_options),
            ("sample", self.files.open_sample),
            ("report", self.exports.ask_report),
            ("close", self.close_library),
            ("quit", self.close),
            ("copy-smiles", lambda: self.copying.copy_text(molblock=False)),
            ("copy-molblock", lambda: self.copying.copy_text(molblock=True)),
            ("copy-png", self.copying.copy_png),
            ("copy-svg", self.copying.copy_svg),
            ("save-picture", self.exports.ask_picture),
            ("atom-numbers", lambda: self.panel.view.show_numbers(self.actions_["atom-numbers"].isChecked())),
            ("paste", self.files.paste),
            ("find", self._find),
            ("find-like", lambda: self.filtering.draw_like(self.table.current)),
            ("select-all", self._select_all),
            ("table", self._show_records_view),
            ("gallery", self._show_records_view),
            ("zoom-in", self.panel.view.zoom_in),
            ("zoom-out", self.panel.view.zoom_out),
            ("zoom-reset", self.panel.view.reset_zoom),
            ("train", self.training.open),
            ("open-model", self.models.ask),
            ("import-model", self.models.ask_import),
            ("manage-models", self.models.manage),
            ("about-model", self.models.show_card),
            ("run", self.session.run),
            ("stop", self.session.jobs.stop_all),
            ("evaluate", self.measures.open),
            ("substructures", self.substructures.open),
        ):
            act.connect(name, slot)
        for (which, kind), action in act.exports.items():
            action.triggered.connect(lambda _=False, w=which, k=kind: self.exports.ask_export(w, k))
        act.methods.triggered.connect(lambda action: self.session.choose_method(action.data()))
        act.themes.triggered.connect(lambda action: self._choose_theme(action.text()))
        act.classes.aboutToShow.connect(self._fill_classes)
        self.files.paste_wanted.connect(self._paste)
        self.files.model_wanted.connect(self.models.take_file)
        self.unsaved.restore_wanted.connect(lambda path: self.files.open([path]))
        self.empty_page.open_wanted.connect(self.files.ask)
        self.empty_page.sample_wanted.connect(self.files.open_sample)
        self.tool_bar.method_chosen.connect(self.session.choose_method)
        self.no_match.clear_wanted.connect(self.filtering.clear)
        self.tool_bar.search.left.connect(lambda: self.records_view.setFocus())

    def _connect_session(self) -> None:
        session, libraries = self.session, self.session.libraries
        libraries.appeared.connect(self._appeared)
        libraries.grew.connect(self._update_count)
        libraries.opened.connect(self._update_state)
        libraries.closed.connect(self._closed)
        libraries.order_changed.connect(self._order_changed)
        libraries.opening.connect(self._show_opening)
        libraries.stop_wanted.connect(self._stop_opening)
        session.jobs.changed.connect(self._update_state)
        self.disagreement.changed.connect(self._update_state)
        session.trouble.connect(self.messages.warn)
        session.projects.changed.connect(self._update_state)
        session.state.follow(self._model_changed, "model")
        session.model_loaded.connect(self._model_loaded)
        session.state.follow(self._method_changed, "method")
        session.state.follow(self._forget_outcome, "steps")
        session.state.follow(self._update_state, "preparation")
        session.run_changed.connect(self._run_changed)
        session.run_over.connect(self._run_over)
        self.table.record_chosen.connect(session.selection.select)
        self.table.selection_changed.connect(self._update_count)
        self.rejected.record_chosen.connect(self.table.choose)
        for part in (self.exports, self.copying):
            part.note.connect(self.messages.note)
            part.trouble.connect(self.messages.warn)
        self.training.use_wanted.connect(self.models.take)
        self.training.models_changed.connect(self.models.list_again)
        self.training.record_wanted.connect(self.table.choose)
        self.measures.chosen.connect(self.filter_bar.choose)
        self.measures.record_chosen.connect(self.table.choose)
        self.substructures.report_wanted.connect(self.exports.set_substructures)
        self.substructures.chosen.connect(self.chosen_records.show)
        self.substructures.opened.connect(self.chosen_records.open_evidence)
        self.substructures.filter_wanted.connect(self._filter_by_substructure)
        self.chosen_records.outlined.connect(self._outline)
        self.match_outline.note.connect(self.messages.note)
        for dock in (self.measures, self.substructures):
            dock.note.connect(self.messages.note)
            dock.trouble.connect(self.messages.warn)

    # Files

    def close_library(self) -> None:
        """Closes the library; the window if no library is open."""
        if self.session.libraries.shown is None:
            self.close()
        else:
            self.leaving.leave(self.session.libraries.close, closing="Close")

    def _paste(self, text: str) -> None:
        if not self.unsaved.asks_where(text):
            self.leaving.leave(lambda: self.session.paste(text), closing="Paste")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.open(self.files.dropped(event.mimeData()))
        event.acceptProposedAction()

    def _appeared(self) -> None:
        library = self.session.libraries.shown
        assert library is not None  # noqa: S101
        self.thumbnails.set_library(library)
        self.large_thumbnails.set_library(library)
        self.tool_bar.search.clear()
        self.filter_bar.clear()
        self.rows_or_none.setCurrentWidget(self.records_view)
        self.pages.setCurrentWidget(self.splitter)
        if library.path == resource(SAMPLE_LIBRARY) and len(library) > SAMPLE_FIRST:
            self.table.choose(SAMPLE_FIRST, by_hand=False)
        self._forget_outcome()
        self.records_view.setFocus()
        self._update_state()

    def _closed(self) -> None:
        self.thumbnails.set_library(None)
        self.large_thumbnails.set_library(None)
        self.pages.setCurrentWidget(self.empty_page)
        self._forget_outcome()
        self._update_state()

    def _show_opening(self, on: bool) -> None:
        if on:
            self.place.set_full_text("opening…")
        self._update_state()

    # Model, method, class

    def _model_changed(self) -> None:
        names = self.session.now.class_names
        card = self.session.card
        of_value = value_words(card)
        self.table.show_classes(names, of_value)
        with_sets = card is not None and card.n_members > 1 and of_value is None
        self.filter_bar.set_classes(names, with_sets=with_sets, of_value=of_value)
        self.tool_bar.say_why_first("" if card is None else why_first(card))
        self._forget_outcome()
        self._update_state()

    def _model_loaded(self) -> None:
        has_forest = self.session.bundle is not None and not self.session.why_no_forest
        self.actions_.set_forest_available(has_forest)
        self.tool_bar.show_forest(has_forest)
        self.tool_bar.show_method(self.session.now.method)
        self._update_state()

    def _method_changed(self) -> None:
        self.tool_bar.show_method(self.session.now.method)
        self._forget_outcome()
        for action in self.actions_.methods.actions():
            action.setChecked(action.data() == self.session.now.method)

    def _fill_classes(self) -> None:
        menu = self.actions_.classes
        menu.clear()
        now = self.session.now
        entries = [(PREDICTED, "Predicted"), *enumerate(now.class_names)]
        of_value = value_words(now.card)
        if of_value is not None and now.explains_value:
            entries = [(now.class_index, f"{of_value.name}: what raises and what lowers it")]
        elif of_value is not None:
            entries = [(each, capitalised(of_value.direction(each))) for each in (RAISES, LOWERS)]
        chosen = max(now.class_index, entries[0][0])
        for index, words in entries:
            action = named_action(words, menu)
            action.setCheckable(True)
            action.setChecked(index == chosen)
            action.triggered.connect(lambda _=False, i=index: self.session.choose_class(i))
            menu.addAction(action)

    # Running, searching, selecting

    def _stop_opening(self) -> None:
        if self.session.libraries.scanning and self.session.projects.would_be_lost:  # what is shown is lost, too
            self.leaving.leave(self.session.libraries.stop_opening, closing="Close")
        else:
            self.session.libraries.stop_opening()

    def _run_changed(self) -> None:
        if self.session.running:
            self.jobs_status.show_outcome("")
        self._update_state()

    def _run_over(self, stopped: bool) -> None:
        rows = self.session.libraries.rows
        if rows is not None:
            missing = rows.n_unexplained(self.session.now.method)
            self.jobs_status.show_outcome(outcome_text(len(rows), missing, len(rows.rejected), stopped=stopped))

    def _forget_outcome(self) -> None:
        """Clears the outcome of the last run, which was for another library, model or method."""
        if not self.session.running:
            self.jobs_status.show_outcome("")

    def _order_changed(self) -> None:
        libraries = self.session.libraries
        filters = libraries.view.filters
        none = not len(libraries.order) and not filters.none
        search = libraries.search
        reading = libraries.view.filters_texts and not libraries.texts_read
        self.no_match.show_filters(filters, searching=search.running, n_unknown=search.n_unknown, reading=reading)
        self.rows_or_none.setCurrentWidget(self.no_match if none else self.records_view)
        self._update_count()

    def _filter_by_substructure(self, smarts: str) -> None:
        self.filter_bar.add_substructure().look_for(smarts, as_smarts=True)

    def _outline(self, pattern: str, aligned: bool) -> None:
        """Outlines a substructure wherever records are drawn.

        :param pattern: its key; "" for none
        :param aligned: whether the gallery turns records so that it lies the same way in all
        """
        self.thumbnails.set_outlined(SubstructureOutline(pattern) if pattern else None)
        self.large_thumbnails.set_outlined(SubstructureOutline(pattern, aligned) if pattern else None)
        self.match_outline.set_pattern(pattern)

    def _find(self) -> None:
        self.tool_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tool_bar.search.selectAll()

    def _select_all(self) -> None:
        self.records_view.setFocus()
        self.table.selectAll()

    @property
    def records_view(self) -> LibraryTable | Gallery:
        """The table or the gallery, whichever is visible."""
        return self.gallery if self.actions_["gallery"].isChecked() else self.table

    def _show_records_view(self) -> None:
        if self.rows_or_none.currentWidget() is not self.no_match:
            self.rows_or_none.setCurrentWidget(self.records_view)
        self.records_view.setFocus()

    # Looks and state

    def _choose_theme(self, name: str) -> None:
        choose_theme(name)
        self.settings.set("theme", name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ThemeChange):
            self._update_paper()

    def _update_paper(self) -> None:
        self.actions_.colour_icons()
        colour_dock_buttons(self.findChildren(QDockWidget))
        paper = paper_for(QApplication.palette())
        self.panel.set_paper(paper)
        self.thumbnails.set_paper(paper)
        self.large_thumbnails.set_paper(paper)
        self.table.set_paper(paper)
        self.gallery.set_paper(paper)
        self.session.selection.set_paper(paper)

    def _update_count(self) -> None:
        libraries = self.session.libraries
        total, seen = len(libraries.rows) if libraries.rows is not None else 0, len(libraries.order)
        words = counted(total, "record") if seen == total else f"{seen:,} of {total:,}"
        if libraries.scanning:
            words += " so far"
        selected = self.table.n_selected
        self.count.setText(f"{words}  ·  {selected:,} selected" if selected > 1 else words)

    def _update_state(self) -> None:
        """Disables actions that would do nothing."""
        session, act = self.session, self.actions_
        library, shown = session.libraries.library, session.libraries.shown
        for name in ("find", "select-all", "zoom-in", "zoom-out", "zoom-reset"):
            act[name].setEnabled(shown is not None)
        for name in ("copy", "save-picture", "export", "report"):
            act[name].setEnabled(library is not None)
            act[name].setToolTip(plain_tooltip(WAITS) if session.libraries.scanning else "")
        act["run"].setToolTip(plain_tooltip(WAITS if session.libraries.scanning else RUN_TIP))
        act["find-like"].setEnabled(library is not None)
        act["about-model"].setEnabled(session.card is not None)
        act["run"].setEnabled(library is not None and session.card is not None and not session.running)
        for name in ("sort-disagreement", "sort-agreement"):
            act[name].setEnabled(library is not None and session.bundle is not None and not self.disagreement.busy)
        act["run"].setVisible(not session.running)
        act["stop"].setVisible(bool(session.jobs.announced))
        self.tool_bar.search.setEnabled(shown is not None)
        name = shown.path.name if shown is not None else ""
        self.setWindowTitle(f"{window_title(name)} — gcx-desktop" if name else "gcx-desktop")
        model = f"model {session.card.title}" if session.card is not None else "no model"
        if session.card is not None and session.bundle is None:
            model += " (loading)" if session.model.loading else " (cannot be loaded)"
        parts = (name, model, session.now.steps_in_words, session.projects.words)
        self.place.set_full_text("  ·  ".join(elided(part, _LONGEST_PART) for part in parts if part))
        self.place.set_detail(session.projects.place)
        self._update_count()

    def close_at_once(self) -> None:
        """Closes without asking, whatever runs; saves what can be saved."""
        self._closes_at_once = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closes_at_once and (self.leaving.has_reason or self.training.unsaved):
            event.ignore()
            self.leaving.leave(self.close_at_once, closing="Close", window=True)
            return
        self._remember()
        problem = self.settings.problem
        if problem and not self._settings_problem:  # the disk may be full by now, and there is no window left to say so
            say(f"gcx-desktop: {problem}")
        self.hide()
        self.changed_library.shut_down()
        self.project_model.shut_down()
        self.profile.shut_down()
        self.training.shut_down()
        self.session.shut_down()
        super().closeEvent(event)


def _colour_again(dock: QDockWidget, _floats: bool) -> None:
    """Colours dock buttons again after Qt has replaced their icons."""
    colour_dock_buttons([dock])
