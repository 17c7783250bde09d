"""The closed-form training step against torch's autograd over dense matrices, node by node."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from gcx_desktop.gcn.fitting.gradients import dropout_factors, training_pass, weight_gradients
from gcx_desktop.gcn.network import SUM_SCALE, Network, from_tensors, initialise, layer_responses
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.graph_set import number_graphs

WIDTHS = (6, 5, 7)


def decode(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    return np.eye(4, dtype=np.float32)[codes]


def random_graphs(n: int, seed: int = 0) -> list[Graph]:
    """Trees with a few more edges; some of a single node, some alike."""
    random = np.random.default_rng(seed)
    graphs = []
    for _ in range(n):
        size = int(random.integers(1, 12))
        edges = {(int(random.integers(i)), i) for i in range(1, size)}
        edges |= {(i, i + 2) for i in range(size - 2) if random.random() < 0.2}
        graphs.append(Graph(random.integers(0, 4, size), np.array(sorted(edges), dtype=np.int32).reshape(-1, 2)))
    return graphs


def random_network(n_classes: int = 3, *, with_sums: bool = False) -> Network:
    generator = torch.Generator().manual_seed(1)
    network = initialise(4, WIDTHS, n_classes, generator, with_sums=with_sums).to(dtype=torch.float64)
    random = torch.Generator().manual_seed(2)
    noisy = {n: t + 0.1 * torch.randn(t.shape, generator=random, dtype=t.dtype) for n, t in network.tensors()}
    return from_tensors(noisy, len(WIDTHS), with_sums=with_sums)


def dense_scores(network: Network, graphs: list[Graph]) -> Tensor:
    """The definition: every node by itself."""
    batch = make_batch(graphs, decode, torch.float64)
    adjacency, values = batch.adjacency.dense(), batch.features
    for layer in network.hidden:
        values = torch.relu(adjacency @ values @ layer.weight + layer.bias)
    pooled = torch.stack([values[a:b].mean(dim=0) for a, b in zip(batch.starts, batch.starts[1:], strict=False)])
    if network.with_sums:
        n_nodes = torch.from_numpy(np.diff(batch.starts)).to(pooled.dtype)[:, None]
        pooled = torch.cat([pooled, pooled * n_nodes / SUM_SCALE], dim=1)
    return pooled @ network.head.weight + network.head.bias


def by_autograd(network: Network, graphs: list[Graph], d_scores: Tensor) -> dict[str, Tensor]:
    tensors = {name: tensor.clone().requires_grad_() for name, tensor in network.tensors()}
    network = from_tensors(tensors, len(network.hidden), with_sums=network.with_sums)
    dense_scores(network, graphs).backward(d_scores)
    return {name: tensor.grad for name, tensor in tensors.items() if tensor.grad is not None}


@pytest.fixture
def graphs() -> list[Graph]:
    return random_graphs(40)


@pytest.mark.parametrize("with_sums", [False, True])
def test_the_training_pass_gives_the_scores_of_the_network(graphs: list[Graph], with_sums: bool) -> None:
    network = random_network(with_sums=with_sums)
    chosen = np.array([7, 3, 39, 0, 3])
    done = training_pass(network, number_graphs(graphs, decode, 3, torch.float64).batch(chosen))
    assert torch.allclose(done.scores, dense_scores(network, [graphs[i] for i in chosen]), atol=1e-12)


@pytest.mark.parametrize("with_sums", [False, True])
def test_every_gradient_is_that_of_autograd(graphs: list[Graph], with_sums: bool) -> None:
    network = random_network(with_sums=with_sums)
    set_of_graphs = number_graphs(graphs, decode, 3, torch.float64)
    for seed in range(5):
        chosen = np.random.default_rng(seed).permutation(40)[: 8 + seed]
        d_scores = torch.randn(len(chosen), 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        batch = set_of_graphs.batch(chosen)
        found = weight_gradients(network, batch, training_pass(network, batch), d_scores)
        expected = by_autograd(network, [graphs[i] for i in chosen], d_scores)
        for name, gradient in found.tensors():
            assert torch.allclose(gradient, expected[name], rtol=1e-9, atol=1e-12), name


@pytest.mark.parametrize("n_frozen", [1, 2, 3])
def test_above_frozen_layers_the_gradients_are_the_same(graphs: list[Graph], n_frozen: int) -> None:
    network = random_network()
    whole = number_graphs(graphs, decode, 3, torch.float64)
    rows, down = whole.whole()
    responses, _ = layer_responses(network.hidden[:n_frozen], rows, down[:n_frozen])
    above = Network(network.hidden[n_frozen:], network.head)
    chosen = np.array([5, 1, 30, 31, 2])
    d_scores = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    batch = whole.above(responses[-1], n_frozen).batch(chosen)
    done = training_pass(above, batch)
    found = weight_gradients(above, batch, done, d_scores)
    expected = by_autograd(network, [graphs[i] for i in chosen], d_scores)
    assert torch.allclose(done.scores, dense_scores(network, [graphs[i] for i in chosen]), atol=1e-12)
    assert torch.allclose(found.head.weight, expected["head.weight"], rtol=1e-9)
    for index, layer in enumerate(found.hidden, start=n_frozen):
        assert torch.allclose(layer.weight, expected[f"hidden.{index}.weight"], rtol=1e-9, atol=1e-12)
        assert torch.allclose(layer.bias, expected[f"hidden.{index}.bias"], rtol=1e-9, atol=1e-12)


def test_with_dropout_the_gradient_is_that_of_the_pass_that_was_drawn(graphs: list[Graph]) -> None:
    network = random_network()
    batch = number_graphs(graphs, decode, 3, torch.float64).batch(np.arange(12))
    d_scores = torch.randn(12, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def drawn(weights: Network) -> Tensor:
        return training_pass(weights, batch, 0.4, torch.Generator().manual_seed(9)).scores

    done = training_pass(network, batch, 0.4, torch.Generator().manual_seed(9))
    tensors = dict(network.tensors())
    for name, gradient in weight_gradients(network, batch, done, d_scores).tensors():
        direction = torch.randn(gradient.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
        moved = [
            from_tensors(tensors | {name: tensors[name] + sign * 1e-6 * direction}, len(WIDTHS)) for sign in (1, -1)
        ]
        up, down = ((drawn(weights) * d_scores).sum() for weights in moved)
        assert float((up - down) / 2e-6) == pytest.approx(float((gradient * direction).sum()), rel=1e-5, abs=1e-9), name


def test_nodes_that_look_alike_to_the_network_lose_the_same_responses() -> None:
    alike = [Graph(np.array([0, 1, 0]), np.array([(0, 1), (1, 2)], dtype=np.int32))] * 6
    batch = number_graphs(alike, decode, 3).batch(np.arange(6))
    done = training_pass(random_network().to(dtype=torch.float32), batch, 0.5, torch.Generator().manual_seed(0))
    pooled = batch.pooling.forward.times(done.hidden[-1])
    assert torch.equal(pooled, pooled[:1].expand_as(pooled))


def test_dropout_keeps_the_mean_and_drops_the_asked_share() -> None:
    factors = dropout_factors(torch.ones(300, 101), 0.3, torch.Generator().manual_seed(0))
    assert float((factors == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert float(factors.max()) == pytest.approx(1 / 0.7)
