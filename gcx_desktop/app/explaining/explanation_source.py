"""Sources of explained records: stored results are used, only missing ones are computed. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ...library.record import Rejected
from ...progress import ProgressReporter
from ...work import Work
from .request import ExplanationRequest

if TYPE_CHECKING:
    from .explain_library import ExplainedRecord


class ExplanationSource(Protocol):
    """Gives explained records, which it computes or has stored."""

    def __call__(self, request: ExplanationRequest, work: Work, /) -> Iterator[ExplainedRecord | Rejected]:
        """Every record in the order of ``request.wanted``, explained or rejected with a reason.

        :raises UsageError: if the model is for another kind of graph, or needs features that the library lacks
        :raises Cancelled: once ``work.cancel`` is set
        """
        ...


class ExplanationHolder(Protocol):
    """Stores explained records: a project, or the table of a window."""

    def holds(self, request: ExplanationRequest) -> NDArray[np.bool_]:
        """[n_wanted]: whether it has all wanted results of a record."""
        ...

    def records(
        self, request: ExplanationRequest, work: Work, fallback: ExplanationSource
    ) -> Iterator[ExplainedRecord | Rejected]:
        """The stored records, in the order of ``request.wanted``.

        :param request: of records that it holds
        :param fallback: for records that it no longer holds when their turn comes
        """
        ...


@dataclass(frozen=True, slots=True)
class LayeredSource:
    """An :class:`ExplanationSource` that takes each record from the first holder that has it."""

    holders: Sequence[ExplanationHolder]
    fallback: ExplanationSource
    """The source of records that no holder has."""

    def __call__(self, request: ExplanationRequest, work: Work) -> Iterator[ExplainedRecord | Rejected]:
        no_holder = len(self.holders)
        holder = np.full(len(request.wanted), no_holder, dtype=np.int8)
        for number, each in enumerate(self.holders):
            holder[(holder == no_holder) & each.holds(request)] = number
        if (holder == no_holder).all():
            yield from self.fallback(request, work)
            return
        wanted, part = np.asarray(request.wanted, dtype=np.int64), work.unreported
        of_each = [request.with_positions(wanted[holder == number].tolist()) for number in range(no_holder + 1)]
        streams = [
            each.records(own, part, self.fallback) for each, own in zip(self.holders, of_each[:no_holder], strict=True)
        ]
        streams.append(self.fallback(of_each[no_holder], part))
        watch = ProgressReporter("Explaining" if request.methods else "Predicting", len(wanted), work.report)
        rejected = 0
        watch.report_done(0)
        for done, number in enumerate(holder.tolist(), 1):
            result = next(streams[number])
            rejected += isinstance(result, Rejected)
            yield result
            watch.report_done(done, rejected=rejected)
