"""The selected record: read and drawn in a worker process, explained in a thread, answers in the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from ...app.explaining.method_names import DEFAULT_METHOD
from ...app.explaining.show_record import explain_record, showing
from ...depict.colour import Paper
from ...errors import LibraryError
from ...kinds.kind import NO_PARAMETERS, RecordToShow, Shown, UnpredictableRecord
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.record import Rejected
from ...pool import Lost, WorkerPool, sole_result
from ..background.latest_answer import URGENT
from ..background.task_runner import Lane

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord
    from ...gcn.bundle import Bundle

REMEMBERED = 512
"""Records that are shown again at once."""


class Selection(QObject):
    """Which record is shown, and what is known of it.

    Attributes: ``position`` (−1 if none is selected), ``record`` (as read, ``None`` until it is), ``explained``.
    Signals: ``loading(position)`` unless the record is known; ``read(RecordToShow)``,
    ``unpredictable(UnpredictableRecord)`` or ``rejected(Rejected)``; ``first_map(ExplainedRecord)``, by the method that
    is shown alone, then ``explanation(ExplainedRecord)`` by all; ``cleared()``; ``trouble(sentence)``.
    """

    loading = Signal(int)
    read = Signal(object)
    unpredictable = Signal(object)
    rejected = Signal(object)
    first_map = Signal(object)
    explanation = Signal(object)
    cleared = Signal()
    trouble = Signal(str)
    _answered = Signal(int, int, bool, object)

    def __init__(self, pool: WorkerPool, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._lane = pool, lane
        self._library: Library | None = None
        self._bundle: Bundle | None = None
        self._features = NO_PARAMETERS
        self._method = DEFAULT_METHOD
        self._paper = Paper.WHITE
        self._preparation = AS_RECORDED
        self._request = 0
        self._future: Future[list[Any]] | None = None
        self._records: OrderedDict[int, Shown] = OrderedDict()
        self._explained: OrderedDict[int, ExplainedRecord] = OrderedDict()
        self.position = -1
        self._answered.connect(self._receive)

    @property
    def record(self) -> RecordToShow | None:
        known = self._records.get(self.position)
        return known if isinstance(known, RecordToShow) else None

    @property
    def explained(self) -> ExplainedRecord | None:
        return self._explained.get(self.position)

    def set_library(self, library: Library | None) -> None:
        """Forgets everything of the library before."""
        self._records.clear()
        self._explained.clear()
        self._library = library
        self.clear()

    def set_method(self, id_: str) -> None:
        """By which records are explained first."""
        self._method = id_

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Explains the selected record anew, after it was read anew if the model has other features."""
        self._bundle = bundle
        self._explained.clear()
        if bundle is not None and bundle.card.features != self._features:
            self._features = bundle.card.features
            self._read_anew()
        elif self.record is not None:
            self._explain(self.record)

    def set_paper(self, paper: Paper) -> None:
        """Draws the selected record anew."""
        if paper is not self._paper:
            self._paper = paper
            self._read_anew()

    def set_preparation(self, preparation: Preparation) -> None:
        """Reads and explains the selected record anew."""
        self._preparation = preparation
        self._explained.clear()
        self._read_anew()

    def _read_anew(self) -> None:
        self._records.clear()
        if self.position >= 0:
            self.select(self.position)

    def clear(self) -> None:
        self._drop_request()
        self.position = -1
        self.cleared.emit()

    def select(self, position: int) -> None:
        """Shows a record: at once if it is known, else as soon as a worker has read it."""
        if self._library is None:
            return
        self._drop_request()
        self.position = position
        known = self._records.get(position)
        if known is not None:
            self._records.move_to_end(position)
            self._show(known)
            return
        self.loading.emit(position)
        self._submit(position, self._paper)

    def _drop_request(self) -> None:
        self._request += 1
        if self._future is not None:
            self._future.cancel()
            self._future = None

    def _submit(self, position: int, paper: Paper | None) -> None:
        assert self._library is not None  # noqa: S101
        task = showing(self._library, self._features, paper, self._preparation)
        future = self._pool.submit(task, [self._library.span(position)], priority=URGENT)
        self._future = future
        request = self._request
        future.add_done_callback(lambda f: self._pass_on(f, request, position, paper is not None))

    def _pass_on(self, future: Future[list[Any]], request: int, position: int, drawn: bool) -> None:
        """In the pool's thread."""
        result = sole_result(future)
        if result is None:
            return
        try:
            self._answered.emit(request, position, drawn, result)
        except RuntimeError:  # the window closed meanwhile
            return

    @Slot(int, int, bool, object)
    def _receive(self, request: int, position: int, drawn: bool, result: Shown | Lost) -> None:
        if request != self._request or self._library is None:
            return
        if isinstance(result, Lost):
            if drawn:  # perhaps it was the drawing: the record itself may still be read
                self._why_undrawn = f"too complex to draw ({result.reason})"
                self._submit(position, None)
                return
            try:
                title = self._library.text(position).title
            except LibraryError as error:  # the file was changed: the record is not to blame
                self.trouble.emit(str(error))
                return
            line, what = self._library.line(position), kind_of_library(self._library).words.record
            result = Rejected(position, line, title, f"reading the {what} {result.reason}")
        elif isinstance(result, Rejected) and not result.line:
            result = Rejected(position, self._library.line(position), result.title, result.reason)
        elif isinstance(result, RecordToShow | UnpredictableRecord) and not drawn:
            result = replace(result, message=self._why_undrawn)
        self._records[position] = result
        while len(self._records) > REMEMBERED:
            self._records.popitem(last=False)
        self._show(result)

    def _show(self, known: Shown) -> None:
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
        if self._bundle is None or self._library is None:
            return
        bundle, library, first = self._bundle, self._library, self._method
        explain = partial(explain_record, bundle, library.source, record.read, cancel=self._lane.closing)
        self._lane.submit(
            partial(explain, first),
            lambda explained: self._first_came(bundle, first, explained),
            lambda _: None,  # the next job says so
            group="first map",
        )
        self._lane.submit(
            explain,
            lambda explained: self._explanation_came(bundle, explained),
            lambda words: self._explanation_failed(bundle, library, words),
            group="selection",
        )

    def _is_of_now(self, bundle: Bundle, explained: ExplainedRecord) -> bool:
        """Whether that is what the model and the record are that the window is about."""
        record = self._records.get(explained.position)
        same = isinstance(record, RecordToShow) and record.read is explained.read
        return same and bundle is self._bundle

    def _invalid(self, explained: ExplainedRecord) -> None:
        """The network says nothing of a record that could be read."""
        from ...app.explaining.explain_library import judged  # torch comes with it, and is there by now

        record, library = self._records[explained.position], self._library
        if isinstance(record, RecordToShow) and library is not None:
            rejected = judged(explained, library)
            if isinstance(rejected, Rejected):
                self.unpredictable.emit(UnpredictableRecord(rejected, record.names, record.depiction, record.message))

    def _first_came(self, bundle: Bundle, method: str, explained: ExplainedRecord) -> None:
        of_now = self._is_of_now(bundle, explained) and explained.position == self.position
        unknown = method == self._method and explained.position not in self._explained
        if of_now and unknown and explained.explanation.is_valid:
            self.first_map.emit(explained)

    def _explanation_failed(self, bundle: Bundle, library: Library, words: str) -> None:
        """What was wrong with another model or library is over."""
        if bundle is self._bundle and library is self._library:
            self.trouble.emit(words)

    def _explanation_came(self, bundle: Bundle, explained: ExplainedRecord) -> None:
        if not self._is_of_now(bundle, explained):
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

    _why_undrawn = ""
