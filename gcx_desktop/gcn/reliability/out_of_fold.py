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

    measured: NDArray[np.int64]
    """[n], indices of classes"""
    folds: NDArray[np.int64]
    """[n], the member that had not seen the record"""
    probabilities: NDArray[np.float32]
    """[n, n_classes], calibrated, of that member"""
    similarity: NDArray[np.float32] | None = None
    """[n], to the nearest record of another fold, in [0, 1]; ``None`` if records of the kind have no fingerprints."""

    def __len__(self) -> int:
        return len(self.measured)

    @property
    def n_folds(self) -> int:
        return int(self.folds.max()) + 1


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


def _share_near(values: NDArray[np.float32], hits: NDArray[np.bool_], at: float) -> ObservedShare:
    distances = np.abs(values.astype(np.float64) - at)
    last = min(LEAST_RECORDS, len(values)) - 1
    reach = max(WINDOW, float(np.partition(distances, last)[last]))
    near = distances <= reach
    return ObservedShare(int(hits[near].sum()), int(near.sum()), max(0.0, at - reach), min(1.0, at + reach))
