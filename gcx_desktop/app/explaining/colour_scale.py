"""One colour scale for a whole library: which value of a method's map gets the strongest colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...library.record import Rejected
from ...work import Work
from .explain_library import explain_library
from .explanation_source import ExplanationSource
from .request import ExplanationRequest

SAMPLE = 256
"""Number of sampled records, spread evenly over the library."""
QUANTILE = 0.75
"""Quantile of the records' largest values. If the maps of one class have larger values (polar groups against
permeation, for instance), a higher quantile leaves most records pale. Larger values get the strongest colour; the
legend says "≥"."""


def sample_positions(n_records: int, n_wanted: int = SAMPLE) -> list[int]:
    """Positions spread evenly over a library; deterministic."""
    if n_records <= n_wanted:
        return list(range(n_records))
    return [int(i) for i in np.linspace(0, n_records - 1, n_wanted)]


def scale_maximum(maxima: Sequence[float]) -> float:
    """The value of the strongest colour, given each record's largest value over nodes and classes; 0 if all are 0."""
    positive = [value for value in maxima if value > 0]
    return float(np.quantile(positive, QUANTILE)) if positive else 0.0


def library_scale(
    request: ExplanationRequest, work: Work, source: ExplanationSource = explain_library
) -> dict[str, float]:
    """Method id → the value that gets the strongest colour in all records of the library and for all classes.

    :param request: the records, of which a sample is explained
    """
    wanted = request.wanted
    sample = [wanted[i] for i in sample_positions(len(wanted))]
    maxima: dict[str, list[float]] = {m.id: [] for m in request.methods}
    results = source(request.with_positions(sample), work.unreported)
    for result in results:
        if not isinstance(result, Rejected):
            for id_, values in result.explanation.maps.items():
                maxima[id_].append(float(np.abs(values).max()))
    return {id_: scale_maximum(values) for id_, values in maxima.items()}
