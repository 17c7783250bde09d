"""The disjoint union of graphs and its normalised adjacency matrix, as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .graph import Codes, Graph


@dataclass(frozen=True, slots=True)
class Entries:
    """A sparse matrix stored by rows."""

    pointers: NDArray[np.int64]
    """[n_rows + 1]: row n has the entries ``pointers[n]`` to ``pointers[n + 1]``."""
    columns: NDArray[np.int64]
    """[n_entries]"""
    weights: NDArray[np.float64]
    """[n_entries]"""

    def rows(self, chosen: NDArray[np.int64]) -> Entries:
        """Some of the rows."""
        first = self.pointers[chosen]
        counts = self.pointers[chosen + 1] - first
        pointers = np.concatenate([[0], np.cumsum(counts)])
        at = np.repeat(first - pointers[:-1], counts) + np.arange(pointers[-1])
        return Entries(pointers, self.columns[at], self.weights[at])

    def renamed(self, names: NDArray[np.int64]) -> Entries:
        """Renumbers the columns: column j becomes ``names[j]``; columns with the same new number are added together."""
        return Entries(self.pointers, names[self.columns], self.weights)


@dataclass(frozen=True, slots=True)
class Union:
    """The disjoint union of graphs; the nodes of each graph are contiguous, in its own order."""

    codes: Codes
    """[n_nodes]"""
    starts: NDArray[np.int64]
    """[n_graphs + 1]: graph g has the nodes ``starts[g]`` to ``starts[g + 1]``."""
    entries: Entries
    """[n_nodes, n_nodes]: Â = D̃^-½ (A + I) D̃^-½ (Kipf and Welling, ICLR 2017, eq. 2)."""


def unite(graphs: Sequence[Graph]) -> Union:
    """:raises ValueError: if there is no graph, or one without nodes"""
    if not graphs:
        raise ValueError("a batch needs at least one graph")
    sizes = np.array([graph.n_nodes for graph in graphs], dtype=np.int64)
    if not sizes.all():
        raise ValueError("a graph needs at least one node")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    edges = np.concatenate([graph.edges for graph in graphs]).astype(np.int64, copy=False)
    edges = edges + np.repeat(starts[:-1], [len(graph.edges) for graph in graphs])[:, None]
    codes = np.concatenate([graph.codes for graph in graphs])
    return Union(codes, starts, _normalised_adjacency(edges, int(starts[-1])))


def _normalised_adjacency(edges: NDArray[np.int64], n_nodes: int) -> Entries:
    """Â of the edges [n_edges, 2], each given once."""
    loops = np.arange(n_nodes)
    source = np.concatenate([loops, edges[:, 0], edges[:, 1]])
    # numpy has a radix sort for 16-bit numbers, which is ten times as fast.
    order = np.argsort(source.astype(np.uint16) if n_nodes <= 1 << 16 else source, kind="stable")
    target = np.concatenate([loops, edges[:, 1], edges[:, 0]])[order]
    degree = np.bincount(source, minlength=n_nodes)
    inverse_root = 1.0 / np.sqrt(degree)
    values = np.repeat(inverse_root, degree) * inverse_root[target]
    return Entries(np.concatenate([[0], np.cumsum(degree)]), target, values)
