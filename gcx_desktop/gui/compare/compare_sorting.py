"""Sorts the library by the disagreement of the methods about each record, which is computed on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ...app.libraries.library_rows import Column, LibraryRows
from ...app.libraries.library_view_order import View
from ...app.libraries.shown_class import PREDICTED
from ...library.record import Rejected
from ..actions import Actions
from ..background.jobs import JobDescription
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..background.torch_threads import use_one_thread
from ..session.session import Session
from ..table.library_view import LibraryTable

if TYPE_CHECKING:
    from ...app.explaining.disagreement import RecordDisagreement
    from ...gcn.bundles.bundle import Bundle

COMPARING = "Comparing methods"


@dataclass(slots=True, eq=False)
class _Found:
    """The disagreements known for the records of one library and model."""

    rows: LibraryRows
    bundle: Bundle
    values: NDArray[np.float32]
    """[n_records, n_classes], NaN where a record's methods cannot be compared."""
    predicted: NDArray[np.int64]
    """[n_records], −1 where nothing is known yet."""

    def of_class(self, choice: int) -> NDArray[np.float32]:
        """The disagreement for a class, or the predicted one, [n_records]."""
        index = np.maximum(self.predicted, 0) if choice == PREDICTED else np.full(len(self.predicted), choice)
        column: NDArray[np.float32] = np.take_along_axis(self.values, index[:, None], axis=1)[:, 0]
        return column

    @property
    def missing(self) -> list[int]:
        """Positions of the records that have not been compared yet."""
        unknown = self.predicted < 0
        unknown[list(self.rows.rejected)] = False
        positions: list[int] = np.flatnonzero(unknown).tolist()
        return positions


class DisagreementSorting(QObject):
    """Keeps the computed disagreements of the library. Signal ``changed()``: a run began or ended."""

    changed = Signal()

    def __init__(self, session: Session, table: LibraryTable, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._table = session, table
        self._found: _Found | None = None
        self._latest = LatestTask(session.runner, self)
        self._descending = False
        for name, descending in (("sort-disagreement", True), ("sort-agreement", False)):
            actions.connect(name, partial(self.sort, descending=descending))
        self._latest.changed.connect(self.changed)
        session.libraries.appeared.connect(self._forget)
        session.libraries.closed.connect(self._forget)
        session.state.follow(self._forget, "model", "steps")
        session.state.follow(self._show, "class_index")  # after _forget, which discards another model's values

    @property
    def busy(self) -> bool:
        return self._latest.running

    def sort(self, *, descending: bool) -> None:
        """Sorts by the disagreement, after computing it for the records that lack it."""
        session = self._session
        rows, bundle = session.libraries.rows, session.bundle
        if session.libraries.library is None or rows is None or bundle is None:
            return
        self._descending = descending
        if self.busy:
            return
        found = self._found
        if found is None:
            values = np.full((len(rows), len(bundle.card.class_names)), np.nan, dtype=np.float32)
            self._found = found = _Found(rows, bundle, values, np.full(len(rows), -1))
        positions = found.missing
        if not positions:
            self._sort()
            return
        explanations = session.explanations((), positions)
        if explanations is None:
            return

        def job(link: Link) -> None:
            from ...app.explaining.disagreement import library_disagreement

            use_one_thread()
            work = explanations.work(link)
            work = replace(work, report=lambda progress: link.report(replace(progress, what=COMPARING)))
            results = library_disagreement(explanations.request(), explanations.source(), work)
            for result in results:
                link.deliver(result)

        done_before = len(rows) - len(positions)
        self._latest.start(
            job,
            JobDescription(COMPARING, "Methods are being compared.", done_before=done_before),
            parts=lambda parts: self._take(found, parts),
            failed=session.trouble.emit,
            ended=self._sort,
        )

    def _take(self, found: _Found, parts: Sequence[RecordDisagreement | Rejected]) -> None:
        for part in parts:
            if isinstance(part, Rejected):
                self._session.libraries.reject(part)
            else:
                found.values[part.position], found.predicted[part.position] = part.values, part.predicted
        self._show()

    def _show(self) -> None:
        """Fills the column for the current class."""
        found, libraries = self._found, self._session.libraries
        if found is not None:
            found.rows.show_disagreement(found.of_class(self._session.now.class_index))
            libraries.touch()
            libraries.rearrange_by_predictions(complete=not self.busy)

    def _sort(self) -> None:
        libraries, found = self._session.libraries, self._found
        if found is None or found.rows.disagreement is None:
            return
        self._arrange(View(Column.DISAGREEMENT, self._descending, libraries.view.filters))

    def _forget(self) -> None:
        """Discards the values when library, model or preparation change."""
        self._latest.drop()
        if self._found is None:
            return
        found, self._found = self._found, None
        found.rows.show_disagreement(None)
        view = self._session.libraries.view
        if found.rows is self._session.libraries.rows and view.column == Column.DISAGREEMENT:
            self._arrange(View(filters=view.filters))

    def _arrange(self, view: View) -> None:
        self._table.show_sorting(view)
        self._session.libraries.set_view(view)
