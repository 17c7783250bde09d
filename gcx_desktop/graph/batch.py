"""Many graphs as one: a disjoint union with a sparse, symmetrically normalised adjacency.

Nothing here knows what a molecule is. A node is an integer code, and a function turns the distinct codes
into feature rows; the featurizer of a kind of graph makes the codes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import embedding_bag

from .environments import environments_by_radius
from .graph import Decode, Graph
from .union import Entries, unite


@dataclass(frozen=True, slots=True)
class Adjacency:
    """A symmetric sparse matrix stored by rows: for every node its weighted neighbours."""

    pointers: Tensor
    """[n_nodes + 1], int64: row n has the entries ``pointers[n]`` to ``pointers[n + 1]``."""
    columns: Tensor
    """[n_entries], int64"""
    weights: Tensor
    """[n_entries], floating, ≥ 0"""

    def times(self, values: Tensor) -> Tensor:
        """The product with [n_nodes, d]. A bag sum takes about half the time of torch's CSR product."""
        return embedding_bag(
            self.columns,
            values,
            self.pointers,
            mode="sum",
            per_sample_weights=self.weights,
            include_last_offset=True,
        )

    def to(self, device: torch.device) -> Adjacency:
        return Adjacency(self.pointers.to(device), self.columns.to(device), self.weights.to(device))

    def dense(self) -> Tensor:
        """[n_nodes, n_nodes], for tests."""
        n = len(self.pointers) - 1
        rows = torch.repeat_interleave(torch.arange(n), self.pointers.diff().cpu()).to(self.columns.device)
        return self.weights.new_zeros(n, n).index_put_((rows, self.columns), self.weights)


@dataclass(frozen=True, slots=True)
class Level:
    """The distinct local environments of one radius (:mod:`.environments`), as tensors."""

    of: Tensor
    """[n_nodes], int64: the environment of each node."""
    down: Adjacency
    """[n_distinct, n_distinct of the level below]: the rows of Â of one node of each environment."""
    up: Adjacency
    """[n_nodes, n_distinct]: Â, with a column for each environment instead of each node."""

    def to(self, device: torch.device) -> Level:
        return Level(self.of.to(device), self.down.to(device), self.up.to(device))


@dataclass(frozen=True)
class Batch:
    """The disjoint union of graphs; the nodes of each graph are contiguous, in its own order."""

    table: Tensor
    """[n_distinct, n_features]: the distinct feature rows."""
    row: Tensor
    """[n_nodes], int64: each node's row in ``table``."""
    graph_of: Tensor
    """[n_nodes], int64: the graph to which each node belongs."""
    starts: NDArray[np.int64]
    """[n_graphs + 1]: graph g has the nodes ``starts[g]`` to ``starts[g + 1]``."""
    adjacency: Adjacency
    """[n_nodes, n_nodes]: Â = D̃^-½ (A + I) D̃^-½ (Kipf and Welling, ICLR 2017, eq. 2)."""
    entries: Entries
    """The same matrix in main memory, for code that reads its structure."""
    levels: tuple[Level, ...] = ()
    """Environments of radius 1, 2, …, up to the depth with which the batch was made."""

    @property
    def n_graphs(self) -> int:
        return len(self.starts) - 1

    @property
    def n_nodes(self) -> int:
        return len(self.row)

    @cached_property
    def sizes(self) -> Tensor:
        """[n_graphs, 1], floating: the number of nodes of each graph."""
        sizes = torch.from_numpy(np.diff(self.starts))
        return sizes.to(self.table.device, self.table.dtype)[:, None]

    @cached_property
    def pointers(self) -> Tensor:
        """[n_graphs + 1], int64: ``starts`` on the device of the tensors."""
        return torch.from_numpy(self.starts).to(self.table.device)

    @property
    def features(self) -> Tensor:
        """[n_nodes, n_features]: H⁰ = X."""
        return self.table[self.row]

    def average(self, values: Tensor) -> Tensor:
        """Â · values: [n_nodes, d] to [n_nodes, d]."""
        return self.adjacency.times(values)

    def pool(self, values: Tensor) -> Tensor:
        """Global average pooling, the mean over each graph's nodes: [n_nodes, d] to [n_graphs, d]."""
        total = values.new_zeros(self.n_graphs, values.shape[1])
        return total.index_add(0, self.graph_of, values) / self.sizes

    def pool_rows(self, rows: Tensor, level: Level) -> Tensor:
        """:meth:`pool` of rows of environments, of which each node has its own: [n_distinct, d] to [n_graphs, d]."""
        return embedding_bag(level.of, rows, self.pointers, mode="mean", include_last_offset=True)

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        return Batch(
            self.table.to(device),
            self.row.to(device),
            self.graph_of.to(device),
            self.starts,
            self.adjacency.to(device),
            self.entries,
            tuple(level.to(device) for level in self.levels),
        )


def make_batch(graphs: Sequence[Graph], decode: Decode, dtype: torch.dtype = torch.float32, *, depth: int = 0) -> Batch:
    """The disjoint union of graphs, on the CPU; ``dtype`` is the type of features and Â.

    :param depth: the largest radius for which distinct environments are found
    :raises ValueError: if there is no graph, or one without nodes
    """
    union = unite(graphs)
    innermost, *wider = environments_by_radius(union, depth)
    return Batch(
        table=torch.from_numpy(decode(union.codes[innermost.chosen])).to(dtype),
        row=torch.from_numpy(innermost.number),
        graph_of=torch.from_numpy(np.repeat(np.arange(len(graphs)), np.diff(union.starts))),
        starts=union.starts,
        adjacency=as_adjacency(union.entries, dtype),
        entries=union.entries,
        levels=tuple(
            Level(
                torch.from_numpy(here.number),
                as_adjacency(union.entries.rows(here.chosen).renamed(below.number), dtype),
                as_adjacency(union.entries.renamed(here.number), dtype),
            )
            for below, here in itertools.pairwise((innermost, *wider))
        ),
    )


def as_adjacency(entries: Entries, dtype: torch.dtype) -> Adjacency:
    """A sparse matrix as tensors."""
    weights = torch.from_numpy(entries.weights).to(dtype)
    return Adjacency(torch.from_numpy(entries.pointers), torch.from_numpy(entries.columns), weights)
