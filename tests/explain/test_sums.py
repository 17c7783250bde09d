"""A head that sees sums beside means: for a graph of N nodes it is the head W_mean + N / 25 · W_sum on the mean, so
that every method is that of such a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.forward_pass import ForwardPass
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import method, methods
from gcx_desktop.explain.spread import member_pass
from gcx_desktop.gcn.network import (
    SUM_SCALE,
    Layer,
    Network,
    combine,
    forward,
    initialise,
    member_scores,
    value_network,
)
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.masked_graph import masked
from tests.explain.oracles import dense_adjacency, naive_forward, naive_maps
from tests.explain.test_methods import FLOAT32, FLOAT64, N_FEATURES, closed_forms, decode, graphs

EXCITATION = ("eb", "c-eb")


def network(seed: int, widths: tuple[int, ...] = (5, 7, 4), n_classes: int = 2) -> Network:
    generator = torch.Generator().manual_seed(seed)
    made = initialise(N_FEATURES, widths, n_classes, generator, with_sums=True)
    noisy = [
        Layer(each.weight, torch.randn(each.bias.shape, generator=generator) * 0.1)
        for each in (*made.hidden, made.head)
    ]
    return replace(made, hidden=tuple(noisy[:-1]), heads=noisy[-1])


def of_size(net: Network, n_nodes: int, *, positive: bool = False) -> Network:
    """The single network of means that it is for graphs of one size.

    :param positive: with the non-negative weights alone, as Excitation Backprop takes them
    """
    of_mean, of_sum = net.head.weight.double().chunk(2)
    if positive:
        of_mean, of_sum = of_mean.clamp(min=0), of_sum.clamp(min=0)
    hidden = tuple(Layer(each.weight.double(), each.bias.double()) for each in net.hidden)
    return Network(hidden, Layer(of_mean + n_nodes / SUM_SCALE * of_sum, net.head.bias.double()))


@settings(max_examples=30, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 1000), st.sampled_from([(2, (5, 7, 4)), (3, (6,))]))
def test_every_method_is_that_of_the_head_for_the_size_of_the_graph(
    of: list[Graph], seed: int, shape: tuple[int, tuple[int, ...]]
) -> None:
    n_classes, widths = shape
    net = network(seed, widths, n_classes)
    double, single = closed_forms(net, of, torch.float64), closed_forms(net, of, torch.float32)
    for graph, in_double, in_single in zip(of, double, single, strict=True):
        x, a = decode(graph.codes).astype(np.float64), dense_adjacency(graph.n_nodes, graph.edges)
        expected = naive_maps(of_size(net, graph.n_nodes), x, a)
        of_positive = naive_maps(of_size(net, graph.n_nodes, positive=True), x, a)
        for id_ in expected:
            values = of_positive[id_] if id_ in EXCITATION else expected[id_]
            np.testing.assert_allclose(in_double[id_], values, **FLOAT64, err_msg=id_)
            np.testing.assert_allclose(in_single[id_], values, **FLOAT32, err_msg=id_)


@settings(max_examples=20, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 2))
def test_an_ensemble_has_the_mean_of_its_members_scores(of: list[Graph], n_shared: int) -> None:
    members = [network(seed).to(dtype=torch.float64) for seed in range(3)]
    members = [replace(each, hidden=(*members[0].hidden[:n_shared], *each.hidden[n_shared:])) for each in members]
    net = combine(members, n_shared)
    batch = make_batch(of, decode, torch.float64, depth=3)
    run = ForwardPass.of(net, batch)
    of_members = torch.stack([forward(each, batch).scores for each in members], dim=1)
    torch.testing.assert_close(run.activations.scores, of_members.mean(dim=1))
    torch.testing.assert_close(member_scores(net, run.activations.embedding, batch.sizes), of_members)
    for number, each in enumerate(members):
        assert net.member(number).with_sums
        torch.testing.assert_close(member_pass(run, number).activations.scores, forward(each, batch).scores)
    for graph, found in zip(of, explain_graphs(net, of, decode, [method("contribution")]), strict=True):
        x, a = decode(graph.codes).astype(np.float64), dense_adjacency(graph.n_nodes, graph.edges)
        scores = np.mean([naive_forward(of_size(each, graph.n_nodes), x, a)[2] for each in members], axis=0)
        bias = net.head.bias.numpy()
        sums = found.maps["contribution"].sum(axis=0)
        expected = (scores - bias) - (scores - bias)[::-1]
        np.testing.assert_allclose(sums, expected, rtol=1e-8, atol=1e-10)


def test_what_is_cached_and_what_is_masked_agree_with_the_forward_pass() -> None:
    members = [value_network(with_one_output(seed), 3.0, 2.0) for seed in range(2)]
    net = combine(members)
    random = np.random.default_rng(0)
    of = [
        Graph(random.integers(0, 64, n).astype(np.int32), np.array([(i, i + 1) for i in range(n - 1)], np.int32))
        for n in (2, 5, 9, 5)
    ]
    from_activations = [each for each in methods() if each.from_class_activations]
    cached = Explainer(net, decode, from_activations).explain(of)
    for one, other in zip(cached, explain_graphs(net, of, decode, from_activations), strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=1e-5)
        np.testing.assert_allclose(one.members, other.members, rtol=1e-5)
        for each in from_activations:
            np.testing.assert_allclose(one.maps[each.id], other.maps[each.id], rtol=1e-4, atol=1e-6)
    mask = np.array([True, False, True, True, True])
    expected = explain_graphs(net, [masked(of[1], ~mask)], masked_decode)[0].probabilities
    np.testing.assert_allclose(MaskedPredictor(net, decode).without(of[1], [~mask])[0], expected, rtol=1e-5)


def with_one_output(seed: int) -> Network:
    made = network(seed)
    return replace(made, heads=Layer(made.heads.weight[:, :1].contiguous(), made.heads.bias[:1]))


def masked_decode(codes: np.ndarray) -> np.ndarray:
    from gcx_desktop.graph.masked_graph import decode_masked

    return decode_masked(decode)(codes)


def test_a_sum_tells_apart_what_a_mean_cannot() -> None:
    """Rings of one kind of node have the same mean, whatever their size."""
    net = network(1)
    rings = [Graph(np.zeros(n, np.int32), np.array([(i, (i + 1) % n) for i in range(n)], np.int32)) for n in (3, 12)]
    small, large = explain_graphs(net, rings, decode)
    plain_small, plain_large = explain_graphs(of_size(net, 0).to(dtype=torch.float32), rings, decode)
    assert plain_small.probabilities == pytest.approx(plain_large.probabilities, abs=1e-6)
    assert abs(small.probabilities[0] - large.probabilities[0]) > 1e-3
