"""What was predicted of the training records by networks that had not seen them, and what a new prediction is worth
by that. Imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW = 0.05
"""Probabilities and similarities that differ by no more are taken together."""
MAX_FOLDS = 64
LEAST_RECORDS = 20
"""Where there are fewer within the window, it is widened until there are as many."""
_NORMAL_975 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The training records of a model, each with its prediction by the member that had not seen it."""

    measured: NDArray[np.int64] | NDArray[np.float64]
    """[n], indices of classes, or values"""
    folds: NDArray[np.int64]
    """[n], the member that had not seen the record"""
    probabilities: NDArray[np.float32]
    """[n, n_classes], calibrated, of that member; of a value the value and its opposite"""
    similarity: NDArray[np.float32] | None = None
    """[n], to the nearest record of another fold, in [0, 1]; ``None`` if records of the kind have no fingerprints."""

    def __len__(self) -> int:
        return len(self.measured)

    @property
    def n_folds(self) -> int:
        return int(self.folds.max()) + 1

    @property
    def of_value(self) -> bool:
        return self.measured.dtype.kind == "f"

    @property
    def errors(self) -> NDArray[np.float64]:
        """[n], of values: how far each prediction is off, ≥ 0, in the unit of the value."""
        return np.abs(self.probabilities[:, 0].astype(np.float64) - self.measured)


@dataclass(frozen=True, slots=True)
class ObservedShare:
    """How often something was true of the training records that are like a new one."""

    hits: int
    count: int
    low: float
    high: float
    """The values between which a record counts as like the new one."""

    @property
    def share(self) -> float:
        return self.hits / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson, J. Am. Stat. Assoc. 1927)."""
        n, z = self.count, _NORMAL_975
        centre = (self.hits + z * z / 2) / (n + z * z)
        reach = z / (n + z * z) * math.sqrt(self.hits * (n - self.hits) / n + z * z / 4)
        return max(0.0, centre - reach), min(1.0, centre + reach)


def share_of_class(known: OutOfFold, class_index: int, probability: float) -> ObservedShare:
    """How many of the training records that got about this probability of a class were of it.

    :param probability: of that class, in [0, 1]
    """
    return _share_near(known.probabilities[:, class_index], known.measured == class_index, probability)


def share_predicted_rightly(known: OutOfFold, similarity: float) -> ObservedShare | None:
    """How many of the training records that were about as similar to the nearest one that their network had seen were
    predicted rightly; ``None`` if nothing is known of their similarity.

    :param similarity: of the new record to the nearest training record, in [0, 1]
    """
    if known.similarity is None:
        return None
    return _share_near(known.similarity, known.probabilities.argmax(axis=1) == known.measured, similarity)


@dataclass(frozen=True, slots=True)
class ObservedError:
    """How far predictions of values were off."""

    median: float
    """In the unit of the value."""
    count: int
    """Of the training records of which it is the median."""


def usual_error(known: OutOfFold, similarity: float | None = None) -> ObservedError:
    """The median error of values out of fold: of the training records that were about as similar to the nearest one
    that their network had seen, or of all if nothing is known of their similarity.

    :param similarity: of the new record to the nearest training record, in [0, 1]; ``None``: of all records
    """
    errors = known.errors
    if similarity is not None and known.similarity is not None:
        errors = errors[_near(known.similarity, similarity)[0]]
    return ObservedError(float(np.median(errors)), len(errors))


def _near(values: NDArray[np.float32], at: float) -> tuple[NDArray[np.bool_], float]:
    """:return: [n], whether a value lies within the window around ``at``, and how far that reaches"""
    distances = np.abs(values.astype(np.float64) - at)
    last = min(LEAST_RECORDS, len(values)) - 1
    reach = max(WINDOW, float(np.partition(distances, last)[last]))
    return distances <= reach, reach


def _share_near(values: NDArray[np.float32], hits: NDArray[np.bool_], at: float) -> ObservedShare:
    near, reach = _near(values, at)
    return ObservedShare(int(hits[near].sum()), int(near.sum()), max(0.0, at - reach), min(1.0, at + reach))
