"""The masks of one graph for which predictions are wanted: those of maps, and random ones of the same size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import Graph
from .measures import strongest


class MaskQueries:
    """The masks of a graph, each listed once.

    Attributes: ``graph``; ``masks``, each [n_nodes], in the order of their numbers.
    """

    def __init__(self, graph: Graph, seed: Sequence[int], n_random: int) -> None:
        """:param n_random: random masks of each size"""
        self.graph = graph
        self.masks: list[NDArray[np.bool_]] = []
        self._n_random = n_random
        self._number: dict[bytes, int] = {}
        self._random = np.random.default_rng(seed)
        self._drawn: dict[int, list[int]] = {}
        self._ties = self._random.permutation(graph.n_nodes)
        """A random order of the nodes, which breaks ties of equal values."""

    def number(self, mask: NDArray[np.bool_]) -> int:
        """The mask's place in ``masks``, to which it is added if it is new."""
        key = np.packbits(mask).tobytes()
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self.masks)
            self.masks.append(mask)
        return found

    def random(self, size: int) -> list[int]:
        """The numbers of random masks of a size; the same at each call."""
        if size not in self._drawn:
            draws = 1 if size in (0, self.graph.n_nodes) else self._n_random
            orders = [self._random.permutation(self.graph.n_nodes) for _ in range(draws)]
            self._drawn[size] = [self.number(order < size) for order in orders]
        return self._drawn[size]

    def strongest(self, values: NDArray[np.floating], size: int) -> int:
        """The number of the mask of the nodes with the largest values; which of equal ones is random.

        :param values: [n_nodes]
        """
        mask = np.zeros(self.graph.n_nodes, dtype=np.bool_)
        mask[self._ties[strongest(values[self._ties], size)]] = True
        return self.number(mask)


def masked_count(share: float, n_nodes: int) -> int:
    """How many of a graph's nodes are masked where a share of them is to be: at least one."""
    return max(1, round(share * n_nodes))
