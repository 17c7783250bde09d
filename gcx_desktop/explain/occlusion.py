"""Occlusion: how much a class's score falls, relative to the other classes', when a node's features are set to zero.

Zeiler and Fergus, ECCV 2014.

Masking node n changes the responses of layer l only within l steps of n. So the changed responses are computed for the
pairs (m, n) of nodes at most l steps apart, for all masked nodes of a batch at once; the others do not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..gcn.network import by_size
from ..graph.batch import as_adjacency
from ..graph.union import Entries
from .forward_pass import ForwardPass, Method, relative_to_other_classes

_NODES_AT_ONCE = 1000
"""Nodes masked together; bounds memory to about 20 MB for drug-like molecules."""
PAIRS_AT_ONCE = 100_000
"""Most pairs of a masked node and a node of its graph: in a dense graph each masked node changes all others."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of a masked node and a node within some steps of it, each pair once."""

    node: NDArray[np.int64]
    """[n_pairs]"""
    masked: NDArray[np.int64]
    """[n_pairs], the masked node of each pair"""


def occlusion(run: ForwardPass) -> Tensor:
    """s_c(X) − s_c(X without node n), [n_nodes, n_classes], signed; s_c = y_c − mean of the other classes'."""
    batch = run.batch
    parts = [_score_changes(run, masked) for masked in portions(batch.starts)]
    return relative_to_other_classes(torch.cat(parts) / batch.sizes[batch.graph_of])


def portions(starts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The nodes of a batch, in portions that may be masked together.

    :param starts: [n_graphs + 1], where each graph's nodes begin
    """
    sizes = np.diff(starts)
    before = np.append(0, np.cumsum(np.repeat(sizes, sizes)))
    start, n_nodes = 0, int(starts[-1])
    while start < n_nodes:
        room = int(np.searchsorted(before, before[start] + PAIRS_AT_ONCE, side="right")) - 1
        stop = max(start + 1, min(room, start + _NODES_AT_ONCE))
        yield np.arange(start, stop)
        start = stop


def _score_changes(run: ForwardPass, masked: NDArray[np.int64]) -> Tensor:
    """N · (y(X) − y(X without n)) for each masked node, [n_masked, n_classes]."""
    run.raise_if_cancelled()
    network, batch, hidden = run.network, run.batch, run.activations.hidden
    table, device = batch.table, batch.table.device
    first = network.hidden[0]
    pairs = _Pairs(masked, masked)
    lost = first.times(batch.features[torch.from_numpy(masked).to(device)])  # what layer 1 does not receive any more
    for index, layer in enumerate(network.hidden):
        pairs, rows = _spread(pairs, batch.entries)
        of = batch.levels[index].of[torch.from_numpy(pairs.node).to(device)]
        less = as_adjacency(rows, table.dtype).to(device).times(lost)
        if index == 0:
            before = batch.levels[0].down.times(first.times(table)).add_(first.bias)[of] - less
        else:
            before = layer.apply(run.activations.averaged[index - 1][of] - less)
        lost = hidden[index][of] - before.relu_()
    changes = torch.cat([lost @ part for part in network.head_parts], dim=1)
    total = changes.new_zeros(len(masked), changes.shape[1])
    total.index_add_(0, torch.from_numpy(pairs.masked - masked[0]).to(device), changes)
    return by_size(network, total, batch.sizes[batch.graph_of[torch.from_numpy(masked).to(device)]])


def _spread(pairs: _Pairs, entries: Entries) -> tuple[_Pairs, Entries]:
    """The pairs one step further, and the rows of Â that carry the change from the old pairs to the new: [new, old]."""
    n_nodes = len(entries.pointers) - 1
    # Â is symmetric: the rows of the old pairs say to which nodes each of them passes its change.
    passed = entries.rows(pairs.node)
    source = np.repeat(np.arange(len(pairs.node)), np.diff(passed.pointers))
    keys = pairs.masked[source] * n_nodes + passed.columns
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    found = ordered[new]
    rows = Entries(np.append(new, len(order)), source[order], passed.weights[order])
    return _Pairs(found % n_nodes, found // n_nodes), rows


OCCLUSION = Method("occlusion", "Occlusion", "Zeiler and Fergus, ECCV 2014, section 4.2", occlusion, signed=True)
