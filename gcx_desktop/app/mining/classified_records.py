"""Explained records with their classes: the input of mining."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
from ..evaluation.labelled_records import NO_LABEL
from ..explaining.explain_library import check_valid
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest


@dataclass(frozen=True, slots=True, eq=False)
class ClassifiedRecord:
    """A record with its class, and its map if that is evidence for the class."""

    read: ReadRecord
    class_index: int
    """By label, or by prediction if there are no labels."""
    values: NDArray[np.float32] | None
    """[n_nodes], relative, for its class; ``None`` if the record is not predicted as its class or the class is not
    wanted."""


def classified_records(
    request: ExplanationRequest,
    classes: Collection[int],
    source: ExplanationSource,
    work: Work,
    *,
    labels: NDArray[np.int64] | None = None,
    comparison: LabelComparison | None = None,
) -> Iterator[ClassifiedRecord | Rejected]:
    """The records that count, in the order of the positions.

    :param request: with one method
    :param classes: the classes that are explained
    :param labels: [n_records of the library], class indices or ``NO_LABEL``; records without a label are left out;
        ``None`` if the prediction is the class
    :param comparison: gets each label with the predicted probabilities of its record
    :raises UsageError: after the last record, if none is evidence
    :raises Cancelled: between two batches, once ``work.cancel`` is set
    """
    library, (method,) = request.library, request.methods
    wanted = request.wanted
    if labels is not None:
        wanted = [position for position in wanted if labels[position] != NO_LABEL]
    results = source(request.with_positions(wanted), work)
    evident, rejected = False, list[Rejected]()
    for result in results:
        if isinstance(result, Rejected):
            rejected.append(result)
            yield result
            continue
        predicted = result.explanation.predicted
        class_index = predicted if labels is None else int(labels[result.position])
        if comparison is not None and labels is not None:
            comparison.add(class_index, result.explanation.probabilities)
        values = None
        if class_index == predicted and predicted in classes:
            evident, values = True, relative(result.explanation.maps[method.id])[:, predicted]
        yield ClassifiedRecord(result.read, class_index, values)
    if not evident:
        check_valid(library, rejected, len(wanted))
        how = "predicted as" if labels is None else "predicted rightly as"
        names = " or ".join(request.bundle.card.class_names[each] for each in classes)
        record = kind_of_library(library).words.record
        suspicion = f"; {comparison.suspicion}" if comparison is not None and comparison.suspicion else ""
        raise UsageError(f"{library.path}: no {record} is {how} {names}, so there is nothing to explain{suspicion}")
