"""Class activation maps: CAM, Grad-CAM and Grad-CAM averaged over the layers.

CAM: Zhou et al., CVPR 2016. Grad-CAM: Selvaraju et al., ICCV 2017. On graphs: Pope et al., CVPR 2019.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .method import ForwardPass, Method


def cam(run: ForwardPass) -> Tensor:
    """ReLU(Σ_k W_out[k, c] H^L_nk), [n_nodes, n_classes]. The class bias is no part of it."""
    return torch.relu(run.activations.hidden[-1] @ run.network.head.weight)


def grad_cam(run: ForwardPass) -> Tensor:
    """ReLU(Σ_k α_k H^L_nk) with α_k = mean_n ∂y_c/∂H^L_nk, [n_nodes, n_classes].

    With average pooling and a linear head α = W_out / N, so that this is CAM / N exactly.
    """
    return cam(run) / run.batch.sizes[run.batch.graph_of]


def grad_cam_avg(run: ForwardPass) -> Tensor:
    """The mean over the layers l = 1 … L of Grad-CAM at Hˡ, each map as it is: [n_nodes, n_classes]."""
    batch, hidden = run.batch, run.activations.hidden
    columns = []
    for by_layer in run.hidden_gradients:
        maps = [
            torch.relu((batch.pool(gradient)[batch.graph_of] * h).sum(dim=1))
            for gradient, h in zip(by_layer[:-1], hidden[:-1], strict=True)
        ]
        columns.append(torch.stack(maps).sum(dim=0) if maps else torch.zeros_like(hidden[-1][:, 0]))
    return (torch.stack(columns, dim=1) + grad_cam(run)) / len(hidden)


CAM = Method("cam", "CAM", "Pope et al., CVPR 2019, eq. 4; Zhou et al., CVPR 2016", cam)
GRAD_CAM = Method("grad-cam", "Grad-CAM", "Pope et al., CVPR 2019, eq. 6; Selvaraju et al., ICCV 2017", grad_cam)
GRAD_CAM_AVG = Method("grad-cam-avg", "Grad-CAM Avg", "Pope et al., CVPR 2019, eq. 7", grad_cam_avg)
