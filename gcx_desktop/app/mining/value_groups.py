"""Explained records of a model of values, in two groups by a cut: the input of mining.

High are the records whose value is at least the cut; what raises the value is looked for among them. Low are the
others, and what lowers it is looked for among those.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...explain.measures import relative
from ...kinds.kind import ReadRecord
from ...kinds.registry import kind_of_library
from ...library.record import Rejected
from ...work import Work
from ..evaluation.label_suspicion import LabelComparison
from ..evaluation.measured_values import ValueLabels
from ..explaining.explain_library import ExplainedRecord, check_valid
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from .classified_records import ClassifiedRecord
from .value_cut import ValueCut


@dataclass(frozen=True, slots=True, eq=False)
class ValueGroups:
    """The records, and the cut that divides them."""

    cut: ValueCut
    records: tuple[ClassifiedRecord | Rejected, ...]
    """In the order of the positions; the class is 0 of high records, 1 of low ones."""


def value_groups(
    request: ExplanationRequest,
    classes: Collection[int],
    source: ExplanationSource,
    work: Work,
    *,
    limit: float | None = None,
    labels: ValueLabels | None = None,
    comparison: LabelComparison | None = None,
) -> ValueGroups:
    """Divides records by their measured value, or by the predicted one if there are none.

    A record is evidence for its group if its predicted value lies on the same side of the cut.

    :param request: with one method
    :param classes: 0 if what raises the value is wanted, 1 if what lowers it
    :param limit: the cut; ``None`` for the median of the values
    :param labels: of the library's records; those without a value are left out
    :param comparison: gets each measured value with the prediction
    :raises UsageError: if all records are in one group, or none is evidence
    :raises Cancelled: between two batches, once ``work.cancel`` is set
    """
    library, (method,) = request.library, request.methods
    wanted = request.wanted
    if labels is not None:
        wanted = [position for position in wanted if labels.known[position]]
    held = [
        each if isinstance(each, Rejected) else _of_record(each, method.id, labels)
        for each in source(request.with_positions(wanted), work)
    ]
    known = np.array([each.value for each in held if not isinstance(each, Rejected)])
    if not len(known):
        check_valid(library, [each for each in held if isinstance(each, Rejected)], len(wanted))
        raise UsageError(f"{library.path}: no record can be read, so there is nothing to explain")
    card = request.bundle.card
    cut = ValueCut(
        endpoint=card.endpoint,
        limit=float(np.median(known)) if limit is None else limit,
        is_median=limit is None,
        of_measured=labels is not None,
    )
    if not (known >= cut.limit).any() or (known >= cut.limit).all():
        side = "low" if known.max() < cut.limit else "high"
        raise UsageError(
            f"{library.path}: all records are {side}, {cut.in_words(0 if side == 'high' else 1)}; their values reach "
            f"from {known.min():.4g} to {known.max():.4g}, choose a cut between them"
        )
    groups = tuple(each if isinstance(each, Rejected) else _in_group(each, cut.limit, classes) for each in held)
    for each in held:
        if comparison is not None and isinstance(each, _Held):
            comparison.add(each.value, np.array([each.predicted, -each.predicted], dtype=np.float32))
    if not any(isinstance(each, ClassifiedRecord) and each.values is not None for each in groups):
        words = kind_of_library(library).words
        suspicion = f"; {comparison.suspicion}" if comparison is not None and comparison.suspicion else ""
        raise UsageError(
            f"{library.path}: no {words.record} is predicted on the side of the cut on which it was measured, so there "
            f"is nothing to explain{suspicion}"
        )
    return ValueGroups(cut, groups)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """What is kept of a record until the cut is known."""

    read: ReadRecord
    maps: NDArray[np.float32]
    """[n_nodes, 2], relative: what raises the value, and what lowers it"""
    value: float
    """By which it is grouped."""
    predicted: float


def _of_record(explained: ExplainedRecord, method: str, labels: ValueLabels | None) -> _Held:
    predicted = float(explained.explanation.probabilities[0])
    value = predicted if labels is None else float(labels.labels[explained.position])
    return _Held(explained.read, relative(explained.explanation.maps[method]), value, predicted)


def _in_group(held: _Held, limit: float, classes: Collection[int]) -> ClassifiedRecord:
    group, predicted = (0 if value >= limit else 1 for value in (held.value, held.predicted))
    evident = group == predicted and group in classes
    return ClassifiedRecord(held.read, group, held.maps[:, group] if evident else None)
