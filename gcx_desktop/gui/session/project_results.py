"""What the project holds of the open library's results: shown at once, and known when more are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ...app.libraries.library_rows import LibraryRows
from ...app.libraries.row_results import RowResult, row_result
from ...app.projects.kept_project import KeptProject
from ...app.projects.stored_records import damage_words
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ..background.latest_task import LatestTask
from ..background.task_runner import Link, TaskRunner

if TYPE_CHECKING:
    from ...gcn.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Whose results are meant."""

    library: Library
    rows: LibraryRows
    bundle: Bundle
    method: str
    preparation: Preparation

    def is_still(self, other: Inquiry | None) -> bool:
        """Whether the window is still about the same."""
        if other is None:
            return False
        same = self.rows is other.rows and self.bundle is other.bundle
        return same and (self.method, self.preparation) == (other.method, other.preparation)


class ProjectResults(QObject):
    """Signals: ``came(Inquiry, parts)``, results that were stored; ``known()``, all of them are here;
    ``damaged(Inquiry, positions)``, some were, and are to be computed again; ``trouble(sentence)``."""

    came = Signal(Inquiry, list)
    damaged = Signal(Inquiry, list)
    known = Signal()
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = LatestTask(runner)
        self._inquiry: Inquiry | None = None
        self._kept: KeptProject | None = None
        self._saved: NDArray[np.bool_] | None = None
        """[n_records], of the inquiry; ``None`` without a project that may be written."""

    def look(self, inquiry: Inquiry | None, kept: KeptProject | None) -> None:
        """Fetches in the background what is stored. Without project or inquiry there is nothing."""
        self._latest.drop()
        self._inquiry, self._kept, self._saved = inquiry, kept, None
        if inquiry is None or kept is None:
            return
        self._saved = None if kept.read_only else np.zeros(len(inquiry.library), dtype=bool)

        def job(link: Link) -> None:
            from ...app.projects.stored_results import stored_results

            with kept.in_use() as project:
                for portion in stored_results(
                    inquiry.library,
                    inquiry.bundle,
                    inquiry.method,
                    project,
                    preparation=inquiry.preparation,
                    cancel=link.cancel,
                ):
                    link.deliver([r if isinstance(r, Rejected) else row_result(r, inquiry.method) for r in portion])

        self._latest.start(
            job,
            parts=lambda portions: self._take(inquiry, [part for portion in portions for part in portion]),
            failed=self.trouble.emit,
            ended=self._ended,
        )

    def say_damaged(self) -> list[int]:
        """Says of which records what the project held was damaged.

        :return: their positions
        """
        positions = self._kept.project.take_damaged() if self._kept is not None else []
        if positions and self._kept is not None:
            self.trouble.emit(damage_words(self._kept.project.path, positions))
        return positions

    @property
    def looking(self) -> bool:
        return self._latest.running

    def missing(self, rows: LibraryRows, method: str) -> NDArray[np.bool_]:
        """[n_records]: whether each is not explained, or not known to be stored in the project."""
        missing = rows.missing(method)
        return missing if self._saved is None else missing | ~self._saved

    def unsaved(self, rows: LibraryRows) -> list[int]:
        """Positions of records that were predicted or rejected and are not stored in the project."""
        if self._saved is None:
            return []
        known = rows.predicted >= 0
        known[list(rows.rejected)] = True
        found: list[int] = np.flatnonzero(known & ~self._saved).tolist()
        return found

    def saved(self, inquiry: Inquiry, parts: Sequence[RowResult | Rejected]) -> None:
        """Notes that these are stored now."""
        if self._saved is not None and inquiry.is_still(self._inquiry):
            whole = (part.position for part in parts if isinstance(part, Rejected) or part.values is not None)
            self._saved[list(whole)] = True

    def _take(self, inquiry: Inquiry, parts: list[RowResult | Rejected]) -> None:
        self.saved(inquiry, parts)
        self.came.emit(inquiry, parts)

    def _ended(self) -> None:
        self.known.emit()
        damaged = self.say_damaged()
        if damaged and self._inquiry is not None:
            self.damaged.emit(self._inquiry, damaged)
