"""What a thread does to explain a library for the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from ...app.libraries.row_results import row_result
from ...app.projects.kept_project import KeptProject
from ...library.record import Rejected
from ...pool import WorkerPool
from ..background.task_runner import Link
from ..background.torch_threads import use_one_thread
from .project_results import Inquiry


def explaining(
    inquiry: Inquiry, positions: Callable[[], Sequence[int]], pool: WorkerPool, kept: KeptProject | None
) -> Callable[[Link], None]:
    """Explains records, into the project if there is one; delivers what their rows show.

    :param positions: lists them, which may take a while
    """

    def job(link: Link) -> None:
        from ...app.projects.kept_project import explain_and_keep
        from ...explain.method import method

        use_one_thread()
        results = explain_and_keep(
            inquiry.library,
            inquiry.bundle,
            [method(inquiry.method)],
            kept=kept,
            pool=pool,
            positions=positions(),
            preparation=inquiry.preparation,
            report=link.report,
            cancel=link.cancel,
        )
        with closing(results):  # so that it lets go of the project whatever happens
            for result in results:
                link.deliver(result if isinstance(result, Rejected) else row_result(result, inquiry.method))

    return job
