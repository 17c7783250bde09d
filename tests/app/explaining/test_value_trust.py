"""A map of a value put to the test, in the value's unit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.app.explaining.trust import MaskingTest, completeness_error, run_masking_test
from gcx_desktop.app.summaries.map_verdict import MapVerdict, map_verdict
from gcx_desktop.explain.engine import explain_graphs
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.masked_graph import masked
from gcx_desktop.kinds.registry import decode_of
from tests.app.summaries.test_prediction_summary import LIBRARY
from tests.value_fixtures import random_value_network

GRAPH = Graph(np.array([0, 1, 2, 3, 1, 2], np.int32), np.array([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], np.int32))
NETWORK = random_value_network(0)
DECODE = decode_of(Card("tiny", "a value", DIRECTIONS, (8, 8), FEATURE_SET, N_FEATURES), LIBRARY)


@pytest.fixture
def predictor() -> MaskedPredictor:
    return MaskedPredictor(NETWORK, DECODE)


def value(predictor: MaskedPredictor, *nodes: int) -> float:
    """Without some nodes' features."""
    mask = np.isin(np.arange(GRAPH.n_nodes), nodes)
    return float(predictor.probabilities([masked(GRAPH, mask)])[0, 0])


def test_of_a_signed_map_what_raises_and_what_lowers_the_value_is_masked_apart(predictor: MaskedPredictor) -> None:
    mask, lower = np.isin(np.arange(6), (0, 2, 5)), np.isin(np.arange(6), (5,))
    found = run_masking_test(predictor, GRAPH, mask, 0, lower)
    assert found.n_masked == 3
    assert (found.whole, found.before, found.after) == pytest.approx(
        (value(predictor), value(predictor, 5), value(predictor, 0, 2)), abs=1e-5
    )
    assert found.comparable
    assert math.isfinite(found.random_mean)


def test_a_signed_map_without_anything_that_lowers_is_tested_as_others_are(predictor: MaskedPredictor) -> None:
    mask, none = np.isin(np.arange(6), (0, 2)), np.zeros(6, dtype=bool)
    plain, signed = run_masking_test(predictor, GRAPH, mask, 0), run_masking_test(predictor, GRAPH, mask, 0, none)
    assert (signed.before, signed.after) == pytest.approx((plain.before, plain.after), abs=1e-6)
    assert signed.random_mean == pytest.approx(plain.random_mean, abs=1e-6)
    assert signed.random_sd == pytest.approx(plain.random_sd, abs=1e-6)


def test_random_nodes_are_as_many_on_each_side(predictor: MaskedPredictor) -> None:
    """With all but one node masked upwards and that one downwards, each random choice is one of six."""
    mask, lower = np.ones(6, dtype=bool), np.isin(np.arange(6), (3,))
    found = run_masking_test(predictor, GRAPH, mask, 0, lower)
    possible = [value(predictor, *(n for n in range(6) if n != k)) - value(predictor, k) for k in range(6)]
    assert found.comparable
    assert min(possible) - 1e-5 <= found.random_mean <= max(possible) + 1e-5


def test_integrated_gradients_of_a_value_add_up_to_the_value(predictor: MaskedPredictor) -> None:
    (explained,) = explain_graphs(NETWORK, [GRAPH], DECODE, (method("integrated-gradients"),))
    values = explained.maps["integrated-gradients"][:, 0]
    error = completeness_error(predictor, GRAPH, values, 0, of_value=True)
    gained = value(predictor) - value(predictor, *range(6))
    assert error == pytest.approx(abs(values.sum() - gained) / np.abs(values).sum(), abs=1e-4)
    assert error < 0.1


def of_value(change: float, mean: float = -1.0, sd: float = 0.1) -> MaskingTest:
    return MaskingTest(2, 6, 6.8, 6.8 + change, mean, sd, least=0.08, of_value=True)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [(-1.4, MapVerdict.HOLDS), (-1.05, MapVerdict.RANDOM), (-0.5, MapVerdict.MISLEADS), (0.3, MapVerdict.MISLEADS)],
)
def test_a_map_of_a_value_is_judged_beside_random_nodes_since_any_mask_moves_it(
    change: float, verdict: MapVerdict
) -> None:
    assert map_verdict(of_value(change)) is verdict


def test_a_value_that_falls_less_than_the_least_difference_beside_random_nodes_is_no_better() -> None:
    assert map_verdict(of_value(-1.05, sd=0.01)) is MapVerdict.RANDOM
    assert map_verdict(of_value(-1.1, sd=0.01)) is MapVerdict.HOLDS
