"""Excitation Backprop and its contrastive form (Zhang et al., ECCV 2016; on graphs Pope et al., CVPR 2019).

A probability is passed down from the class explained to the input. Only the non-negative weights W⁺ pass it
on, biases do not, and a unit whose excitation Z is zero passes on zero:

    P(e_k)    = e_k W_out⁺[k, c] / Σ_j e_j W_out⁺[j, c]
    P(H^L_nk) = H^L_nk / (N e_k) · P(e_k)
    S         = P(Hˡ⁺¹) ⊘ Zˡ with Zˡ = Ĥˡ Wˡ⁺
    P(Hˡ)     = Hˡ ⊙ Â (S Wˡ⁺ᵀ)

Every P(Hˡ) is Hˡ ⊙ Qˡ, and the code passes Q down. At the input only the sum over the features is needed,
and Σ_k X_nk (Â S W⁺ᵀ)_nk = Σ_j (Â S)_nj (X W⁺)_nj needs no product over all nodes, since few
distinct rows of X exist.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..gcn.network import by_size
from .forward_pass import ForwardPass, Method, relative_to_other_classes
from .gradient import at_last_layer, back_from_heads

NO_EXCITATION = 1e-30
"""An excitation at or below this counts as zero: its inverse would not be finite in float32."""


def _gain(values: Tensor, excitation: Tensor) -> Tensor:
    """values ⊘ excitation, 0 where there is no excitation. Overwrites ``excitation``."""
    return torch.div(values, torch.threshold_(excitation, NO_EXCITATION, math.inf), out=excitation)


def excitation(run: ForwardPass) -> Tensor:
    """(1/d₀) Σ_k P(H⁰_nk) for each class: [n_nodes, n_classes], ≥ 0, Σ_n = 1/d₀ if every unit has excitation.

    The factor of each graph and class, 1 / (N Σ_j e_j W_out⁺[j, c]), is applied at the end: all steps are linear in
    it, and Â never mixes graphs. The first step then is H^L ⊘ Z times a matrix that is the same for every node. With
    sums the weights are those of [e, s e]: W_mean⁺ + N / 25 · W_sum⁺ for e.
    """
    network, batch = run.network, run.batch
    hidden, averaged, embedding = run.activations.hidden, run.activations.averaged, run.activations.embedding
    n_nodes, n_classes = batch.n_nodes, network.n_classes
    positive = [layer.positive for layer in network.hidden]
    heads = [part.clamp(min=0) for part in network.head_parts]

    passed: Tensor | None = None
    for index in range(len(hidden) - 1, 0, -1):
        level = batch.levels[index]
        gain = _gain(hidden[index], positive[index].times(averaged[index - 1]))
        if passed is None:
            passed = back_from_heads(run, gain, positive[index], level, heads)
        else:
            passed = positive[index].back(passed.mul_(gain[level.of][:, None]).view(n_nodes * n_classes, -1))
            passed = batch.average(passed.view(n_nodes, -1))
        passed = passed.view(n_nodes, n_classes, -1)
    if passed is None:
        passed = at_last_layer(run, heads)
    level = batch.levels[0]
    response = positive[0].times(batch.table)
    gain = _gain(hidden[0], level.down.times(response))
    arriving = batch.average((passed * gain[level.of][:, None]).reshape(n_nodes, -1)).view(n_nodes, n_classes, -1)
    maps = torch.bmm(arriving, response[batch.row][:, :, None]).squeeze(2)

    share = by_size(network, torch.cat([embedding @ head for head in heads], dim=1), batch.sizes) * batch.sizes
    share = 1.0 / torch.threshold_(share, NO_EXCITATION, math.inf) / network.n_features
    return maps * share[batch.graph_of]


def contrastive_excitation(run: ForwardPass) -> Tensor:
    """ReLU(EB_c − mean of EB over the other classes), [n_nodes, n_classes]; for two classes, the difference."""
    return relative_to_other_classes(run.once(excitation)).relu_()


EXCITATION_BACKPROP = Method(
    "eb",
    "Excitation Backprop",
    "Zhang et al., ECCV 2016; Pope et al., CVPR 2019, eq. 8",
    lambda run: run.once(excitation),
)
CONTRASTIVE_EXCITATION_BACKPROP = Method(
    "c-eb",
    "Contrastive Excitation Backprop",
    "Zhang et al., ECCV 2016; Pope et al., CVPR 2019, section 3",
    contrastive_excitation,
)
