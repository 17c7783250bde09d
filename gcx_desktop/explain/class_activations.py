"""The class activations of nodes, cached from one batch to the next.

The class activations of a node are H^L W_out, one number for each class (with sums H^L (W_mean + N / 25 · W_sum), of
which both products are kept). With average pooling and a linear head the
scores are their mean plus the bias, and CAM and Grad-CAM are computed from nothing else. They depend only on the node's
local environment of radius L, and the same environments occur again and again in a library: of the atoms of 40,000
molecules one in four has an environment that did not occur before. So each is computed when it first occurs.

Those of an ensemble are the mean of its members', which are kept, since they also say how much the members differ.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..gcn.network import Network, block_product, by_size, responses
from ..graph.cascade import make_cascade
from ..graph.environments import environments_by_radius
from ..graph.graph import Decode, Graph
from ..graph.union import unite

MEMORY_BYTES = 32 << 20


class ClassActivationCache:
    """Computes class activations and keeps them. What does not fit into memory is dropped and computed again."""

    def __init__(self, network: Network, decode: Decode, memory_bytes: int = MEMORY_BYTES) -> None:
        self._network, self._decode = network, decode
        dtype = torch.empty(0, dtype=network.heads.weight.dtype).numpy().dtype
        self._n_numbers = network.node_heads.shape[-1]
        width = network.n_members * self._n_numbers
        a_slot = 8 + dtype.itemsize * width
        self._bits = max(1, (memory_bytes // a_slot).bit_length() - 1)
        # Each hash has one slot, given by its upper bits. A free slot holds a hash that belongs to another slot.
        self._hashes = np.zeros(1 << self._bits, dtype=np.uint64)
        self._hashes[0] = np.uint64(2**64 - 1)
        self._rows = np.zeros((1 << self._bits, width), dtype=dtype)

    def of_nodes(self, graphs: Sequence[Graph]) -> NDArray[np.floating]:
        """[n_nodes of all graphs, n_classes]: H^L W_out."""
        return mean_over_members(self.of_members(graphs))

    def of_members(self, graphs: Sequence[Graph]) -> NDArray[np.floating]:
        """[n_nodes of all graphs, n_members, n_classes]: those of each member by itself."""
        union = unite(graphs)
        radii = list(environments_by_radius(union, len(self._network.hidden)))
        hashes = radii[-1].hashes
        slots = (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
        rows, new = self._rows[slots], self._hashes[slots] != hashes
        if new.any():
            weight = self._network.node_heads
            with torch.inference_mode():
                cascade = make_cascade(union, radii, new, self._decode, weight.dtype).to(weight.device)
                hidden, _ = responses(self._network, cascade.table, cascade.down)
                rows[new] = block_product(hidden[-1], weight).cpu().numpy()
            self._hashes[slots[new]], self._rows[slots[new]] = hashes[new], rows[new]
        found: NDArray[np.floating] = rows[radii[-1].number].reshape(-1, self._network.n_members, self._n_numbers)
        if not self._network.with_sums:
            return found
        sizes = np.array([graph.n_nodes for graph in graphs])
        of_nodes = torch.from_numpy(np.repeat(sizes, sizes).astype(found.dtype))[:, None]
        together: NDArray[np.floating] = by_size(self._network, torch.from_numpy(found), of_nodes).numpy()
        return together


def mean_over_members(of_members: NDArray[np.floating]) -> NDArray[np.floating]:
    """[n_nodes, n_members, n_classes] to [n_nodes, n_classes]."""
    n_members = of_members.shape[1]
    if n_members == 1:
        return of_members[:, 0]
    # A loop over few members takes a fraction of the time of numpy's mean over a short axis.
    total = of_members[:, 0].copy()
    for number in range(1, n_members):
        total += of_members[:, number]
    total /= n_members
    return total
