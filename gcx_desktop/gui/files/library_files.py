"""Opens a file as the library: from the dialog, recent files, dropped files or the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ... import paths
from ...app.projects.pasted_molecules import pasted_suffix
from ...app.projects.unsaved_work import is_pasted
from ...gcn.bundles.model_file import MODEL_SUFFIX
from ...library.table_options import DETECT_ALL, TableOptions
from ...project.store import SUFFIX
from ..models.model_transfer import MODEL_KINDS
from ..session.library_session import LibrarySession
from ..session.settings import Settings
from ..widgets.folders import is_users, start_folder
from ..widgets.message_bar import MessageBar
from ..widgets.plain_labels import named_action, plain_tooltip
from .open_with_options import OpenWithOptions

FILE_KINDS = "Molecules (*.sdf *.sd *.mol *.smi *.smiles *.txt *.csv *.tsv *.gz);;All files (*)"
OPEN_KINDS = FILE_KINDS.replace(";;", f";;gcx projects (*{SUFFIX});;{MODEL_KINDS};;").replace(
    "Molecules (", f"Molecules, projects and models (*{SUFFIX} *{MODEL_SUFFIX} ", 1
)


class Leave(Protocol):
    """Calls ``then``, unless the user decides to keep what is open."""

    def __call__(self, then: Callable[[], object], *, closing: str) -> object: ...


class LibraryFiles(QObject):
    """Opens files and stores them as recent. Attribute ``leave``: called before another library replaces the open one.

    Signals: ``project_wanted(path)``, the file is a project; ``model_wanted(path)``, it is a model;
    ``paste_wanted(text)``, molecules from the clipboard.
    """

    project_wanted = Signal(Path)
    model_wanted = Signal(Path)
    paste_wanted = Signal(str)

    def __init__(
        self, libraries: LibrarySession, settings: Settings, messages: MessageBar, recent: QMenu, window: QWidget
    ) -> None:
        super().__init__(window)
        self._libraries, self._settings, self._messages = libraries, settings, messages
        self._recent, self._window = recent, window
        self.with_options = OpenWithOptions(
            libraries, settings, messages, lambda path, options: self.open([path], options), window
        )
        self.leave: Leave = lambda then, *, closing: then()
        libraries.opened.connect(self._remember)
        self._fill_recent()

    def open(self, files: Sequence[Path], options: TableOptions = DETECT_ALL) -> None:
        """Takes the models among the files, and opens the first of the others, since only one library can be open."""
        models = [path for path in map(Path, files) if path.suffix.lower() == MODEL_SUFFIX]
        others = [path for path in map(Path, files) if path not in models]
        for path in models:
            self.model_wanted.emit(path.absolute())
        if others:
            self.leave(lambda: self._open(others[0].absolute(), options, len(others)), closing="Open")

    def _open(self, path: Path, options: TableOptions, n_files: int) -> None:
        """:param path: absolute, also for messages, in which a relative path may look like a word"""
        self._messages.hide()
        if path.suffix.lower() == SUFFIX:
            self.project_wanted.emit(path)
        else:
            self._libraries.open(path, options=options)
        if n_files > 1:
            self._messages.note(f"one library at a time: only {path.name} is opened")

    def open_sample(self) -> None:
        self.open([paths.resource(paths.SAMPLE_LIBRARY)])

    def ask(self) -> None:
        """Asks for a file and opens it."""
        self._ask_for(OPEN_KINDS, lambda path: self.open([path]))

    def ask_with_options(self) -> None:
        """Asks for a file, then how to read it."""
        self._ask_for(FILE_KINDS, self.with_options.look_at)

    def _ask_for(self, kinds: str, use: Callable[[Path], object]) -> None:
        last = self._settings.text("folder")
        folder = start_folder(Path(last) / "file") if last else Path.home()
        dialog = QFileDialog(self._window, "Open a file", str(folder), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: use(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def paste(self) -> None:
        """Opens SMILES or a molblock from the clipboard as a library."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._messages.warn("there is no text on the clipboard; copy SMILES or a molblock first")
            return
        self._messages.hide()
        # Empty first lines of a molblock are significant.
        self.paste_wanted.emit(text if pasted_suffix(text) == ".sdf" else text.strip() + "\n")

    @staticmethod
    def dropped(data: QMimeData) -> list[Path]:
        """The local files among the dropped items."""
        return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]

    def _remember(self) -> None:
        library = self._libraries.library
        if library is not None and not is_pasted(library.path):
            self._settings.add_recent(library.path, library.options)
            if is_users(library.path):
                self._settings.set("folder", str(library.path.absolute().parent))
            self._fill_recent()

    def remember_project(self, path: Path) -> None:
        """Adds a project to the recent files."""
        self._settings.add_recent(path)
        self._fill_recent()

    def _fill_recent(self) -> None:
        menu, recent = self._recent, self._settings.recent
        menu.clear()
        menu.setToolTipsVisible(True)
        menu.setEnabled(bool(recent))
        for path in recent:
            action = named_action(path.name, menu)
            action.setToolTip(plain_tooltip(str(path)))
            menu.addAction(action)
            action.triggered.connect(lambda _=False, p=path: self.open([p], self._settings.options_of(p)))
        if recent:
            menu.addSeparator()
            menu.addAction("Clear This List").triggered.connect(self._forget)

    def _forget(self) -> None:
        self._settings.clear_recent()
        self._fill_recent()
