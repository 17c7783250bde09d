"""Explains a library for the window, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from ...app.libraries.row_results import row_results
from ...app.projects.project_writer import ProjectWriter
from ...pool import WorkerPool
from ...work import Work
from ..background.task_runner import Link
from ..background.torch_threads import use_one_thread
from .project_results import Inquiry


def explaining(
    inquiry: Inquiry, positions: Callable[[], Sequence[int]], pool: WorkerPool, writer: ProjectWriter | None
) -> Callable[[Link], None]:
    """Explains records, into the project if there is one, and delivers what their rows show.

    :param positions: lists the records; may take a while
    """

    def job(link: Link) -> None:
        from ...app.explaining.request import ExplanationRequest
        from ...app.explaining.second_opinion import chosen_methods
        from ...app.projects.project_writer import explain_and_save

        use_one_thread()
        methods = chosen_methods(inquiry.bundle, [inquiry.method])
        request = ExplanationRequest(inquiry.library, inquiry.bundle, methods, positions(), inquiry.preparation)
        results = explain_and_save(request, Work(pool, link.report, link.cancel), writer)
        with closing(results):  # so that the project is released whatever happens
            for result in results:
                link.deliver(*row_results([result], inquiry.method, inquiry.conformal))

    return job
