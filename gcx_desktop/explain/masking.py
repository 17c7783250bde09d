"""Predictions without some nodes' features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..gcn.network import Network, outputs
from ..graph.graph import Decode, Graph
from ..graph.masked_graph import decode_masked, masked
from ..progress import CancelToken, raise_if_cancelled
from .class_activations import MEMORY_BYTES, ClassActivationCache

MASKED_BATCH_NODES = 20_000
"""Nodes predicted together. Most have an environment that another mask of their graph did not change."""


class MaskedPredictor:
    """Predicts graphs under masks. Environments that a mask does not change are not computed again."""

    def __init__(
        self,
        network: Network,
        decode: Decode,
        *,
        memory_bytes: int = MEMORY_BYTES,
        cancel: CancelToken | None = None,
    ) -> None:
        """:param cancel: checked before each portion of graphs"""
        self._cancel, self._network = cancel, network
        self._cache = ClassActivationCache(network, decode_masked(decode), memory_bytes)
        self._bias = network.head.bias.cpu()

    def scores(self, graphs: Iterable[Graph]) -> NDArray[np.floating]:
        """[n_graphs, n_classes], before softmax, of graphs made by :func:`.graph.masked_graph.masked`, or of others."""
        parts = [self._scores(some) for some in _portions(graphs)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self._bias)))

    def probabilities(self, graphs: Iterable[Graph]) -> NDArray[np.floating]:
        """[n_graphs, n_classes], the softmax of :meth:`scores`; of a value the value and its opposite."""
        values: NDArray[np.floating] = outputs(self._network, torch.from_numpy(self.scores(graphs))).numpy()
        return values

    def without(self, graph: Graph, masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.floating]:
        """[n_masks, n_classes]: the probabilities of one graph under each mask.

        :param masks: each [n_nodes]
        """
        return self.probabilities(masked(graph, mask) for mask in masks)

    def _scores(self, graphs: Sequence[Graph]) -> NDArray[np.floating]:
        raise_if_cancelled(self._cancel)
        sizes = np.array([graph.n_nodes for graph in graphs])
        class_activations = self._cache.of_nodes(graphs)
        sums = np.add.reduceat(class_activations, np.cumsum(sizes) - sizes)
        scores: NDArray[np.floating] = sums / sizes[:, None].astype(sums.dtype) + self._bias.numpy()
        return scores


def _portions(graphs: Iterable[Graph]) -> Iterator[list[Graph]]:
    waiting: list[Graph] = []
    n_nodes = 0
    for graph in graphs:
        if waiting and n_nodes + graph.n_nodes > MASKED_BATCH_NODES:
            yield waiting
            waiting, n_nodes = [], 0
        waiting.append(graph)
        n_nodes += graph.n_nodes
    if waiting:
        yield waiting
