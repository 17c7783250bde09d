"""Contrastive gradient-based saliency (Pope et al., CVPR 2019, eq. 2; Simonyan et al., 2013)."""

from __future__ import annotations

import torch
from torch import Tensor

from .method import ForwardPass, Method


def hidden_gradients(run: ForwardPass) -> tuple[tuple[Tensor, ...], ...]:
    """For each class c, ∂y_c/∂Hˡ for l = 1 … L, each [n_nodes, d_l].

    In closed form: G^L = W_out[:, c] / N, and Gˡ = Â ((Gˡ⁺¹ ⊙ [Hˡ⁺¹ > 0]) Wˡᵀ).
    """
    network, batch, hidden = run.network, run.batch, run.activations.hidden
    share = (1.0 / batch.sizes)[batch.graph_of]
    alive = [h > 0 for h in hidden[1:]]
    by_class = []
    for c in range(network.n_classes):
        gradient = share * network.head.weight[:, c]
        gradients = [gradient]
        for index in range(len(hidden) - 1, 0, -1):
            gradient = batch.average((gradient * alive[index - 1]) @ network.hidden[index].weight.T)
            gradients.append(gradient)
        by_class.append(tuple(reversed(gradients)))
    return tuple(by_class)


def gradient(run: ForwardPass) -> Tensor:
    """‖ReLU(∂y_c/∂X_n)‖₂, [n_nodes, n_classes]."""
    first = run.network.hidden[0].weight
    alive = run.activations.hidden[0] > 0
    columns = [
        torch.relu(run.batch.average((by_layer[0] * alive) @ first.T)).norm(dim=1) for by_layer in run.hidden_gradients
    ]
    return torch.stack(columns, dim=1)


GRADIENT = Method(
    "gradient", "Contrastive gradient", "Pope et al., CVPR 2019, eq. 2; Simonyan et al., ICLR 2014 workshop", gradient
)
