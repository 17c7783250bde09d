from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.gcn.reliability.intervals import IntervalPredictor, fit_intervals, interval_coverage


def test_intervals_are_those_of_the_definition() -> None:
    random = np.random.default_rng(0)
    errors, folds, values = random.exponential(1, 47), random.integers(0, 4, 47), random.normal(0, 2, (9, 4))
    found = IntervalPredictor(errors, folds).intervals(values, 0.1)
    for row, (low, high) in zip(values, found, strict=True):
        below = sorted(row[k] - r for r, k in zip(errors, folds, strict=True))
        above = sorted(row[k] + r for r, k in zip(errors, folds, strict=True))
        assert low == pytest.approx(below[math.floor(0.1 * 48) - 1])
        assert high == pytest.approx(above[math.ceil(0.9 * 48) - 1])


def test_nine_of_ten_intervals_hold_the_value() -> None:
    """Members that know the mean, of data with noise."""
    random = np.random.default_rng(1)
    shares = []
    for _ in range(20):
        measured, folds = random.normal(0, 1, 400), np.arange(400) % 5
        of_fold = np.array([measured[folds != k].mean() for k in range(5)])
        known = fit_intervals(of_fold[folds], measured, folds)
        new = random.normal(0, 1, 500)
        shares.append(interval_coverage(known.intervals(np.tile(of_fold, (500, 1))), new))
    assert np.mean(shares) == pytest.approx(0.9, abs=0.01)


def test_too_few_records_promise_nothing() -> None:
    found = IntervalPredictor(np.ones(8), np.zeros(8, dtype=np.int64)).intervals([[1.0]], 0.1)
    assert found.tolist() == [[-math.inf, math.inf]]


def test_coverage_counts_the_ends() -> None:
    intervals = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    assert interval_coverage(intervals, [0.0, 1.0, 1.1]) == pytest.approx(2 / 3)
