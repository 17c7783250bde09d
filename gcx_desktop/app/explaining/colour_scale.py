"""One colour scale for a whole library: what value of a method's map gets the strongest colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...explain.forward_pass import Method
from ...gcn.bundle import Bundle
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.record import Rejected
from ...pool import WorkerPool
from ...progress import CancelToken
from .explain_library import explain_library

SAMPLE = 256
"""Records looked at, spread evenly over the library."""
QUANTILE = 0.75
"""Of the records' largest values. Where one class speaks louder than the other (polar groups against permeation, say)
a higher one leaves most records pale; what lies above is drawn in the strongest colour, and the legend says "≥"."""


def sample_positions(n_records: int, n_wanted: int = SAMPLE) -> list[int]:
    """Positions spread evenly over a library, the same each time."""
    if n_records <= n_wanted:
        return list(range(n_records))
    return [int(i) for i in np.linspace(0, n_records - 1, n_wanted)]


def scale_maximum(maxima: Sequence[float]) -> float:
    """The value of the strongest colour, from records' largest values (over nodes and classes); 0 if all are 0."""
    positive = [value for value in maxima if value > 0]
    return float(np.quantile(positive, QUANTILE)) if positive else 0.0


def library_scale(
    library: Library,
    bundle: Bundle,
    methods: Sequence[Method],
    *,
    pool: WorkerPool,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    cancel: CancelToken | None = None,
) -> dict[str, float]:
    """By method id: the value that gets the strongest colour in every record of the library, for all classes alike.

    :param positions: the records that count, by default all; a sample of them is explained
    :param preparation: what is done to records first
    """
    wanted = range(len(library)) if positions is None else positions
    sample = [wanted[i] for i in sample_positions(len(wanted))]
    maxima: dict[str, list[float]] = {m.id: [] for m in methods}
    results = explain_library(
        library, bundle, methods, pool=pool, positions=sample, preparation=preparation, cancel=cancel
    )
    for result in results:
        if not isinstance(result, Rejected):
            for id_, values in result.explanation.maps.items():
                maxima[id_].append(float(np.abs(values).max()))
    return {id_: scale_maximum(values) for id_, values in maxima.items()}
