from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.gcn.fitting.initialisation import standardise
from gcx_desktop.gcn.network import forward, initialise
from gcx_desktop.graph.batch import Batch, make_batch
from gcx_desktop.graph.graph import Graph


@pytest.fixture
def batch() -> Batch:
    random = np.random.default_rng(0)
    graphs = [
        Graph(random.integers(0, 5, n).astype(np.int32), np.array([(i, i + 1) for i in range(n - 1)], np.int32))
        for n in random.integers(2, 9, 60)
    ]
    return make_batch(graphs, lambda codes: np.eye(5, dtype=np.float32)[codes], depth=2)


def test_every_layer_and_the_scores_start_with_mean_0_and_variance_1(batch: Batch) -> None:
    network = standardise(initialise(5, (8, 16), 2, torch.Generator().manual_seed(0)), batch)
    values = batch.features
    for layer in network.hidden:
        before_relu = batch.average(values) @ layer.weight + layer.bias
        assert torch.allclose(before_relu.mean(0), torch.tensor(0.0), atol=1e-4)
        assert torch.allclose(before_relu.std(0, correction=0), torch.tensor(1.0), atol=1e-3)
        values = torch.relu(before_relu)
    scores = forward(network, batch).scores
    assert torch.allclose(scores.mean(0), torch.tensor(0.0), atol=1e-4)
    assert torch.allclose(scores.std(0, correction=0), torch.tensor(1.0), atol=1e-3)


def test_graphs_that_are_all_alike_give_finite_weights() -> None:
    same = [Graph(np.array([0], np.int32), np.zeros((0, 2), np.int32))] * 3
    batch = make_batch(same, lambda codes: np.eye(5, dtype=np.float32)[codes])
    network = standardise(initialise(5, (4,), 2, torch.Generator().manual_seed(0)), batch)
    assert all(torch.isfinite(tensor).all() for _, tensor in network.tensors())
