"""Contrastive gradient-based saliency (Pope et al., CVPR 2019, eq. 2; Simonyan et al., 2013)."""

from __future__ import annotations

import torch
from torch import Tensor

from .forward_pass import ForwardPass, Method


def hidden_gradients(run: ForwardPass) -> tuple[Tensor, ...]:
    """N · ∂y_c/∂Hˡ for l = 1 … L-1, each [n_nodes, n_classes, d_l].

    In closed form: G^L = W_out[:, c] / N, and Gˡ = Â ((Gˡ⁺¹ ⊙ [Hˡ⁺¹ > 0]) Wˡᵀ). The 1/N of a graph is left to the
    end: Â never mixes graphs. The first step then is [H^L > 0] times a matrix that is the same for every node,
    diag(W_out[:, c]) Wᵀ, all classes side by side. Since H ≥ 0, [H > 0] is its sign, one pass over memory.
    """
    network, batch, hidden = run.network, run.batch, run.activations.hidden
    n_nodes, n_classes = batch.n_nodes, network.n_classes
    found: list[Tensor] = []
    for index in range(len(hidden) - 1, 0, -1):
        weight, level = network.hidden[index].weight, batch.levels[index]
        alive = hidden[index].sign()
        if not found:
            averaged = level.up.times(alive @ by_class(network.head.weight, weight))
        else:
            passed = (found[-1] * alive[level.of][:, None]).view(n_nodes * n_classes, -1) @ weight.T
            averaged = batch.average(passed.view(n_nodes, -1))
        found.append(averaged.view(n_nodes, n_classes, -1))
    return tuple(reversed(found))


def by_class(head: Tensor, weight: Tensor) -> Tensor:
    """diag(head[:, c]) weightᵀ for every class side by side: [d_out, n_classes · d_in].

    :param head: [d_out, n_classes]
    :param weight: [d_in, d_out]
    """
    return (head[:, :, None] * weight.T[:, None, :]).view(head.shape[0], -1)


def gradient(run: ForwardPass) -> Tensor:
    """‖ReLU(∂y_c/∂X_n)‖₂, [n_nodes, n_classes]."""
    network, batch = run.network, run.batch
    n_nodes, n_classes = batch.n_nodes, network.n_classes
    weight, level = network.hidden[0].weight, batch.levels[0]
    alive = run.activations.hidden[0].sign()
    if run.once(hidden_gradients):
        passed = (run.once(hidden_gradients)[0] * alive[level.of][:, None]).view(n_nodes * n_classes, -1) @ weight.T
        at_input = batch.average(passed.view(n_nodes, -1))
    else:
        at_input = level.up.times(alive @ by_class(network.head.weight, weight))
    at_input = at_input.view(n_nodes, n_classes, -1)
    norm: Tensor = torch.linalg.vector_norm(at_input.relu_(), dim=2)
    return norm / batch.sizes[batch.graph_of]


GRADIENT = Method(
    "gradient", "Contrastive gradient", "Pope et al., CVPR 2019, eq. 2; Simonyan et al., ICLR 2014 workshop", gradient
)
