"""A network and a model of a value, with random weights."""

from __future__ import annotations

import torch

from gcx_desktop.gcn.network import Network, initialise, value_network
from gcx_desktop.graph.features import N_FEATURES

MEAN, DEVIATION = 6.0, 1.5


def random_value_network(seed: int) -> Network:
    """A single network of a value with two hidden layers of 8 units."""
    one_output = initialise(N_FEATURES, (8, 8), 1, torch.Generator().manual_seed(seed))
    return value_network(one_output, MEAN, DEVIATION)
