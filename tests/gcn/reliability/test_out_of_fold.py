"""What a new prediction is worth, by those of training molecules that the network had not seen."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.gcn.reliability.out_of_fold import (
    LEAST_RECORDS,
    WINDOW,
    ObservedShare,
    OutOfFold,
    share_of_class,
    share_predicted_rightly,
    usual_error,
)


def known(positive: np.ndarray, measured: np.ndarray, similarity: np.ndarray | None = None) -> OutOfFold:
    probabilities = np.stack([1 - positive, positive], axis=1).astype(np.float32)
    near = None if similarity is None else similarity.astype(np.float32)
    return OutOfFold(measured, np.zeros_like(measured), probabilities, near)


def test_those_of_about_the_same_probability_say_what_it_is_worth() -> None:
    positive = np.repeat([0.2, 0.66, 0.74, 0.76], 30)
    measured = np.concatenate([np.zeros(30), np.ones(30), np.arange(30) % 2, np.zeros(30)]).astype(np.int64)
    found = share_of_class(known(positive, measured), 1, 0.7)
    assert (found.hits, found.count) == (45, 60)
    assert (found.low, found.high) == pytest.approx((0.7 - WINDOW, 0.7 + WINDOW))
    assert found.share == 0.75
    other = share_of_class(known(positive, measured), 0, 0.3)
    assert (other.hits, other.count) == (15, 60)


def test_the_window_is_widened_until_there_are_enough_molecules() -> None:
    positive = np.linspace(0, 0.5, 51)
    found = share_of_class(known(positive, np.zeros(51, dtype=np.int64)), 1, 0.9)
    assert found.count == LEAST_RECORDS
    assert found.low == pytest.approx(0.31, abs=1e-6)
    assert found.high == 1.0
    few = share_of_class(known(positive[:3], np.ones(3, dtype=np.int64)), 1, 0.9)
    assert (few.hits, few.count) == (3, 3)


def test_those_as_far_from_the_others_say_how_many_were_predicted_rightly() -> None:
    similarity = np.repeat([0.2, 0.6], 40)
    positive, measured = np.full(80, 0.8), np.concatenate([np.arange(40) % 4 > 0, np.ones(40)]).astype(np.int64)
    far = share_predicted_rightly(known(positive, measured, similarity), 0.22)
    near = share_predicted_rightly(known(positive, measured, similarity), 0.58)
    assert far is not None
    assert near is not None
    assert (far.share, far.count) == (0.75, 40)
    assert (near.share, near.count) == (1.0, 40)
    assert share_predicted_rightly(known(positive, measured), 0.5) is None


def test_the_interval_holds_the_shares_that_a_score_test_does_not_reject() -> None:
    for hits, count in ((0, 20), (20, 20), (7, 31), (300, 400)):
        found = ObservedShare(hits, count, 0, 1)
        low, high = found.interval
        shares = np.linspace(0, 1, 200_001)[1:-1]
        deviations = np.abs(found.share - shares) / np.sqrt(shares * (1 - shares) / count)
        kept = shares[deviations <= 1.959963984540054]
        assert (low, high) == pytest.approx((kept.min(), kept.max()), abs=1e-5)


def test_the_usual_error_is_the_median_of_records_as_far_from_the_others() -> None:
    n = 60
    similarity = np.linspace(0, 1, n).astype(np.float32)
    measured = np.zeros(n)
    predicted = (np.arange(n) / 10).astype(np.float32)  # the nearer, the worse
    known = OutOfFold(measured, np.zeros(n, np.int64), np.stack([predicted, -predicted], 1), similarity)
    found = usual_error(known, 0.0)
    assert found.count == LEAST_RECORDS
    assert found.median == pytest.approx(np.median(predicted[:LEAST_RECORDS]))
    assert usual_error(known).count == n
