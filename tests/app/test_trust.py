"""What masking the atoms of one map does, and whether other methods agree."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.app.trust import RANDOM_MASKS, agreement, consensus, disagreement, try_masking
from gcx_desktop.explain.masking import MaskedPredictor
from tests.explain.test_masking import RING
from tests.explain.test_methods import decode, network


def test_masking_some_atoms_is_compared_with_masking_as_many_random_ones() -> None:
    predictor = MaskedPredictor(network(2), decode)
    mask = np.array([True, False, False, True, False])
    found = try_masking(predictor, RING, mask, 1)
    without = predictor.without(RING, [np.zeros(5, dtype=bool), mask])
    assert (found.before, found.after) == pytest.approx((without[0, 1], without[1, 1]))
    assert found.change == pytest.approx(found.after - found.before)
    assert (found.n_masked, found.share) == (2, 0.4)
    assert math.isfinite(found.random_mean)
    assert RANDOM_MASKS > 1
    assert found == try_masking(predictor, RING, mask, 1)


def test_masking_nothing_or_everything_leaves_nothing_to_compare_with() -> None:
    predictor = MaskedPredictor(network(2), decode)
    nothing = try_masking(predictor, RING, np.zeros(5, dtype=bool), 0)
    assert nothing.change == 0.0
    assert math.isnan(nothing.random_mean)
    assert math.isnan(try_masking(predictor, RING, np.ones(5, dtype=bool), 0).random_mean)


def test_maps_that_rank_the_atoms_alike_count_once_in_the_agreement() -> None:
    map_ = np.array([[1.0], [2.0], [3.0]])
    assert agreement({"cam": map_, "grad-cam": map_ / 3, "eb": -map_}, "cam", 0) == pytest.approx(-1)
    assert math.isnan(agreement({"cam": map_, "grad-cam": map_ / 3}, "cam", 0))


def test_the_consensus_is_the_mean_share_and_atoms_on_which_methods_differ_stand_out() -> None:
    maps = {"one": np.array([[4.0], [0.0], [-2.0]]), "other": np.array([[1.0], [1.0], [0.0]])}
    np.testing.assert_allclose(consensus(maps, 0), [1.0, 0.5, 0.0])
    np.testing.assert_allclose(disagreement(maps, 0), [0.0, 0.5, 0.0])
