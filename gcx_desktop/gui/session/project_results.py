"""The open library's results that its project holds: shown at once, and not computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ...app.libraries.library_rows import LibraryRows
from ...app.libraries.row_results import RowResult, row_results
from ...app.projects.project_writer import ProjectWriter
from ...app.projects.stored_records import damage_words
from ...gcn.reliability.conformal import ConformalPredictor
from ...gcn.reliability.intervals import IntervalPredictor
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ..background.jobs import Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link, TaskRunner
from .state_owner import StateOwner

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


OF_RESULTS = ("library", "model", "steps", "method")
"""The fields of the window's state on which results depend."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The library, model and method whose results are wanted."""

    library: Library
    rows: LibraryRows
    bundle: Bundle
    conformal: ConformalPredictor | IntervalPredictor | None
    """Of the model, if it has one."""
    method: str
    preparation: Preparation


class ProjectResults(QObject):
    """Signals: ``came(parts)``, stored results; ``known()``, all of them have come; ``damaged(positions)``, those of
    these records were damaged and must be computed again; ``trouble(sentence)``. Results of what is no longer shown
    are not announced."""

    came = Signal(list)
    damaged = Signal(list)
    known = Signal()
    trouble = Signal(str)

    def __init__(self, runner: TaskRunner, state: StateOwner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest, self._state = LatestTask(runner, self), state
        self._writer: ProjectWriter | None = None
        self._saved: NDArray[np.bool_] | None = None
        """[n_records], of the method that is shown; ``None`` without a project that may be written."""

    def look(self, inquiry: Inquiry | None, writer: ProjectWriter | None) -> None:
        """Reads the stored results in the background; none without project or inquiry."""
        self._latest.drop()
        self._writer, self._saved = writer, None
        if inquiry is None or writer is None:
            return
        self._saved = None if writer.read_only else np.zeros(len(inquiry.library), dtype=bool)

        def job(link: Link) -> None:
            from ...app.projects.stored_results import stored_results

            with writer.in_use() as project:
                for portion in stored_results(
                    inquiry.library,
                    inquiry.bundle,
                    inquiry.method,
                    project,
                    preparation=inquiry.preparation,
                    cancel=link.cancel,
                ):
                    link.deliver(row_results(portion, inquiry.method, inquiry.conformal))

        still = self._state.while_same
        self._latest.start(
            job,
            Unlisted("it reads what is stored, which the rows show as it comes"),
            parts=still(self._take, *OF_RESULTS),
            failed=self.trouble.emit,
            ended=still(self._ended, *OF_RESULTS),
        )

    def say_damaged(self) -> list[int]:
        """Emits a sentence (``trouble``) about the records whose stored results were damaged.

        :return: their positions
        """
        positions = self._writer.project.take_damaged() if self._writer is not None else []
        if positions and self._writer is not None:
            self.trouble.emit(damage_words(self._writer.project.path, positions))
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

    def saved(self, parts: Sequence[RowResult | Rejected]) -> None:
        """Notes that the results of these records by the current method are now stored."""
        if self._saved is not None:
            whole = (part.position for part in parts if isinstance(part, Rejected) or part.values is not None)
            self._saved[list(whole)] = True

    def _take(self, portions: Sequence[Sequence[RowResult | Rejected]]) -> None:
        parts = [part for portion in portions for part in portion]
        self.saved(parts)
        self.came.emit(parts)

    def _ended(self) -> None:
        self.known.emit()
        damaged = self.say_damaged()
        if damaged:
            self.damaged.emit(damaged)
