"""Class activation maps: CAM, Grad-CAM and Grad-CAM averaged over the layers.

CAM: Zhou et al., CVPR 2016. Grad-CAM: Selvaraju et al., ICCV 2017. On graphs: Pope et al., CVPR 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from ..gcn.network import by_size
from .forward_pass import ForwardPass, Method
from .gradient import hidden_gradients


def cam(class_activations: Tensor, sizes: Tensor) -> Tensor:
    """ReLU(Σ_k W_out[k, c] H^L_nk), [n_nodes, n_classes]. The class bias is not included."""
    return torch.relu(class_activations)


def grad_cam(class_activations: Tensor, sizes: Tensor) -> Tensor:
    """ReLU(Σ_k α_k H^L_nk) with α_k = mean_n ∂y_c/∂H^L_nk, [n_nodes, n_classes].

    With average pooling and a linear head α = W_out / N, so that this is CAM / N exactly; with sums, too, W_out being
    W_mean + N / 25 · W_sum.
    """
    return torch.relu(class_activations) / sizes


def of_forward_pass(maps: Callable[[Tensor, Tensor], Tensor], run: ForwardPass) -> Tensor:
    """The maps of a forward pass by a method that needs only class activations and sizes: [n_nodes, n_classes].

    :param maps: as :attr:`Method.from_class_activations`
    """
    batch, network, hidden = run.batch, run.network, run.activations.hidden[-1]
    of_parts = torch.cat([hidden @ part for part in network.head_parts], dim=1)
    sizes = batch.sizes[batch.graph_of]
    return maps(by_size(network, of_parts[batch.levels[-1].of], sizes), sizes)


def grad_cam_avg(run: ForwardPass) -> Tensor:
    """The mean over the layers l = 1 … L of Grad-CAM at Hˡ, the maps not normalised: [n_nodes, n_classes]."""
    batch, hidden = run.batch, run.activations.hidden
    total = of_forward_pass(grad_cam, run)
    for gradients, h, level in zip(run.once(hidden_gradients), hidden, batch.levels, strict=False):
        n_classes, width = gradients.shape[1:]
        # The mean of the gradients, of which ``gradients`` are N times too large.
        alpha = (batch.pool(gradients.view(batch.n_nodes, -1)) / batch.sizes).view(-1, n_classes, width)
        total += torch.bmm(alpha[batch.graph_of], h[level.of][:, :, None]).squeeze(2).relu_()
    return total / len(hidden)


CAM = Method(
    "cam",
    "CAM",
    "Pope et al., CVPR 2019, eq. 4; Zhou et al., CVPR 2016",
    partial(of_forward_pass, cam),
    from_class_activations=cam,
)
GRAD_CAM = Method(
    "grad-cam",
    "Grad-CAM",
    "Pope et al., CVPR 2019, eq. 6; Selvaraju et al., ICCV 2017",
    partial(of_forward_pass, grad_cam),
    from_class_activations=grad_cam,
)
GRAD_CAM_AVG = Method("grad-cam-avg", "Grad-CAM Avg", "Pope et al., CVPR 2019, eq. 7", grad_cam_avg)
