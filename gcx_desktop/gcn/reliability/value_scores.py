"""Quality of predicted values, in plain numpy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .scores import mean_ranks

N_STRATA = 10
"""Groups of values of about the same size, from which a stratified split takes the same shares."""


def value_scores(measured: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """All scores of a test part that a card has.

    :param measured: [n]
    :param predicted: [n], in the same unit
    :return: "rmse" and "mae" in the unit; "r2", the share of the variance that is explained, NaN if there is none;
        "spearman", the correlation of the ranks, NaN if one side is constant
    """
    truth, values = np.asarray(measured, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    spread = float(((truth - truth.mean()) ** 2).sum())
    return {
        "rmse": root_mean_square_error(truth, values),
        "mae": float(np.abs(values - truth).mean()),
        "r2": 1 - float(((values - truth) ** 2).sum()) / spread if spread else math.nan,
        "spearman": _correlation(mean_ranks(truth), mean_ranks(values)),
    }


def root_mean_square_error(measured: ArrayLike, predicted: ArrayLike) -> float:
    """Both arguments [n]."""
    error = np.asarray(predicted, dtype=np.float64) - np.asarray(measured, dtype=np.float64)
    return math.sqrt(float((error**2).mean()))


def strata(values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """[n]: the group of each value, of :data:`N_STRATA` groups of about the same size in ascending order; equal values
    are in one group.

    :param values: [n]
    """
    ranks = mean_ranks(np.asarray(values, dtype=np.float64)) - 0.5
    return np.minimum((ranks * N_STRATA / len(ranks)).astype(np.int64), N_STRATA - 1)


def _correlation(some: np.ndarray, others: np.ndarray) -> float:
    a, b = some - some.mean(), others - others.mean()
    scale = math.sqrt(float((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / scale if scale else math.nan
