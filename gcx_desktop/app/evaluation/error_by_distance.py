"""How far predicted values are off, by how similar records are to the nearest training record. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...gcn.reliability.domain import DomainFile
from ...library.record import Rejected
from ...work import Work
from ..explaining.model_knowledge import ModelKnowledge
from ..explaining.request import ExplanationRequest, read_requested

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle

EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
"""Between which similarities records are taken together; the last range includes its end."""


@dataclass(frozen=True, slots=True)
class DistanceErrors:
    """The errors of a library's records by their similarity to the training records, beside those out of fold."""

    similarity: NDArray[np.float64]
    """[n_molecules] to the nearest training record, in [0, 1]; NaN if it is not known"""
    errors: NDArray[np.float64]
    """[n_molecules], absolute, in the unit of the value"""
    known_similarity: NDArray[np.float64]
    """[n_known], of the training records, each to the nearest one that its network had seen; empty if the model does
    not say"""
    known_errors: NDArray[np.float64]
    """[n_known], of the predictions by that network"""

    def inside(self, number: int) -> NDArray[np.bool_]:
        """[n_molecules], whether a record lies in a range of :data:`EDGES`.

        :param number: of the range, from the least similar
        """
        return _inside(self.similarity, number)

    def medians(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Of each range the median error, that out of fold, NaN where there is no record, and the number of records;
        each [n_ranges]."""
        ranges = range(len(EDGES) - 1)
        inside = [self.inside(number) for number in ranges]
        ours = [_median(self.errors[each]) for each in inside]
        known = [_median(self.known_errors[_inside(self.known_similarity, number)]) for number in ranges]
        return np.array(ours), np.array(known), np.array([each.sum() for each in inside])


def range_in_words(number: int) -> str:
    """Such as "0.3–0.4"."""
    return f"{EDGES[number]:g}–{EDGES[number + 1]:g}"


def distance_errors(
    request: ExplanationRequest, knowledge: ModelKnowledge, errors: NDArray[np.float64], work: Work
) -> DistanceErrors | None:
    """Looks for the nearest training record of each; ``None`` if the model does not hold its training records.

    :param request: for the records that were evaluated, all of which can be read
    :param errors: [n_molecules], absolute
    :raises Cancelled: once ``work.cancel`` is set
    """
    folder = _domain_file(request.bundle)
    if folder is None or knowledge.domain is None:
        return None
    similarity = _similarities(request, folder, work)
    known = knowledge.out_of_fold
    if known is None or known.similarity is None:
        return DistanceErrors(similarity, errors, np.zeros(0), np.zeros(0))
    return DistanceErrors(similarity, errors, known.similarity.astype(np.float64), known.errors)


def _domain_file(bundle: Bundle) -> DomainFile | None:
    try:
        return DomainFile.of(bundle.path)
    except OSError:
        return None


def _similarities(request: ExplanationRequest, folder: DomainFile, work: Work) -> NDArray[np.float64]:
    read = read_requested(replace(request, nearest_in=folder), work.unreported)
    found = [() if isinstance(each, Rejected) else each.nearest for each in read]
    return np.array([each[0].similarity if each else np.nan for each in found], dtype=np.float64)


def _inside(similarity: NDArray[np.float64], number: int) -> NDArray[np.bool_]:
    low, high = EDGES[number], EDGES[number + 1]
    last = number == len(EDGES) - 2
    return (similarity >= low) & ((similarity <= high) if last else (similarity < high))


def _median(errors: NDArray[np.float64] | Sequence[float]) -> float:
    return float(np.median(errors)) if len(errors) else float("nan")
