"""The class activations of nodes, cached from one batch to the next.

The class activations of a node are H^L W_out, one number for each class. With average pooling and a linear head the
scores are their mean plus the bias, and CAM and Grad-CAM are computed from nothing else. They depend only on the node's
local environment of radius L, and the same environments occur again and again in a library: of the atoms of 40,000
molecules one in four has an environment that did not occur before. So each is computed when it first occurs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..gcn.network import Network, responses
from ..graph.cascade import make_cascade
from ..graph.environments import environments_by_radius
from ..graph.graph import Decode, Graph
from ..graph.union import unite

MEMORY_BYTES = 32 << 20


class ClassActivationCache:
    """Computes class activations and keeps them. What does not fit into memory is dropped and computed again."""

    def __init__(self, network: Network, decode: Decode, memory_bytes: int = MEMORY_BYTES) -> None:
        self._network, self._decode = network, decode
        dtype = torch.empty(0, dtype=network.head.weight.dtype).numpy().dtype
        a_slot = 8 + dtype.itemsize * network.n_classes
        self._bits = max(1, (memory_bytes // a_slot).bit_length() - 1)
        # Each hash has one slot, given by its upper bits. A free slot holds a hash that belongs to another slot.
        self._hashes = np.zeros(1 << self._bits, dtype=np.uint64)
        self._hashes[0] = np.uint64(2**64 - 1)
        self._rows = np.zeros((1 << self._bits, network.n_classes), dtype=dtype)

    def of_nodes(self, graphs: Sequence[Graph]) -> NDArray[np.floating]:
        """[n_nodes of all graphs, n_classes]: H^L W_out."""
        union = unite(graphs)
        radii = list(environments_by_radius(union, len(self._network.hidden)))
        hashes = radii[-1].hashes
        slots = (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
        rows, new = self._rows[slots], self._hashes[slots] != hashes
        if new.any():
            weight = self._network.head.weight
            with torch.inference_mode():
                cascade = make_cascade(union, radii, new, self._decode, weight.dtype).to(weight.device)
                hidden, _ = responses(self._network, cascade.table, cascade.down)
                rows[new] = (hidden[-1] @ weight).cpu().numpy()
            self._hashes[slots[new]], self._rows[slots[new]] = hashes[new], rows[new]
        found: NDArray[np.floating] = rows[radii[-1].number]
        return found
