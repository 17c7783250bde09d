"""A training step's forward and backward pass, in closed form.

Both do their products once for each distinct environment of the batch, and before averaging, since a layer's input has
fewer distinct rows than its output (:mod:`...graph.environments`):

    P = H W            [n_l, d_l+1]         rows of environments of radius l
    Z = Â P + b        [n_l+1, d_l+1]       rows of environments of radius l + 1;  H' = ReLU(Z)

    dZ = dH' where H' > 0
    db = Σ rows of dZ,   dP = Âᵀ dZ,   dW = Hᵀ dP,   dH = dP Wᵀ

A row's gradient is the sum over the nodes that it stands for, which the transposed sparse matrices see to. The lowest
layer has no dH. Autograd would keep what this does not need and multiply as many rows as there are nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...graph.graph_set import LayeredBatch
from ..network import Layer, Network, by_size, readout
from .products import product


@dataclass(frozen=True, slots=True)
class TrainingPass:
    """A forward pass, with what the backward pass needs of it."""

    hidden: tuple[Tensor, ...]
    """H¹ … H^L after dropout, the l-th [n environments of radius l, d_l]."""
    embedding: Tensor
    """[n_graphs, d_L], after dropout."""
    scores: Tensor
    """[n_graphs, n_classes]"""
    kept: Tensor | None
    """[n_graphs, d_L]: the factor of each component of the embeddings, 0 or 1 / (1 - rate); ``None``: no dropout."""
    rate: float
    """The probability of dropout."""


@torch.no_grad()
def training_pass(
    network: Network, batch: LayeredBatch, rate: float = 0.0, generator: torch.Generator | None = None
) -> TrainingPass:
    """The scores of :func:`..network.forward`, with responses and components of the embeddings dropped at random.

    Nodes that the network cannot tell apart share a row, so that they lose the same responses.

    :param rate: probability that a value is dropped
    """
    hidden: list[Tensor] = []
    values = batch.rows
    for layer, averaging in zip(network.hidden, batch.layers, strict=True):
        values = averaging.forward.times(product(values, layer.weight)).add_(layer.bias).relu_()
        if rate:
            values.mul_(dropout_factors(values, rate, generator))
        hidden.append(values)
    embedding = batch.pooling.forward.times(values)
    kept = dropout_factors(embedding, rate, generator) if rate else None
    if kept is not None:
        embedding.mul_(kept)
    seen = readout(network, embedding, batch.sizes)
    scores = torch.addmm(network.head.bias, seen, network.head.weight)
    return TrainingPass(tuple(hidden), embedding, scores, kept, rate)


@torch.no_grad()
def weight_gradients(network: Network, batch: LayeredBatch, done: TrainingPass, d_scores: Tensor) -> Network:
    """The gradient of the loss for every weight, as a network of these.

    :param done: the pass of this network over this batch
    :param d_scores: [n_graphs, n_classes], the gradient for the scores
    """
    seen = readout(network, done.embedding, batch.sizes)
    head = Layer(seen.T @ d_scores, d_scores.sum(dim=0))
    d_embedding = by_size(network, d_scores @ network.head.weight.T, batch.sizes)
    if done.kept is not None:
        d_embedding.mul_(done.kept)
    d_hidden = batch.pooling.transposed.times(d_embedding)
    layers: list[Layer] = []
    for index in range(len(network.hidden) - 1, -1, -1):
        # Dropped responses are 0 as well, so that one look at H' serves ReLU and dropout.
        d_sum = torch.ops.aten.threshold_backward(d_hidden, done.hidden[index], 0.0)
        if done.rate:
            d_sum.mul_(1 / (1 - done.rate))
        d_product = batch.layers[index].transposed.times(d_sum)
        below = done.hidden[index - 1] if index else batch.rows
        layers.append(Layer(product(below.T, d_product), d_sum.sum(dim=0)))
        if index:
            d_hidden = product(d_product, network.hidden[index].weight.T)
    return Network(tuple(reversed(layers)), head)


def dropout_factors(like: Tensor, rate: float, generator: torch.Generator | None) -> Tensor:
    """Of the same shape: 0 with probability ``rate`` (to 1/65,536), else 1 / (1 - rate), so that the mean stays."""
    # One draw of 64 bits serves four values; drawing for each would take as long as the network itself.
    drawn = torch.empty(-(-like.numel() // 4), dtype=torch.int64).random_(-(2**63), None, generator=generator)
    lots = drawn.view(torch.int16)[: like.numel()].view(like.shape)
    return (lots >= round(rate * 65_536) - 32_768).to(like.dtype).mul_(1 / (1 - rate))
