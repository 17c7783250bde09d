"""Independent computations that the closed forms are checked against: slow, plain, one graph at a time, float64.

``naive_*`` are loops written from the equations with dense matrices; ``autograd_*`` differentiate the scores.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from gcx_desktop.gcn.network import Network

Array = NDArray[np.float64]

METHODS = (
    *("gradient", "cam", "grad-cam", "grad-cam-avg", "eb", "c-eb"),
    *("input-gradient", "integrated-gradients", "occlusion", "contribution"),
)
STEPS = 32
"""Of integrated gradients' midpoint rule."""


def dense_adjacency(n: int, edges: NDArray[np.integer]) -> Array:
    """Â by its definition."""
    a = np.eye(n)
    for i, j in edges:
        a[i, j] = a[j, i] = 1.0
    d = np.diag(1.0 / np.sqrt(a.sum(axis=1)))
    return d @ a @ d


def _weights(network: Network) -> tuple[list[tuple[Array, Array]], Array, Array]:
    def array(tensor: torch.Tensor) -> Array:
        return tensor.detach().double().numpy()

    hidden = [(array(layer.weight), array(layer.bias)) for layer in network.hidden]
    return hidden, array(network.head.weight), array(network.head.bias)


def naive_forward(network: Network, x: Array, a: Array) -> tuple[list[Array], Array, Array]:
    """H⁰ … H^L, e, y."""
    hidden, w_out, b_out = _weights(network)
    h = [x]
    for w, b in hidden:
        h.append(np.maximum(a @ h[-1] @ w + b, 0.0))
    e = h[-1].mean(axis=0)
    return h, e, e @ w_out + b_out


def autograd_gradients(network: Network, x: Array, a: Array, c: int) -> list[Array]:
    """∂y_c/∂Hˡ for l = 0 … L, by torch's autograd on a dense network of its own."""
    hidden, w_out, b_out = _weights(network)
    adjacency = torch.from_numpy(a)
    h = [torch.from_numpy(x).requires_grad_()]
    for w, b in hidden:
        h.append(torch.relu(adjacency @ h[-1] @ torch.from_numpy(w) + torch.from_numpy(b)))
        h[-1].retain_grad()
    y = h[-1].mean(dim=0) @ torch.from_numpy(w_out) + torch.from_numpy(b_out)
    y[c].backward()
    return [torch.zeros_like(layer).numpy() if layer.grad is None else layer.grad.numpy() for layer in h]


def naive_maps(network: Network, x: Array, a: Array) -> dict[str, Array]:
    """All methods, [n, n_classes] each."""
    h, _, y = naive_forward(network, x, a)
    _, w_out, _ = _weights(network)
    n, n_classes = len(x), w_out.shape[1]
    maps = {id_: np.zeros((n, n_classes)) for id_ in METHODS}
    for c in range(n_classes):
        gradients = autograd_gradients(network, x, a, c)
        maps["input-gradient"][:, c] = (x * gradients[0]).sum(axis=1)
        along = [autograd_gradients(network, x * (step + 0.5) / STEPS, a, c)[0] for step in range(STEPS)]
        maps["integrated-gradients"][:, c] = (x * np.mean(along, axis=0)).sum(axis=1)
        for i in range(n):
            maps["gradient"][i, c] = np.linalg.norm(np.maximum(gradients[0][i], 0.0))
            maps["cam"][i, c] = max(sum(w_out[k, c] * h[-1][i, k] for k in range(w_out.shape[0])), 0.0)
        layer_maps = [np.maximum(h[layer] @ gradients[layer].mean(axis=0), 0.0) for layer in range(1, len(h))]
        maps["grad-cam"][:, c] = layer_maps[-1]
        maps["grad-cam-avg"][:, c] = np.mean(layer_maps, axis=0)
        maps["eb"][:, c] = naive_excitation(network, x, a, c)
    for i in range(n):
        without = x.copy()
        without[i] = 0.0
        maps["occlusion"][i] = y - naive_forward(network, without, a)[2]
        maps["contribution"][i] = sum(h[-1][i, k] * w_out[k] for k in range(w_out.shape[0])) / n
    for id_ in ("input-gradient", "integrated-gradients", "occlusion", "contribution"):
        maps[id_] = against_others(maps[id_])
    for c in range(n_classes):
        others = [maps["eb"][:, other] for other in range(n_classes) if other != c]
        maps["c-eb"][:, c] = np.maximum(maps["eb"][:, c] - np.mean(others, axis=0), 0.0)
    return maps


def against_others(values: Array) -> Array:
    """What each column has over the mean of the others."""
    columns = range(values.shape[1])
    return np.stack(
        [values[:, c] - np.mean([values[:, other] for other in columns if other != c], axis=0) for c in columns], axis=1
    )


def naive_excitation(network: Network, x: Array, a: Array, c: int) -> Array:
    """Excitation Backprop as a sum over winners, unit by unit: both halves of a layer apart, nothing folded."""
    hidden, w_out, _ = _weights(network)
    h, e, _ = naive_forward(network, x, a)
    n = len(x)
    excitation = e * np.maximum(w_out[:, c], 0.0)
    p_e = excitation / excitation.sum() if excitation.sum() > 0 else np.zeros_like(e)
    p = np.zeros_like(h[-1])
    for k in range(len(e)):
        for i in range(n):
            if e[k] > 0:
                p[i, k] = h[-1][i, k] / (n * e[k]) * p_e[k]
    for layer in range(len(hidden) - 1, -1, -1):
        positive = np.maximum(hidden[layer][0], 0.0)
        averaged = a @ h[layer]
        p_averaged = np.zeros_like(averaged)
        for i in range(n):
            z = averaged[i] @ positive
            for j in range(positive.shape[1]):
                if z[j] > 0:
                    p_averaged[i] += averaged[i] * positive[:, j] / z[j] * p[i, j]
        p = np.zeros_like(h[layer])
        for m in range(n):
            for i in range(n):
                fed = averaged[i] > 0
                p[m, fed] += a[i, m] * h[layer][m, fed] / averaged[i, fed] * p_averaged[i, fed]
    return p.sum(axis=1) / x.shape[1]
