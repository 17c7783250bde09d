"""Graphs of which some nodes have no features: what the network says without them.

A masked node keeps its edges; its features are zero, as in the occlusion of Zeiler and Fergus (ECCV 2014) and in the
fidelity of Pope et al. (CVPR 2019, section 4). It has a code of its own, so that its environments are told apart, and
shared, like those of any other node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .graph import Decode, Graph

MASKED = -1
"""The code of a masked node."""


def masked(graph: Graph, nodes: NDArray[np.bool_]) -> Graph:
    """The same graph without the features of some nodes.

    :param nodes: [n_nodes]
    """
    return Graph(np.where(nodes, np.int32(MASKED), graph.codes), graph.edges)


def decode_masked(decode: Decode) -> Decode:
    """``decode``, by which masked nodes have a row of zeros."""

    def rows(codes: NDArray[np.integer]) -> NDArray[np.float32]:
        without = codes == MASKED
        # Any code that exists will do in their place.
        features = decode(np.where(without, 0, codes))
        features[without] = 0.0
        return features

    return rows
