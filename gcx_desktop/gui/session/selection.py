"""The selected record: read and drawn in a worker process, explained in a thread."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...app.explaining.show_record import display_task, explain_record
from ...depict.colour import Paper
from ...errors import LibraryError
from ...kinds.kind import NO_PARAMETERS, RecordToShow, ShowableRecord, UnpredictableRecord
from ...kinds.registry import kind_of_library, reading_parameters
from ...library.library import Library
from ...library.record import Rejected
from ...pool import WorkerPool
from ..background.latest_answer import LatestAnswer
from ..background.task_runner import Lane
from .chosen_model import ChosenModel
from .state_owner import StateOwner

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord

REMEMBERED = 512
"""Number of records kept, which are shown again at once."""
_OF_EXPLANATION = ("library", "model", "steps")
"""The fields of the window's state on which an explanation depends."""


class Selection(QObject):
    """What is known about the selected record, ``StateOwner.now.position``.

    Attributes: ``position`` (−1 if none is selected), ``record`` (``None`` until it is read), ``explained``.
    Signals: ``loading(position)`` unless the record is known; ``read(RecordToShow)``,
    ``unpredictable(UnpredictableRecord)`` or ``rejected(Rejected)``; ``first_map(ExplainedRecord)``, by the
    current method alone, then ``explanation(ExplainedRecord)`` by all methods; ``cleared()``; ``trouble(sentence)``.
    """

    loading = Signal(int)
    read = Signal(RecordToShow)
    unpredictable = Signal(UnpredictableRecord)
    rejected = Signal(Rejected)
    first_map = Signal(object)  # the module of ExplainedRecord loads torch
    explanation = Signal(object)
    cleared = Signal()
    trouble = Signal(str)

    def __init__(
        self, pool: WorkerPool, lane: Lane, state: StateOwner, model: ChosenModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lane, self._state, self._model = lane, state, model
        self._answer = LatestAnswer(pool, self)
        self._paper = Paper.WHITE
        self._features = NO_PARAMETERS
        """The parameters with which the known records were read."""
        self._records: OrderedDict[int, ShowableRecord] = OrderedDict()
        self._explained: OrderedDict[int, ExplainedRecord] = OrderedDict()
        state.follow(self._forget_library, "library")
        state.follow(self._explained.clear, "model")
        state.follow(self._prepare_anew, "steps")
        model.loaded.connect(self._explain_anew)

    @property
    def position(self) -> int:
        return self._state.now.position

    @property
    def record(self) -> RecordToShow | None:
        known = self._records.get(self.position)
        return known if isinstance(known, RecordToShow) else None

    @property
    def explained(self) -> ExplainedRecord | None:
        return self._explained.get(self.position)

    def _forget_library(self) -> None:
        """Discards everything known about records of the previous library."""
        self._records.clear()
        self._explained.clear()
        self.clear()

    def _explain_anew(self) -> None:
        """Explains the selected record again; reads it again first if the model uses other features."""
        bundle = self._model.bundle
        if bundle is not None and reading_parameters(bundle.card) != self._features:
            self._features = reading_parameters(bundle.card)
            self._read_anew()
        elif self.record is not None:
            self._explain(self.record)

    def set_paper(self, paper: Paper) -> None:
        """Draws the selected record again, for this paper."""
        if paper is not self._paper:
            self._paper = paper
            self._read_anew()

    def _prepare_anew(self) -> None:
        self._explained.clear()
        self._read_anew()

    def _read_anew(self) -> None:
        self._records.clear()
        if self.position >= 0:
            self.select(self.position)

    def clear(self) -> None:
        self._answer.forget()
        self._state.replace(position=-1)
        self.cleared.emit()

    def select(self, position: int) -> None:
        """Selects a record: shown at once if it is known, else as soon as a worker has read it."""
        library = self._state.now.library
        if library is None:
            return
        self._answer.forget()
        self._state.replace(position=position)
        known = self._records.get(position)
        if known is not None:
            self._records.move_to_end(position)
            self._show(known)
            return
        self.loading.emit(position)
        self._ask(library, position, self._paper)

    def _ask(self, library: Library, position: int, paper: Paper | None, why_undrawn: str = "") -> None:
        """Reads a record in a worker and draws it on the paper; without a paper it is only read.

        :param why_undrawn: shown in place of the drawing
        """

        def failed(reason: str) -> None:
            if paper is not None:  # perhaps only the drawing failed: try to read the record alone
                self._ask(library, position, None, f"too complex to draw ({reason})")
            else:
                self._reject(library, position, reason)

        def done(result: ShowableRecord) -> None:
            if isinstance(result, Rejected) and not result.line:
                result = Rejected(position, library.line(position), result.title, result.reason)
            elif isinstance(result, RecordToShow | UnpredictableRecord) and paper is None:
                result = replace(result, message=why_undrawn)
            self._keep(position, result)

        task = display_task(library, self._features, paper, self._state.now.steps)
        self._answer.ask(task, library.span(position), done=done, failed=failed)

    def _reject(self, library: Library, position: int, reason: str) -> None:
        """Rejects a record that cannot be read; other records are not affected."""
        try:
            title = library.text(position).title
        except LibraryError as error:  # the file was changed, so the record is not rejected
            self.trouble.emit(str(error))
            return
        what = kind_of_library(library).words.record
        self._keep(position, Rejected(position, library.line(position), title, f"reading the {what} {reason}"))

    def _keep(self, position: int, result: ShowableRecord) -> None:
        self._records[position] = result
        while len(self._records) > REMEMBERED:
            self._records.popitem(last=False)
        self._show(result)

    def _show(self, known: ShowableRecord) -> None:
        if isinstance(known, Rejected):
            self.rejected.emit(known)
            return
        if isinstance(known, UnpredictableRecord):
            self.unpredictable.emit(known)
            return
        self.read.emit(known)
        explained = self._explained.get(known.read.position)
        if explained is not None:
            self.explanation.emit(explained)
        else:
            self._explain(known)

    def _explain(self, record: RecordToShow) -> None:
        bundle, now = self._model.bundle, self._state.now
        if bundle is None or now.library is None:
            return
        explain = partial(
            explain_record,
            bundle,
            now.library.source,
            record.read,
            cancel=self._lane.closing,
            environments=record.environments,
        )
        still = self._state.while_same
        self._lane.submit(
            partial(explain, now.method),
            still(self._first_came, *_OF_EXPLANATION, "method", "position"),
            lambda _: None,  # the next job reports it
            group="first map",
        )
        self._lane.submit(
            explain,
            still(self._explanation_came, *_OF_EXPLANATION),
            still(self.trouble.emit, "library", "model"),
            group="selection",
        )

    def _is_of(self, explained: ExplainedRecord) -> bool:
        """Whether this explains the record as it was last read."""
        record = self._records.get(explained.position)
        return isinstance(record, RecordToShow) and record.read is explained.read

    def _invalid(self, explained: ExplainedRecord) -> None:
        """Rejects a record that was read but for which the network gives no valid prediction."""
        from ...app.explaining.explain_library import reject_invalid  # imports torch, which is loaded by now

        record, library = self._records[explained.position], self._state.now.library
        if isinstance(record, RecordToShow) and library is not None:
            rejected = reject_invalid(explained, library)
            if isinstance(rejected, Rejected):
                self.unpredictable.emit(UnpredictableRecord(rejected, record.names, record.depiction, record.message))

    def _first_came(self, explained: ExplainedRecord) -> None:
        unknown = explained.position not in self._explained
        if unknown and self._is_of(explained) and explained.explanation.is_valid:
            self.first_map.emit(explained)

    def _explanation_came(self, explained: ExplainedRecord) -> None:
        if not self._is_of(explained):
            return
        if not explained.explanation.is_valid:
            if explained.position == self.position:
                self._invalid(explained)
            return
        self._explained[explained.position] = explained
        while len(self._explained) > REMEMBERED:
            self._explained.popitem(last=False)
        if explained.position == self.position:
            self.explanation.emit(explained)
