"""An ensemble is one network: every method on it against the dense network with zeros between the members, and against
the formulas in terms of the members."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.explain.forward_pass import ForwardPass
from gcx_desktop.explain.method import methods
from gcx_desktop.explain.sanity import randomised_layers
from gcx_desktop.gcn.network import Layer, Network, combine
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from tests.explain.oracles import (
    STEPS,
    Array,
    against_others,
    autograd_gradients,
    dense_adjacency,
    naive_excitation,
    naive_forward,
    naive_maps,
)
from tests.explain.test_methods import AWKWARD, FLOAT32, FLOAT64, N_FEATURES, closed_forms, decode, graphs, network

WIDTHS = (5, 4, 3)
N_MEMBERS = 3
SHARED = (0, 1, 2)


def made_members(n_shared: int, seed: int = 0, n_classes: int = 2, *, n: int = N_MEMBERS) -> list[Network]:
    """Different networks with their first layers in common, float64."""
    made = [network(seed + k, WIDTHS, n_classes).to(dtype=torch.float64) for k in range(n)]
    return [Network((*made[0].hidden[:n_shared], *each.hidden[n_shared:]), each.heads) for each in made]


def dense(members: list[Network], n_shared: int) -> Network:
    """The ensemble as a single network, written out: all units side by side, zeros between the members."""
    hidden = list(members[0].hidden[:n_shared])
    for index in range(n_shared, len(WIDTHS)):
        weights = [each.hidden[index].weight for each in members]
        weight = torch.cat(weights, dim=1) if index == n_shared else torch.block_diag(*weights)
        hidden.append(Layer(weight, torch.cat([each.hidden[index].bias for each in members])))
    weight = torch.cat([each.head.weight for each in members]) / len(members)
    return Network(tuple(hidden), Layer(weight, torch.stack([each.head.bias for each in members]).mean(dim=0)))


@settings(max_examples=25, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=3), st.sampled_from(SHARED), st.integers(0, 1000), st.integers(2, 3))
def test_every_method_is_that_of_the_dense_network_of_blocks(
    of: list[Graph], n_shared: int, seed: int, n_classes: int
) -> None:
    members = made_members(n_shared, seed, n_classes)
    net = combine(members, n_shared)
    in_double, in_single = closed_forms(net, of, torch.float64), closed_forms(net, of, torch.float32)
    for graph, double, single in zip(of, in_double, in_single, strict=True):
        x = decode(graph.codes).astype(np.float64)
        expected = naive_maps(dense(members, n_shared), x, dense_adjacency(graph.n_nodes, graph.edges))
        assert double.keys() == expected.keys()
        for id_, values in expected.items():
            np.testing.assert_allclose(double[id_], values, **FLOAT64, err_msg=id_)
            np.testing.assert_allclose(single[id_], values, **FLOAT32, err_msg=id_)


def means_over_members(members: list[Network], x: Array, a: Array) -> dict[str, Array]:
    """The maps by their formulas in terms of the members, [n, n_classes] each."""
    n, n_classes = len(x), members[0].n_classes
    forwards = [naive_forward(each, x, a) for each in members]
    heads = [each.head.weight.numpy() for each in members]
    activations = np.mean([h[-1] @ w for (h, _, _), w in zip(forwards, heads, strict=True)], axis=0)
    z = np.stack([e @ np.maximum(w, 0.0) for (_, e, _), w in zip(forwards, heads, strict=True)])
    shares = np.divide(z, z.sum(axis=0), out=np.zeros_like(z), where=z.sum(axis=0) > 0)
    maps = {id_: np.zeros((n, n_classes)) for id_ in ("gradient", "eb", "input-gradient", "integrated-gradients")}
    for c in range(n_classes):

        def at_input(values: Array, of_class: int = c) -> Array:
            return np.mean([autograd_gradients(each, values, a, of_class)[0] for each in members], axis=0)

        maps["gradient"][:, c] = np.linalg.norm(np.maximum(at_input(x), 0.0), axis=1)
        maps["input-gradient"][:, c] = (x * at_input(x)).sum(axis=1)
        along = [at_input(x * (step + 0.5) / STEPS) for step in range(STEPS)]
        maps["integrated-gradients"][:, c] = (x * np.mean(along, axis=0)).sum(axis=1)
        parts = [share[c] * naive_excitation(each, x, a, c) for share, each in zip(shares, members, strict=True)]
        maps["eb"][:, c] = np.sum(parts, axis=0)
    changes, y = np.zeros((n, n_classes)), np.mean([each for _, _, each in forwards], axis=0)
    for i in range(n):
        without = x.copy()
        without[i] = 0.0
        changes[i] = y - np.mean([naive_forward(each, without, a)[2] for each in members], axis=0)
    return {
        **maps,
        "input-gradient": against_others(maps["input-gradient"]),
        "integrated-gradients": against_others(maps["integrated-gradients"]),
        "cam": np.maximum(activations, 0.0),
        "grad-cam": np.maximum(activations, 0.0) / n,
        "c-eb": np.maximum(against_others(maps["eb"]), 0.0),
        "occlusion": against_others(changes),
        "contribution": against_others(activations) / n,
    }


@settings(max_examples=25, deadline=None)
@given(graphs(), st.sampled_from(SHARED), st.integers(0, 1000))
def test_every_method_is_the_mean_over_the_members_that_its_formula_says(
    graph: Graph, n_shared: int, seed: int
) -> None:
    members = made_members(n_shared, seed)
    (got,) = closed_forms(combine(members, n_shared), [graph], torch.float64)
    x, a = decode(graph.codes).astype(np.float64), dense_adjacency(graph.n_nodes, graph.edges)
    expected = means_over_members(members, x, a)
    assert got.keys() - expected.keys() == {"grad-cam-avg"}  # no mean of the members' maps
    for id_, values in expected.items():
        np.testing.assert_allclose(got[id_], values, **FLOAT64, err_msg=id_)


@settings(max_examples=25, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=3), st.sampled_from(SHARED), st.integers(0, 1000))
def test_scores_are_the_mean_of_the_members_scores(of: list[Graph], n_shared: int, seed: int) -> None:
    members = made_members(n_shared, seed)
    batch = make_batch(of, decode, torch.float64, depth=len(WIDTHS))
    scores = [ForwardPass.of(each, batch).activations.scores for each in members]
    got = ForwardPass.of(combine(members, n_shared), batch).activations.scores
    np.testing.assert_allclose(got.numpy(), torch.stack(scores).mean(dim=0).numpy(), **FLOAT64)


@pytest.mark.parametrize("n_shared", SHARED)
@settings(max_examples=25, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=3), st.integers(0, 1000))
def test_the_laws_hold_for_an_ensemble(n_shared: int, of: list[Graph], seed: int) -> None:
    """Grad-CAM = CAM / N; contributions sum to the scores; excitation is conserved where all units are excited."""
    net = combine(made_members(n_shared, seed), n_shared)
    batch = make_batch(of, decode, torch.float64, depth=len(WIDTHS))
    scores = ForwardPass.of(net, batch).activations.scores.numpy()
    for graph, score, maps in zip(of, scores, closed_forms(net, of, torch.float64), strict=True):
        np.testing.assert_allclose(maps["grad-cam"] * graph.n_nodes, maps["cam"], **FLOAT64)
        expected = against_others((score - net.head.bias.numpy())[None])[0]
        np.testing.assert_allclose(maps["contribution"].sum(axis=0), expected, **FLOAT64)
    excited = [
        Network(
            tuple(Layer(layer.weight.abs() + 0.01, torch.zeros_like(layer.bias)) for layer in each.hidden),
            Layer(each.head.weight.abs() + 0.01, each.head.bias),
        )
        for each in made_members(n_shared, seed)
    ]
    for graph, maps in zip(of, closed_forms(combine(excited, n_shared), of, torch.float64), strict=True):
        lit = decode(graph.codes).any()
        np.testing.assert_allclose(maps["eb"].sum(axis=0) * N_FEATURES, 1.0 if lit else 0.0, rtol=1e-9)


@pytest.mark.parametrize("n_shared", SHARED)
def test_layers_of_an_ensemble_can_be_randomised_without_joining_its_members(n_shared: int) -> None:
    net, graph = combine(made_members(n_shared), n_shared), AWKWARD["a node of degree 12"]
    found = randomised_layers(net, [graph], decode, methods())
    assert {each.method for each in found} == {each.id for each in methods()}
    assert all(each.correlation.shape == (len(WIDTHS) + 1,) for each in found)
