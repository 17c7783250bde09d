"""A network of a value: its outputs are the value and the opposite, explained as "raises" and "lowers"; signed methods
explain the value in its unit."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import method, methods
from gcx_desktop.explain.spread import map_spreads
from gcx_desktop.gcn.network import Layer, Network, combine, is_opposite, value_network
from gcx_desktop.graph.graph import Graph
from tests.explain.oracles import dense_adjacency, naive_forward, naive_maps
from tests.explain.test_methods import FLOAT64, decode, graphs, network

MEAN, DEVIATION = -2.5, 1.5
WIDTHS = (5, 4, 3)


def one_output(seed: int) -> Network:
    """In standardised units, float64."""
    made = network(seed, WIDTHS, 2).to(dtype=torch.float64)
    return Network(made.hidden, Layer(made.head.weight[:, :1], made.head.bias[:1]))


def two_scores(single: Network) -> Network:
    """The same as a network of two classes, with the heads w and −w in the unit, written out."""
    weight, bias = single.head.weight * DEVIATION, single.head.bias * DEVIATION + MEAN
    return Network(single.hidden, Layer(torch.cat([weight, -weight], 1), torch.cat([bias, -bias])))


@settings(max_examples=25, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=3), st.integers(0, 1000))
def test_methods_explain_raises_and_lowers_and_signed_ones_the_value_in_its_unit(of: list[Graph], seed: int) -> None:
    single = one_output(seed)
    net = value_network(single, MEAN, DEVIATION)
    for graph, found in zip(of, explain_graphs(net, of, decode, methods()), strict=True):
        x, a = decode(graph.codes).astype(np.float64), dense_adjacency(graph.n_nodes, graph.edges)
        value = float(naive_forward(single, x, a)[2][0]) * DEVIATION + MEAN
        np.testing.assert_allclose(found.probabilities, [value, -value], rtol=1e-6)
        assert found.predicted == 0
        expected = naive_maps(two_scores(single), x, a)
        for each in methods():
            wanted = expected[each.id] / 2 if each.signed else expected[each.id]
            np.testing.assert_allclose(found.maps[each.id], wanted, **FLOAT64, err_msg=each.id)


def test_contributions_add_up_to_the_value_less_that_of_no_atoms() -> None:
    net = value_network(one_output(3), MEAN, DEVIATION)
    graph = Graph(np.array([0, 1, 2, 1], np.int32), np.array([(0, 1), (1, 2), (2, 3)], np.int32))
    contribution = (method("contribution"),)
    (found,) = explain_graphs(net, [graph], decode, contribution)
    (cached,) = Explainer(net, decode, contribution).explain([graph])
    expected = found.probabilities[0] - float(net.head.bias[0])
    assert found.maps["contribution"][:, 0].sum() == pytest.approx(expected)
    np.testing.assert_allclose(cached.maps["contribution"], found.maps["contribution"])


def test_values_without_some_atoms_are_in_the_unit() -> None:
    net = value_network(one_output(4), MEAN, DEVIATION)
    graph = Graph(np.array([0, 1, 2], np.int32), np.array([(0, 1), (1, 2)], np.int32))
    nothing = MaskedPredictor(net, decode).without(graph, [np.zeros(3, dtype=np.bool_)])
    (found,) = explain_graphs(net, [graph], decode)
    np.testing.assert_allclose(nothing[0], found.probabilities, rtol=1e-6)


def test_an_ensemble_of_values_is_the_mean_of_its_members_and_their_spread_is_in_the_unit() -> None:
    members = [value_network(one_output(seed), MEAN, DEVIATION) for seed in range(3)]
    net = combine(members)
    assert net.of_value
    assert net.member(1).of_value
    assert is_opposite(net)
    graph = Graph(np.array([0, 1, 2, 0], np.int32), np.array([(0, 1), (1, 2), (2, 3)], np.int32))
    (found,) = explain_graphs(net, [graph], decode, [method("occlusion")])
    alone = [explain_graphs(each, [graph], decode, [method("occlusion")])[0] for each in members]
    assert found.members is not None
    np.testing.assert_allclose(found.members, [each.probabilities for each in alone], rtol=1e-6)
    np.testing.assert_allclose(found.probabilities[0], np.mean([each.probabilities[0] for each in alone]), rtol=1e-6)
    (spread,) = map_spreads(net, [graph], decode, method("occlusion"))
    expected = np.std([each.maps["occlusion"] for each in alone], axis=0, ddof=1)
    np.testing.assert_allclose(spread, expected, rtol=1e-5, atol=1e-9)


def test_a_second_output_that_is_not_the_opposite_is_seen() -> None:
    net = value_network(one_output(5), MEAN, DEVIATION)
    assert is_opposite(net)
    weight = net.heads.weight.clone()
    weight[0, 1] += 1e-3
    assert not is_opposite(Network(net.hidden, Layer(weight, net.heads.bias), of_value=True))
