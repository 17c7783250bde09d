"""How far methods disagree about a molecule, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from gcx_desktop.app.explaining.disagreement import mean_disagreement
from gcx_desktop.explain.measures import rank_correlation


def column(*values: float) -> NDArray[np.float64]:
    return np.array(values)[:, None]


def test_methods_that_rank_alike_do_not_disagree() -> None:
    assert mean_disagreement({"one": column(1, 2, 3), "other": column(0.1, 0.5, 9)}, 0) == pytest.approx(0)


def test_opposite_rankings_disagree_most() -> None:
    assert mean_disagreement({"one": column(1, 2, 3), "other": column(-1, -2, -3)}, 0) == pytest.approx(2)


def test_it_is_one_less_the_mean_correlation_over_the_pairs() -> None:
    # Ranks 1 2 3, 1 3 2 and 3 2 1: the pairs correlate by 1/2, -1 and -1/2.
    maps = {"a": column(1, 2, 3), "b": column(1, 3, 2), "c": column(3, 2, 1)}
    assert mean_disagreement(maps, 0) == pytest.approx(1 + 1 / 3)


def test_it_equals_the_mean_over_single_pairs() -> None:
    random = np.random.default_rng(0)
    maps = {name: random.integers(0, 6, (12, 2)).astype(float) for name in "abcde"}
    pairs = [rank_correlation(maps[a][:, 1], maps[b][:, 1]) for a in maps for b in maps if a < b]
    assert mean_disagreement(maps, 1) == pytest.approx(1 - np.mean(pairs))


def test_methods_that_rank_alike_by_construction_count_once() -> None:
    maps = {"cam": column(1, 2, 3), "grad-cam": column(2, 4, 6), "eb": column(1, 3, 2), "c-eb": column(1, 3, 2)}
    assert mean_disagreement(maps, 0) == pytest.approx(1 - (0.5 + 0.5 + 1) / 3)
    del maps["cam"]
    assert mean_disagreement(maps, 0) == pytest.approx(1 - (0.5 + 0.5 + 1) / 3)


def test_a_map_that_ranks_nothing_is_left_out() -> None:
    maps = {"a": column(1, 2, 3), "b": column(1, 2, 3), "silent": column(0, 0, 0)}
    assert mean_disagreement(maps, 0) == pytest.approx(0)
    del maps["b"]
    assert math.isnan(mean_disagreement(maps, 0))
