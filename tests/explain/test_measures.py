"""The measures of a map, on cases worked by hand and within their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gcx_desktop.explain.attribution import attribution_auroc, jaccard
from gcx_desktop.explain.measures import contrastivity, rank_correlation, relative, salient, sparsity, strongest

MAPS = np.array([[1.0, 0.0], [0.5, 0.25], [0.0, 2.0], [0.0, 0.0]])
"""Four nodes: the first speaks for class 0, the second for both, the third for class 1, the last for none."""


def test_a_map_is_divided_by_the_largest_value_of_all_classes() -> None:
    np.testing.assert_array_equal(relative(MAPS), MAPS / 2)
    np.testing.assert_array_equal(relative(np.zeros((3, 2))), np.zeros((3, 2)))


def test_what_speaks_against_a_class_is_not_salient_for_it() -> None:
    signed = np.array([[-4.0, 1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(salient(signed, 0.1), [[False, True], [True, False]])


def test_contrastivity_and_sparsity_of_a_case_worked_by_hand() -> None:
    masks = salient(MAPS)  # class 0: nodes 0 and 1; class 1: nodes 1 and 2
    assert contrastivity(masks) == pytest.approx(2 / 3)
    assert sparsity(masks) == pytest.approx(1 / 4)
    # At 0.2 of the largest value, 2, node 1 speaks for class 0 alone.
    assert contrastivity(salient(MAPS, 0.2)) == 1.0


def test_contrastivity_of_three_classes_is_the_mean_over_their_pairs() -> None:
    masks = np.array([[True, True, False], [False, True, True]])
    assert contrastivity(masks) == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)


def test_contrastivity_of_a_map_without_salient_nodes_is_unknown() -> None:
    assert math.isnan(contrastivity(np.zeros((3, 2), dtype=bool)))
    assert sparsity(np.zeros((3, 2), dtype=bool)) == 1.0


@given(arrays(np.float64, (6, 3), elements=st.floats(-1e6, 1e6)), st.floats(0, 1))
def test_measures_stay_within_their_bounds(maps: np.ndarray, cutoff: float) -> None:
    masks = salient(maps, cutoff)
    value = contrastivity(masks)
    assert math.isnan(value) or 0 <= value <= 1
    assert 0 <= sparsity(masks) <= 1


def test_the_strongest_nodes_are_taken_and_of_equal_ones_the_first() -> None:
    np.testing.assert_array_equal(strongest(np.array([0.0, 3.0, 1.0, 1.0]), 2), [False, True, True, False])


def test_rank_correlation_is_spearmans() -> None:
    one = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert rank_correlation(one, one**3) == pytest.approx(1)
    assert rank_correlation(one, -one) == pytest.approx(-1)
    # Differences of ranks 4, 1, 1, 1, 1 after [2, 3, 4, 5, 1]: 1 − 6·20 / (5·24).
    assert rank_correlation(one, np.array([2.0, 3.0, 4.0, 5.0, 1.0])) == pytest.approx(1 - 6 * 20 / 120)
    assert math.isnan(rank_correlation(one, np.ones(5)))


def test_attribution_auroc_counts_true_nodes_that_come_first() -> None:
    truth = np.array([True, True, False, False])
    assert attribution_auroc(np.array([0.9, 0.8, 0.1, 0.0]), truth) == 1.0
    assert attribution_auroc(np.array([0.9, 0.1, 0.8, 0.1]), truth) == pytest.approx((2 + 0.5) / 4)
    assert math.isnan(attribution_auroc(np.array([1.0, 2.0]), np.array([True, True])))


def test_jaccard_compares_what_is_above_a_share_of_the_largest_value() -> None:
    truth = np.array([True, True, False, False])
    values = np.array([1.0, 0.4, 0.5, 0.0])
    np.testing.assert_allclose(jaccard(values, truth, [0.0, 0.45, 0.9]), [2 / 3, 1 / 3, 1 / 2])
    np.testing.assert_array_equal(jaccard(-values, truth, [0.0, 0.5]), [0.0, 0.0])
