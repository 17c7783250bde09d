"""The part of a result that a table of a library needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...gcn.reliability.conformal import ConformalPredictor
from ...library.record import Rejected
from ..explaining.decision import decisions

if TYPE_CHECKING:
    from ..explaining.explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True)
class RowResult:
    """A prediction, and one method's map if there is any."""

    position: int
    predicted: int
    """Index of the most probable class."""
    decided: int
    """The class for which the prediction decides, as of :func:`~..explaining.decision.decisions`."""
    probabilities: Sequence[float]
    """[n_classes]"""
    method: str
    values: NDArray[np.float32] | None
    """[n_record_atoms, n_classes], NaN at folded hydrogens."""


def row_results(
    records: Sequence[ExplainedRecord | Rejected], method: str, conformal: ConformalPredictor | None
) -> list[RowResult | Rejected]:
    """The part of each explained record that the table needs; rejected ones as they are.

    :param conformal: of the model; ``None`` if it has none
    """
    decided = iter(decisions(conformal, [each.explanation for each in records if not isinstance(each, Rejected)]))
    return [each if isinstance(each, Rejected) else _row_result(each, method, next(decided)) for each in records]


def _row_result(explained: ExplainedRecord, method: str, decided: int) -> RowResult:
    explanation = explained.explanation
    values = explained.record_maps(method) if method in explanation.maps else None
    probabilities = explanation.probabilities.tolist()
    return RowResult(explained.position, explanation.predicted, decided, probabilities, method, values)
