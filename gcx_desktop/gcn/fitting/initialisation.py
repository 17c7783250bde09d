"""The initial weights: scaled so that the responses of every unit differ between the training graphs.

Because a GCN averages over neighbours and over all nodes, its responses with random weights hardly differ from one
graph to the next, and training spends most of its epochs on leaving this state. So the random weights are scaled, layer
by layer, until each unit's input has mean 0 and variance 1 over the nodes of some training graphs (layer-sequential
unit variance, Mishkin and Matas, ICLR 2016, with biases that centre), and each class score likewise over the graphs.
This changes the starting point only: the architecture of the network stays the same.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ...graph.batch import Batch
from ..network import Layer, Network, readout

_LEAST_DEVIATION = 1e-3
"""Units whose input varies less are scaled as if it varied this much."""


@torch.no_grad()
def standardise(network: Network, batch: Batch, n_kept: int = 0) -> Network:
    """The network with each layer rescaled and shifted so that its outputs before ReLU, and the scores, have mean 0
    and variance 1 over the batch.

    :param n_kept: the number of lowest hidden layers that stay as they are
    """
    values = batch.features
    hidden: list[Layer] = []
    for index, layer in enumerate(network.hidden):
        values = batch.average(values)
        hidden.append(layer if index < n_kept else _standardise_layer(layer, values))
        values = torch.relu(values @ hidden[-1].weight + hidden[-1].bias)
    seen = readout(network, batch.pool(values), batch.sizes)
    return replace(network, hidden=tuple(hidden), heads=_standardise_layer(network.head, seen))


def _standardise_layer(layer: Layer, values: Tensor) -> Layer:
    """:param values: [n, d_in], the input of the layer; n ≥ 1"""
    product = values @ layer.weight
    mean = product.mean(dim=0)
    deviation = (product - mean).square().mean(dim=0).sqrt().clamp_min(_LEAST_DEVIATION)
    return Layer(layer.weight / deviation, -mean / deviation)
