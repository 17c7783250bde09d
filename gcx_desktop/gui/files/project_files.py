"""Saves and opens projects, and asks what to do if a project's library is missing or has changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ...app.projects.project_source import SourceLocation, SourceStatus
from ...app.projects.unsaved_work import is_pasted
from ...project.store import SUFFIX
from ..actions import Actions
from ..session.session import Session
from ..session.settings import Settings
from ..widgets.folders import nearest_folder, start_folder
from ..widgets.message_bar import MessageBar
from ..widgets.message_box import message_box
from ..widgets.plain_labels import window_title
from .library_files import FILE_KINDS, LibraryFiles

PROJECT_KINDS = f"gcx projects (*{SUFFIX})"
_MISSING = "It holds the {records} of the project. It was at\n{path}\nIf it was moved or renamed, say where it is."
_CHANGED = (
    "Its records may be others now. If you use it as it is, what was computed of it is forgotten; marks and notes stay "
    "with the numbers of the records."
)
_ROLE = QMessageBox.ButtonRole


class ProjectFiles(QObject):
    """Connects menus and dialogs with the session's projects."""

    def __init__(
        self,
        session: Session,
        files: LibraryFiles,
        settings: Settings,
        messages: MessageBar,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._libraries, self._projects = session.libraries, session.projects
        self._files, self._settings, self._messages = files, settings, messages
        self._actions, self._window = actions, window
        self.question: QMessageBox | None = None
        """The box that is open, ``None`` if there is none."""
        projects = self._projects
        files.project_wanted.connect(projects.open)
        projects.asked.connect(self._ask_about)
        projects.note.connect(messages.note)
        projects.attached.connect(self._remember)
        projects.saved_as.connect(self._remember)
        projects.changed.connect(self._update_actions)
        session.libraries.opened.connect(self._update_actions)
        session.libraries.closed.connect(self._update_actions)
        actions.connect("save", self.save)
        actions.connect("save-as", self.ask_name)
        self._update_actions()

    def save(self) -> None:
        """Saves pending changes; without a project, asks for a name and makes one."""
        writer = self._projects.writer
        if writer is None or writer.read_only or writer.unsaved:
            self.ask_name()
        else:
            self._projects.write()
            self._messages.note(f"{writer.project.path.name} holds everything; changes are saved as they come")

    def ask_name(self) -> None:
        """Asks for the project's file."""
        library = self._libraries.library
        if library is None:
            return
        writer = self._projects.writer
        if writer is None and is_pasted(library.path):
            self._messages.warn(
                "pasted molecules are in no file that a project could name; save them first with File ▸ Export"
            )
            return
        before = library.path if writer is None or writer.unsaved else writer.project.path
        dialog = QFileDialog(self._window, "Save the project", str(_proposal(before)), PROJECT_KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(_proposal(before).name)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an existing file is never overwritten
        dialog.fileSelected.connect(lambda name: self._projects.save_as(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_about(self, found: SourceLocation) -> None:
        missing = found.status is SourceStatus.MISSING
        name = found.path.name
        words = f"{name} cannot be found" if missing else f"{name} was changed since its results were saved"
        more = _MISSING.format(records=found.words.records, path=found.path) if missing else _CHANGED
        box = message_box(QMessageBox.Icon.Question, words, more, self._window)
        if not missing:
            box.addButton("Use It As It Is", _ROLE.AcceptRole).clicked.connect(self._projects.use_changed)
        locate = box.addButton("Locate…" if missing else "Locate Another File…", _ROLE.ActionRole)
        locate.clicked.connect(lambda: self._ask_place(found))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        cancel.clicked.connect(self._projects.cancel)
        box.setDefaultButton(locate if missing else cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(self._answered)
        self.question = box
        box.open()

    def _answered(self) -> None:
        self.question = None

    def _ask_place(self, found: SourceLocation) -> None:
        name = found.path.name
        dialog = QFileDialog(
            self._window, window_title(f"Where is {name}?"), str(nearest_folder(found.path)), FILE_KINDS
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self._projects.locate(Path(file)))
        dialog.rejected.connect(lambda: self._ask_about(found))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _remember(self, *_: object) -> None:
        writer = self._projects.writer
        if writer is not None and not writer.unsaved:
            self._files.remember_project(writer.project.path)

    def _update_actions(self) -> None:
        there = self._libraries.library is not None
        for name in ("save", "save-as"):
            self._actions[name].setEnabled(there and not self._projects.busy)


def _proposal(before: Path) -> Path:
    """An unused name, in the same folder if that is the user's."""
    stem, folder = before.name.split(".")[0] or before.name, start_folder(before)
    path, number = folder / f"{stem}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}{SUFFIX}", number + 1
    return path
