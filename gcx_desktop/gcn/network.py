"""The graph convolutional network of Kipf and Welling with global average pooling and a linear head.

    H⁰ = X                        [n_nodes, d₀]
    Ĥˡ = Â Hˡ                     [n_nodes, d_l]
    Hˡ⁺¹ = ReLU(Ĥˡ Wˡ + bˡ)       [n_nodes, d_l+1]    l = 0 … L-1
    e = mean over a graph's nodes of H^L              [n_graphs, d_L]
    y = e W_out + b_out           [n_graphs, n_classes]

(Kipf and Welling, ICLR 2017; Pope et al., CVPR 2019, section 3.) The network consists of its weights;
pure functions use them. There is no ``torch.nn.Module``, no training mode and no hook.

An ensemble of K members is such a network, too: the mean of the members' scores is the score of the network that has
their units side by side, the responses of one member feeding no other. Its hidden layers are

- shared by all members: the first ``n_shared``, maybe none;
- the members' first own layer: their matrices side by side, [d_in, K · d_out], since they have one input;
- the members' further layers: block-diagonal, a block for each member.

Its head is that of the members one above the other, divided by K.

The head may see, beside the mean e over a graph's N nodes, their sum over 25, s e with s = N / 25:

    y = [e, s e] W_out + b_out = (1 / N) Σ_n H^L_n (W_mean + s W_sum) + b_out

(Xu et al., ICLR 2019, on what a mean and a sum can tell apart.) The score is a sum over nodes still, by a head that
depends on the size of the graph, so that class activation maps are as exact as with the mean alone.

A network of a value has two outputs in the place of classes: the value, in its unit, and the opposite. So "raises" is
explained with the head w and "lowers" with the head −w, by the methods as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from ..graph.batch import Adjacency, Batch

HIDDEN = "hidden."
"""How the names of the hidden layers' weights begin."""
SUM_SCALE = 25.0
"""By which sums over nodes are divided, so that they are about as large as means: the nodes of a usual molecule."""
DEFAULT_WIDTHS = (128, 256, 512)


@dataclass(frozen=True, slots=True)
class Layer:
    """An affine map. A block-diagonal one has several matrices: the b-th takes the b-th part of the input to the b-th
    part of the output.
    """

    weight: Tensor
    """[d_in, d_out]; block-diagonal: [n_blocks, d_in, d_out]"""
    bias: Tensor
    """[d_out]; block-diagonal: [n_blocks · d_out]"""

    @property
    def n_blocks(self) -> int:
        return self.weight.shape[0] if self.weight.ndim == 3 else 1

    @property
    def positive(self) -> Layer:
        """The layer without its negative weights and its bias."""
        return Layer(self.weight.clamp(min=0), torch.zeros_like(self.bias))

    def apply(self, values: Tensor) -> Tensor:
        """The map's values: [n, all d_in] to [n, all d_out]."""
        if self.weight.ndim == 2:
            return torch.addmm(self.bias, values, self.weight)
        return self.times(values).add_(self.bias)

    def times(self, values: Tensor) -> Tensor:
        """The product with the matrix, without the bias: [n, all d_in] to [n, all d_out]."""
        return block_product(values, self.weight)

    def back(self, values: Tensor) -> Tensor:
        """The product with the transposed matrix: [n, all d_out] to [n, all d_in]."""
        return block_product(values, self.weight.mT)


def block_product(values: Tensor, matrices: Tensor) -> Tensor:
    """[n, all d_in] to [n, all d_out].

    :param matrices: [d_in, d_out], or block-diagonal [n_blocks, d_in, d_out]
    """
    if matrices.ndim == 2:
        return values @ matrices
    n_blocks, d_in, _ = matrices.shape
    blocks = torch.bmm(values.view(-1, n_blocks, d_in).transpose(0, 1), matrices)
    return blocks.transpose(0, 1).reshape(len(values), -1)


@dataclass(frozen=True)
class Network:
    """The weights of a GCN, or of an ensemble of GCNs."""

    hidden: tuple[Layer, ...]
    """L graph convolutions, L ≥ 1; of these only the members' layers after their first own one are block-diagonal."""
    heads: Layer
    """[d_L, n_classes], with sums [2 d_L, n_classes], W_mean above W_sum; of an ensemble a block for each member. Its
    values are the members' scores."""
    of_value: bool = False
    """Whether the two outputs are a value and its opposite, and not scores of classes."""
    with_sums: bool = False
    """Whether the head sees sums over nodes beside the means."""

    @cached_property
    def head(self) -> Layer:
        """The layer from what :func:`readout` gives to the scores: the members' mean."""
        n_members = self.n_members
        if self.heads.weight.ndim == 2:
            return self.heads
        return Layer(self.heads.weight.flatten(0, 1) / n_members, self.heads.bias.view(n_members, -1).mean(dim=0))

    @cached_property
    def head_parts(self) -> tuple[Tensor, ...]:
        """W_mean and, with sums, W_sum of :attr:`head`, each [all d_L, n_classes]."""
        n_parts, n_classes = 1 + self.with_sums, self.n_classes
        by_part = self.head.weight.view(self.n_members, n_parts, -1, n_classes)
        return tuple(by_part[:, part].reshape(-1, n_classes) for part in range(n_parts))

    @cached_property
    def node_heads(self) -> Tensor:
        """The heads of the members for a node's responses: [d_L, n_parts · n_classes], of an ensemble with a block for
        each member, the parts side by side."""
        weight = self.heads.weight
        if not self.with_sums:
            return weight
        parts = weight.view(*weight.shape[:-2], 2, -1, self.n_classes)
        return torch.cat(parts.unbind(dim=-3), dim=-1)

    @property
    def n_members(self) -> int:
        return self.heads.n_blocks

    @property
    def n_shared(self) -> int:
        """How many hidden layers the members share; 0 of a single network."""
        return sum(layer.n_blocks == 1 for layer in self.hidden) - 1 if self.n_members > 1 else 0

    @property
    def n_features(self) -> int:
        return self.hidden[0].weight.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Of one member's hidden layers."""
        n_shared, n_members = self.n_shared, self.n_members
        sizes = [len(layer.bias) for layer in self.hidden]
        return (*sizes[:n_shared], *(size // n_members for size in sizes[n_shared:]))

    @property
    def n_classes(self) -> int:
        return self.heads.weight.shape[-1]

    def member(self, number: int) -> Network:
        """One of the members, a network of its own: views of this one's weights.

        :param number: from 0
        """
        if self.n_members == 1:
            return self
        first = self.n_shared
        own = _columns(self.hidden[first], number, self.widths[first])
        further = (_block(layer, number) for layer in self.hidden[first + 1 :])
        return replace(self, hidden=(*self.hidden[:first], own, *further), heads=_block(self.heads, number))

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight with its name in a bundle."""
        for index, layer in enumerate(self.hidden):
            yield f"{HIDDEN}{index}.weight", layer.weight
            yield f"{HIDDEN}{index}.bias", layer.bias
        yield "head.weight", self.heads.weight
        yield "head.bias", self.heads.bias

    def to(self, *, dtype: torch.dtype | None = None, device: torch.device | None = None) -> Network:
        """The same network in another floating type or on another device."""
        moved = {name: tensor.to(device, dtype) for name, tensor in self.tensors()}
        return from_tensors(moved, len(self.hidden), of_value=self.of_value, with_sums=self.with_sums)


def _columns(layer: Layer, number: int, width: int) -> Layer:
    part = slice(number * width, (number + 1) * width)
    return Layer(layer.weight[:, part], layer.bias[part])


def _block(layer: Layer, number: int) -> Layer:
    return Layer(layer.weight[number], layer.bias.view(layer.n_blocks, -1)[number])


def readout(network: Network, embedding: Tensor, sizes: Tensor) -> Tensor:
    """What the head sees: e, or with sums [e, s e] of each member.

    :param embedding: [n_graphs, all d_L]
    :param sizes: [n_graphs, 1], the number of nodes of each graph
    :return: [n_graphs, all d_L], with sums [n_graphs, 2 · all d_L]
    """
    if not network.with_sums:
        return embedding
    of_members = embedding.view(len(embedding), network.n_members, -1)
    return torch.cat([of_members, of_members * (sizes / SUM_SCALE)[:, :, None]], dim=2).flatten(1)


def member_scores(network: Network, embedding: Tensor, sizes: Tensor) -> Tensor:
    """The scores of each member, of which those of the network are the mean: [n_graphs, n_members, n_classes].

    :param embedding: [n_graphs, d_L], of a forward pass
    :param sizes: [n_graphs, 1], the number of nodes of each graph
    """
    seen = readout(network, embedding, sizes)
    return network.heads.apply(seen).view(len(embedding), network.n_members, network.n_classes)


def by_size(network: Network, of_parts: Tensor, sizes: Tensor) -> Tensor:
    """Values of the parts of the head, put together for graphs of these sizes: W_mean's, and W_sum's times N / 25.

    :param of_parts: [n, ..., n_parts · width], the parts side by side
    :param sizes: [n, 1], the number of nodes of the graph that each row is of
    :return: [n, ..., width]
    """
    if not network.with_sums:
        return of_parts
    of_mean, of_sum = of_parts.chunk(2, dim=-1)
    scale = (sizes / SUM_SCALE).view(-1, *[1] * (of_parts.ndim - 1))
    return of_mean + of_sum * scale


def combine(members: Sequence[Network], n_shared: int = 0) -> Network:
    """The ensemble of some networks: its scores are the mean of theirs. ``member(k)`` of it is the k-th.

    :param members: single networks of one size; a single one is its own ensemble
    :param n_shared: the number of hidden layers that are the same in all of them
    :raises ValueError: if they differ in size or in the layers that they share, or share all their hidden layers
    """
    first = members[0]
    if len(members) == 1:
        return first
    shapes = {(each.n_features, each.widths, each.n_classes, each.n_members) for each in members}
    kinds = {(each.of_value, each.with_sums) for each in members}
    if shapes != {(first.n_features, first.widths, first.n_classes, 1)} or len(kinds) > 1:
        raise ValueError("the members of an ensemble must be single networks of the same size")
    if not 0 <= n_shared < len(first.hidden):
        raise ValueError(f"members with {len(first.hidden)} hidden layers cannot share {n_shared} of them")
    for index, layer in enumerate(first.hidden[:n_shared]):
        for other in (each.hidden[index] for each in members[1:]):
            if not (torch.equal(layer.weight, other.weight) and torch.equal(layer.bias, other.bias)):
                raise ValueError(f"hidden layer {index + 1} is not the same in all members, which are to share it")
    own = [each.hidden[n_shared] for each in members]
    abreast = Layer(torch.cat([each.weight for each in own], dim=1), torch.cat([each.bias for each in own]))
    further = (
        _block_diagonal([each.hidden[index] for each in members]) for index in range(n_shared + 1, len(first.hidden))
    )
    heads = _block_diagonal([each.heads for each in members])
    return replace(first, hidden=(*first.hidden[:n_shared], abreast, *further), heads=heads)


def _block_diagonal(layers: Sequence[Layer]) -> Layer:
    return Layer(torch.stack([each.weight for each in layers]), torch.cat([each.bias for each in layers]))


@dataclass(frozen=True, slots=True)
class Activations:
    """The results of a forward pass that the explainers need: a row for each distinct environment, not for each node.

    ``batch.levels[l - 1].of`` gives each node's row of Hˡ. d_l counts the units of all members of an ensemble.
    """

    hidden: tuple[Tensor, ...]
    """H¹ … H^L, the l-th [n environments of radius l, d_l], ≥ 0."""
    averaged: tuple[Tensor, ...]
    """Ĥ¹ … Ĥ^(L-1), the l-th [n environments of radius l + 1, d_l], ≥ 0."""
    embedding: Tensor
    """e, [n_graphs, d_L], ≥ 0."""
    scores: Tensor
    """y, [n_graphs, n_classes], before softmax; of a value in its unit, and the opposite."""


def outputs(network: Network, scores: Tensor) -> Tensor:
    """The prediction that scores stand for, of the same shape: the probabilities of classes, or a value and its
    opposite.

    :param scores: [..., n_classes]
    """
    return scores if network.of_value else scores.softmax(dim=-1)


def value_network(network: Network, mean: float, deviation: float) -> Network:
    """The network of a value in its unit.

    :param network: a single one with one output, the value in standardised units
    :param mean: of the values, to which the output 0 belongs
    :param deviation: to which the output 1 belongs, from the mean
    """
    weight, bias = network.heads.weight * deviation, network.heads.bias * deviation + mean
    heads = Layer(torch.cat([weight, -weight], dim=1), torch.cat([bias, -bias]))
    return replace(network, heads=heads, of_value=True)


def with_outputs(network: Network, start: int, stop: int, *, of_value: bool = False) -> Network:
    """The network with some of its outputs alone: views of its weights.

    :param start: of the first output
    :param stop: after the last
    """
    n_members, n_outputs = network.n_members, network.n_classes
    heads = network.heads
    bias = heads.bias.view(n_members, n_outputs)[:, start:stop].reshape(-1)
    return replace(network, heads=Layer(heads.weight[..., start:stop], bias), of_value=of_value)


def side_by_side(networks: Sequence[Network]) -> Network:
    """The network with the outputs of several one after another; what they mean only each of these says.

    :param networks: of the same hidden layers
    """
    first = networks[0]
    weight = torch.cat([each.heads.weight for each in networks], dim=-1)
    bias = torch.cat([each.heads.bias.view(first.n_members, -1) for each in networks], dim=1).reshape(-1)
    return replace(first, heads=Layer(weight, bias), of_value=False)


def is_opposite(network: Network) -> bool:
    """Whether the second output is the opposite of the first, as that of a network of a value must be."""
    heads = network.heads
    bias = heads.bias.view(-1, network.n_classes)
    return (
        network.n_classes == 2
        and torch.equal(heads.weight[..., 0], -heads.weight[..., 1])
        and torch.equal(bias[:, 0], -bias[:, 1])
    )


def from_tensors(
    tensors: dict[str, Tensor], n_hidden: int, *, of_value: bool = False, with_sums: bool = False
) -> Network:
    """The network with these named weights, as :meth:`Network.tensors` gives them.

    :raises KeyError: if one is missing
    """
    hidden = tuple(Layer(tensors[f"hidden.{i}.weight"], tensors[f"hidden.{i}.bias"]) for i in range(n_hidden))
    return Network(hidden, Layer(tensors["head.weight"], tensors["head.bias"]), of_value, with_sums)


def tensor_shapes(
    n_features: int,
    widths: tuple[int, ...],
    n_classes: int,
    n_members: int = 1,
    n_shared: int = 0,
    *,
    with_sums: bool = False,
) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of a network of this size.

    :param widths: of one member
    """
    shapes: dict[str, tuple[int, ...]] = {}
    d_in = n_features
    for index, d_out in enumerate(widths):
        side_by_side = d_out if index < n_shared else n_members * d_out
        in_blocks = n_members > 1 and index > n_shared
        shapes[f"hidden.{index}.weight"] = (n_members, d_in, d_out) if in_blocks else (d_in, side_by_side)
        shapes[f"hidden.{index}.bias"] = (side_by_side,)
        d_in = d_out
    d_in *= 1 + with_sums
    shapes["head.weight"] = (n_members, d_in, n_classes) if n_members > 1 else (d_in, n_classes)
    shapes["head.bias"] = (n_members * n_classes,)
    return shapes


def initialise(
    n_features: int,
    widths: tuple[int, ...],
    n_classes: int,
    generator: torch.Generator,
    *,
    with_sums: bool = False,
) -> Network:
    """A network to be trained: Glorot-uniform weights (as Kipf and Welling), zero biases."""
    tensors = {}
    for name, shape in tensor_shapes(n_features, widths, n_classes, with_sums=with_sums).items():
        if len(shape) == 1:
            tensors[name] = torch.zeros(shape)
        else:
            bound = (6.0 / sum(shape)) ** 0.5
            tensors[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    return from_tensors(tensors, len(widths), with_sums=with_sums)


def responses(network: Network, table: Tensor, down: Sequence[Adjacency]) -> tuple[list[Tensor], list[Tensor]]:
    """The responses of every layer.

    :param table: [n_0, n_features]
    :param down: the l-th, from 1: [n_l, n_(l-1)]: how the rows of a layer average those of the layer before
    :return: H¹ … H^L, each [n_l, d_l], and Ĥ¹ … Ĥ^(L-1), each [n_(l+1), d_l]
    """
    return layer_responses(network.hidden, table, down)


def layer_responses(
    layers: Sequence[Layer], table: Tensor, down: Sequence[Adjacency]
) -> tuple[list[Tensor], list[Tensor]]:
    """:func:`responses` of some hidden layers, from the lowest."""
    hidden: list[Tensor] = []
    averaged: list[Tensor] = []
    for layer, adjacency in zip(layers, down, strict=True):
        if not hidden:
            response = adjacency.times(layer.times(table)).add_(layer.bias)
        else:
            averaged.append(adjacency.times(hidden[-1]))
            response = layer.apply(averaged[-1])
        hidden.append(response.relu_())
    return hidden, averaged


def forward(network: Network, batch: Batch) -> Activations:
    """A forward pass over a batch that keeps what the explainers need.

    :param batch: made with a level for each hidden layer
    """
    hidden, averaged = responses(network, batch.table, [level.down for level in batch.levels])
    embedding = batch.pool_rows(hidden[-1], batch.levels[-1])
    scores = network.head.apply(readout(network, embedding, batch.sizes))
    return Activations(tuple(hidden), tuple(averaged), embedding, scores)
