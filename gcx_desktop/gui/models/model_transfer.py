"""Takes models that were sent as files, and writes such files, in the background."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ...app.models.listed_models import holds_structures
from ...app.models.transfer_model import ImportedModel, export_model, import_model
from ...gcn.bundles.model_file import MODEL_SUFFIX
from ...wording import file_size
from ..background.jobs import UNFINISHED_FILE, JobDescription, not_written
from ..background.task_runner import Link, TaskRunner
from ..background.torch_threads import prepare_threads
from ..widgets.message_box import message_box

MODEL_KINDS = f"gcx models (*{MODEL_SUFFIX})"
_STRUCTURES = (
    "With them, whoever gets the file sees which molecules are nearest to a prediction, and can read the structures "
    "and titles of all. Without them they stay here."
)
_ROLE = QMessageBox.ButtonRole


class ModelTransfer(QObject):
    """Attributes: ``folder``, where dialogs start; ``question``, the box that is open, ``None`` if there is none.

    Signals: ``came(ImportedModel)``; ``note(sentence)``; ``trouble(sentence)``.
    """

    came = Signal(ImportedModel)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.folder = ""
        self.question: QMessageBox | None = None

    def ask_import(self, window: QWidget) -> None:
        """Asks for a file and takes the model in it."""
        dialog = QFileDialog(window, "Import a model", self.folder or str(Path.home()), MODEL_KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Takes the model in a file among the user's own; if another has its name, it gets a new one."""

        def job(link: Link) -> ImportedModel:
            prepare_threads()
            return import_model(path, rename=True, cancel=link.cancel)

        self.folder = str(path.parent)
        about = JobDescription(f"Importing {path.name}", brief=True)
        self._runner.start(
            job,
            about,
            done=self._taken,
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(f"stopped; {path.name} was not taken"),
        )

    def _taken(self, model: ImportedModel) -> None:
        self.note.emit(_came_in_words(model))
        self.came.emit(model)

    def ask_export(self, name: str, folder: Path, window: QWidget) -> None:
        """Asks for a file and writes a model into it; asks before whether the molecules that it was trained on go with
        it, if it names them."""
        if not holds_structures(folder):
            self._ask_file(name, folder, window, structures=True)
            return
        words = f"Send the molecules that '{name}' was trained on with it?"
        box = message_box(QMessageBox.Icon.Question, words, _STRUCTURES, window)
        without = box.addButton("Without Structures", _ROLE.AcceptRole)
        without.clicked.connect(lambda: self._ask_file(name, folder, window, structures=False))
        whole = box.addButton("With Structures", _ROLE.AcceptRole)
        whole.clicked.connect(lambda: self._ask_file(name, folder, window, structures=True))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(without)
        box.setEscapeButton(cancel)
        box.finished.connect(self._answered)
        self.question = box
        box.open()

    def _answered(self) -> None:
        self.question = None

    def _ask_file(self, name: str, folder: Path, window: QWidget, *, structures: bool) -> None:
        dialog = QFileDialog(window, "Export the model", self.folder or str(Path.home()), MODEL_KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(MODEL_SUFFIX.removeprefix("."))
        dialog.selectFile(f"{name}{MODEL_SUFFIX}")
        dialog.fileSelected.connect(lambda file: self.write_file(folder, Path(file), structures=structures))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write_file(self, folder: Path, path: Path, *, structures: bool) -> None:
        """Writes a model into one file."""

        def job(link: Link) -> int:
            prepare_threads()
            return export_model(folder, path, structures=structures, cancel=link.cancel)

        self.folder = str(path.parent)
        without = "" if structures else ", without the molecules that it was trained on"
        self._runner.start(
            job,
            JobDescription(f"Writing {path.name}", UNFINISHED_FILE, brief=True),
            done=lambda size: self.note.emit(f"saved the model as {path.name} ({file_size(size)}){without}"),
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(not_written(path)),
        )


def _came_in_words(model: ImportedModel) -> str:
    """What became of a model that was sent, a sentence."""
    if model.was_here:
        return f"the model is among those here already, as '{model.name}'"
    other = f"; another one here is called '{model.sent_as}'" if model.name != model.sent_as else ""
    return f"the model '{model.name}' is now among yours{other}"
