"""The circular environments of a graph's nodes, each named by a key, and how often each key occurs. No RDKit here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_KEYS = 4096
"""Keys lie below it: the environments' hashes are folded to so many."""
COUNTING = f"morgan-counts-radius-2-folded-{N_KEYS}"
"""Name of the rule by which environments are found and get their keys. Any change to it needs a new name."""
MAX_KEY_COUNT = 2**16 - 1
"""A key that occurs more often counts as this."""

KeyCounts = NDArray[np.uint16]
"""[n_present, 2]: each key that occurs, ascending, and how often."""


@dataclass(frozen=True, slots=True, eq=False)
class CountedEnvironments:
    """The circular environments of one graph (Rogers and Hahn, J. Chem. Inf. Model. 2010), and the nodes in each."""

    keys: NDArray[np.uint16]
    """[n_environments], several may have the same"""
    members: NDArray[np.int32]
    """[n_memberships, 2]: an environment, and a node in it; each pair once"""
    n_nodes: int

    @property
    def counts(self) -> KeyCounts:
        """How often each key occurs."""
        present, counts = np.unique(self.keys, return_counts=True)
        return np.stack([present, np.minimum(counts, MAX_KEY_COUNT)], axis=1).astype(np.uint16)

    def counts_without_nodes(self) -> NDArray[np.uint16]:
        """[n_nodes, n_present]: how often each key of :attr:`counts` occurs among the environments that do not hold the
        node."""
        present, column, counts = np.unique(self.keys, return_inverse=True, return_counts=True)
        environment, node = self.members[:, 0], self.members[:, 1].astype(np.int64)
        place = node * len(present) + column[environment]
        held = np.bincount(place, minlength=self.n_nodes * len(present)).reshape(self.n_nodes, len(present))
        left: NDArray[np.uint16] = np.minimum(counts - held, MAX_KEY_COUNT).astype(np.uint16)
        return left
