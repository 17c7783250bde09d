"""Gradients of the scores at the input, in closed form.

Contrastive gradient: Pope et al., CVPR 2019, eq. 2; Simonyan et al., 2013. Input times gradient: Shrikumar et al.,
2016. Integrated gradients, the latter averaged along the path from no features to all: Sundararajan et al., ICML 2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..gcn.network import Activations, Layer, by_size, responses
from ..graph.batch import Level
from .forward_pass import ForwardPass, Method, relative_to_other_classes

INTEGRATION_STEPS = 32
"""Points on the path from no features to all. The map of a molecule then sums to the difference between its score and
that of no features with an error of about 1 % (median of BBBP); the window shows the error of each."""


def hidden_gradients(run: ForwardPass) -> tuple[Tensor, ...]:
    """N · ∂y_c/∂Hˡ for l = 1 … L-1, each [n_nodes, n_classes, d_l].

    In closed form: G^L = W_out[:, c] / N, and Gˡ = Â ((Gˡ⁺¹ ⊙ [Hˡ⁺¹ > 0]) Wˡᵀ). The factor 1/N of a graph is
    applied at the end, since Â never mixes graphs. The first step then is [H^L > 0] times a matrix that is the same for
    every node, diag(W_out[:, c]) Wᵀ, all classes side by side. Since H ≥ 0, [H > 0] is its sign, one pass over memory.
    """
    network, batch, hidden = run.network, run.batch, run.activations.hidden
    n_nodes, n_classes = batch.n_nodes, network.n_classes
    found: list[Tensor] = []
    for index in range(len(hidden) - 1, 0, -1):
        layer, level = network.hidden[index], batch.levels[index]
        alive = hidden[index].sign()
        if not found:
            averaged = back_from_heads(run, alive, layer, level, network.head_parts)
        else:
            passed = layer.back((found[-1] * alive[level.of][:, None]).view(n_nodes * n_classes, -1))
            averaged = batch.average(passed.view(n_nodes, -1))
        found.append(averaged.view(n_nodes, n_classes, -1))
    return tuple(reversed(found))


def back_from_heads(run: ForwardPass, values: Tensor, layer: Layer, level: Level, heads: Sequence[Tensor]) -> Tensor:
    """Â of :func:`back_by_class`, at every node by the head for its graph's size: [n_nodes, n_classes · d_in].

    :param values: [n environments, d_out]
    :param heads: W_mean and, with sums, W_sum, each [d_out, n_classes]
    """
    of_parts = torch.cat([level.up.times(back_by_class(values, head, layer)) for head in heads], dim=1)
    return by_size(run.network, of_parts, run.batch.sizes[run.batch.graph_of])


def back_by_class(values: Tensor, head: Tensor, layer: Layer) -> Tensor:
    """values · diag(head[:, c]) Wᵀ for every class side by side, in one product: [n, n_classes · d_in].

    :param values: [n, d_out]
    :param head: [d_out, n_classes]
    :param layer: from d_in to d_out, with the matrix W
    """
    n_classes, n_blocks = head.shape[1], layer.n_blocks
    weight = layer.weight.view(n_blocks, -1, layer.weight.shape[-1])
    matrices = head.view(n_blocks, -1, n_classes, 1) * weight.mT[:, :, None, :]
    if n_blocks == 1:
        return values @ matrices.view(head.shape[0], -1)
    blocks = torch.bmm(values.view(len(values), n_blocks, -1).transpose(0, 1), matrices.flatten(2))
    return blocks.view(n_blocks, len(values), n_classes, -1).permute(1, 2, 0, 3).reshape(len(values), -1)


def gradient(run: ForwardPass) -> Tensor:
    """‖ReLU(∂y_c/∂X_n)‖₂, [n_nodes, n_classes]."""
    network, batch = run.network, run.batch
    n_nodes, n_classes = batch.n_nodes, network.n_classes
    layer, level = network.hidden[0], batch.levels[0]
    alive = run.activations.hidden[0].sign()
    if run.once(hidden_gradients):
        passed = layer.back((run.once(hidden_gradients)[0] * alive[level.of][:, None]).view(n_nodes * n_classes, -1))
        at_input = batch.average(passed.view(n_nodes, -1))
    else:
        at_input = back_from_heads(run, alive, layer, level, network.head_parts)
    at_input = at_input.view(n_nodes, n_classes, -1)
    norm: Tensor = torch.linalg.vector_norm(at_input.relu_(), dim=2)
    return norm / batch.sizes[batch.graph_of]


def input_gradient(run: ForwardPass) -> Tensor:
    """Σ_k X_nk ∂s_c/∂X_nk, [n_nodes, n_classes], signed; s_c = y_c − mean of the other classes' scores."""
    return relative_to_other_classes(_times_input(run, _before_first_average(run)))


def integrated_gradients(run: ForwardPass) -> Tensor:
    """Σ_k X_nk ∫₀¹ ∂s_c/∂X_nk at αX dα, by the midpoint rule: [n_nodes, n_classes], signed.

    s_c = y_c − mean of the other classes' scores; the probabilities depend only on these. Σ_n is s_c(X) − s_c(0), up to
    the error of the midpoint rule. The gradients are averaged before the last step of the backward pass, which is
    linear.
    """
    batch, down = run.batch, [level.down for level in run.batch.levels]
    total: Tensor | None = None
    for step in range(INTEGRATION_STEPS):
        run.raise_if_cancelled()
        share = (step + 0.5) / INTEGRATION_STEPS
        hidden, averaged = responses(run.network, batch.table * share, down)
        there = Activations(tuple(hidden), tuple(averaged), run.activations.embedding, run.activations.scores)
        part = _before_first_average(ForwardPass(run.network, batch, there))
        total = part if total is None else total.add_(part)
    assert total is not None  # noqa: S101
    return relative_to_other_classes(_times_input(run, total / INTEGRATION_STEPS))


def _before_first_average(run: ForwardPass) -> Tensor:
    """N · ∂y_c/∂(Ĥ⁰W⁰), [n_nodes, n_classes · d_1]."""
    batch, level = run.batch, run.batch.levels[0]
    alive = run.activations.hidden[0].sign()[level.of][:, None]
    deeper = hidden_gradients(run)
    arriving = deeper[0] if deeper else at_last_layer(run, run.network.head_parts)
    return (arriving * alive).reshape(batch.n_nodes, -1)


def at_last_layer(run: ForwardPass, heads: Sequence[Tensor]) -> Tensor:
    """N · ∂y_c/∂H^L at every node: [n_nodes, n_classes, d_L], or [1, …] where it is the same at all.

    :param heads: W_mean and, with sums, W_sum, each [d_L, n_classes]
    """
    if len(heads) == 1:
        return heads[0].T[None]
    sizes = run.batch.sizes[run.batch.graph_of]
    return by_size(run.network, torch.cat([head.T for head in heads], dim=1).expand(len(sizes), -1, -1), sizes)


def _times_input(run: ForwardPass, before_average: Tensor) -> Tensor:
    """Σ_k X_nk ∂y_c/∂X_nk. Since X_n W⁰ takes few distinct values, no product over all nodes is needed."""
    batch = run.batch
    response = run.network.hidden[0].times(batch.table)
    arriving = batch.average(before_average).view(batch.n_nodes, run.network.n_classes, -1)
    return torch.bmm(arriving, response[batch.row][:, :, None]).squeeze(2) / batch.sizes[batch.graph_of]


GRADIENT = Method(
    "gradient", "Contrastive gradient", "Pope et al., CVPR 2019, eq. 2; Simonyan et al., ICLR 2014 workshop", gradient
)
INPUT_GRADIENT = Method(
    "input-gradient", "Input × gradient", "Shrikumar et al., arXiv 1605.01713, 2016", input_gradient, signed=True
)
INTEGRATED_GRADIENTS = Method(
    "integrated-gradients",
    "Integrated gradients",
    "Sundararajan et al., ICML 2017, eq. 1",
    integrated_gradients,
    signed=True,
)
