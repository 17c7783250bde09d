"""How much members differ, against each member run by itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.errors import Cancelled
from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.forward_pass import ForwardPass
from gcx_desktop.explain.method import method, methods
from gcx_desktop.explain.spread import map_spread, map_spreads
from gcx_desktop.gcn.network import Layer, Network, combine, member_scores
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.progress import CancelToken
from tests.explain.test_class_activations import random_graphs
from tests.explain.test_ensembles import SHARED, WIDTHS, made_members
from tests.explain.test_methods import AWKWARD, FLOAT64, decode, graphs, network

IDS = [each.id for each in methods()]


@settings(max_examples=25, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=3), st.sampled_from(SHARED), st.sampled_from(IDS), st.integers(0, 1000))
def test_the_spread_of_a_map_is_that_of_the_maps_of_the_members_run_by_themselves(
    of: list[Graph], n_shared: int, id_: str, seed: int
) -> None:
    members = made_members(n_shared, seed)
    alone = [[e.maps[id_] for e in explain_graphs(each, of, decode, [method(id_)])] for each in members]
    got = map_spreads(combine(members, n_shared), of, decode, method(id_))
    for values, maps in zip(got, zip(*alone, strict=True), strict=True):
        np.testing.assert_allclose(values, np.std(maps, axis=0, ddof=1), **FLOAT64)


@pytest.mark.parametrize("n_shared", SHARED)
@pytest.mark.parametrize("ids", [(), ("cam", "contribution"), ("gradient",)])
def test_an_explanation_says_how_much_the_members_probabilities_differ(n_shared: int, ids: tuple[str, ...]) -> None:
    members, of = made_members(n_shared, n_classes=3), random_graphs(20, 0)
    chosen = [method(id_) for id_ in ids]
    alone = [[e.probabilities for e in explain_graphs(each, of, decode)] for each in members]
    got = Explainer(combine(members, n_shared), decode, chosen).explain(of)
    for explanation, probabilities in zip(got, zip(*alone, strict=True), strict=True):
        assert explanation.members is not None
        np.testing.assert_allclose(explanation.members, probabilities, **FLOAT64)
        assert explanation.spread is not None
        np.testing.assert_allclose(explanation.spread, np.std(probabilities, axis=0, ddof=1), **FLOAT64)


@pytest.mark.parametrize("n_shared", SHARED)
def test_the_scores_of_members_have_the_scores_of_the_ensemble_as_their_mean(n_shared: int) -> None:
    net = combine(made_members(n_shared), n_shared)
    batch = make_batch(random_graphs(9, 1), decode, torch.float64, depth=len(WIDTHS))
    activations = ForwardPass.of(net, batch).activations
    found = member_scores(net, activations.embedding, batch.sizes)
    assert found.shape == (9, 3, 2)
    np.testing.assert_allclose(found.mean(dim=1).numpy(), activations.scores.numpy(), **FLOAT64)


def test_a_single_network_has_no_spread() -> None:
    net, graph = network(), AWKWARD["a single node"]
    assert explain_graphs(net, [graph], decode)[0].spread is None
    assert Explainer(net, decode).explain([graph])[0].spread is None
    with pytest.raises(ValueError, match="no spread"):
        map_spreads(net, [graph], decode, method("cam"))


def test_an_ensemble_whose_output_is_no_number_has_no_spread_either() -> None:
    net, of = combine(made_members(0)), [AWKWARD["a single node"]]
    broken = Network(net.hidden, Layer(net.heads.weight, torch.full_like(net.heads.bias, float("inf"))))
    for got in (*explain_graphs(broken, of, decode), *Explainer(broken, decode).explain(of)):
        assert not got.is_valid
        assert got.spread is not None
        assert np.isnan(got.spread).all()


def test_the_spread_of_a_map_can_be_stopped_between_two_members() -> None:
    token = CancelToken()
    run = ForwardPass.of(
        combine(made_members(1), 1), make_batch([AWKWARD["a single node"]], decode, torch.float64, depth=3), token
    )
    map_spread(run, method("cam"))
    token.cancel()
    with pytest.raises(Cancelled):
        map_spread(run, method("cam"))
