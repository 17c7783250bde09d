"""How much the methods disagree about a record: a number for each class, by which a library can be sorted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...explain.method import methods
from ...gcn.reliability.scores import mean_ranks
from ...library.record import Rejected
from ...work import Work
from .explanation_source import ExplanationSource
from .method_names import RANKS_AS
from .request import ExplanationRequest

MapsByMethod = Mapping[str, NDArray[np.floating]]
"""Method id → [n_nodes, n_classes]."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordDisagreement:
    """The disagreement about one record."""

    position: int
    predicted: int
    """Index of the most probable class."""
    values: NDArray[np.float32]
    """[n_classes], see :func:`mean_disagreement`."""


def mean_disagreement(maps: MapsByMethod, class_index: int) -> float:
    """1 − the mean of Spearman's rank correlation over all pairs of methods, in [0, 2]: 0 if all rank the nodes alike,
    1 if their rankings are unrelated.

    Methods with equal rankings by construction count once; a constant map has no ranking and is left out. NaN if fewer
    than two maps remain.
    """
    rankings = [_unit_ranks(maps[id_][:, class_index]) for id_ in maps if RANKS_AS.get(id_) not in maps]
    known = [ranks for ranks in rankings if ranks is not None]
    n = len(known)
    if n < 2:
        return float("nan")
    total = np.sum(known, axis=0)  # its square has every pair twice, and each ranking with itself
    return 1.0 - (float(total @ total) - n) / (n * (n - 1))


def library_disagreement(
    request: ExplanationRequest, source: ExplanationSource, work: Work
) -> Iterator[RecordDisagreement | Rejected]:
    """Compares all methods on each record, whatever methods the request has.

    :raises Cancelled: between two batches, once ``work.cancel`` is set
    """
    results = source(request.with_methods(methods()), work)
    for result in results:
        if isinstance(result, Rejected):
            yield result
            continue
        maps, n_classes = result.explanation.maps, len(result.explanation.probabilities)
        values = np.array([mean_disagreement(maps, index) for index in range(n_classes)], dtype=np.float32)
        yield RecordDisagreement(result.position, result.explanation.predicted, values)


def _unit_ranks(values: NDArray[np.floating]) -> NDArray[np.float64] | None:
    """[n_nodes]: ranks minus their mean, scaled to length 1; ``None`` if all are equal."""
    ranks = mean_ranks(values)
    ranks -= ranks.mean()
    length = float(np.sqrt(ranks @ ranks))
    return ranks / length if length > 0 else None
