from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph

PATH = Graph(np.array([1, 2, 1], np.int32), np.array([[0, 1], [1, 2]], np.int32))
POINT = Graph(np.array([3], np.int32), np.zeros((0, 2), np.int32))


def decode(codes: np.ndarray) -> np.ndarray:
    return np.stack([codes, codes**2], axis=1).astype(np.float32)


def test_the_union_keeps_nodes_and_edges_apart() -> None:
    batch = make_batch([PATH, POINT, PATH], decode)
    dense = batch.adjacency.dense()
    r6 = 6**-0.5
    path = torch.tensor([[0.5, r6, 0.0], [r6, 1 / 3, r6], [0.0, r6, 0.5]])
    torch.testing.assert_close(dense, torch.block_diag(path, torch.ones(1, 1), path))
    assert batch.starts.tolist() == [0, 3, 4, 7]
    assert batch.graph_of.tolist() == [0, 0, 0, 1, 2, 2, 2]


def test_each_distinct_node_is_decoded_once() -> None:
    batch = make_batch([PATH, POINT, PATH], decode)
    assert sorted(batch.table.tolist()) == [[1, 1], [2, 4], [3, 9]]
    assert batch.features[:, 0].tolist() == [1, 2, 1, 3, 1, 2, 1]


def test_averaging_and_pooling_are_the_products_they_stand_for() -> None:
    batch = make_batch([PATH, POINT], decode, torch.float64)
    values = torch.rand(4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(batch.average(values), batch.adjacency.dense() @ values)
    torch.testing.assert_close(batch.pool(values), torch.stack([values[:3].mean(dim=0), values[3]]))


def test_averaging_is_differentiable() -> None:
    batch = make_batch([PATH, POINT], decode, torch.float64)
    values = torch.rand(4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(batch.average, (values,))


def test_an_empty_batch_and_an_empty_graph_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one graph"):
        make_batch([], decode)
    with pytest.raises(ValueError, match="at least one node"):
        make_batch([Graph(np.zeros(0, np.int32), np.zeros((0, 2), np.int32))], decode)
