"""The main window: puts the parts together and passes on what the user asks."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from .. import paths
from ..app.library_rows import View
from ..errors import GcxError
from ..gcn.catalogue import DEFAULT_MODEL
from .actions import THEMES, Actions, application_icon
from .dialogs import about_html, card_html, keys_html, show_text
from .empty_page import EmptyPage
from .explanation_panel import ExplanationPanel
from .exports import Exports
from .library_view import LibraryTable
from .message_bar import MessageBar
from .record_presenter import RecordPresenter
from .rejected_panel import RejectedPanel
from .run_status import RunStatus
from .session import PREDICTED, Session
from .settings import Settings
from .theme import paper_for
from .thumbnails import Colouring, Thumbnails
from .toolbar import ToolBar

FILE_KINDS = "Molecules (*.sdf *.sd *.mol *.smi *.smiles *.txt *.csv *.tsv *.sdf.gz *.smi.gz *.csv.gz *.tsv.gz *.gz);;All files (*)"
_RECOLOUR_MS = 150


class MainWindow(QMainWindow):
    """Attributes: ``session``, ``table``, ``panel``, ``exports``, ``messages``, ``actions_``, ``tool_bar``."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session, self.settings = session, settings
        self.setWindowTitle("gcx-desktop")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.actions_ = Actions(self)
        self.actions_.build()
        self._make_parts()
        self._lay_out()
        self._connect_actions()
        self._connect_session()
        self._restore()
        self._fill_models()
        self._update_recent()
        self._update_state()
        self._update_paper()

    # Building

    def _make_parts(self) -> None:
        session = self.session
        self.thumbnails = Thumbnails(session.pool, self._colouring, self)
        self.table = LibraryTable(session.libraries, self.thumbnails, self)
        self.panel = ExplanationPanel(self)
        self.presenter = RecordPresenter(session, self.panel, self)
        self.exports = Exports(session, self.table, self.panel, self)
        self.messages = MessageBar(self)
        self.empty_page = EmptyPage(self)
        self.rejected = RejectedPanel(session.libraries, self)
        self.run_status, self.export_status = RunStatus(self), RunStatus(self)
        self.tool_bar = ToolBar(self.actions_["open"], self.actions_["run"], self.actions_["stop"], self)
        self.count = QLabel(self)
        self.count.setContentsMargins(10, 6, 10, 6)
        self.place = QLabel(self)
        self._recolour = QTimer(self)
        self._recolour.setSingleShot(True)
        self._recolour.setInterval(_RECOLOUR_MS)
        self._recolour.timeout.connect(self.thumbnails.recolour)

    def _lay_out(self) -> None:
        self.addToolBar(self.tool_bar)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.count)
        column.addWidget(self.table, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.panel)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([740, 540])
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty_page)
        self.pages.addWidget(self.splitter)
        centre = QWidget(self)
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.messages)
        whole.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.rejected)
        self.actions_.docks.addAction(self.rejected.toggleViewAction())
        bar = self.statusBar()
        bar.addWidget(self.run_status)
        bar.addWidget(self.export_status)
        bar.addPermanentWidget(self.place)

    def _connect_actions(self) -> None:
        act = self.actions_
        for name, slot in (
            ("open", self.ask_open),
            ("sample", self.open_sample),
            ("report", self.exports.ask_report),
            ("close", self.close_library),
            ("quit", self.close),
            ("copy-smiles", lambda: self.exports.copy_text(molblock=False)),
            ("copy-molblock", lambda: self.exports.copy_text(molblock=True)),
            ("copy-png", self.exports.copy_png),
            ("copy-svg", self.exports.copy_svg),
            ("paste", self.paste),
            ("find", self._find),
            ("select-all", self._select_all),
            ("zoom-in", self.panel.view.zoom_in),
            ("zoom-out", self.panel.view.zoom_out),
            ("zoom-reset", self.panel.view.reset_zoom),
            ("open-model", self._ask_model),
            ("about-model", self._about_model),
            ("run", self.session.run),
            ("stop", self._stop),
            ("keys", lambda: show_text(self, "Keys", keys_html())),
            ("about", lambda: show_text(self, "About gcx-desktop", about_html())),
        ):
            act.connect(name, slot)
        for (which, kind), action in act.exports.items():
            action.triggered.connect(lambda _=False, w=which, k=kind: self.exports.ask_export(w, k))
        act.methods.triggered.connect(lambda action: self.session.choose_method(action.data()))
        act.themes.triggered.connect(lambda action: self._choose_theme(action.text()))
        act.classes.aboutToShow.connect(self._fill_classes)
        self.empty_page.open_wanted.connect(self.ask_open)
        self.empty_page.sample_wanted.connect(self.open_sample)
        self.tool_bar.model_chosen.connect(self.choose_model)
        self.tool_bar.method_chosen.connect(self.session.choose_method)
        self.tool_bar.search.searched.connect(self._search)
        self.tool_bar.search.left.connect(self.table.setFocus)
        self.run_status.stop_wanted.connect(self.session.stop)
        self.export_status.stop_wanted.connect(self.exports.stop)

    def _connect_session(self) -> None:
        session, libraries = self.session, self.session.libraries
        libraries.opened.connect(self._opened)
        libraries.closed.connect(self._closed)
        libraries.order_changed.connect(self._update_count)
        libraries.rows_changed.connect(self._results_came)
        libraries.opening.connect(self._show_opening)
        session.trouble.connect(self.messages.warn)
        session.model_changed.connect(self._model_changed)
        session.model_loaded.connect(self._update_state)
        session.method_changed.connect(self._method_changed)
        session.class_changed.connect(self._recolour.start)
        session.scales_changed.connect(self._recolour.start)
        session.run_changed.connect(self._run_changed)
        session.run_progressed.connect(self.run_status.show_progress)
        self.table.record_chosen.connect(session.selection.select)
        self.table.selection_changed.connect(self._update_count)
        self.rejected.record_chosen.connect(self.table.choose)
        self.panel.threshold_changed.connect(lambda _: self._recolour.start())
        self.panel.scale_mode_changed.connect(lambda _: self._recolour.start())
        self.exports.began.connect(self.export_status.begin)
        self.exports.progressed.connect(self.export_status.show_progress)
        self.exports.ended.connect(self.export_status.end)
        self.exports.note.connect(self.messages.note)
        self.exports.trouble.connect(self.messages.warn)

    # Files

    def open_files(self, files: Sequence[Path]) -> None:
        """Opens the first; there is one library at a time."""
        if files:
            self.messages.hide()
            self.session.libraries.open(Path(files[0]))
            if len(files) > 1:
                self.messages.note(f"one library at a time: opening {Path(files[0]).name}, the other files not")

    def open_sample(self) -> None:
        self.open_files([paths.resource(paths.SAMPLE_LIBRARY)])

    def ask_open(self) -> None:
        dialog = QFileDialog(self, "Open a molecule file", self.settings.text("folder"), FILE_KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_files([Path(name)]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def paste(self) -> None:
        """Opens SMILES or a molblock from the clipboard as a library."""
        text = QGuiApplication.clipboard().text().strip("\r\n")
        if not text.strip():
            self.messages.warn("there is no text on the clipboard; copy SMILES or a molblock first")
            return
        block = "M  END" in text or "V2000" in text or "V3000" in text
        scratch = Path(tempfile.mkdtemp(prefix="gcx-paste-"))
        path = scratch / ("pasted.sdf" if block else "pasted.smi")
        path.write_text(text + "\n", encoding="utf-8", newline="")
        self.session.libraries.open(path, scratch=scratch)

    def close_library(self) -> None:
        """The library, or if none is open the window."""
        if self.session.libraries.library is None:
            self.close()
        else:
            self.session.libraries.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _opened(self) -> None:
        library = self.session.libraries.library
        assert library is not None  # noqa: S101
        self.thumbnails.set_library(library)
        self.tool_bar.search.clear()
        self.pages.setCurrentWidget(self.splitter)
        if not library.path.name.startswith("pasted."):
            self.settings.add_recent(library.path)
            self.settings.set("folder", str(library.path.parent))
            self._update_recent()
        self.table.setFocus()
        self._update_state()

    def _closed(self) -> None:
        self.thumbnails.set_library(None)
        self.pages.setCurrentWidget(self.empty_page)
        self._update_state()

    def _show_opening(self, on: bool) -> None:
        self.place.setText("opening…" if on else "")
        if not on:
            self._update_state()

    def _update_recent(self) -> None:
        menu = self.actions_.recent
        menu.clear()
        for path in self.settings.recent:
            action = menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, p=path: self.open_files([p]))
        menu.setToolTipsVisible(True)
        menu.setEnabled(bool(self.settings.recent))
        if self.settings.recent:
            menu.addSeparator()
            menu.addAction("Clear This List").triggered.connect(self._clear_recent)

    def _clear_recent(self) -> None:
        self.settings.clear_recent()
        self._update_recent()

    # Model, method, class

    def choose_model(self, folder: Path) -> None:
        try:
            self.session.choose_model(folder)
        except GcxError as error:
            self.messages.warn(str(error))
            self._fill_models()

    def _first_model(self) -> None:
        """The model of the last session, or the default one."""
        models = self.session.models()
        last = Path(self.settings.text("model")) if self.settings.text("model") else None
        if last is not None and (last / "card.json").is_file():
            self.choose_model(last)
        if self.session.card is None and models:
            self.choose_model(models.get(DEFAULT_MODEL, next(iter(models.values())))[0])
        if self.session.card is None:
            self.messages.warn(
                "no model was found; make one with 'gcx train', or open a model folder with Model ▸ Open Model Folder…"
            )

    def start(self) -> None:
        """What takes time and can wait until the window is on screen."""
        self._first_model()

    def _ask_model(self) -> None:
        dialog = QFileDialog(self, "Open a model folder", str(paths.user_models().parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.choose_model(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _about_model(self) -> None:
        if self.session.card is not None:
            show_text(self, f"About the model {self.session.card.name}", card_html(self.session.card))

    def _fill_models(self) -> None:
        models, chosen = self.session.models(), self.session.model_path
        listed = [(name, card.task, folder) for name, (folder, card) in models.items()]
        if chosen is not None and self.session.card is not None and chosen not in [folder for *_, folder in listed]:
            listed.append((self.session.card.name, self.session.card.task, chosen))
        self.tool_bar.show_models(
            [(f"{task[:1].upper()}{task[1:]}" if task else name, name, folder) for name, task, folder in listed], chosen
        )

    def _model_changed(self) -> None:
        card = self.session.card
        assert card is not None  # noqa: S101
        self.table.table_model.set_class_names(card.class_names)
        self._fill_models()
        self._recolour.start()
        self._update_state()

    def _method_changed(self) -> None:
        self.tool_bar.show_method(self.session.method)
        for action in self.actions_.methods.actions():
            action.setChecked(action.data() == self.session.method)
        self._recolour.start()

    def _fill_classes(self) -> None:
        menu = self.actions_.classes
        menu.clear()
        names = self.session.card.class_names if self.session.card is not None else ()
        for index, words in [(PREDICTED, "Predicted"), *enumerate(names)]:
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setChecked(index == self.session.class_choice)
            action.triggered.connect(lambda _=False, i=index: self.session.choose_class(i))
            menu.addAction(action)

    # Running, searching, selecting

    def _stop(self) -> None:
        self.session.stop()
        self.exports.stop()

    def _run_changed(self) -> None:
        if not self.session.running:
            self.run_status.end()
        elif self.session.stopping:
            self.run_status.stopping()
        else:
            self.run_status.begin("Explaining")
        self._update_state()

    def _search(self, text: str) -> None:
        view = self.session.libraries.view
        self.session.libraries.set_view(View(view.column, view.descending, text))

    def _find(self) -> None:
        self.tool_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tool_bar.search.selectAll()

    def _select_all(self) -> None:
        self.table.setFocus()
        self.table.selectAll()

    def _results_came(self) -> None:
        """New results of records on screen colour their thumbnails."""
        self.thumbnails.forget_colours(self._newly_coloured())

    def _newly_coloured(self) -> list[int]:
        rows = self.session.libraries.rows
        maps = rows.maps.get(self.session.method, {}) if rows is not None else {}
        visible = {position for position in self.table.visible_positions() if position in maps}
        new = visible - self._coloured
        self._coloured = visible
        return list(new)

    _coloured: set[int] = set()  # noqa: RUF012

    def _colouring(self, position: int) -> Colouring | None:
        """The saliency in a record's thumbnail: as the panel would show it."""
        session, rows = self.session, self.session.libraries.rows
        values = rows.maps.get(session.method, {}).get(position) if rows is not None else None
        if rows is None or values is None:
            return None
        column = values[:, session.class_shown(int(rows.predicted[position]))]
        maximum = session.scales.get(session.method) if self.panel.scale_mode == "library" else None
        if maximum is None:
            finite = column[column == column]
            maximum = float(abs(finite).max()) if len(finite) else 0.0
        return Colouring(column, maximum, self.panel.threshold)

    # Looks and state

    def _choose_theme(self, name: str) -> None:
        scheme = {"Light": Qt.ColorScheme.Light, "Dark": Qt.ColorScheme.Dark}.get(name, Qt.ColorScheme.Unknown)
        QGuiApplication.styleHints().setColorScheme(scheme)
        self.settings.set("theme", name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ThemeChange) and hasattr(self, "count"):
            self._update_paper()

    def _update_paper(self) -> None:
        paper = paper_for(QApplication.palette())
        self.panel.set_paper(paper)
        self.thumbnails.set_paper(paper)
        self.table.set_paper(paper)
        self.session.selection.set_paper(paper)

    def _update_count(self) -> None:
        libraries = self.session.libraries
        total, seen = len(libraries.rows) if libraries.rows is not None else 0, len(libraries.order)
        words = f"{total:,} records" if seen == total else f"{seen:,} of {total:,}"
        selected = len(self.table.selected_positions())
        self.count.setText(f"{words}  ·  {selected:,} selected" if selected > 1 else words)

    def _update_state(self) -> None:
        """Actions that would do nothing are not to be had."""
        session, act = self.session, self.actions_
        library = session.libraries.library
        for name in ("close", "copy", "export", "report", "find", "select-all", "zoom-in", "zoom-out", "zoom-reset"):
            act[name].setEnabled(library is not None)
        act["close"].setEnabled(True)
        act["about-model"].setEnabled(session.card is not None)
        act["run"].setEnabled(library is not None and session.card is not None and not session.running)
        act["run"].setVisible(not session.running)
        act["stop"].setVisible(session.running)
        self.tool_bar.search.setEnabled(library is not None)
        name = library.path.name if library is not None else ""
        self.setWindowTitle(f"{name} — gcx-desktop" if name else "gcx-desktop")
        model = f"model {session.card.name}" if session.card is not None else "no model"
        if session.card is not None and session.bundle is None:
            model += " (loading)"
        self.place.setText("  ·  ".join(part for part in (name, model) if part))
        self._update_count()

    def _restore(self) -> None:
        settings = self.settings
        self.resize(1280, 800)
        self.restoreGeometry(settings.bytes("geometry"))
        self.restoreState(settings.bytes("window"))
        self.rejected.hide()
        self.splitter.restoreState(settings.bytes("splitter"))
        self.table.set_widths(settings.text("columns"))
        self.session.choose_method(settings.text("method"))
        self.panel.threshold = settings.number("threshold", self.panel.threshold)
        if settings.text("scale") in ("library", "molecule"):
            self.panel.scale_mode = settings.text("scale")
        theme = settings.text("theme", "System")
        for action, name in zip(self.actions_.themes.actions(), THEMES, strict=True):
            action.setChecked(name == theme)
        if theme in ("Light", "Dark"):
            self._choose_theme(theme)
        self._method_changed()

    def closeEvent(self, event: QCloseEvent) -> None:
        settings = self.settings
        settings.set("geometry", self.saveGeometry())
        settings.set("window", self.saveState())
        settings.set("splitter", self.splitter.saveState())
        settings.set("columns", self.table.widths())
        settings.set("method", self.session.method)
        settings.set("model", str(self.session.model_path or ""))
        settings.set("threshold", str(self.panel.threshold))
        settings.set("scale", self.panel.scale_mode)
        settings.save()
        self.hide()
        self.session.shut_down()
        super().closeEvent(event)
