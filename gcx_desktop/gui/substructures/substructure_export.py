"""Exports substructures as files, in the formats of ``gcx substructures``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ...app.mining.substructure_search import MiningResult, file_kinds
from ...kinds.kind import Kind
from ...wording import counted
from ...work import Work
from ..background.jobs import UNFINISHED_FILE, JobDescription, not_written
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..session.session import Session
from ..widgets.folders import start_folder

FILES = {
    "csv": "CSV table",
    "tsv": "TSV table",
    "xlsx": "XLSX spreadsheet",
    "parquet": "Parquet table",
    "json": "JSON",
    "sdf": "SDF structure file",
    "smarts": "SMARTS list",
    "html": "HTML page",
}
"""Suffix → text in the menu."""


def part_of(mined: MiningResult, numbers: Sequence[int]) -> MiningResult:
    """The result with only these findings, in this order; references between findings are renumbered."""
    place = {number: row for row, number in enumerate(numbers)}
    chosen = [mined.findings[number] for number in numbers]
    findings = [
        replace(finding, part_of=tuple(place[whole] for whole in finding.part_of if whole in place))
        for finding in chosen
    ]
    return replace(mined, findings=tuple(findings))


class SubstructureExport(QObject):
    """Asks for a file and writes it in a thread, one at a time.

    Attributes: ``menu``, ``actions_`` (suffix → its action). Signals: ``wanted(kind)``, ``note(sentence)``,
    ``trouble(sentence)``.
    """

    wanted = Signal(str)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._latest = LatestTask(session.runner, self)
        self.menu = QMenu(window)
        self.actions_: dict[str, QAction] = {}
        for kind, name in FILES.items():
            self.actions_[kind] = self.menu.addAction(f"{name}…")
            self.actions_[kind].triggered.connect(lambda _=False, kind=kind: self.wanted.emit(kind))

    def set_kind(self, kind: Kind) -> None:
        """Offers only the formats that can hold substructures of a kind of graph."""
        possible = {each.split(".")[0] for each in file_kinds(kind)}
        for name, action in self.actions_.items():
            action.setVisible(name in possible)

    def ask(self, kind: str, mined: MiningResult, library: Path) -> None:
        """Asks for a file and writes the listed substructures."""
        dialog = QFileDialog(
            self._window, "Export substructures", str(start_folder(library)), f"{FILES[kind]} (*.{kind})"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{library.name.split('.')[0]}-substructures.{kind}")
        dialog.fileSelected.connect(lambda name: self.write(mined, Path(name), library))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, mined: MiningResult, path: Path, library: Path) -> None:
        """Writes a file in the background, in the format of its suffix."""
        if self._latest.running:
            self.trouble.emit("substructures are being written; wait for that to end")
            return
        pool = self._session.batch_pool

        def job(link: Link) -> str:
            from ...app.mining.write_substructures import left_out_in_words, write_substructures

            n_left_out = write_substructures(
                str(path), mined, Work(pool, link.report, link.cancel), heading=library.name, forbid=library
            )
            written = f"wrote {counted(len(mined.findings) - n_left_out, 'substructure')} to {path.name}"
            return f"{written}; {left_out_in_words(n_left_out)}" if n_left_out else written

        self._latest.start(
            job,
            JobDescription(f"Writing {path.name}", UNFINISHED_FILE, brief=True),
            done=self.note.emit,
            failed=self.trouble.emit,
            cancelled=lambda: self.note.emit(not_written(path)),
        )
