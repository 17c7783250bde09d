"""Whether a map depends on what the network has learned: sanity checks by randomised layers.

Adebayo et al. (NeurIPS 2018): the layers are given random weights one after another, from the top; a map that does
not change shows the input, not the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from ..gcn.network import Layer, Network
from ..graph.graph import Decode, Graph
from ..progress import CancelToken
from .engine import explain_graphs
from .forward_pass import Method
from .measures import rank_correlation

SUSPICIOUS = 0.5
"""Rank correlation with the map of a network with random weights. Above it the method depends little on the weights."""


@dataclass(frozen=True, slots=True)
class RandomisationResult:
    """How similar a method's maps are to those of the network with its upper layers randomised."""

    method: str
    correlation: NDArray[np.float64]
    """[n_layers + 1]: mean rank correlation with 1, 2, … randomised layers, the head being the first; NaN if every map
    is constant."""
    n_graphs: int

    @property
    def suspicious(self) -> bool:
        """Whether the map of a network that has learned nothing is much the same as the true one."""
        return bool(self.correlation[-1] > SUSPICIOUS)


def randomised_layers(
    network: Network,
    graphs: Sequence[Graph],
    decode: Decode,
    methods: Sequence[Method],
    *,
    seed: int = 0,
    after_layer: Callable[[int], None] = lambda _: None,
    cancel: CancelToken | None = None,
) -> list[RandomisationResult]:
    """One result for each method, from each graph's map of the class that the trained network predicts.

    :param after_layer: called with the number of layers done
    :raises Cancelled: once ``cancel`` is set
    """
    original = explain_graphs(network, graphs, decode, methods, cancel)
    generator = torch.Generator().manual_seed(seed)
    found: dict[str, list[float]] = {method.id: [] for method in methods}
    changed = network
    for depth in range(len(network.hidden) + 1):
        changed = _with_random_layer(changed, len(network.hidden) - depth, generator)
        now = explain_graphs(changed, graphs, decode, methods, cancel)
        for id_, values in found.items():
            pairs = [
                rank_correlation(was.maps[id_][:, was.predicted], new.maps[id_][:, was.predicted])
                for was, new in zip(original, now, strict=True)
            ]
            # A map that has become constant has nothing in common with the first one.
            values.append(float(np.nan_to_num(pairs).mean()))
        after_layer(depth + 1)
    return [RandomisationResult(id_, np.array(values), len(graphs)) for id_, values in found.items()]


def _with_random_layer(network: Network, index: int, generator: torch.Generator) -> Network:
    """The network, one layer's weights drawn anew from a normal distribution with their mean and standard deviation.

    :param index: of the hidden layer; the heads follow the last
    """
    layers = [*network.hidden, network.heads]
    layers[index] = Layer(_like(layers[index].weight, generator), _like(layers[index].bias, generator))
    return replace(network, hidden=tuple(layers[:-1]), heads=layers[-1])


def _like(weights: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    spread = weights.std() if weights.numel() > 1 else weights.new_zeros(())
    noise = torch.randn(weights.shape, generator=generator, dtype=weights.dtype).to(weights.device)
    return weights.mean() + spread * noise
