"""Many graphs of which batches are drawn again and again, as training does.

The environments (:mod:`.environments`) of all graphs are found and numbered once. A batch of some of the graphs is then
a matter of picking rows: it has those environments that occur in it, each once, and how each layer averages those of
the layer before. Whatever rows the environments of the innermost radius have, such as features or the responses of
layers that do not change, is computed once for all batches, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .batch import Adjacency, as_adjacency
from .environments import environments_by_radius
from .graph import Decode, Graph
from .union import Entries, unite

_Numbers = NDArray[np.int64]
_MULTIPLE = 32
"""The number of rows of each radius in a batch is a multiple of this."""


@dataclass(frozen=True, slots=True)
class TwoWay:
    """A sparse matrix, stored once by rows and once by columns."""

    forward: Adjacency
    """[n_rows, n_columns]"""
    transposed: Adjacency
    """[n_columns, n_rows]"""


@dataclass(frozen=True, slots=True)
class LayeredBatch:
    """What the layers of a network and the backward pass through them need of a batch, and no more.

    The rows of each radius are filled up to a multiple of 32 by some that nothing refers to, since libraries of matrix
    products prepare each new size.
    """

    rows: Tensor
    """[n_0, d_0]: the input of the first layer, a row for each distinct environment."""
    layers: tuple[TwoWay, ...]
    """The l-th, from 1: [n_l, n_(l-1)], rows of Â of one node of each environment."""
    pooling: TwoWay
    """[n_graphs, n_L]: the mean over the nodes of each graph."""
    sizes: Tensor
    """[n_graphs, 1], floating: the number of nodes of each graph."""


class GraphSet:
    """Graphs whose environments are numbered. Gives one batch at a time: not to be shared by threads."""

    def __init__(self, rows: Tensor, down: Sequence[Entries], of: _Numbers, starts: _Numbers) -> None:
        """
        :param rows: [n_0, d_0]: the row of each environment of the innermost radius
        :param down: the l-th, from 1: [n_l, n_(l-1)], the row of Â of each environment
        :param of: [n_nodes]: each node's environment of the outermost radius
        :param starts: [n_graphs + 1]: graph g has the nodes ``starts[g]`` to ``starts[g + 1]``
        """
        self._rows, self._down, self._of, self._starts = rows, tuple(down), of, starts
        n_distinct = [len(rows), *(len(entries.pointers) - 1 for entries in self._down)]
        self._place = [np.empty(n, dtype=np.int64) for n in n_distinct]

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def sizes(self) -> _Numbers:
        """[n_graphs]: the number of nodes of each graph."""
        return np.diff(self._starts)

    def whole(self) -> tuple[Tensor, list[Adjacency]]:
        """The rows of all environments, and how each layer averages those of the layer before."""
        return self._rows, [as_adjacency(entries, self._rows.dtype) for entries in self._down]

    def above(self, rows: Tensor, n_layers: int) -> GraphSet:
        """The same graphs as the layers after the first ``n_layers`` see them.

        :param rows: [n_l, d_l]: the row of each environment of radius ``n_layers``, such as the responses of that layer
        """
        return GraphSet(rows, self._down[n_layers:], self._of, self._starts)

    def batch(self, chosen: _Numbers) -> LayeredBatch:
        """The batch of some graphs, in the order given.

        :param chosen: [n], graphs, n ≥ 1
        """
        dtype = self._rows.dtype
        sizes = self._starts[chosen + 1] - self._starts[chosen]
        pointers = np.concatenate([[0], np.cumsum(sizes)])
        nodes = np.repeat(self._starts[chosen] - pointers[:-1], sizes) + np.arange(pointers[-1])
        columns, present = self._renumbered(self._of[nodes], radius=-1)
        pooling = two_way(Entries(pointers, columns, np.repeat(1.0 / sizes, sizes)), _filled(len(present)), dtype)
        layers: list[TwoWay] = []
        for radius in range(len(self._down) - 1, -1, -1):
            rows = self._down[radius].rows(present)
            pointers = np.full(_filled(len(present)) + 1, rows.pointers[-1])
            pointers[: len(rows.pointers)] = rows.pointers
            columns, present = self._renumbered(rows.columns, radius)
            layers.append(two_way(Entries(pointers, columns, rows.weights), _filled(len(present)), dtype))
        chosen_rows = np.zeros(_filled(len(present)), dtype=np.int64)
        chosen_rows[: len(present)] = present
        of_graphs = torch.from_numpy(sizes).to(dtype)[:, None]
        return LayeredBatch(self._rows[torch.from_numpy(chosen_rows)], tuple(reversed(layers)), pooling, of_graphs)

    def _renumbered(self, environments: _Numbers, radius: int) -> tuple[_Numbers, _Numbers]:
        """_Numbers the environments that occur 0, 1, ….

        :return: the new number of each, and which environment has each new number
        """
        place = self._place[radius]
        at = np.arange(len(environments))
        place[environments] = at
        last = place[environments]
        chosen = last == at
        return (np.cumsum(chosen) - 1)[last], environments[chosen]


def _filled(n: int) -> int:
    """The next multiple of 32."""
    return -(-n // _MULTIPLE) * _MULTIPLE


def number_graphs(graphs: Sequence[Graph], decode: Decode, depth: int, dtype: torch.dtype = torch.float32) -> GraphSet:
    """Finds the environments of all nodes of the graphs, of radius 0 to ``depth``.

    :raises ValueError: if there is no graph, or one without nodes
    """
    union = unite(graphs)
    radii = list(environments_by_radius(union, depth))
    # A copy, since torch aligns its arrays alike and so adds up in the same order each time.
    rows = torch.tensor(decode(union.codes[radii[0].chosen]), dtype=dtype)
    down = [union.entries.rows(here.chosen).renamed(below.number) for below, here in itertools.pairwise(radii)]
    return GraphSet(rows, down, radii[-1].number, union.starts)


def two_way(entries: Entries, n_columns: int, dtype: torch.dtype) -> TwoWay:
    """A sparse matrix by rows and by columns."""
    return TwoWay(as_adjacency(entries, dtype), as_adjacency(_transposed(entries, n_columns), dtype))


def _transposed(entries: Entries, n_columns: int) -> Entries:
    columns = entries.columns
    # numpy has a radix sort for 16-bit numbers, which is ten times as fast.
    order = np.argsort(columns.astype(np.uint16) if n_columns <= 1 << 16 else columns, kind="stable")
    rows = np.repeat(np.arange(len(entries.pointers) - 1), np.diff(entries.pointers))
    pointers = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=n_columns))])
    return Entries(pointers, rows[order], entries.weights[order])
