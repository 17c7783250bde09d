"""The part of a result that a table of a library needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..explaining.explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True)
class RowResult:
    """A prediction, and one method's map if there is any."""

    position: int
    predicted: int
    probabilities: Sequence[float]
    """[n_classes]"""
    method: str
    values: NDArray[np.float32] | None
    """[n_record_atoms, n_classes], NaN at folded hydrogens."""


def row_result(explained: ExplainedRecord, method: str) -> RowResult:
    """The part of an explained record that the table needs."""
    explanation = explained.explanation
    values = explained.record_maps(method) if method in explanation.maps else None
    return RowResult(explained.position, explanation.predicted, explanation.probabilities.tolist(), method, values)
