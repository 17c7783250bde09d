"""Saves a window's work into its project: changes are collected in memory and written together soon afterwards.

Any thread may add changes and any thread may write them; a project is closed when no thread uses it any more.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...project.store import Project
from ...work import Work
from ..explaining.request import ExplanationRequest
from ..libraries.marks import Marks
from .project_source import save_records
from .unsaved_work import is_unsaved

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle
    from ..explaining.explain_library import ExplainedRecord


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class UnsavedExplanation:
    """A record that was explained alone, and the model and preparation by which it was."""

    library: Library
    bundle: Bundle
    preparation: Preparation
    record: ExplainedRecord


@dataclass(slots=True)
class _Pending:
    settings: dict[str, Any] = field(default_factory=dict)
    marks: dict[int, Marks] = field(default_factory=dict)
    """Position → the marks that hold its changed value."""
    explained: list[UnsavedExplanation] = field(default_factory=list)
    scanned: Library | None = None
    """The library whose record boundaries were found by a scan."""

    def __bool__(self) -> bool:
        return bool(self.settings or self.marks or self.explained or self.scanned is not None)


class ProjectWriter:
    """Collects changes for a project and writes them.

    Attributes: ``project``; ``source_id``, the id of the library that the window shows; ``unsaved``, whether the
    project is one of the program's own, kept until the user saves a project (:mod:`.unsaved_work`).

    The writer of a read-only project accepts changes and writes nothing.
    """

    def __init__(self, project: Project, source_id: int, settings: Mapping[str, Any] | None = None) -> None:
        """:param settings: the settings that the project holds already"""
        self.project, self.source_id = project, source_id
        self.unsaved = is_unsaved(project.path)
        self._latest: dict[str, Any] = dict(settings or {})
        """All settings, saved or still to be saved."""
        self._pending = _Pending()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._unused = threading.Condition(self._lock)
        self._n_users = 0
        self._closing = False

    @property
    def closing(self) -> bool:
        """Whether a thread waits to close the project, so that no other should begin to use it."""
        return self._closing

    @property
    def read_only(self) -> bool:
        return self.project.read_only

    @property
    def pending(self) -> bool:
        """Whether there are changes to write."""
        with self._lock:
            return bool(self._pending) and not self.read_only

    @property
    def has_notes(self) -> bool:
        """Whether there are unwritten marks or notes, also if the project cannot be written."""
        with self._lock:
            return bool(self._pending.marks)

    def put_settings(self, values: Mapping[str, Any]) -> None:
        """Adds the settings that differ from the current ones."""
        with self._lock:
            changed = {k: value for k, value in values.items() if k not in self._latest or self._latest[k] != value}
            self._latest.update(changed)
            self._pending.settings.update(changed)

    def put_marks(self, marks: Marks, positions: Iterable[int]) -> None:
        """Adds the marks of some records; their values are taken when they are written."""
        with self._lock:
            self._pending.marks.update(dict.fromkeys(positions, marks))

    def put_explained(self, explained: UnsavedExplanation) -> None:
        with self._lock:
            self._pending.explained.append(explained)

    def put_records(self, library: Library) -> None:
        """Adds the positions of a library's records in its file, if a scan found them and the project lacks them."""
        if library.scanned and not self.read_only:
            with self._lock:
                self._pending.scanned = library

    def write(self) -> None:
        """Writes all pending changes.

        :raises GcxError: if that fails; the changes stay pending, except explanations and record positions, which can
            be computed again
        """
        with self._writing:
            with self._lock:
                pending, self._pending = self._pending, _Pending()
            if self.read_only:
                return
            try:
                self._write(pending)
            except BaseException:
                with self._lock:
                    self._pending.settings = {**pending.settings, **self._pending.settings}
                    self._pending.marks = {**pending.marks, **self._pending.marks}
                raise

    def _write(self, pending: _Pending) -> None:
        if pending.settings:
            self.project.save_settings({"source": self.source_id, **pending.settings})
            pending.settings = {}
        if pending.marks:
            self.project.save_marks(self.source_id, [marks.at(position) for position, marks in pending.marks.items()])
            pending.marks = {}
        if pending.scanned is not None:
            save_records(self.project, self.source_id, pending.scanned)
        if pending.explained:
            from .stored_results import save_explained

            for (library, bundle, preparation), records in _together(pending.explained):
                save_explained(self.project, library, bundle, records, preparation)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[Project]:
        """Gives the project, which stays open inside the ``with`` block."""
        with self._lock:
            self._n_users += 1
        try:
            yield self.project
        finally:
            with self._lock:
                self._n_users -= 1
                self._unused.notify_all()

    def finish(self, last: Callable[[Project], _T]) -> _T:
        """Waits until no thread uses the project, writes all pending changes, then calls ``last``.

        :raises GcxError: if something could not be written
        """
        self._wait()
        self.write()
        return last(self.project)

    def close(self) -> None:
        """Waits until no thread uses the project, writes all pending changes, and closes it.

        :raises GcxError: if something could not be written
        """
        self._wait()
        try:
            self.write()
        finally:
            self.project.close()

    def abandon(self) -> None:
        """Closes the project without writing pending changes."""
        self._wait()
        self.project.close()

    def _wait(self) -> None:
        with self._lock:
            self._closing = True
            self._unused.wait_for(lambda: not self._n_users)


def explain_and_save(
    request: ExplanationRequest, work: Work, writer: ProjectWriter | None
) -> Generator[ExplainedRecord | Rejected]:
    """Explains records and saves the results in the project, if there is one that may be written.

    :raises GcxError: as :func:`~.explain_project.explain_into_project` and :func:`~.explain_library.explain_library`
    """
    from ..explaining.explain_library import explain_library
    from .explain_project import explain_into_project

    if writer is None or writer.read_only:
        yield from explain_library(request, work)
        return
    with writer.in_use() as project:
        yield from explain_into_project(request, work, project)


_By = tuple[Library, "Bundle", Preparation]


def _together(explained: Sequence[UnsavedExplanation]) -> Iterator[tuple[_By, list[ExplainedRecord]]]:
    """Groups records by library, model and preparation; the latest explanation of a record counts."""
    groups: dict[tuple[int, int, Preparation], tuple[_By, dict[int, ExplainedRecord]]] = {}
    for each in explained:
        key = (id(each.library), id(each.bundle), each.preparation)
        group = groups.setdefault(key, ((each.library, each.bundle, each.preparation), {}))
        group[1][each.record.position] = each.record
    for by, records in groups.values():
        yield by, list(records.values())
