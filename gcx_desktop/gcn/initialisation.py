"""Where training starts: weights at which every unit says something different about the graphs at hand.

Averaging over neighbours and over all nodes leaves a randomly weighted GCN with responses that hardly differ from one
graph to the next, and training spends most of its epochs on getting away from there. So the random weights are
scaled, layer by layer, until each unit's input has mean 0 and variance 1 over the nodes of some training graphs
(layer-sequential unit variance, Mishkin and Matas, ICLR 2016, with biases that centre), and each class score likewise
over the graphs. It is a starting point only: the network has nothing that it did not have before.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..graph.batch import Batch
from .network import Layer, Network

_LEAST_DEVIATION = 1e-3
"""Units whose input varies less are not blown up further."""


@torch.no_grad()
def standardised(network: Network, batch: Batch) -> Network:
    """The network with each layer rescaled and shifted so that its outputs before ReLU, and the scores, have mean 0
    and variance 1 over the batch.
    """
    values = batch.features
    hidden: list[Layer] = []
    for layer in network.hidden:
        values = batch.average(values)
        hidden.append(_standardised(layer, values))
        values = torch.relu(values @ hidden[-1].weight + hidden[-1].bias)
    return Network(tuple(hidden), _standardised(network.head, batch.pool(values)))


def _standardised(layer: Layer, values: Tensor) -> Layer:
    """:param values: [n, d_in], what the layer is fed; n ≥ 1"""
    product = values @ layer.weight
    mean = product.mean(dim=0)
    deviation = (product - mean).square().mean(dim=0).sqrt().clamp_min(_LEAST_DEVIATION)
    return Layer(layer.weight / deviation, -mean / deviation)
