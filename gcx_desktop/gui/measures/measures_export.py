"""The tables of an evaluation as files, with the columns of ``gcx evaluate``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND
from ...progress import CancelToken
from ..background.jobs import UNFINISHED_FILE, JobDescription, not_written
from ..background.task_runner import Link, TaskRunner
from ..widgets.folders import start_folder

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...app.evaluation.write_evaluation import EvaluationRow

TABLES = ("measures", "curves", "records", "sanity")
"""The tables that can be written."""


def menu_words(kind: str, words: Words) -> str:
    """The text in the menu for one of ``TABLES``."""
    records = words.records.capitalize()
    return {
        "measures": "&Measures…",
        "curves": "&Curves…",
        "records": f"{records[0]}&{records[1:]}…",
        "sanity": "&Sanity Check…",
    }[kind]


def file_words(kind: str, words: Words) -> str:
    """The part of the file's name for one of ``TABLES``."""
    return words.records if kind == "records" else kind


def write_table(
    kind: str, measured: LibraryEvaluation, cutoff: float, path: Path, library: Path, cancel: CancelToken
) -> None:
    """Writes one of ``TABLES``; never leaves an incomplete file.

    :param library: whose file must not be overwritten
    :raises OutputError: if the file cannot be written
    :raises Cancelled: once ``cancel`` is set
    """
    from ...app.evaluation import write_evaluation as tables
    from ...library.writing.export import open_rows
    from ...library.writing.output import ROW_KINDS, check_output, output_kind

    found, ids, names = measured.evaluation, measured.method_ids, measured.class_names
    written: dict[str, tuple[Sequence[str], Iterable[EvaluationRow]]] = {
        "measures": (tables.summary_columns(found), tables.summary_rows(found, ids, cutoff)),
        "curves": (tables.CURVE_COLUMNS, tables.curve_rows(found, ids)),
        "records": (tables.record_columns(found, names, ids), tables.record_rows(found, ids, cutoff, names)),
        "sanity": (tables.SANITY_COLUMNS, tables.sanity_rows(measured.checks)),
    }
    columns, rows = written[kind]
    output_kind(str(path), ROW_KINDS)
    check_output(str(path), forbid=library)
    with open_rows(str(path), columns, forbid=library) as file:
        for row in rows:
            cancel.raise_if_cancelled()
            file.write(row)


class MeasuresExport(QObject):
    """Asks for a file and writes it in a thread.

    Attribute: ``menu``. Signals: ``wanted(kind)``, ``note(sentence)``, ``trouble(sentence)``.
    """

    wanted = Signal(str)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._runner, self._window = runner, window
        self.menu = QMenu(window)
        self._actions = {kind: self.menu.addAction("") for kind in TABLES}
        for kind, action in self._actions.items():
            action.triggered.connect(lambda _=False, kind=kind: self.wanted.emit(kind))
        self.set_words(DEFAULT_KIND.words)

    def set_words(self, words: Words) -> None:
        """Sets the words for records and nodes."""
        self._words = words
        for kind, action in self._actions.items():
            action.setText(menu_words(kind, words))

    def ask(self, kind: str, measured: LibraryEvaluation, cutoff: float, library: Path) -> None:
        """Asks where to write a table."""
        name = file_words(kind, self._words)
        dialog = QFileDialog(self._window, f"Export {name}", str(start_folder(library)), "CSV table (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{library.stem}-{name}.csv")
        dialog.fileSelected.connect(lambda path: self.write(kind, measured, cutoff, Path(path), library))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, kind: str, measured: LibraryEvaluation, cutoff: float, path: Path, library: Path) -> None:
        """Writes a table, in the background."""

        def job(link: Link) -> None:
            write_table(kind, measured, cutoff, path, library, link.cancel)

        self._runner.start(
            job,
            JobDescription(f"Writing {path.name}", UNFINISHED_FILE, brief=True),
            done=lambda _: self.note.emit(f"wrote {path.name}"),
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(not_written(path)),
        )
