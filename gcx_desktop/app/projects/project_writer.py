"""A project that a window keeps its work in: what is to be saved is gathered at once and written soon, in one go.

Any thread may gather, any may write; a project is closed when nobody uses it any more.
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
    from ...gcn.bundle import Bundle
    from ..explaining.explain_library import ExplainedRecord


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UnsavedExplanation:
    """A record that was explained by itself, and by what."""

    library: Library
    bundle: Bundle
    preparation: Preparation
    record: ExplainedRecord


@dataclass(slots=True)
class _Pending:
    settings: dict[str, Any] = field(default_factory=dict)
    marks: dict[int, Marks] = field(default_factory=dict)
    """By position of those that changed, where they are."""
    explained: list[UnsavedExplanation] = field(default_factory=list)
    scanned: Library | None = None
    """Whose records were looked for."""

    def __bool__(self) -> bool:
        return bool(self.settings or self.marks or self.explained or self.scanned is not None)


class ProjectWriter:
    """Attributes: ``project``; ``source_id``, of the library that the window shows; ``unsaved``, whether it is one of
    the program's own, which stand in for a project of the user's (:mod:`.unsaved_work`).

    A project that can only be looked at takes everything and writes nothing.
    """

    def __init__(self, project: Project, source_id: int, settings: Mapping[str, Any] | None = None) -> None:
        """:param settings: what the project holds of them"""
        self.project, self.source_id = project, source_id
        self.unsaved = is_unsaved(project.path)
        self._latest: dict[str, Any] = dict(settings or {})
        """Settings, saved or to be saved."""
        self._pending = _Pending()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._unused = threading.Condition(self._lock)
        self._n_users = 0
        self._closing = False

    @property
    def closing(self) -> bool:
        """Whether somebody waits to close it: nobody is to begin anything with it."""
        return self._closing

    @property
    def read_only(self) -> bool:
        return self.project.read_only

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        with self._lock:
            return bool(self._pending) and not self.read_only

    @property
    def has_notes(self) -> bool:
        """Whether there are marks or notes to write, be it that they never are."""
        with self._lock:
            return bool(self._pending.marks)

    def put_settings(self, values: Mapping[str, Any]) -> None:
        """Those that differ from what they were."""
        with self._lock:
            changed = {k: value for k, value in values.items() if k not in self._latest or self._latest[k] != value}
            self._latest.update(changed)
            self._pending.settings.update(changed)

    def put_marks(self, marks: Marks, positions: Iterable[int]) -> None:
        """Those of some records, as they are when they are written."""
        with self._lock:
            self._pending.marks.update(dict.fromkeys(positions, marks))

    def put_explained(self, explained: UnsavedExplanation) -> None:
        with self._lock:
            self._pending.explained.append(explained)

    def put_records(self, library: Library) -> None:
        """Where they lie, if a scan found them and the project does not say it already."""
        if library.scanned and not self.read_only:
            with self._lock:
                self._pending.scanned = library

    def write(self) -> None:
        """Saves what was gathered.

        :raises GcxError: if that is not possible; it is still to be written then, but for explanations and where
            records lie, which can be computed again
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
        """The project, which is not closed meanwhile."""
        with self._lock:
            self._n_users += 1
        try:
            yield self.project
        finally:
            with self._lock:
                self._n_users -= 1
                self._unused.notify_all()

    def finish(self, last: Callable[[Project], T]) -> T:
        """Waits until nobody uses the project, writes what was gathered, and does something last.

        :raises GcxError: if something could not be written
        """
        self._wait()
        self.write()
        return last(self.project)

    def close(self) -> None:
        """Waits until nobody uses the project, writes what was gathered, and lets go of it.

        :raises GcxError: if something could not be written
        """
        self._wait()
        try:
            self.write()
        finally:
            self.project.close()

    def abandon(self) -> None:
        """Lets go of the project, whatever was gathered."""
        self._wait()
        self.project.close()

    def _wait(self) -> None:
        with self._lock:
            self._closing = True
            self._unused.wait_for(lambda: not self._n_users)


def explain_and_save(
    request: ExplanationRequest, work: Work, writer: ProjectWriter | None
) -> Generator[ExplainedRecord | Rejected]:
    """Explains records into the project if there is one that may be written, else without saving anything.

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
    """Records by what explained them; the latest of a record."""
    groups: dict[tuple[int, int, Preparation], tuple[_By, dict[int, ExplainedRecord]]] = {}
    for each in explained:
        key = (id(each.library), id(each.bundle), each.preparation)
        group = groups.setdefault(key, ((each.library, each.bundle, each.preparation), {}))
        group[1][each.record.position] = each.record
    for by, records in groups.values():
        yield by, list(records.values())
