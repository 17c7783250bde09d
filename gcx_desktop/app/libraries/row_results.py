"""The part of a result that a table of a library needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...gcn.reliability.conformal import ConformalPredictor
from ...gcn.reliability.intervals import IntervalPredictor
from ...library.record import Rejected
from ..explaining.decision import decisions

if TYPE_CHECKING:
    from ...explain.engine import Explanation
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
    interval: tuple[float, float] | None = None
    """Of a value, both ends of its prediction interval; ``None`` if there is none."""


def row_results(
    records: Sequence[ExplainedRecord | Rejected],
    method: str,
    conformal: ConformalPredictor | IntervalPredictor | None,
) -> list[RowResult | Rejected]:
    """The part of each explained record that the table needs; rejected ones as they are.

    :param conformal: of the model, which makes sets of classes or intervals of values; ``None`` if it has none
    """
    explanations = [each.explanation for each in records if not isinstance(each, Rejected)]
    of_value = conformal if isinstance(conformal, IntervalPredictor) else None
    decided = iter(decisions(conformal if isinstance(conformal, ConformalPredictor) else None, explanations))
    ends = iter([None] * len(explanations) if of_value is None else _intervals(of_value, explanations))
    return [
        each if isinstance(each, Rejected) else _row_result(each, method, next(decided), next(ends)) for each in records
    ]


def _intervals(predictor: IntervalPredictor, explanations: Sequence[Explanation]) -> list[tuple[float, float] | None]:
    """Both ends of each interval; ``None`` where they are not finite numbers."""
    found: list[tuple[float, float] | None] = [None] * len(explanations)
    known = [(row, each.members[:, 0]) for row, each in enumerate(explanations) if each.members is not None]
    if known:
        ends = predictor.intervals(np.stack([members for _, members in known]))
        for (row, _), (low, high) in zip(known, ends.tolist(), strict=True):
            found[row] = (low, high) if np.isfinite([low, high]).all() else None
    return found


def _row_result(
    explained: ExplainedRecord, method: str, decided: int, interval: tuple[float, float] | None
) -> RowResult:
    explanation = explained.explanation
    values = explained.record_maps(method) if method in explanation.maps else None
    probabilities = explanation.probabilities.tolist()
    return RowResult(explained.position, explanation.predicted, decided, probabilities, method, values, interval)
