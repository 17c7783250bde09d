"""Copies to the clipboard: the selected records as text, and the current record as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from ...library.library import Library
from ...library.record import Format, Rejected
from ...progress import ProgressReporter
from ...wording import counted
from ...work import Work
from ..background.jobs import JobDescription
from ..background.latest_task import LatestTask
from ..record.explanation_panel import ExplanationPanel
from ..session.session import Session
from ..table.library_view import LibraryTable

_MAX_COPIED = 10_000


class Copying(QObject):
    """Signals: ``note(sentence)``, ``trouble(sentence)``."""

    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, table: LibraryTable, panel: ExplanationPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._table, self._panel = session, table, panel
        self._latest = LatestTask(session.runner, self)

    def copy_text(self, molblock: bool) -> None:
        """Copies the selected records as SMILES or other text, one per line, or as molblocks."""
        library, positions = self._session.libraries.library, self._table.selected_positions()
        if library is None or not positions:
            self.trouble.emit("there is no record to copy; select some")
            return
        if len(positions) > _MAX_COPIED:
            self.trouble.emit(f"more than {_MAX_COPIED:,} records do not fit the clipboard; export them instead")
            return
        pool = self._session.pool
        self._latest.start(
            lambda link: copied_text(library, Work(pool, link.report, link.cancel), positions, molblock),
            JobDescription("Copying", "Records are being copied, and would not be on the clipboard.", brief=True),
            done=lambda found: self._put_text(found, len(positions), molblock),
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit("stopped; nothing was copied"),
        )

    def _put_text(self, found: Sequence[str], wanted: int, molblock: bool) -> None:
        if not found:
            which = "the record" if wanted == 1 else "none of these records"
            how = "could not be read" if wanted == 1 else "could be read"
            self.trouble.emit(f"{which} {how}, so there is nothing to copy")
            return
        QGuiApplication.clipboard().setText(("$$$$\n" if molblock else "\n").join(found))
        what = "molblock" if molblock else self._session.words.text
        if wanted == 1:
            self.note.emit(f"copied {what}")
            return
        kind = "molblocks" if molblock and len(found) > 1 else what
        left_out = f"; {wanted - len(found):,} could not be read" if len(found) < wanted else ""
        self.note.emit(f"copied {counted(len(found), 'record')} as {kind}{left_out}")

    def copy_png(self) -> None:
        """Copies the record as shown, as a picture."""
        image = self._panel.image()
        if image is None:
            self.trouble.emit(f"there is no picture to copy; select {self._session.words.a_record}")
            return
        QGuiApplication.clipboard().setImage(image)
        self.note.emit("copied the picture")

    def copy_svg(self) -> None:
        """Copies the record as shown, as SVG, for drawing programs and text editors."""
        svg = self._panel.svg()
        if svg is None:
            self.trouble.emit(f"there is no picture to copy; select {self._session.words.a_record}")
            return
        data = QMimeData()
        data.setData("image/svg+xml", QByteArray(svg.encode()))
        data.setText(svg)
        QGuiApplication.clipboard().setMimeData(data)
        self.note.emit("copied the picture as SVG")


def copied_text(library: Library, work: Work, positions: Sequence[int], molblock: bool) -> list[str]:
    """The text to copy, for each record that can be read.

    :raises Cancelled: once ``work.cancel`` is set
    """
    from ...app.explaining.read_records import read_library

    watch, found = ProgressReporter("Copying", len(positions), work.report), list[str]()
    if molblock and library.source.format in (Format.SDF, Format.MOL):
        texts: Iterator[str | None] = (_table_text(library, position) for position in positions)
    else:
        read = read_library(library, work.pool, positions=positions, with_molblocks=molblock, cancel=work.cancel)
        texts = (
            None if isinstance(record, Rejected) else record.structure if molblock else record.text for record in read
        )
    for number, text in enumerate(texts, start=1):
        work.raise_if_cancelled()
        if text is not None:
            found.append(text)
        watch.report_done(number)
    return found


def _table_text(library: Library, position: int) -> str:
    """A record's own molblock."""
    from ...library.formats.connection_table import repaired_table
    from ...library.formats.sdf import with_lf

    return repaired_table(with_lf(library.raw(position).text)).text.rstrip("\n") + "\n"
