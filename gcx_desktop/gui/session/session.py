"""What the window works on, without widgets: library, model, method, class, the selected record and the run.

The window shows this state and forwards the user's requests; it computes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ...app.explaining.method_evidence import first_method
from ...app.explaining.method_names import FOREST_METHOD, METHOD_NAMES, names_with_forest
from ...app.explaining.models import list_models
from ...app.libraries.row_order import positions_where
from ...app.libraries.row_results import RowResult, row_results
from ...app.libraries.shown_class import PREDICTED
from ...app.libraries.table_holder import TableHolder
from ...app.projects.project_source import EXPLAINED
from ...app.projects.project_writer import ProjectWriter, UnsavedExplanation
from ...app.projects.unsaved_work import is_pasted
from ...app.state import SCALES, WindowState
from ...depict.colour_threshold import COLOUR_THRESHOLD_STEPS
from ...errors import ProjectError
from ...gcn.cards.card import Card
from ...kinds.kind import Kind, Words
from ...kinds.registry import check_model
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...pool import WorkerPool
from ..background.jobs import Job, JobDescription, Jobs
from ..background.task_runner import Lane, Task, TaskRunner
from ..background.workers import Workers
from .chosen_labels import LabelChoices
from .chosen_model import ChosenModel, model_in
from .explanation_job import explaining
from .library_scale import LibraryScale
from .library_session import LibrarySession
from .project_results import OF_RESULTS, Inquiry, ProjectResults
from .project_session import ProjectSession
from .selection import Selection
from .state_owner import StateOwner
from .window_explanations import WindowExplanations

if TYPE_CHECKING:
    from ...app.explaining.explain_library import ExplainedRecord
    from ...gcn.bundles.bundle import Bundle

STOP_PATIENCE_MS = 600
_OF_ROWS = ("library", "model", "steps")
"""The fields of the state on which the rows' results depend; results of several methods are kept together."""


class Session(QObject):
    """Attributes: ``state`` (StateOwner: the window's state), ``libraries``, ``selection``, ``lane`` (for short
    jobs), ``model`` (ChosenModel), ``labels`` (LabelChoices), ``scales`` (method id → value with the strongest colour
    in the library), ``jobs`` (Jobs: the running jobs), ``was_run`` (whether a run over the open library was started).

    Signals: ``model_loaded()`` (or could not be), ``scales_changed()``, ``run_changed()`` (a run began or ended),
    ``run_over(stopped)`` (a run over the current library and model ended), ``trouble(sentence)``. Changes of the
    state are signalled by its owner.
    """

    model_loaded = Signal()
    scales_changed = Signal()
    run_changed = Signal()
    run_over = Signal(bool)
    trouble = Signal(str)

    def __init__(
        self, parent: QObject | None = None, *, pool: WorkerPool | None = None, batch_pool: WorkerPool | None = None
    ) -> None:
        """:param pool: used instead of own workers; a given pool is not closed at the end"""
        super().__init__(parent)
        self._workers = Workers(pool, batch_pool)
        self.pool = self._workers.interactive
        self.runner = TaskRunner(self)
        self.lane = Lane(self)
        self.state = StateOwner(self)
        self.libraries = LibrarySession(self.pool, self.runner, self.state, self)
        self.projects = ProjectSession(self.libraries, self.jobs, self)
        self.stored = ProjectResults(self.runner, self.state, self)
        self.model = ChosenModel(self.lane, self.state, self)
        self.selection = Selection(self.pool, self.lane, self.state, self.model, self)
        self.model.loaded.connect(self._model_came)
        self.model.failed.connect(self._model_failed)
        self.labels = LabelChoices(self)
        self.state.follow(self._show_probability, "model", "class_index")
        self.state.follow(self._look_into_project, "method")
        self._scale = LibraryScale(self.runner, self)
        self._scale.came.connect(self.scales_changed)
        self._run: Task | None = None
        self._run_wanted = False
        self._awaited: Job | None = None
        """The job of a run that is still waiting."""
        self.was_run = False

        for part in (self.libraries, self.projects, self.stored, self.selection, self._scale):
            part.trouble.connect(self.trouble)
        self.projects.attached.connect(self._attached)
        self.projects.saved_as.connect(self._keep_results)
        self.projects.kept_by_itself.connect(self._kept_by_itself)
        self.stored.came.connect(self._store)
        self.stored.damaged.connect(self._damaged)
        self.stored.known.connect(lambda: self.libraries.rearrange_by_predictions(complete=True))
        self.libraries.appeared.connect(self._library_appeared)
        self.libraries.opened.connect(self._library_opened)
        self.libraries.closed.connect(self._library_closed)
        self.selection.explanation.connect(self._selected_explained)
        self.selection.rejected.connect(self._reject)
        self.selection.unpredictable.connect(lambda record: self._reject(record.rejected))

    @property
    def jobs(self) -> Jobs:
        """The registry of running jobs."""
        return self.runner.jobs

    @property
    def batch_pool(self) -> WorkerPool:
        """The workers for long jobs."""
        return self._workers.batch

    def warm_up(self) -> None:
        """Starts the workers before they are needed."""
        self._workers.warm_up()

    def shut_down(self) -> None:
        """Stops everything and waits for the threads."""
        self._workers.close()  # first: a task may wait for a worker that stays busy for long
        self.libraries.shut_down()
        self.runner.close()
        self.lane.close()
        self.projects.shut_down()

    # Model, method, class

    @property
    def now(self) -> WindowState:
        """The window's state."""
        return self.state.now

    @property
    def kind(self) -> Kind:
        return self.now.kind

    @property
    def words(self) -> Words:
        """The words that sentences use for the current kind of graph."""
        return self.kind.words

    @property
    def card(self) -> Card | None:
        return self.now.card

    @property
    def model_path(self) -> Path | None:
        return None if self.now.model is None else self.now.model.folder

    @property
    def model_folder(self) -> Path | None:
        """Of the whole model, of which ``model_path`` may be one of several endpoints."""
        return None if self.now.model is None else self.now.model.whole

    @property
    def bundle(self) -> Bundle | None:
        return self.model.bundle

    @property
    def why_no_forest(self) -> str:
        """Why the model has no forest's map, in words; "" if it has one, or is not loaded."""
        if self.bundle is None:
            return ""
        from ...app.explaining.second_opinion import why_no_forest  # imports torch, which is loaded by now

        return why_no_forest(self.bundle)

    def models(self) -> dict[str, tuple[Path, Card]]:
        """Name → folder and card, of the models for the current kind of graph."""
        listed = {name: (folder, card) for name, folder, card in list_models() if isinstance(card, Card)}
        return {name: (at, card) for name, (at, card) in listed.items() if card.feature_set in self.kind.featurizers}

    def choose_model(self, folder: Path | None) -> None:
        """Chooses another model, or none: its card now, its weights as soon as a thread has loaded them.

        :raises BundleError: if the folder holds no usable model
        :raises UsageError: if it is for another kind of graph than the library holds
        """
        model = None if folder is None else model_in(folder)
        if model is not None and self.libraries.shown is not None:
            check_model(self.libraries.shown, model.card)
        self.stop()
        same_classes = model is not None and self.card is not None and self.card.class_names == model.card.class_names
        self._scale.stop()
        if self.libraries.rows is not None:
            self.libraries.rows.forget_predictions()
            self.libraries.touch()
        self.state.replace(model=model, class_index=self.now.class_index if same_classes else PREDICTED)

    def follow_model(self, folder: Path) -> None:
        """Takes the chosen model from another folder, since it was renamed; what was computed with it stays.

        :param folder: of the whole model
        :raises BundleError: if the folder holds no usable model
        """
        before = self.now.model
        endpoint = before.folder.name if before is not None and before.card.shares_layers else ""
        self.state.replace(model=model_in(folder / endpoint))

    def _model_failed(self, words: str) -> None:
        self._run_wanted = False
        self.model_loaded.emit()
        self._tell_run()
        self.trouble.emit(words)

    def _model_came(self) -> None:
        if self.now.method == FOREST_METHOD and (why := self.why_no_forest):
            self.state.replace(chosen_method=None)
            self.trouble.emit(f"{METHOD_NAMES[self.now.method]} is shown in place of a random forest's map: {why}")
        self.model_loaded.emit()
        self._compute_scales()
        self._look_into_project()
        if self._run_wanted:
            self.run()

    def choose_method(self, id_: str) -> None:
        """Chooses another method, which stays when the model changes; but the one that this model shows first means
        that each model shows its own. A library that was explained as a whole is explained again, in the background.
        The forest's map of a model that has none is not chosen."""
        if id_ in names_with_forest() and not (id_ == FOREST_METHOD and self.why_no_forest):
            self.restore_method("" if id_ == first_method(self.card) else id_)

    def restore_method(self, id_: str) -> None:
        """As :meth:`choose_method`, whatever the model shows first.

        :param id_: "" for the one that each model shows first
        """
        before, rows = self.now.method, self.libraries.rows
        whole = rows is not None and rows.is_explained(before)
        self.state.replace(chosen_method=id_ if id_ in names_with_forest() else None)
        if self.now.method != before and whole and self.bundle is not None:
            self.run()

    def choose_class(self, index: int) -> None:
        """:param index: of the class to be explained, or ``PREDICTED``"""
        self.state.replace(class_index=index)

    def choose_colour_threshold(self, share: float) -> None:
        """:param share: of the colour scale, rounded to a step of the slider"""
        steps = round(min(max(share, 0.0), 1.0) * COLOUR_THRESHOLD_STEPS)
        self.state.replace(colour_threshold=steps / COLOUR_THRESHOLD_STEPS)

    def choose_scale(self, scale: str) -> None:
        """:raises ValueError: if it is none of ``SCALES``"""
        if scale not in SCALES:
            raise ValueError(f"scale: expected one of {', '.join(SCALES)}, got {scale}")
        self.state.replace(scale=scale)

    def _show_probability(self) -> None:
        self.libraries.show_probability_of(self.now.probability_class)

    def choose_preparation(self, preparation: Preparation | None) -> None:
        """Chooses the preparation of records; if it is another than before, discards all results, and a library that
        was or is being explained as a whole is explained again, in the background.

        :param preparation: ``None`` for that of the model's training
        """
        if replace(self.now, preparation=preparation).steps == self.now.steps:
            self.state.replace(preparation=preparation)
            return
        rows = self.libraries.rows
        again = self.running or (rows is not None and rows.is_explained(self.now.method))
        self.stop()
        self._scale.stop()
        if rows is not None:
            rows.forget_predictions()
            self.libraries.touch()
        self.state.replace(preparation=preparation)
        self._compute_scales()
        self._look_into_project()
        if again and (self.bundle is not None or self.model.loading):
            self.run()

    # The colour scale of the library

    def _compute_scales(self) -> None:
        library, bundle = self.libraries.library, self.bundle
        if library is None or bundle is None:
            self._scale.stop()
        else:
            self._scale.compute(library, bundle, self.now.steps, self.batch_pool)

    @property
    def scales(self) -> dict[str, float]:
        return self._scale.values

    @property
    def scales_awaited(self) -> bool:
        """Whether the scales are being computed."""
        return self._scale.busy and not self.scales

    # Explaining the library

    @property
    def running(self) -> bool:
        return self._run is not None or self._run_wanted

    def run(self) -> None:
        """Explains the records that are not explained; results appear as they come, then ``run_changed`` follows."""
        rows, method, inquiry = self.libraries.rows, self.now.method, self._inquiry()
        if (self._run is not None and not self.stopping) or rows is None:
            return
        if inquiry is None or self._run is not None:
            self._run_wanted = self.card is not None
            self._tell_run()
            return
        if self.projects.may_keep_results and self.projects.keep_by_itself():
            self._run_wanted = True  # starts as soon as the results can be saved
            self._tell_run()
            return
        self._run_wanted, self.was_run = False, True
        by_itself = self.projects.writer is not None and self.projects.writer.unsaved
        if by_itself and self._results_in is not None:
            self.projects.put({EXPLAINED: True})
        # What is shown already is not computed again just for the automatically saved file.
        missing = rows.missing(method) if by_itself else self.stored.missing(rows, method)
        self._explain(inquiry, int(np.count_nonzero(missing)), lambda: positions_where(missing))

    def _explain(self, inquiry: Inquiry, n: int, positions: Callable[[], Sequence[int]]) -> None:
        """Explains ``n`` records, into the project if there is one.

        :param positions: lists the records; called in the thread
        """
        writer = self._results_in

        def note_saved(parts: Sequence[RowResult | Rejected]) -> None:
            if writer is not None and writer is self.projects.writer:
                self.stored.saved(parts)

        def store(parts: Sequence[RowResult | Rejected]) -> None:
            show(parts)
            saved(parts)

        still = self.state.while_same
        show, saved = still(self._store, *_OF_ROWS), still(note_saved, *OF_RESULTS)
        over = still(lambda: self.run_over.emit(task.stopping), *_OF_ROWS)
        self._run = task = self.runner.start(
            explaining(inquiry, positions, self.batch_pool, writer),
            self._run_description(len(inquiry.rows) - n),
            parts=store,
            failed=lambda words: self._run_failed(task, writer, words),
            ended=lambda: self._run_ended(task, over),
        )
        self._tell_run()

    def _run_description(self, done_before: int = 0) -> JobDescription:
        """:param done_before: number of records that were explained before the run began"""

        def loss() -> str:
            kept = " What is done so far is kept." if self.projects.may_keep_results else ""
            return f"Records are being explained.{kept}"

        return JobDescription("Explaining", loss, stop=self.stop, done_before=done_before)

    def _tell_run(self) -> None:
        """Lists a run that is waiting as a job until its task is one."""
        awaited = self._run_wanted and self._run is None
        if awaited and self._awaited is None:
            self._awaited = self.jobs.begin(self._run_description(), self.stop)
        elif not awaited and self._awaited is not None:
            job, self._awaited = self._awaited, None
            job.end()
        self.run_changed.emit()

    def stop(self) -> None:
        """Ends the run; its results so far stay."""
        self._run_wanted = False
        if self._run is not None:
            task = self._run
            task.stop()
            QTimer.singleShot(STOP_PATIENCE_MS, self, lambda: self._end_workers(task))
        self._tell_run()

    def _end_workers(self, task: Task) -> None:
        """Ends the workers, so that a slow record does not delay Stop; the next run gets new ones."""
        pool = self._workers.take_batch() if self._run is task else None
        if pool is not None:
            if self._scale.busy:
                self._compute_scales()  # again: the workers that computed them were ended
            pool.close()

    @property
    def stopping(self) -> bool:
        return self._run is not None and self._run.stopping

    def _run_failed(self, task: Task, writer: ProjectWriter | None, words: str) -> None:
        """After a failure to save results, runs again without saving."""
        if (
            writer is not None
            and writer.unsaved
            and writer is self.projects.writer
            and isinstance(task.error, ProjectError)
        ):
            self.projects.stop_keeping(words)
            self._look_into_project()
            self._run_wanted = task is self._run
        else:
            self.trouble.emit(words)

    def _run_ended(self, task: Task, over: Callable[[], object]) -> None:
        """:param over: is called if the window's state is still the same"""
        if self._run is task:
            self._run = None
            self.stored.say_damaged()
            self._tell_run()
            over()
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
                rows.predict(part.position, part.predicted, part.probabilities, part.decided, part.interval)
                if part.values is not None:
                    rows.keep_map(part.method, part.position, part.values)
        self.libraries.touch()
        self.libraries.rearrange_by_predictions(complete=False)

    def _reject(self, rejected: Rejected) -> None:
        rows, conditional = self.libraries.rows, bool(self.now.steps or (self.card and self.card.features))
        if (conditional or rejected.is_invalid) and rows is not None:
            rows.reject_temporarily(rejected.position)
        self.libraries.reject(rejected)

    def _selected_explained(self, explained: ExplainedRecord) -> None:
        library, bundle = self.libraries.library, self.bundle
        if library is not None and bundle is not None:
            self._store(row_results([explained], self.now.method, self.model.conformal))
            self.projects.put_explained(UnsavedExplanation(library, bundle, self.now.steps, explained))

    # What the project holds

    def _inquiry(self) -> Inquiry | None:
        """The library, model and method whose results are shown; ``None`` while library or weights are missing."""
        library, rows, bundle = self.libraries.library, self.libraries.rows, self.bundle
        if library is None or rows is None or bundle is None:
            return None
        return Inquiry(library, rows, bundle, self.model.conformal, self.now.method, self.now.steps)

    def _damaged(self, positions: list[int]) -> None:
        """Explains again the records whose stored results were damaged."""
        inquiry = self._inquiry()
        if inquiry is not None and not self.running:
            self._explain(inquiry, len(positions), lambda: positions)

    def explanations(
        self, method_ids: Sequence[str], positions: Sequence[int] | None = None
    ) -> WindowExplanations | None:
        """Records to be explained as the window's state says; ``None`` while library or weights are missing.

        :param positions: ``None`` for all
        """
        inquiry = self._inquiry()
        if inquiry is None:
            return None
        library, bundle, preparation = inquiry.library, inquiry.bundle, inquiry.preparation
        table = TableHolder.of(inquiry.rows, library, bundle, preparation)
        return WindowExplanations(
            library, bundle, preparation, method_ids, positions, table, self._results_in, self.batch_pool
        )

    def _look_into_project(self, *_: object) -> None:
        self.stored.look(self._inquiry(), self._results_in)

    @property
    def _results_in(self) -> ProjectWriter | None:
        """The project that holds results, perhaps read-only; one of the program's own only if the library is small."""
        writer = self.projects.writer
        return writer if writer is None or not writer.unsaved or self.projects.may_keep_results else None

    def _kept_by_itself(self) -> None:
        self._look_into_project()
        if self._run_wanted:
            self.run()

    def _attached(self, settings: Mapping[str, Any]) -> None:
        self._look_into_project()
        library = self.libraries.library
        if library is not None and is_pasted(library.path) and settings.get(EXPLAINED) is True:
            self.run()  # further molecules may have been pasted since

    def paste(self, text: str) -> None:
        """Opens pasted molecules in place of the current library, or appends them to it."""
        self.stop()
        self.projects.paste(text)

    def _keep_results(self) -> None:
        """Saves the results shown so far in a new project; a running run continues in it."""
        self._look_into_project()
        rows, inquiry = self.libraries.rows, self._inquiry()
        if self._run is not None or self._run_wanted:
            self.stop()
            self.run()
        elif rows is not None and inquiry is not None and (unsaved := self.stored.unsaved(rows)):
            self._explain(inquiry, len(unsaved), lambda: unsaved)

    # The library

    def _library_appeared(self) -> None:
        if self.card is not None and self.card.feature_set not in self.kind.featurizers:
            self.choose_model(None)
        self._show_probability()

    def _library_opened(self) -> None:
        if self.selection.explained is not None:
            self._selected_explained(self.selection.explained)
        self._compute_scales()

    def _library_closed(self) -> None:
        self.stop()
        self.was_run = False
        self._scale.stop()
        self._look_into_project()
        self.labels.show(())
