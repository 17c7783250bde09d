"""The graph convolutional network of Kipf and Welling with global average pooling and a linear head.

    H⁰ = X                        [n_nodes, d₀]
    Ĥˡ = Â Hˡ                     [n_nodes, d_l]
    Hˡ⁺¹ = ReLU(Ĥˡ Wˡ + bˡ)       [n_nodes, d_l+1]    l = 0 … L-1
    e = mean over a graph's nodes of H^L              [n_graphs, d_L]
    y = e W_out + b_out           [n_graphs, n_classes]

(Kipf and Welling, ICLR 2017; Pope et al., CVPR 2019, section 3.) The network consists of its weights;
pure functions use them. There is no ``torch.nn.Module``, no training mode and no hook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..graph.batch import Adjacency, Batch

DEFAULT_WIDTHS = (128, 256, 512)


@dataclass(frozen=True, slots=True)
class Layer:
    """An affine map."""

    weight: Tensor
    """[d_in, d_out]"""
    bias: Tensor
    """[d_out]"""


@dataclass(frozen=True, slots=True)
class Network:
    """The weights of a GCN."""

    hidden: tuple[Layer, ...]
    """L graph convolutions, L ≥ 1."""
    head: Layer
    """[d_L, n_classes]"""

    @property
    def n_features(self) -> int:
        return self.hidden[0].weight.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(layer.weight.shape[1] for layer in self.hidden)

    @property
    def n_classes(self) -> int:
        return self.head.weight.shape[1]

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight with its name in a bundle."""
        for index, layer in enumerate(self.hidden):
            yield f"hidden.{index}.weight", layer.weight
            yield f"hidden.{index}.bias", layer.bias
        yield "head.weight", self.head.weight
        yield "head.bias", self.head.bias

    def to(self, *, dtype: torch.dtype | None = None, device: torch.device | None = None) -> Network:
        """The same network in another floating type or on another device."""
        return from_tensors({name: tensor.to(device, dtype) for name, tensor in self.tensors()}, len(self.hidden))


@dataclass(frozen=True, slots=True)
class Activations:
    """The results of a forward pass that the explainers need: a row for each distinct environment, not for each node.

    ``batch.levels[l - 1].of`` gives each node's row of Hˡ.
    """

    hidden: tuple[Tensor, ...]
    """H¹ … H^L, the l-th [n environments of radius l, d_l], ≥ 0."""
    averaged: tuple[Tensor, ...]
    """Ĥ¹ … Ĥ^(L-1), the l-th [n environments of radius l + 1, d_l], ≥ 0."""
    embedding: Tensor
    """e, [n_graphs, d_L], ≥ 0."""
    scores: Tensor
    """y, [n_graphs, n_classes], before softmax."""


def from_tensors(tensors: dict[str, Tensor], n_hidden: int) -> Network:
    """The network with these named weights, as :meth:`Network.tensors` gives them.

    :raises KeyError: if one is missing
    """
    hidden = tuple(Layer(tensors[f"hidden.{i}.weight"], tensors[f"hidden.{i}.bias"]) for i in range(n_hidden))
    return Network(hidden, Layer(tensors["head.weight"], tensors["head.bias"]))


def tensor_shapes(n_features: int, widths: tuple[int, ...], n_classes: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of a network of this size."""
    shapes: dict[str, tuple[int, ...]] = {}
    d_in = n_features
    for index, d_out in enumerate(widths):
        shapes[f"hidden.{index}.weight"] = (d_in, d_out)
        shapes[f"hidden.{index}.bias"] = (d_out,)
        d_in = d_out
    shapes["head.weight"] = (d_in, n_classes)
    shapes["head.bias"] = (n_classes,)
    return shapes


def initialise(n_features: int, widths: tuple[int, ...], n_classes: int, generator: torch.Generator) -> Network:
    """A network to be trained: Glorot-uniform weights (as Kipf and Welling), zero biases."""
    tensors = {}
    for name, shape in tensor_shapes(n_features, widths, n_classes).items():
        if len(shape) == 1:
            tensors[name] = torch.zeros(shape)
        else:
            bound = (6.0 / sum(shape)) ** 0.5
            tensors[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    return from_tensors(tensors, len(widths))


def responses(network: Network, table: Tensor, down: Sequence[Adjacency]) -> tuple[list[Tensor], list[Tensor]]:
    """The responses of every layer.

    :param table: [n_0, n_features]
    :param down: the l-th, from 1: [n_l, n_(l-1)]: how the rows of a layer average those of the layer before
    :return: H¹ … H^L, each [n_l, d_l], and Ĥ¹ … Ĥ^(L-1), each [n_(l+1), d_l]
    """
    hidden: list[Tensor] = []
    averaged: list[Tensor] = []
    for layer, adjacency in zip(network.hidden, down, strict=True):
        if not hidden:
            response = adjacency.times(table @ layer.weight).add_(layer.bias)
        else:
            averaged.append(adjacency.times(hidden[-1]))
            response = torch.addmm(layer.bias, averaged[-1], layer.weight)
        hidden.append(response.relu_())
    return hidden, averaged


def forward(network: Network, batch: Batch) -> Activations:
    """A forward pass over a batch that keeps what the explainers need.

    :param batch: made with a level for each hidden layer
    """
    hidden, averaged = responses(network, batch.table, [level.down for level in batch.levels])
    embedding = batch.pool_rows(hidden[-1], batch.levels[-1])
    scores = torch.addmm(network.head.bias, embedding, network.head.weight)
    return Activations(tuple(hidden), tuple(averaged), embedding, scores)
