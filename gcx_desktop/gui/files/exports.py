"""Exports from the window: tables, structure files, pictures and the report."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from ...app.explaining.model_preparation import preparation_arguments
from ...app.output.export_kinds import FILTERED, PICTURE_KINDS, SELECTED
from ...depict.drawing import Depiction
from ...depict.halos import Halo
from ...library.record import Rejected
from ...library.writing.output import whole_file
from ...substructure.findings import Finding
from ...wording import counted
from ..background.jobs import UNFINISHED_FILE, JobDescription, not_written
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..pictures.picture import render_image
from ..record.explanation_panel import ExplanationPanel
from ..session.session import Session
from ..session.window_explanations import WindowExplanations
from ..table.library_view import LibraryTable
from ..widgets.folders import start_folder

if TYPE_CHECKING:
    from ...app.output.export_pictures import PictureExportSummary
    from ...app.output.write_results import WriteSummary

_PNG_SCALE = 4.0
_WORDS = {
    "csv": "CSV table",
    "tsv": "TSV table",
    "xlsx": "XLSX spreadsheet",
    "parquet": "Parquet table",
    "sdf": "SDF structure file",
    "smi": "SMILES and titles",
    "pdf": "PDF document",
}


@dataclass(frozen=True, slots=True)
class ReportedSubstructures:
    """The substructures that have a section in a report."""

    findings: tuple[Finding, ...] = ()
    search: str = ""
    """A sentence that says how they were found."""
    labels: str = ""
    """A sentence about the labels; "" if none were used."""


class Exports(QObject):
    """Writes the records as shown and in the order shown, one job at a time.

    Signals: ``finished(path)`` on success, ``note(sentence)``, ``trouble(sentence)``.
    """

    finished = Signal(Path)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, table: LibraryTable, panel: ExplanationPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._table, self._panel, self._window = session, table, panel, window
        self._latest = LatestTask(session.runner, self)
        self.substructures = ReportedSubstructures()
        """The substructures for later reports."""
        self.folder = ""
        """The folder of the last export."""

    @property
    def busy(self) -> bool:
        return self._latest.running

    def positions(self, which: str) -> Sequence[int]:
        """The records to write, in order."""
        if which == SELECTED:
            return self._table.selected_positions()
        if which == FILTERED:
            return self._table.seen_positions()
        rows = self._session.libraries.rows
        return range(0 if rows is None else len(rows))

    def _n_records(self, which: str) -> int:
        """The number of :meth:`positions`, without listing them."""
        if which == SELECTED:
            return self._table.n_selected
        libraries = self._session.libraries
        return len(libraries.order) if which == FILTERED else libraries.n_records

    def set_substructures(self, findings: tuple[Finding, ...], search: str, labels: str) -> None:
        """Sets the substructures for later reports; see :class:`ReportedSubstructures`."""
        if findings:
            self.note.emit(f"{counted(len(findings), 'substructure')} will be in the report (File ▸ Report)")
        self.substructures = ReportedSubstructures(findings, search, labels)

    # Asking for a file

    def ask_export(self, which: str, kind: str) -> None:
        """Asks for a file, or a folder for pictures, and writes it."""
        if not self._ready(which):
            return
        if kind in PICTURE_KINDS:
            title = f"Folder for the pictures, one {kind.upper()} file for each {self._session.words.record}"
            dialog = QFileDialog(self._window, title, self._start())
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            self._ask(dialog, lambda path: self.export_pictures(which, kind, path))
        else:
            dialog = self._save_dialog(f"Export {which} records", kind, "explained")
            self._ask(dialog, lambda path: self.export_table(which, path))

    def ask_report(self) -> None:
        """Asks for a PDF file and writes the report of the visible records."""
        if self._ready(FILTERED):
            self._ask(self._save_dialog("Report", "pdf", "report"), lambda path: self.export_report(FILTERED, path))

    def ask_picture(self) -> None:
        """Asks for a file and writes the record as shown into it, as PNG or SVG by its suffix."""
        if self._panel.svg() is None:
            self.trouble.emit(f"there is no picture to save; select {self._session.words.a_record}")
            return
        dialog = self._save_dialog("Save picture", "png", "picture")
        dialog.setNameFilters([f"{_WORDS[kind]} (*.{kind})" for kind in PICTURE_KINDS])
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix("svg" if "svg" in words else "png"))
        self._ask(dialog, self.save_picture)

    def save_picture(self, path: Path) -> None:
        """Writes the record as shown."""
        image, svg = self._panel.image(_PNG_SCALE), self._panel.svg()
        if image is None or svg is None:
            return

        def job(link: Link) -> None:
            data = svg.encode() if path.suffix.lower() == ".svg" else image_bytes(image)
            with whole_file(path, text=False) as file:
                link.cancel.raise_if_cancelled()
                file.write(data)

        self.folder = str(path.parent)
        self._session.runner.start(
            job,
            JobDescription(f"Writing {path.name}", UNFINISHED_FILE, brief=True),
            done=lambda _: self.note.emit(f"saved the picture as {path.name}"),
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(not_written(path)),
        )

    def _save_dialog(self, title: str, kind: str, ending: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._start(), f"{_WORDS[kind]} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        library = self._session.libraries.library
        if library is not None:
            dialog.selectFile(f"{library.path.name.split('.')[0]}-{ending}.{kind}")
        return dialog

    def _start(self) -> str:
        """The folder in which a dialog starts: that of the last export, or the library's."""
        library = self._session.libraries.library
        return self.folder or (str(start_folder(library.path)) if library is not None else "")

    def _ask(self, dialog: QFileDialog, use: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: use(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ready(self, which: str) -> bool:
        if self.busy:
            self.trouble.emit("an export is under way; stop it or wait for it to end")
        elif not self._n_records(which):
            self.trouble.emit("there is no record to write; select some, or clear the search")
        elif self._session.card is None:
            kind = self._session.kind.name
            self.trouble.emit(f"there is no model for {kind}; open one with Model ▸ Open Model Folder…")
        elif self._session.bundle is None:
            self.trouble.emit("the model is not loaded yet; try again in a moment")
        else:
            return True
        return False

    def _explanations(self, positions: Sequence[int]) -> tuple[WindowExplanations, str, str]:
        """Explanations of these records, the current method, and the class; library and weights must be there."""
        session = self._session
        explanations = session.explanations((session.now.method,), positions)
        assert explanations is not None  # noqa: S101
        return explanations, session.now.method, session.now.class_name

    # Writing

    def export_table(self, which: str, path: Path) -> None:
        """Writes predictions and saliency by current method and class, with the columns of ``gcx explain --fields``.

        A SMILES file gets only structures and titles.
        """
        if not self._ready(which):
            return
        positions = self.positions(which)
        explanations, _, classes = self._explanations(positions)

        def job(link: Link) -> WriteSummary:
            from ...app.explaining.read_records import wants_molblocks
            from ...app.output.write_results import ResultPlan, check_plan, write_results
            from ...library.writing.output import KINDS, SALIENCY_KINDS, check_output, output_kind

            request = explanations.request(with_molblocks=wants_molblocks(str(path)))
            if output_kind(path, KINDS) not in SALIENCY_KINDS:
                request = request.with_methods(())
            ids = tuple(method.id for method in request.methods)
            plan = ResultPlan(request.bundle.card, ids, classes, request.preparation, with_fields=True)
            check_plan(plan, str(path), len(positions))
            check_output(path, forbid=request.library.path)
            results = explanations.source()(request, explanations.work(link))
            return write_results(str(path), request.library, plan, results)

        def words(written: WriteSummary) -> str:
            repairs = f"; {written.repairs}" if written.repairs else ""
            return f"{_written(path, positions, written.rejected)}{repairs}"

        self._begin(f"Writing {path.name}", path, job, words)

    def export_report(self, which: str, path: Path) -> None:
        """Writes the PDF of the visible records, with the current method, class, colour threshold and scale."""
        if not self._ready(which):
            return
        positions, now = self.positions(which), self._session.now
        explanations, method_id, classes = self._explanations(positions)
        library = explanations.library
        colour_threshold, scale_mode = now.colour_threshold, now.scale
        words = ["gcx", "report", str(library.path), "-o", path.name, "--model", self._model_words()]
        words += ["--method", method_id, "--class", classes]
        words += ["--colour-threshold", f"{colour_threshold:g}", "--scale", scale_mode]
        words += library.options.arguments()
        words += preparation_arguments(explanations.preparation, explanations.bundle.card)
        substructures = self.substructures
        whole = _is_whole_file(positions, len(library)) and not substructures.findings

        def job(link: Link) -> WriteSummary:
            from ...app.output.write_report import ReportOptions, write_report
            from ...library.writing.output import check_output

            check_output(path, forbid=library.path)
            options = ReportOptions(
                classes=classes,
                colour_threshold=colour_threshold,
                scale_mode=scale_mode,
                substructures=substructures.findings,
                substructure_search=substructures.search,
                labels=substructures.labels,
                command_line=shlex.join(words) if whole else "",
            )
            return write_report(explanations.request(), explanations.source(), explanations.work(link), path, options)

        self._begin(f"Writing {path.name}", path, job, lambda written: _written(path, positions, written.rejected))

    def export_pictures(self, which: str, kind: str, folder: Path) -> None:
        """Writes one file per record, with the saliency shown."""
        if not self._ready(which):
            return
        session, positions = self._session, self.positions(which)
        explanations, method_id, classes = self._explanations(positions)
        colour_threshold = session.now.colour_threshold
        maximum = session.scales.get(method_id) if session.now.scale == "library" else None

        def job(link: Link) -> PictureExportSummary:
            from ...app.output.export_pictures import PictureStyle, export_pictures, svg_bytes

            render = svg_bytes if kind == "svg" else png_bytes
            style = PictureStyle(f".{kind}", render, classes, colour_threshold, maximum)
            return export_pictures(
                explanations.request(), explanations.source(), explanations.work(link), folder, style
            )

        self._begin(f"Drawing into {folder.name}", folder, job, lambda written: _drawn(folder, kind, written))

    def _model_words(self) -> str:
        for name, (folder, _) in self._session.models().items():
            if folder == self._session.model_path:
                return name
        return str(self._session.model_path)

    def _begin(self, what: str, path: Path, job: Callable[[Link], Any], words: Callable[[Any], str]) -> None:
        self.folder = str(path.parent)

        def done(result: Any) -> None:
            self.note.emit(words(result))
            self.finished.emit(path)

        self._latest.start(
            job,
            JobDescription(what, UNFINISHED_FILE),
            done=done,
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(not_written(path)),
        )


def image_bytes(image: QImage) -> bytes:
    """A picture as a PNG file; in any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def png_bytes(depiction: Depiction, shapes: list[Halo], caption: str) -> bytes:
    """A picture as a PNG file, with a line of text under it unless that is ""; in any thread."""
    return image_bytes(render_image(depiction, shapes, _PNG_SCALE, caption))


def _is_whole_file(positions: Sequence[int], n_records: int) -> bool:
    """Whether these are all records, in the file's order."""
    in_order = positions == range(n_records) or all(at == position for at, position in enumerate(positions))
    return len(positions) == n_records and in_order


def _written(path: Path, positions: Sequence[int], rejected: Sequence[Rejected]) -> str:
    count = len(positions) - len(rejected)
    left_out = f"; {len(rejected):,} could not be read" if rejected else ""
    return f"wrote {counted(count, 'record')} to {path.name}{left_out}"


def _drawn(folder: Path, kind: str, written: PictureExportSummary) -> str:
    """A sentence about the pictures that an export wrote, all or some of them."""
    pictures = counted(written.n_pictures, "picture")
    if written.stopped:
        said = f"stopped: {pictures} of {written.n_records:,} of {counted(written.n_wanted, 'record')} went to {folder}"
    else:
        said = f"wrote {pictures} to {folder}"
    left_out = f"; {written.n_left_out:,} could not be drawn" if written.n_left_out else ""
    others = f"; {counted(written.n_others, f'other {kind.upper()} file')} lay there before" if written.n_others else ""
    return f"{said}{left_out}{others}"
