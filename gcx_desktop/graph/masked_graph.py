"""Graphs in which some nodes are masked: they have no features.

A masked node keeps its edges; its features are zero, as in the occlusion of Zeiler and Fergus (ECCV 2014) and in the
fidelity of Pope et al. (CVPR 2019, section 4). It has a code of its own, so that its environments are compared and
shared like those of any other node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .graph import Decode, Graph

MASKED = -1
"""The code of a masked node."""


def masked(graph: Graph, nodes: NDArray[np.bool_]) -> Graph:
    """The same graph with some nodes masked.

    :param nodes: [n_nodes]
    """
    return Graph(np.where(nodes, np.int32(MASKED), graph.codes), graph.edges)


def decode_masked(decode: Decode) -> Decode:
    """A ``decode`` that gives masked nodes a row of zeros."""

    def rows(codes: NDArray[np.integer]) -> NDArray[np.float32]:
        without = codes == MASKED
        # Any valid code may stand in their place.
        features = decode(np.where(without, 0, codes))
        features[without] = 0.0
        return features

    return rows
