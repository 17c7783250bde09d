"""One graph. No torch here: worker processes make graphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Graph:
    """One undirected graph."""

    codes: NDArray[np.int32]
    """[n_nodes], n_nodes ≥ 1"""
    edges: NDArray[np.int32]
    """[n_edges, 2]; each edge once, no loops."""

    @property
    def n_nodes(self) -> int:
        return len(self.codes)
