"""The window in which a model is trained: choices, progress, result. It blocks nothing, and may be closed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from ... import paths
from ...app.models.change_model import free_model_name
from ...app.training.training_choices import RememberedChoices, TrainingChoices, choices_of_command
from ...app.training.training_columns import (
    TrainingColumn,
    check_has_columns,
    describe_columns,
    read_training_columns,
)
from ...leftovers import Scratch, make_scratch
from ...library.library import Library
from ...library.table_options import DETECT_ALL, TableOptions
from ...pool import default_workers
from ...progress import Progress
from ...work import Work
from ..background.jobs import JobDescription, Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..background.torch_preload import import_torch
from ..background.torch_threads import use_one_thread
from ..session.session import Session
from ..widgets.folders import start_folder
from ..widgets.message_box import message_box
from ..widgets.theme import paper_for
from . import training_words as words
from .choices_page import ChoicesPage
from .progress_page import ProgressPage
from .result_page import ResultPage

if TYPE_CHECKING:
    from ...app.training.training_preview import TrainingPreview
    from ...app.training.training_result import TrainingResult
    from .result_drawing import ResultCharts

PAUSE_MS = 250
"""After a choice, before the records are looked at again."""
LABELLED_FILES = "Tables and molecules (*.csv *.tsv *.txt *.smi *.smiles *.sdf *.sd *.gz);;All files (*)"


@dataclass(frozen=True, slots=True, eq=False)
class _TrainedModel:
    """A model that was trained in this window."""

    choices: TrainingChoices
    result: TrainingResult
    scratch: Scratch
    """Holds it until it is kept."""
    name: str
    kept: Path | None = None
    """The folder in which it is kept; ``None`` while it is in none."""


class TrainingWindow(QDialog):
    """Signals: ``use_wanted(folder)``: the model is to be used; ``record_wanted(position)``: a record of the open
    library is to be shown; ``models_changed()``: a model was added; ``finished_training(sentence)``: it ended while
    this window was closed; ``note(sentence)``, ``trouble(sentence)``.

    Attributes: ``choices_page``, ``progress_page``, ``result_page``, ``pages``.
    """

    use_wanted = Signal(Path)
    record_wanted = Signal(int)
    models_changed = Signal()
    finished_training = Signal(str)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Train a Model")
        self._session = session
        self._columns, self._preview = LatestTask(session.runner, self), LatestTask(session.runner, self)
        self._training, self._keeping = LatestTask(session.runner, self), LatestTask(session.runner, self)
        self._drawing = LatestTask(session.runner, self)
        self._table: tuple[Path, TableOptions] | None = None
        self._wanted: TrainingChoices | None = None
        """What is shown as soon as its columns are known."""
        self._trained: _TrainedModel | None = None
        self._question: QMessageBox | None = None
        self._paper = paper_for(self.palette())
        self.choices_page, self.progress_page, self.result_page = (
            ChoicesPage(self),
            ProgressPage(self),
            ResultPage(self),
        )
        self.pages = QStackedWidget(self)
        for page in (self.choices_page, self.progress_page, self.result_page):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.addWidget(self.pages)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look_at_records)
        self._connect()
        line = self.fontMetrics().height()
        self.resize(line * 56, line * 38)

    def _connect(self) -> None:
        choices, result = self.choices_page, self.result_page
        choices.changed.connect(self._choices_changed)
        choices.train_wanted.connect(self.train)
        choices.copy_wanted.connect(self._copy_choices)
        choices.file_wanted.connect(self._ask_file)
        self.progress_page.stop_wanted.connect(self.stop)
        result.use_wanted.connect(self.use)
        result.save_wanted.connect(self._ask_where)
        result.copy_wanted.connect(self._copy_command)
        result.again_wanted.connect(self._show_choices_again)
        result.record_chosen.connect(self._choose_record)
        self._session.jobs.progressed.connect(self._show_stopping)

    @property
    def busy(self) -> bool:
        """Whether a model is being trained."""
        return self._training.running

    @property
    def unsaved(self) -> str:
        """What would be lost if the program ended now, in words; "" if nothing."""
        return words.UNSAVED if self._trained is not None and self._trained.kept is None else ""

    def open_on(self, path: Path | None, options: TableOptions = DETECT_ALL) -> None:
        """Shows the window; with the columns of that table, unless a model is being trained or is to be judged."""
        if not self.busy and not (self._trained is not None and self.pages.currentWidget() is self.result_page):
            self.pages.setCurrentWidget(self.choices_page)
            if path is not None and self._table != (path, options):
                self.show_table(path, options)
        self.show()
        self.raise_()
        self.activateWindow()

    # The table

    def show_table(self, path: Path, options: TableOptions = DETECT_ALL) -> None:
        """Looks at the columns of a table in the background and lists them."""
        self._preview.drop()
        self._pause.stop()
        self._table = (path, options)
        library, rows = self._session.libraries.library, self._session.libraries.rows
        self.choices_page.show_file(path, options)
        opened = library is not None and (library.path, library.options) == (path, options)
        known = rows.snapshot() if opened and rows is not None and self._session.libraries.texts_read else None
        kind = self._session.kind

        def job(link: Link) -> list[TrainingColumn]:
            if known is None:
                return read_training_columns(path, options, report=link.report, cancel=link.cancel)
            check_has_columns(kind, path)
            n = known.n_texts
            cells = [column[:n] for column in known.fields]
            return describe_columns(known.field_names, cells, link.cancel.raise_if_cancelled)

        about = JobDescription("Looking at columns", brief=True)
        self._columns.start(job, about, done=self._show_columns, failed=self.choices_page.show_trouble)

    def _show_columns(self, columns: list[TrainingColumn]) -> None:
        assert self._table is not None  # noqa: S101
        card = self._session.card
        remembered: RememberedChoices | None = None
        if card is not None:
            remembered = choices_of_command(card.command, *self._table)
            self.choices_page.offer_choices_of(card.name)
        self.choices_page.show_columns(columns, remembered)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.choices_page.show_choices(wanted)

    def _ask_file(self) -> None:
        folder = Path.home() if self._table is None else start_folder(self._table[0])
        dialog = QFileDialog(self, "Open a table with measured values", str(folder), LABELLED_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.show_table(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # What becomes of the records

    def _choices_changed(self) -> None:
        self._preview.drop()
        problem = self.choices_page.problem
        self.choices_page.show_fates([] if problem else [words.READING_RECORDS])
        self.choices_page.show_trouble(problem)
        if not problem:
            self._pause.start()

    def _look_at_records(self) -> None:
        chosen = self.choices_page.choices
        if chosen is None:
            return
        pool = self._session.batch_pool
        of_records = self._session.words

        def job(link: Link) -> TrainingPreview:
            import_torch()
            from ...app.training.training_preview import preview_training

            use_one_thread()
            return preview_training(chosen.request(Path("preview")), Work(pool, link.report, link.cancel))

        def show(preview: TrainingPreview) -> None:
            self.choices_page.show_fates(preview.sentences(of_records))
            self.choices_page.show_trouble(preview.trouble)

        def refuse(sentence: str) -> None:
            self.choices_page.show_fates([])
            self.choices_page.show_trouble(sentence)

        about = JobDescription("Looking at molecules", brief=True)
        self._preview.start(job, about, done=show, failed=refuse)

    # Training

    def train(self) -> None:
        """Trains what is chosen, in the background; asks before a model is lost that was not kept."""
        chosen = self.choices_page.choices
        if chosen is None or self.busy:
            return
        if self.unsaved:
            self._ask_to_lose(lambda: self._train(chosen))
        else:
            self._train(chosen)

    def _train(self, chosen: TrainingChoices) -> None:
        self._preview.drop()
        self._forget_trained()
        name = free_model_name(f"{chosen.table.name.split('.')[0]}-{chosen.label}")
        pool = self._session.batch_pool

        def job(link: Link) -> _TrainedModel:
            import_torch()
            from ...app.training.train_model import train_model
            from ...app.training.training_result import load_training_result
            from ...gcn.runtime import prepare_torch

            prepare_torch()
            scratch = make_scratch("model")
            positions: list[int] = []

            def report(progress: Progress) -> None:
                link.report(progress)
                if progress.part is not None:
                    link.deliver(progress.part)

            try:
                request = replace(chosen.request(scratch.path / name), at_once=max(1, default_workers() - 1))
                work = Work(pool, report, link.cancel)
                train_model(request, work, on_read=lambda table: positions.extend(table.positions))
                result = load_training_result(request.output, positions)
            except BaseException:
                scratch.remove()
                raise
            return _TrainedModel(chosen, result, scratch, name)

        self.progress_page.begin(f"Training on {chosen.label} of {chosen.table.name}…")
        self.pages.setCurrentWidget(self.progress_page)
        self._training.start(
            job,
            JobDescription("Training", words.LOSS),
            done=self._show_trained,
            failed=self._training_failed,
            cancelled=lambda: self._back("Training was stopped; nothing of it was kept."),
            progressed=self.progress_page.show_progress,
            parts=self.progress_page.show_parts,
        )

    def stop(self) -> None:
        """Ends the training; nothing is kept of it."""
        self._training.stop()
        self._show_stopping()

    def _show_stopping(self) -> None:
        if self._training.stopping:
            self.progress_page.show_stopping()

    def _training_failed(self, sentence: str) -> None:
        self._back("")
        self.choices_page.show_trouble(sentence)
        if not self.isVisible():
            self.trouble.emit(sentence)

    def _back(self, sentence: str) -> None:
        self.pages.setCurrentWidget(self.choices_page)
        self.choices_page.show_trouble("")
        if sentence:
            self.note.emit(sentence)

    # The result

    def _show_trained(self, trained: _TrainedModel) -> None:
        self._trained = trained
        self.result_page.show_result(trained.result)
        self.result_page.show_kept("")
        self.pages.setCurrentWidget(self.result_page)
        self.result_page.use_button.setFocus()
        self._draw()
        if not self.isVisible():
            self.finished_training.emit(f"the model {trained.name} is trained")

    def _draw(self) -> None:
        trained, paper = self._trained, self._paper
        if trained is None:
            return
        result = trained.result

        def job(_: Link) -> ResultCharts:
            from .result_drawing import draw_result

            return draw_result(result, paper)

        about = Unlisted("it draws two charts")
        self._drawing.start(job, about, done=self.result_page.show_charts, failed=self.trouble.emit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            paper = paper_for(self.palette())
            if paper is not self._paper:
                self._paper = paper
                self._draw()

    def use(self) -> None:
        """Uses the model for the open library; keeps it among the user's models first."""
        trained = self._trained
        if trained is None:
            return
        if trained.kept is not None:
            self.use_wanted.emit(trained.kept)
        else:
            self._keep(paths.user_models() / trained.name, then=self.use_wanted.emit)

    def save(self, target: Path) -> None:
        """Keeps the model in a folder."""
        self._keep(target, then=lambda _: None)

    def _ask_where(self) -> None:
        trained = self._trained
        if trained is None:
            return
        models = paths.user_models()
        with suppress(OSError):
            models.mkdir(parents=True, exist_ok=True)
        dialog = QFileDialog(self, "Save the model as a folder", str(models / trained.name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter("Model folders (*)")
        dialog.selectFile(trained.name)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _keep(self, target: Path, *, then: Callable[[Path], object]) -> None:
        trained = self._trained
        if trained is None or self._keeping.running:
            return

        def job(_: Link) -> Path:
            from ...app.training.keep_model import keep_model

            keep_model(trained.result.folder, target, trained.choices)
            return target

        def kept(folder: Path) -> None:
            if self._trained is trained:
                self._trained = replace(trained, kept=folder)
                self.result_page.show_kept(f"Kept in {folder}.")
            self.models_changed.emit()
            then(folder)

        self.result_page.set_busy(True)
        about = JobDescription("Saving the model", "A model is being saved.", brief=True)
        self._keeping.start(
            job, about, done=kept, failed=self.result_page.show_kept, ended=lambda: self.result_page.set_busy(False)
        )

    def _choose_record(self, position: int) -> None:
        library = self._session.libraries.library
        if library is not None and self._is_trained_on(library):
            self.record_wanted.emit(position)

    def _is_trained_on(self, library: Library) -> bool:
        trained = self._trained
        if trained is None:
            return False
        table, options = trained.choices.table, trained.choices.options
        return (library.path.absolute(), library.options) == (table.absolute(), options)

    def _show_choices_again(self) -> None:
        trained = self._trained
        self.pages.setCurrentWidget(self.choices_page)
        if trained is None:
            return
        table = (trained.choices.table, trained.choices.options)
        if self._table != table:
            self._wanted = trained.choices
            self.show_table(*table)
        else:
            self.choices_page.show_choices(trained.choices)

    def _copy_choices(self) -> None:
        chosen = self.choices_page.choices
        if chosen is not None:
            QGuiApplication.clipboard().setText(chosen.command(Path(f"{chosen.label}-model")))
            self.choices_page.copy_button.setText("Copied")

    def _copy_command(self) -> None:
        trained = self._trained
        if trained is not None:
            target = trained.kept or Path(trained.name)
            QGuiApplication.clipboard().setText(trained.choices.command(target))
            self.result_page.copy_button.setText("Copied")

    def _ask_to_lose(self, then: Callable[[], object]) -> None:
        trained = self._trained
        assert trained is not None  # noqa: S101
        box = message_box(
            QMessageBox.Icon.Question,
            f"The model {trained.name} is in no folder yet",
            "Another training takes its place.",
            self,
        )
        box.addButton("Train", QMessageBox.ButtonRole.DestructiveRole).clicked.connect(lambda: then())
        save = box.addButton("Save As…", QMessageBox.ButtonRole.ActionRole)
        save.clicked.connect(self._ask_where)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.finished.connect(self._answered)
        self._question = box
        box.open()

    @property
    def question(self) -> QMessageBox | None:
        """The box that is open, ``None`` if there is none."""
        return self._question

    def _answered(self) -> None:
        self._question = None

    def _forget_trained(self) -> None:
        trained, self._trained = self._trained, None
        if trained is not None:
            trained.scratch.remove()

    def shut_down(self) -> None:
        """Removes what was not kept; for closing the program."""
        self._pause.stop()
        self._forget_trained()
