"""Explained records out of the project that a window keeps its work in, and into it."""

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
    """An ``ExplanationHolder``: a project of which nothing is asked but what it holds."""

    writer: ProjectWriter

    def holds(self, request: ExplanationRequest) -> NDArray[np.bool_]:
        """[n_wanted]; nothing of a project that does not read, or is of another state of the library."""
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
        """What is damaged, or not read when the project is closed, comes from ``fallback``."""
        from .explain_project import stored_explanations

        return _as_long_as_it_lasts(
            request, work, self.writer, lambda project: stored_explanations(request, work, project), fallback
        )


@dataclass(frozen=True, slots=True)
class SavingSource:
    """An ``ExplanationSource``: what the project holds comes from there, the rest is computed and saved.
    Where it cannot be saved, or the project is closed meanwhile, it is only computed."""

    writer: ProjectWriter
    fallback: ExplanationSource

    def __call__(self, request: ExplanationRequest, work: Work) -> Iterator[ExplainedRecord | Rejected]:
        from .explain_project import explain_into_project

        return _as_long_as_it_lasts(
            request, work, self.writer, lambda project: explain_into_project(request, work, project), self.fallback
        )


def _as_long_as_it_lasts(
    request: ExplanationRequest,
    work: Work,
    writer: ProjectWriter,
    begin: Callable[[Project], Iterator[ExplainedRecord | Rejected]],
    fallback: ExplanationSource,
) -> Iterator[ExplainedRecord | Rejected]:
    """All records that are wanted, of which the rest comes from elsewhere if the project gives no more.

    The project is in use only while a record is fetched, so that it may be closed while whoever asked does something
    else with it, and for good.

    :param begin: asks the project
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
