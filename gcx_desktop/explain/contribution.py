"""Contribution: how much of a class's score, relative to the other classes', comes from each node.

With average pooling and a linear head the scores are the mean of the nodes' class activations plus the bias. So each
node has its part of the score, in the score's unit, and nothing is left over.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor

from .cam import of_forward_pass
from .forward_pass import Method, relative_to_other_classes


def contribution(class_activations: Tensor, sizes: Tensor) -> Tensor:
    """(1/N) Σ_k w_k H^L_nk with w = W_out[:, c] − mean of the other classes', [n_nodes, n_classes], signed.

    Σ_n is s_c − (b_c − mean of the other classes' biases) exactly; s_c = y_c − mean of the other classes' scores.
    """
    return relative_to_other_classes(class_activations) / sizes


CONTRIBUTION = Method(
    "contribution",
    "Contribution",
    "Pope et al., CVPR 2019, eq. 3 and 4; Zhou et al., CVPR 2016, eq. 2",
    partial(of_forward_pass, contribution),
    signed=True,
    from_class_activations=contribution,
)
