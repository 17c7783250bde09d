"""The six explainers against computations made another way, and against the laws they must keep."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gcx_desktop.errors import UnknownNameError
from gcx_desktop.explain import occlusion
from gcx_desktop.explain.engine import BATCH_NODES, batches, explain_graphs
from gcx_desktop.explain.forward_pass import ForwardPass
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import method, methods
from gcx_desktop.gcn.network import Layer, Network, initialise
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.masked_graph import masked
from tests.explain.oracles import Array, against_others, dense_adjacency, naive_forward, naive_maps

N_FEATURES = 6
FLOAT64 = {"rtol": 1e-9, "atol": 1e-12}
FLOAT32 = {"rtol": 2e-4, "atol": 2e-6}
"""float32 has 7 digits and the longest chain of products here loses about three; what cancels is off absolutely."""


def decode(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Made-up features of a code: non-negative, distinct, some of them zero."""
    rows = np.random.default_rng(7).random((64, N_FEATURES)).astype(np.float32)
    rows[rows < 0.3] = 0.0
    return rows[codes]


def network(seed: int = 0, widths: tuple[int, ...] = (5, 7, 4), n_classes: int = 2, *, bias: float = 0.1) -> Network:
    generator = torch.Generator().manual_seed(seed)
    made = initialise(N_FEATURES, widths, n_classes, generator)

    def noisy(layer: Layer) -> Layer:
        return Layer(layer.weight, torch.randn(layer.bias.shape, generator=generator) * bias)

    return Network(tuple(noisy(layer) for layer in made.hidden), noisy(made.head))


@st.composite
def graphs(draw: st.DrawFn, max_nodes: int = 8) -> Graph:
    """Any simple graph, connected or not."""
    n = draw(st.integers(1, max_nodes))
    codes = draw(st.lists(st.integers(0, 63), min_size=n, max_size=n))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return Graph(np.array(codes, np.int32), np.array(edges, np.int32).reshape(-1, 2))


def closed_forms(net: Network, of: list[Graph], dtype: torch.dtype) -> list[dict[str, Array]]:
    """The maps of each graph, computed as one batch."""
    batch = make_batch(of, decode, dtype, depth=len(net.hidden))
    run = ForwardPass.of(net.to(dtype=dtype), batch)
    maps = {m.id: m.compute(run).double().numpy() for m in methods()}
    bounds = zip(batch.starts[:-1], batch.starts[1:], strict=True)
    return [{id_: values[a:b] for id_, values in maps.items()} for a, b in bounds]


@settings(max_examples=40, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 1000), st.sampled_from([(2, (5, 7, 4)), (3, (6,))]))
def test_every_method_agrees_with_autograd_and_plain_loops(
    of: list[Graph], seed: int, shape: tuple[int, tuple[int, ...]]
) -> None:
    n_classes, widths = shape
    net = network(seed, widths, n_classes)
    double, single = closed_forms(net, of, torch.float64), closed_forms(net, of, torch.float32)
    for graph, in_double, in_single in zip(of, double, single, strict=True):
        x = decode(graph.codes).astype(np.float64)
        expected = naive_maps(net, x, dense_adjacency(graph.n_nodes, graph.edges))
        for id_, values in expected.items():
            np.testing.assert_allclose(in_double[id_], values, **FLOAT64, err_msg=id_)
            np.testing.assert_allclose(in_single[id_], values, **FLOAT32, err_msg=id_)


@settings(max_examples=40, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=5), st.integers(0, 1000))
def test_scores_of_a_batch_are_those_of_each_graph_alone(of: list[Graph], seed: int) -> None:
    net = network(seed)
    run = ForwardPass.of(net.to(dtype=torch.float64), make_batch(of, decode, torch.float64, depth=len(net.hidden)))
    for graph, row in zip(of, run.activations.scores, strict=True):
        x = decode(graph.codes).astype(np.float64)
        _, _, expected = naive_forward(net, x, dense_adjacency(graph.n_nodes, graph.edges))
        np.testing.assert_allclose(row.numpy(), expected, **FLOAT64)


@settings(max_examples=40, deadline=None)
@given(graphs(max_nodes=10), st.integers(0, 1000))
def test_permuting_the_nodes_permutes_the_maps(graph: Graph, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(graph.n_nodes)
    place = np.argsort(order)
    permuted = Graph(graph.codes[order], place[graph.edges].astype(np.int32).reshape(-1, 2))
    net = network(seed)
    before, after = (closed_forms(net, [g], torch.float64)[0] for g in (graph, permuted))
    for id_, values in before.items():
        np.testing.assert_allclose(after[id_], values[order], **FLOAT64, err_msg=id_)


@settings(max_examples=40, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 1000))
def test_grad_cam_is_cam_divided_by_the_number_of_nodes(of: list[Graph], seed: int) -> None:
    for graph, maps in zip(of, closed_forms(network(seed), of, torch.float64), strict=True):
        np.testing.assert_allclose(maps["grad-cam"] * graph.n_nodes, maps["cam"], **FLOAT64)


@settings(max_examples=60, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 1000))
def test_excitation_is_conserved_where_no_unit_is_without_excitation(of: list[Graph], seed: int) -> None:
    """All weights positive and no bias: a unit that responds is always excited, so nothing is lost on the way."""
    made = network(seed, bias=0.0)
    net = Network(
        tuple(Layer(layer.weight.abs() + 0.01, layer.bias) for layer in made.hidden),
        Layer(made.head.weight.abs() + 0.01, made.head.bias),
    )
    for graph, maps in zip(of, closed_forms(net, of, torch.float64), strict=True):
        lit = decode(graph.codes).any()
        np.testing.assert_allclose(maps["eb"].sum(axis=0) * N_FEATURES, 1.0 if lit else 0.0, rtol=1e-9)


def test_three_atoms_worked_by_hand() -> None:
    """A chain 0–1–2, one feature x = (1, 0, 0), one unit with W = 1 and b = 0, and a head (2, −1).

    Degrees with loops 2, 3, 2: Â₀₀ = 1/2, Â₀₁ = 1/√6, Â₁₁ = 1/3. So H¹ = Â x = (1/2, 1/√6, 0).
    CAM of class 0 is 2 H¹ and of class 1 nothing; Grad-CAM a third of it, and with one layer so is its average.
    Gradient of y₀ in x_n is (2/3) Σ_m Â_nm over the atoms whose unit is alive, 0 and 1.
    Excitation: P(H¹) = H¹ / ΣH¹, and all of it goes to atom 0, the only one with a feature.
    """
    net = Network((Layer(torch.tensor([[1.0]]), torch.zeros(1)),), Layer(torch.tensor([[2.0, -1.0]]), torch.zeros(2)))
    graph = Graph(np.array([1, 0, 0], np.int32), np.array([[0, 1], [1, 2]], np.int32))
    (got,) = explain_graphs(net, [graph], lambda codes: np.asarray(codes, np.float32)[:, None], methods())
    r6 = 1 / np.sqrt(6)
    cam = np.array([1.0, 2 * r6, 0.0])
    expected = {
        "cam": cam,
        "grad-cam": cam / 3,
        "grad-cam-avg": cam / 3,
        "gradient": np.array([2 / 3 * (1 / 2 + r6), 2 / 3 * (r6 + 1 / 3), 2 / 3 * r6]),
        "eb": np.array([1.0, 0.0, 0.0]),
        "c-eb": np.array([1.0, 0.0, 0.0]),
    }
    for id_, values in expected.items():
        np.testing.assert_allclose(got.maps[id_][:, 0], values, rtol=1e-6, err_msg=id_)
        # Class 1 has no positive weight: nothing speaks for it.
        np.testing.assert_allclose(got.maps[id_][:, 1], 0.0, atol=0, err_msg=id_)
    y = np.array([2.0, -1.0]) * (1 / 2 + r6) / 3
    np.testing.assert_allclose(got.probabilities, np.exp(y) / np.exp(y).sum(), rtol=1e-6)
    assert got.predicted == 0


AWKWARD = {
    "a single node": Graph(np.array([5], np.int32), np.zeros((0, 2), np.int32)),
    "disconnected parts": Graph(np.array([5, 9, 9, 2], np.int32), np.array([[0, 1]], np.int32)),
    "a node of degree 12": Graph(np.arange(13, dtype=np.int32), np.array([[0, i] for i in range(1, 13)], np.int32)),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_graphs_give_finite_maps_and_none_below_zero_unless_signed(name: str) -> None:
    (got,) = explain_graphs(network(3), [AWKWARD[name]], decode, methods())
    for id_, values in got.maps.items():
        assert values.shape == (AWKWARD[name].n_nodes, 2)
        assert np.isfinite(values).all(), id_
        assert (values >= 0).all() or method(id_).signed, id_


def test_a_network_whose_units_are_all_dead_gives_maps_of_zeros() -> None:
    made = network(1)
    dead = Network(tuple(Layer(layer.weight, torch.full_like(layer.bias, -100.0)) for layer in made.hidden), made.head)
    (got,) = explain_graphs(dead, [AWKWARD["disconnected parts"]], decode, methods())
    for id_, values in got.maps.items():
        assert not values.any(), id_


def test_a_method_asked_for_alone_gives_what_it_gives_among_all() -> None:
    graphs_ = list(AWKWARD.values())
    together = explain_graphs(network(2), graphs_, decode, methods())
    for m in methods():
        for alone, among in zip(explain_graphs(network(2), graphs_, decode, [m]), together, strict=True):
            assert list(alone.maps) == [m.id]
            np.testing.assert_array_equal(alone.maps[m.id], among.maps[m.id])


def test_integrated_gradients_sum_to_what_the_score_against_the_others_has_over_that_of_no_features() -> None:
    net, graph = network(4, bias=0.0), AWKWARD["a node of degree 12"]  # without biases the score is linear on the way
    (got,) = explain_graphs(net, [graph], decode, [method("integrated-gradients")])
    scores = MaskedPredictor(net, decode).scores([graph, masked(graph, np.ones(graph.n_nodes, dtype=bool))])
    gained = against_others(scores[:1] - scores[1:])[0]
    np.testing.assert_allclose(got.maps["integrated-gradients"].sum(axis=0), gained, **FLOAT32)


def test_occlusion_is_what_the_score_loses_against_the_others_without_the_node() -> None:
    net, graph = network(5), AWKWARD["a node of degree 12"]
    (got,) = explain_graphs(net, [graph], decode, [method("occlusion")])
    nodes = np.eye(graph.n_nodes, dtype=bool)
    scores = MaskedPredictor(net, decode).scores([graph, *(masked(graph, node) for node in nodes)])
    np.testing.assert_allclose(got.maps["occlusion"], against_others(scores[0] - scores[1:]), **FLOAT32)


@pytest.mark.parametrize(("sizes", "most"), [([25] * 300, 1000), ([2_000, 2_000, 30], 50), ([150_000], 1)])
def test_so_many_nodes_are_masked_together_that_memory_is_bounded(sizes: list[int], most: int) -> None:
    portions = list(occlusion.portions(np.append(0, np.cumsum(sizes))))[:100]
    masked_nodes = np.concatenate(portions)
    np.testing.assert_array_equal(masked_nodes, np.arange(len(masked_nodes)))
    assert len(masked_nodes) == min(sum(sizes), 100 * most)
    assert max(map(len, portions)) == most


def test_an_unknown_method_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown method 'lrp'; known: gradient, cam, grad-cam"):
        method("lrp")


@given(st.lists(st.one_of(st.none(), st.integers(1, 4000)), max_size=30))
def test_batches_keep_order_lose_nothing_and_stay_small(sizes: list[int | None]) -> None:
    def graph(n: int) -> Graph:
        return Graph(np.zeros(n, np.int32), np.zeros((0, 2), np.int32))

    items = [(i, None if n is None else graph(n)) for i, n in enumerate(sizes)]
    groups = list(batches(iter(items)))
    assert [key for group in groups for key, _ in group] == list(range(len(sizes)))
    for group in groups:
        assert len(group) == 1 or sum(g.n_nodes if g else 1 for _, g in group) <= BATCH_NODES


def test_every_method_computes_where_the_network_is() -> None:
    """On the device without data that torch has for such checks: it fails where tensors of two devices meet."""
    device = torch.device("meta")
    net = network(1).to(device=device)
    batch = make_batch([AWKWARD["disconnected parts"]] * 2, decode, depth=3).to(device)
    with torch.inference_mode():
        run = ForwardPass.of(net, batch)
        for each in methods():
            assert each.compute(run).device == device
