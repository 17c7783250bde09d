"""What the window works on, without widgets: library, model, method, class, the selected record and the run.

The window shows what is said here and passes on what the user asks; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ..app.kept_project import Explained
from ..app.method_names import DEFAULT_METHOD, METHOD_NAMES
from ..app.models import list_models
from ..app.row_results import RowResult, row_result
from ..app.show_record import warm_up
from ..gcn.card import Card, read_card
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool, default_workers
from .library_scale import LibraryScale
from .library_session import LibrarySession
from .project_results import Inquiry, ProjectResults
from .project_session import ProjectSession
from .selection import Selection
from .task_runner import Lane, Link, Task, TaskRunner
from .torch_threads import load_weights, use_one_thread

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


class Session(QObject):
    """Attributes: ``libraries``, ``selection``, ``lane`` (of short jobs), ``card`` and ``bundle`` (``None`` until
    loaded), ``method``, ``class_choice``, ``preparation`` (what is done to molecules first), ``scales`` (method id →
    value with the strongest colour in the library), ``done_before`` (records that the run found done when it began).

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
        self.lane = Lane(self)
        self.libraries = LibrarySession(self.pool, self.runner, self)
        self.projects = ProjectSession(self.libraries, self)
        self.stored = ProjectResults(self.runner, self)
        self.selection = Selection(self.pool, self.lane, self)
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
        self._scale = LibraryScale(self.runner, self)
        self._scale.came.connect(self._take_scales)
        self._scale.trouble.connect(self.trouble)
        self._run: Task | None = None
        self._run_wanted = False
        self.done_before = 0

        for part in (self.libraries, self.projects, self.stored):
            part.trouble.connect(self.trouble)
        self.selection.trouble.connect(self.trouble)
        self.projects.attached.connect(self._look_into_project)
        self.projects.saved_as.connect(self._keep_results)
        self.stored.came.connect(self._stored_came)
        self.stored.known.connect(lambda: self.libraries.rearrange_by_predictions(complete=True))
        self.libraries.appeared.connect(lambda: self.selection.set_library(self.libraries.shown))
        self.libraries.opened.connect(self._library_opened)
        self.libraries.closed.connect(self._library_closed)
        self.selection.explanation.connect(self._selected_explained)
        self.selection.rejected.connect(self._reject)
        self.selection.unpredictable.connect(lambda record: self._reject(record.rejected))

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
        self.lane.close()
        self.projects.shut_down()

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
        self.lane.submit(lambda: load_weights(folder), self._model_came, self._model_failed, group="model")

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
        self._look_into_project()
        if self._run_wanted:
            self.run()

    def choose_method(self, id_: str) -> None:
        """Takes another method; a library that was explained as a whole is explained anew, in the background."""
        if id_ not in METHOD_NAMES or id_ == self.method:
            return
        rows = self.libraries.rows
        whole = rows is not None and not rows.unexplained(self.method)
        self.method = id_
        self._look_into_project()
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
        self._look_into_project()
        if again and (self.bundle is not None or self.model_loading):
            self.run()

    # The colour scale of the library

    def _compute_scales(self) -> None:
        library, bundle = self.libraries.library, self.bundle
        if library is None or bundle is None:
            self._scale.stop()
        else:
            self._scale.compute(library, bundle, self.preparation, self.batch_pool)

    def _take_scales(self, scales: dict[str, float]) -> None:
        self.scales = scales
        self.scales_changed.emit()

    # Explaining the library

    @property
    def running(self) -> bool:
        return self._run is not None or self._run_wanted

    def run(self) -> None:
        """Explains the records that lack it; results appear as they come, ``run_changed`` says when it is over."""
        rows, method, inquiry = self.libraries.rows, self.method, self._inquiry()
        if (self._run is not None and not self.stopping) or rows is None:
            return
        if inquiry is None or self._run is not None:
            self._run_wanted = self.card is not None
            self.run_changed.emit()
            return
        self._run_wanted = False
        self._explain(inquiry, self.stored.missing(rows, method))

    def _explain(self, inquiry: Inquiry, positions: list[int]) -> None:
        """Explains these, into the project if there is one."""
        self.done_before = len(inquiry.rows) - len(positions)
        pool, kept, method = self.batch_pool, self.projects.kept, inquiry.method

        def job(link: Link) -> None:
            from ..app.kept_project import explain_and_keep
            from ..explain.method import method as method_of

            use_one_thread()
            results = explain_and_keep(
                inquiry.library,
                inquiry.bundle,
                [method_of(method)],
                kept=kept,
                pool=pool,
                positions=positions,
                preparation=inquiry.preparation,
                report=link.report,
                cancel=link.cancel,
            )
            with closing(results):  # so that it lets go of the project whatever happens
                for result in results:
                    link.deliver(result if isinstance(result, Rejected) else row_result(result, method))

        def store(parts: Sequence[RowResult | Rejected]) -> None:
            if self._is_about(inquiry):
                self._store(parts)
                if kept is not None and kept is self.projects.kept:
                    self.stored.saved(inquiry, parts)

        self._run = task = self.runner.start(
            job,
            parts=store,
            progressed=self.run_progressed.emit,
            failed=self.trouble.emit,
            ended=lambda: self._run_ended(task, same=self._is_about(inquiry)),
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
        if self._run is task and self._batch_pool is not None and self._batch_pool not in self._given:
            pool, self._batch_pool = self._batch_pool, None
            if self._scale.busy:
                self._compute_scales()  # anew: these workers were at it
            pool.close()

    @property
    def stopping(self) -> bool:
        return self._run is not None and self._run.stopping

    def _run_ended(self, task: Task, *, same: bool) -> None:
        if self._run is task:
            self._run = None
            self.run_changed.emit()
            if same:
                self.run_over.emit(task.stopping)
            self.libraries.rearrange_by_predictions(complete=True)
            if self._run_wanted:
                self.run()

    def _store(self, parts: Sequence[RowResult | Rejected]) -> None:
        rows = self.libraries.rows
        assert rows is not None  # noqa: S101
        for part in parts:
            if isinstance(part, Rejected):
                self._reject(part)
            else:
                rows.predict(part.position, part.predicted, part.probability)
                if part.values is not None:
                    rows.keep_map(part.method, part.position, part.values)
        self.libraries.touch()
        self.libraries.rearrange_by_predictions(complete=False)

    def _reject(self, rejected: Rejected) -> None:
        rows = self.libraries.rows
        if self.preparation and rows is not None and rejected.position not in rows.rejected:
            self._rejected_prepared.add(rejected.position)
        self.libraries.reject(rejected)

    def _selected_explained(self, explained: ExplainedRecord) -> None:
        library, bundle = self.libraries.library, self.bundle
        if library is not None and bundle is not None:
            self._store([row_result(explained, self.method)])
            self.projects.put_explained(Explained(library, bundle, self.preparation, explained))

    # What the project holds

    def _inquiry(self) -> Inquiry | None:
        """Whose results the window is about now; ``None`` while library or weights are not there."""
        library, rows, bundle = self.libraries.library, self.libraries.rows, self.bundle
        if library is None or rows is None or bundle is None:
            return None
        return Inquiry(library, rows, bundle, self.method, self.preparation)

    def _is_about(self, inquiry: Inquiry) -> bool:
        """Whether the window is still about the same, but perhaps for the method."""
        now = self._inquiry()
        return now is not None and inquiry.is_still(replace(now, method=inquiry.method))

    def _look_into_project(self, *_: object) -> None:
        self.stored.look(self._inquiry(), self.projects.kept)

    def _stored_came(self, inquiry: Inquiry, parts: Sequence[RowResult | Rejected]) -> None:
        if self._is_about(inquiry):
            self._store(parts)

    def _keep_results(self) -> None:
        """Computes into a new project what the window has shown without one; a run goes on in it."""
        self._look_into_project()
        rows, inquiry = self.libraries.rows, self._inquiry()
        if self._run is not None or self._run_wanted:
            self.stop()
            self.run()
        elif rows is not None and inquiry is not None and (unsaved := self.stored.unsaved(rows)):
            self._explain(inquiry, unsaved)

    # The library

    def _library_opened(self) -> None:
        if self.selection.explained is not None:
            self._selected_explained(self.selection.explained)
        self._compute_scales()

    def _library_closed(self) -> None:
        self.stop()
        self.scales = {}
        self._rejected_prepared.clear()
        self._scale.stop()
        self._look_into_project()
        self.selection.set_library(None)
