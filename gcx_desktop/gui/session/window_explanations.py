"""Explained records for the window's state: results in the table or the project are not computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...app.explaining.explanation_source import ExplanationSource
from ...app.explaining.request import ExplanationRequest
from ...app.libraries.table_holder import TableHolder
from ...app.projects.project_writer import ProjectWriter
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...pool import WorkerPool
from ...work import Work
from ..background.task_runner import Link

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


@dataclass(frozen=True, slots=True, eq=False)
class WindowExplanations:
    """Some records and the source of their explanations; made in the window's thread for use in another thread."""

    library: Library
    bundle: Bundle
    preparation: Preparation
    method_ids: Sequence[str]
    positions: Sequence[int] | None
    """``None`` for all."""
    table: TableHolder
    writer: ProjectWriter | None
    """The writer of the project that holds results."""
    pool: WorkerPool

    def request(self, *, with_molblocks: bool = False) -> ExplanationRequest:
        """The request; to be made in the other thread, since it imports torch."""
        from ...app.explaining.second_opinion import chosen_methods

        methods = chosen_methods(self.bundle, self.method_ids)
        return ExplanationRequest(
            self.library, self.bundle, methods, self.positions, self.preparation, with_molblocks=with_molblocks
        )

    def source(self) -> ExplanationSource:
        """The explanation source; to be made in the other thread, since it imports torch. A user's project also
        saves what is computed; one of the program's own saves only the results of *Explain all*."""
        from ...app.explaining.explain_library import explain_library
        from ...app.explaining.explanation_source import LayeredSource
        from ...app.projects.project_explanations import ProjectHolder, SavingSource

        if self.writer is None:
            return LayeredSource((self.table,), explain_library)
        if self.writer.read_only or self.writer.unsaved:
            return LayeredSource((ProjectHolder(self.writer), self.table), explain_library)
        return SavingSource(self.writer, LayeredSource((self.table,), explain_library))

    def work(self, link: Link) -> Work:
        """Pool, progress and cancellation for a long function."""
        return Work(self.pool, link.report, link.cancel)
