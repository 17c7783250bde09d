"""Predictions without some nodes' features."""

from __future__ import annotations

import numpy as np

from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.graph.graph import Graph
from tests.explain.oracles import dense_adjacency, naive_forward
from tests.explain.test_methods import FLOAT32, decode, network

RING = Graph(np.array([1, 2, 3, 1, 2], np.int32), np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]], np.int32))


def test_a_masked_node_has_features_of_zeros_and_keeps_its_edges() -> None:
    net, x = network(0), decode(RING.codes).astype(np.float64)
    masks = [np.array(mask, dtype=bool) for mask in ([0, 0, 0, 0, 0], [1, 0, 0, 1, 0], [1, 1, 1, 1, 1])]
    got = np.log(MaskedPredictor(net, decode).without(RING, masks))
    for mask, row in zip(masks, got, strict=True):
        _, _, y = naive_forward(net, np.where(mask[:, None], 0.0, x), dense_adjacency(5, RING.edges))
        np.testing.assert_allclose(row, y - np.log(np.exp(y).sum()), **FLOAT32)


def test_many_masked_graphs_give_what_each_gives_alone() -> None:
    net = network(1)
    masks = list(np.random.default_rng(0).random((300, 5)) < 0.5)
    together = MaskedPredictor(net, decode, memory_bytes=1 << 12).without(RING, masks)
    for mask, row in zip(masks[::50], together[::50], strict=True):
        np.testing.assert_allclose(MaskedPredictor(net, decode).without(RING, [mask])[0], row, rtol=1e-5)
