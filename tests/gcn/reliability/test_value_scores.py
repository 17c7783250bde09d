from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from gcx_desktop.gcn.reliability.value_scores import strata, value_scores


def test_scores_of_values_are_those_of_scikit_learn_and_scipy() -> None:
    random = np.random.default_rng(0)
    measured = random.normal(5, 2, 200).round(1)  # with ties
    predicted = measured + random.normal(0, 1, 200)
    found = value_scores(measured, predicted)
    assert found == pytest.approx(
        {
            "rmse": metrics.root_mean_squared_error(measured, predicted),
            "mae": metrics.mean_absolute_error(measured, predicted),
            "r2": metrics.r2_score(measured, predicted),
            "spearman": stats.spearmanr(measured, predicted).statistic,
        },
        abs=1e-12,
    )


def test_scores_that_need_a_spread_are_not_numbers_without_one() -> None:
    found = value_scores([3.0, 3.0], [2.0, 4.0])
    assert (found["rmse"], found["mae"]) == (1.0, 1.0)
    assert math.isnan(found["r2"])
    assert math.isnan(found["spearman"])


def test_strata_hold_as_many_values_each_in_ascending_order() -> None:
    values = np.random.default_rng(1).permutation(np.arange(100.0))
    found = strata(values)
    assert np.bincount(found).tolist() == [10] * 10
    assert (np.diff(found[np.argsort(values)]) >= 0).all()
    assert len(set(strata([2.0] * 7 + [1.0] * 30)[:7].tolist())) == 1
