"""Reads explained records from a window's project, and saves new ones there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import LibraryError, ProjectError
from ...library.record import Rejected
from ...project.store import Project
from ...work import Work
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from .project_writer import ProjectWriter

if TYPE_CHECKING:
    from ..explaining.explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True)
class ProjectHolder:
    """An ``ExplanationHolder``: the results that a project stores. It computes nothing."""

    writer: ProjectWriter

    def holds(self, request: ExplanationRequest) -> NDArray[np.bool_]:
        """[n_wanted]; all false if the project cannot be read or belongs to another state of the library."""
        from .explain_project import stored_mask

        none = np.zeros(len(request.wanted), dtype=np.bool_)
        with self.writer.in_use() as project:
            if self.writer.closing:
                return none
            try:
                return stored_mask(request, project)
            except (ProjectError, LibraryError):
                return none

    def records(
        self, request: ExplanationRequest, work: Work, fallback: ExplanationSource
    ) -> Iterator[ExplainedRecord | Rejected]:
        """Damaged results, and those not yet read when the project is closed, come from ``fallback``."""
        from .explain_project import stored_explanations

        return _with_fallback(
            request, work, self.writer, lambda project: stored_explanations(request, work, project), fallback
        )


@dataclass(frozen=True, slots=True)
class SavingSource:
    """An ``ExplanationSource``: takes stored results from the project, computes the others and saves them.
    If they cannot be saved, or the project is closed meanwhile, they are computed without being saved."""

    writer: ProjectWriter
    fallback: ExplanationSource

    def __call__(self, request: ExplanationRequest, work: Work) -> Iterator[ExplainedRecord | Rejected]:
        from .explain_project import explain_into_project

        return _with_fallback(
            request, work, self.writer, lambda project: explain_into_project(request, work, project), self.fallback
        )


def _with_fallback(
    request: ExplanationRequest,
    work: Work,
    writer: ProjectWriter,
    begin: Callable[[Project], Iterator[ExplainedRecord | Rejected]],
    fallback: ExplanationSource,
) -> Iterator[ExplainedRecord | Rejected]:
    """All wanted records; if the project fails or is closed, the remaining ones come from ``fallback``.

    The project is in use only while a record is fetched, so that it can be closed while the caller processes one.

    :param begin: begins to fetch the records from the project
    """
    results: Iterator[ExplainedRecord | Rejected] | None = None
    wanted, done = request.wanted, 0
    while done < len(wanted):
        with writer.in_use() as project:
            if writer.closing:
                break
            try:
                results = results or begin(project)
                result = next(results)
            except (ProjectError, LibraryError):
                break
        done += 1
        yield result
    if done < len(wanted):
        yield from fallback(request.with_positions(wanted[done:]), work)
