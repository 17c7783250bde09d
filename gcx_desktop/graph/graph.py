"""A graph, and many graphs in few arrays. No torch here: worker processes make graphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32] | NDArray[np.int64]
"""Codes of nodes, one integer each: ≥ 0 and below 2⁴⁴, in 32 bits where all codes of a kind of graph fit."""
Decode = Callable[[NDArray[np.integer]], NDArray[np.float32]]
"""Codes [n] to feature rows [n, n_features], every entry ≥ 0."""


@dataclass(frozen=True, slots=True)
class Graph:
    """One undirected graph."""

    codes: Codes
    """[n_nodes], n_nodes ≥ 1"""
    edges: NDArray[np.int32]
    """[n_edges, 2]; each edge once, no loops."""

    @property
    def n_nodes(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class PackedGraphs:
    """Graphs one after another, as they are sent between processes."""

    codes: Codes
    """[n_nodes of all]"""
    edges: NDArray[np.int32]
    """[n_edges of all, 2], nodes numbered within each graph."""
    n_nodes: NDArray[np.int64]
    """[n_graphs]"""
    n_edges: NDArray[np.int64]
    """[n_graphs]"""

    def unpacked(self) -> list[Graph]:
        """The graphs; their arrays are views of these arrays."""
        nodes, edges = np.cumsum(self.n_nodes).tolist(), np.cumsum(self.n_edges).tolist()
        return [
            Graph(self.codes[a:b], self.edges[c:d])
            for a, b, c, d in zip([0, *nodes], nodes, [0, *edges], edges, strict=False)
        ]
