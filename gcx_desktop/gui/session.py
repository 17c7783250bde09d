"""What the window works on, without widgets: library, model, method, class, the selected record and the run.

The window shows what is said here and passes on what the user asks; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from ..app.method_names import DEFAULT_METHOD, METHOD_NAMES
from ..app.models import list_models
from ..app.show_record import warm_up
from ..gcn.card import Card, read_card
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool, default_workers
from ..progress import Progress
from .library_session import LibrarySession
from .selection import Selection
from .task_runner import Lane, Link, Task, TaskRunner

if TYPE_CHECKING:
    from ..app.explain_library import ExplainedRecord
    from ..gcn.bundle import Bundle

PREDICTED = -1
"""The class choice that follows each record's prediction."""
INTERACTIVE_WORKERS = 2
STOP_PATIENCE_MS = 600
BATCH_NICENESS = 10
"""Of the workers of long jobs: what the user waits for goes first."""
INTERACTIVE_TIME_LIMIT = 5.0
"""Seconds that a record may take before it is shown as too complex to draw."""

_Result = tuple[int, int, float, str, NDArray[np.float32]]


class Session(QObject):
    """Attributes: ``libraries``, ``selection``, ``card`` and ``bundle`` (``None`` until loaded), ``method``,
    ``class_choice``, ``preparation`` (what is done to molecules first), ``scales`` (method id → value with the
    strongest colour in the whole library), ``done_before`` (records that the run found done when it began).

    Signals: ``model_changed()`` (another card), ``model_loaded()`` (or failed to), ``method_changed()``,
    ``class_changed()``, ``preparation_changed()``, ``scales_changed()``, ``run_changed()`` (began or ended),
    ``run_progressed(Progress)``, ``run_over(stopped)`` (of the library and model that are still there),
    ``trouble(sentence)``.
    """

    model_changed = Signal()
    model_loaded = Signal()
    method_changed = Signal()
    class_changed = Signal()
    preparation_changed = Signal()
    scales_changed = Signal()
    run_changed = Signal()
    run_progressed = Signal(object)
    run_over = Signal(bool)
    trouble = Signal(str)

    def __init__(
        self, parent: QObject | None = None, *, pool: WorkerPool | None = None, batch_pool: WorkerPool | None = None
    ) -> None:
        """:param pool: instead of workers of its own; pools that are given stay open at the end"""
        super().__init__(parent)
        self._given = (pool, batch_pool)
        self.pool = pool or WorkerPool(INTERACTIVE_WORKERS, time_limit=INTERACTIVE_TIME_LIMIT)
        for _ in range(INTERACTIVE_WORKERS):
            self.pool.submit(warm_up, [None], priority=-100)
        self._batch_pool = batch_pool
        self.runner = TaskRunner(self)
        self._lane = Lane(self)
        self.libraries = LibrarySession(self.pool, self.runner, self)
        self.selection = Selection(self.pool, self._lane, self)
        self.card: Card | None = None
        self.model_path: Path | None = None
        self.bundle: Bundle | None = None
        self.model_loading = False
        self.method = DEFAULT_METHOD
        self.class_choice = PREDICTED
        self.preparation = AS_RECORDED
        self._rejected_prepared: set[int] = set()
        """Positions rejected while a preparation was on, which may have been why."""
        self.scales: dict[str, float] = {}
        self._scale_task: Task | None = None
        self._run: Task | None = None
        self._run_wanted = False
        self.done_before = 0

        self.libraries.trouble.connect(self.trouble)
        self.selection.trouble.connect(self.trouble)
        self.libraries.opened.connect(self._library_opened)
        self.libraries.closed.connect(self._library_closed)
        self.selection.explanation.connect(self._selected_explained)
        self.selection.rejected.connect(self._reject)

    @property
    def batch_pool(self) -> WorkerPool:
        """The workers of long jobs, started when first needed; they give way to the interactive ones."""
        if self._batch_pool is None:
            self._batch_pool = WorkerPool(default_workers(), niceness=BATCH_NICENESS)
        return self._batch_pool

    def shut_down(self) -> None:
        """Stops everything and waits for the threads."""
        # Pools first: a task may wait for a worker that is busy for long.
        for pool in (self.pool, self._batch_pool):
            if pool is not None and pool not in self._given:
                pool.close()
        self.libraries.shut_down()
        self.runner.close()
        self._lane.close()

    # Model, method, class

    @staticmethod
    def models() -> dict[str, tuple[Path, Card]]:
        """Name → folder and card of the models that can be used."""
        return {name: (folder, card) for name, folder, card in list_models() if isinstance(card, Card)}

    def choose_model(self, folder: Path) -> None:
        """Takes another model: its card now, its weights as soon as a thread has loaded them.

        :raises BundleError: if the folder is no model that fits
        """
        from ..app.models import FEATURE_SETS

        card = read_card(folder, FEATURE_SETS)
        self.stop()
        if self.card is None or self.card.class_names != card.class_names:
            self.class_choice = PREDICTED
        self.card, self.model_path, self.bundle = card, folder, None
        self.model_loading = True
        self.scales = {}
        self.selection.set_bundle(None)
        if self.libraries.rows is not None:
            self.libraries.rows.forget_predictions()
            self.libraries.touch()
        self.model_changed.emit()
        self._lane.submit(lambda: _load(folder), self._model_came, self._model_failed, group="model")

    def _model_failed(self, words: str) -> None:
        self.model_loading = self._run_wanted = False
        self.model_loaded.emit()
        self.run_changed.emit()
        self.trouble.emit(words)

    def _model_came(self, bundle: Bundle) -> None:
        if bundle.path != self.model_path:
            return
        self.bundle, self.model_loading = bundle, False
        self.selection.set_bundle(bundle)
        self.model_loaded.emit()
        self._compute_scales()
        if self._run_wanted:
            self.run()

    def choose_method(self, id_: str) -> None:
        """Takes another method; a library that was explained as a whole is explained anew, in the background."""
        if id_ not in METHOD_NAMES or id_ == self.method:
            return
        rows = self.libraries.rows
        whole = rows is not None and not rows.unexplained(self.method)
        self.method = id_
        self.method_changed.emit()
        if whole and self.bundle is not None:
            self.run()

    def choose_class(self, index: int) -> None:
        if index != self.class_choice:
            self.class_choice = index
            self.class_changed.emit()

    def class_shown(self, predicted: int) -> int:
        """The class whose map is shown of a record that is predicted so."""
        return predicted if self.class_choice == PREDICTED else self.class_choice

    @property
    def class_name(self) -> str:
        """As commands call the choice: ``predicted``, or the name of a class."""
        if self.class_choice == PREDICTED or self.card is None:
            return "predicted"
        return self.card.class_names[self.class_choice]

    def choose_preparation(self, preparation: Preparation) -> None:
        """Takes another preparation of molecules: what was computed of others is forgotten; a library that was or is
        being explained as a whole is explained anew, in the background."""
        if preparation == self.preparation:
            return
        rows = self.libraries.rows
        again = self.running or (rows is not None and not rows.unexplained(self.method))
        self.stop()
        self.preparation, self.scales = preparation, {}
        if rows is not None:
            for position in self._rejected_prepared:
                rows.rejected.pop(position, None)
            rows.forget_predictions()
            self.libraries.touch()
        self._rejected_prepared.clear()
        self.selection.set_preparation(preparation)
        self.preparation_changed.emit()
        self._compute_scales()
        if again and (self.bundle is not None or self.model_loading):
            self.run()

    # The colour scale of the library

    def _compute_scales(self) -> None:
        library, bundle, preparation = self.libraries.library, self.bundle, self.preparation
        if self._scale_task is not None:
            self._scale_task.stop()
            self._scale_task = None
        if library is None or bundle is None:
            return
        pool = self.batch_pool

        def job(link: Link) -> dict[str, float]:
            from ..app.colour_scale import library_scale
            from ..explain.method import methods

            _use_one_thread()
            return library_scale(library, bundle, methods(), pool=pool, preparation=preparation, cancel=link.cancel)

        def take(scales: dict[str, float]) -> None:
            if library is self.libraries.library and bundle is self.bundle and preparation == self.preparation:
                self.scales = scales
                self.scales_changed.emit()

        self._scale_task = task = self.runner.start(
            job, done=take, failed=self.trouble.emit, ended=lambda: self._scales_ended(task)
        )

    def _scales_ended(self, task: Task) -> None:
        if self._scale_task is task:
            self._scale_task = None

    # Explaining the library

    @property
    def running(self) -> bool:
        return self._run is not None or self._run_wanted

    def run(self) -> None:
        """Explains the records that lack it; results appear as they come, ``run_changed`` says when it is over."""
        library, rows, bundle, method = self.libraries.library, self.libraries.rows, self.bundle, self.method
        preparation = self.preparation
        if (self._run is not None and not self.stopping) or library is None or rows is None:
            return
        if bundle is None or self._run is not None:
            self._run_wanted = self.card is not None
            self.run_changed.emit()
            return
        self._run_wanted = False
        positions = rows.unexplained(method)
        self.done_before = len(rows) - len(positions)
        pool = self.batch_pool

        def job(link: Link) -> None:
            from ..app.explain_library import explain_library
            from ..explain.method import method as method_of

            _use_one_thread()
            results = explain_library(
                library,
                bundle,
                [method_of(method)],
                pool=pool,
                positions=positions,
                preparation=preparation,
                report=link.report,
                cancel=link.cancel,
            )
            for result in results:
                link.deliver(result if isinstance(result, Rejected) else _packed(result, method))

        def same() -> bool:
            return rows is self.libraries.rows and bundle is self.bundle and preparation == self.preparation

        def store(parts: Sequence[_Result | Rejected]) -> None:
            if same():
                self._store(parts)

        self._run = task = self.runner.start(
            job,
            parts=store,
            progressed=self._tell_progress,
            failed=self.trouble.emit,
            ended=lambda: self._run_ended(task, same=same()),
        )
        self.run_changed.emit()

    def stop(self) -> None:
        """Ends the run; its results so far stay."""
        self._run_wanted = False
        if self._run is not None:
            task = self._run
            task.stop()
            QTimer.singleShot(STOP_PATIENCE_MS, self, lambda: self._end_workers(task))
        self.run_changed.emit()

    def _end_workers(self, task: Task) -> None:
        """A record that takes long must not delay Stop: its worker is ended, and the next run gets new ones."""
        if self._run is task and self._batch_pool is not None:
            pool, self._batch_pool = self._batch_pool, None
            if self._scale_task is not None:
                self._compute_scales()  # anew: these workers were at it
            pool.close()

    @property
    def stopping(self) -> bool:
        return self._run is not None and self._run.stopping

    def _tell_progress(self, progress: Progress) -> None:
        self.run_progressed.emit(progress)

    def _run_ended(self, task: Task, *, same: bool) -> None:
        if self._run is task:
            self._run = None
            self.run_changed.emit()
            if same:
                self.run_over.emit(task.stopping)
            self.libraries.rearrange_by_predictions(complete=True)
            if self._run_wanted:
                self.run()

    def _store(self, parts: Sequence[_Result | Rejected]) -> None:
        rows = self.libraries.rows
        assert rows is not None  # noqa: S101
        for part in parts:
            if isinstance(part, Rejected):
                self._reject(part)
            else:
                position, predicted, probability, method, values = part
                rows.predict(position, predicted, probability)
                rows.keep_map(method, position, values)
        self.libraries.touch()
        self.libraries.rearrange_by_predictions(complete=False)

    def _reject(self, rejected: Rejected) -> None:
        rows = self.libraries.rows
        if self.preparation and rows is not None and rejected.position not in rows.rejected:
            self._rejected_prepared.add(rejected.position)
        self.libraries.reject(rejected)

    def _selected_explained(self, explained: ExplainedRecord) -> None:
        if self.libraries.rows is not None:
            self._store([_packed(explained, self.method)])

    # The library

    def _library_opened(self) -> None:
        self.selection.set_library(self.libraries.library)
        self._compute_scales()

    def _library_closed(self) -> None:
        self.stop()
        self.scales = {}
        self._rejected_prepared.clear()
        if self._scale_task is not None:
            self._scale_task.stop()
        self.selection.set_library(None)


def _packed(explained: ExplainedRecord, method: str) -> _Result:
    """What the table needs of a result."""
    explanation = explained.explanation
    predicted = explanation.predicted
    values = explained.record_maps(method)
    return explained.position, predicted, float(explanation.probabilities[predicted]), method, values


def _load(folder: Path) -> Any:
    """In a thread: imports torch, which takes a second or two, and reads the weights."""
    from .torch_preload import import_torch

    import_torch()
    from ..app.models import load_bundle_at

    _use_one_thread()
    return load_bundle_at(folder)


def _use_one_thread() -> None:
    """Of torch in this thread: several would fight with the worker processes for the cores."""
    import torch

    torch.set_num_threads(1)
