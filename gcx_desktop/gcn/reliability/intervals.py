"""Prediction intervals of values, with a promised share of intervals that hold the truth.

CV+ (Barber, Candès, Ramdas and Tibshirani, Ann. Statist. 2021, section 3): each training record says how far the member
was off that had not seen it, and what that member predicts of the new record. Imports no torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .conformal import DEFAULT_ALPHA

_AT_ONCE = 1 << 22
"""Numbers that are ordered together, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class IntervalPredictor:
    """The errors of the training records, each of the member that had not seen it."""

    errors: NDArray[np.float64]
    """[n], absolute, in the unit of the value"""
    folds: NDArray[np.int64]
    """[n], the member that had not seen the record"""

    def intervals(self, member_values: ArrayLike, alpha: float = DEFAULT_ALPHA) -> NDArray[np.float64]:
        """[n, 2]: the lower and the upper end of each record's interval.

        From the ⌊α (m + 1)⌋-th smallest of μ_k(i)(x) − R_i to the ⌈(1 − α)(m + 1)⌉-th smallest of μ_k(i)(x) + R_i over
        the m training records i; infinite if these are too few for ``alpha``.

        :param member_values: [n, n_members]
        :param alpha: the share of intervals that may lack the true value
        """
        values = np.asarray(member_values, dtype=np.float64)
        m = len(self.errors)
        low_rank, high_rank = math.floor(alpha * (m + 1)), math.ceil((1 - alpha) * (m + 1))
        found = np.empty((len(values), 2))
        if low_rank < 1:
            found[:] = -math.inf, math.inf
            return found
        step = max(1, _AT_ONCE // m)
        for start in range(0, len(values), step):
            of_records = values[start : start + step, self.folds]
            low = np.partition(of_records - self.errors, low_rank - 1, axis=1)[:, low_rank - 1]
            high = np.partition(of_records + self.errors, high_rank - 1, axis=1)[:, high_rank - 1]
            found[start : start + step] = np.stack([low, high], axis=1)
        return found


def fit_intervals(out_of_fold: ArrayLike, measured: ArrayLike, folds: ArrayLike) -> IntervalPredictor:
    """:param out_of_fold: [n], the value of each record by the member that had not seen it
    :param measured: [n]
    :param folds: [n], the member that had not seen the record
    """
    errors = np.abs(np.asarray(out_of_fold, dtype=np.float64) - np.asarray(measured, dtype=np.float64))
    return IntervalPredictor(errors, np.asarray(folds, dtype=np.int64))


def interval_coverage(intervals: NDArray[np.float64], measured: ArrayLike) -> float:
    """The share of records whose interval holds their value.

    :param intervals: [n, 2]
    :param measured: [n]
    """
    truth = np.asarray(measured, dtype=np.float64)
    return float(((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean())
