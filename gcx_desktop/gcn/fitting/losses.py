"""What training makes small: losses with their gradients, in closed form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Loss = Callable[[Tensor, Tensor], tuple[float, Tensor]]
"""Takes the scores of some graphs, [n, n_outputs], and which graphs they are, [n]; gives the mean loss and its gradient
for the scores, [n, n_outputs]."""


def class_weights(labels: NDArray[np.int64], n_classes: int, balance: float) -> Tensor:
    """[n_classes]: ∝ (n / n_class)^balance, scaled so that the mean over the examples is 1; 0 for an absent class."""
    counts = np.bincount(labels, minlength=n_classes).astype(np.float64)
    weights = np.where(counts > 0, (len(labels) / np.maximum(counts, 1)) ** balance, 0.0)
    weights *= len(labels) / (weights * counts).sum()
    return torch.from_numpy(weights.astype(np.float32))


def class_loss(labels: NDArray[np.int64], weights: Tensor, smoothing: float) -> Loss:
    """The mean of weight × cross entropy, with label smoothing (Szegedy et al., CVPR 2016).

    :param labels: [n_graphs]
    :param weights: [n_classes], of the examples of each class
    :param smoothing: the share of each label that is spread evenly over all classes
    """
    n_classes = len(weights)
    targets = torch.full((n_classes, n_classes), smoothing / n_classes).fill_diagonal_(
        1 - smoothing * (1 - 1 / n_classes)
    )
    known = torch.from_numpy(labels)

    def loss(scores: Tensor, graphs: Tensor) -> tuple[float, Tensor]:
        classes = known[graphs]
        target, share = targets[classes].to(scores.dtype), (weights[classes] / len(classes)).to(scores.dtype)[:, None]
        log_probabilities = scores.log_softmax(dim=1)
        total = -(log_probabilities * target * share).sum()
        return float(total), (log_probabilities.exp() - target) * share

    return loss


def sum_of_losses(parts: Sequence[tuple[slice, NDArray[np.bool_], Loss]]) -> Loss:
    """The mean over all labels that are known, of several columns of them.

    :param parts: of each column of labels: the outputs that it has, [n_graphs] whether it is known, and its loss, which
        is asked for graphs of which it is known only, as numbers among these
    """
    places = [torch.from_numpy(np.cumsum(known) - 1) for _, known, _ in parts]
    knowns = [torch.from_numpy(known) for _, known, _ in parts]

    def loss(scores: Tensor, graphs: Tensor) -> tuple[float, Tensor]:
        total, d_scores = 0.0, torch.zeros_like(scores)
        rows_of = [torch.nonzero(known[graphs]).squeeze(1) for known in knowns]
        n_labels = sum(map(len, rows_of))
        for (outputs, _, of_part), rows, place in zip(parts, rows_of, places, strict=True):
            if not len(rows):
                continue
            mean, d_mean = of_part(scores[rows, outputs], place[graphs[rows]])
            share = len(rows) / n_labels
            total += mean * share
            d_scores[rows, outputs] = d_mean * share
        return total, d_scores

    return loss


def value_loss(values: NDArray[np.floating], delta: float = 1.0, weights: NDArray[np.floating] | None = None) -> Loss:
    """The mean Huber loss (Huber, 1964) over the values that are known.

    :param values: [n_graphs, n_outputs], NaN where a value is not known
    :param delta: the error up to which the loss is quadratic, in the unit of the values
    :param weights: [n_outputs], ≥ 0, by which the mean is weighted; ``None``: all alike
    """
    targets = torch.from_numpy(values)
    weight = torch.ones(values.shape[1]) if weights is None else torch.from_numpy(weights)

    def loss(scores: Tensor, graphs: Tensor) -> tuple[float, Tensor]:
        target = targets[graphs].to(scores.dtype)
        known = ~target.isnan()
        shares = weight.to(scores.dtype) * known
        shares /= shares.sum().clamp_min(torch.finfo(scores.dtype).tiny)
        error = torch.where(known, scores - target, 0.0)
        clipped = error.clamp(-delta, delta)
        d_scores = clipped * shares
        return float((d_scores * (error - clipped / 2)).sum()), d_scores

    return loss
