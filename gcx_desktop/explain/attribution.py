"""How well a map finds the nodes that are known to determine the class: attribution compared with a ground truth.

As in Sanchez-Lengeling et al. (NeurIPS 2020): the map's values rank the nodes, and the ground truth says which nodes
should be ranked first. Plain functions of one graph's map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..gcn.reliability.scores import auc_roc

ClassMap = NDArray[np.floating]
"""[n_nodes], a map for one class"""
Truth = NDArray[np.bool_]
"""[n_nodes]"""

JACCARD_CUTOFFS: tuple[float, ...] = tuple(round(0.02 * i, 2) for i in range(50))
"""Shares of a graph's largest value, above which a node counts as found."""


def attribution_auroc(values: ClassMap, truth: Truth) -> float:
    """The probability that a true node has a higher value than one that is not; a tie counts half.

    NaN if all nodes are true, or none.
    """
    return auc_roc(truth, values) if truth.any() and not truth.all() else math.nan


def kendall_tau(values: ClassMap, truth: NDArray[np.floating]) -> float:
    """Kendall's rank correlation, ties counted: tau-b (Kendall, Biometrika 1945). NaN if either is constant.

    Compares every two nodes, which is quick for graphs of some hundreds.

    :param truth: [n_nodes], what each node truly adds
    """
    pairs = np.triu_indices(len(values), 1)
    one, other = (np.sign(np.subtract.outer(each, each))[pairs] for each in (values, truth))
    scale = math.sqrt(float(np.abs(one).sum()) * float(np.abs(other).sum()))
    return float((one * other).sum()) / scale if scale else math.nan


def jaccard(values: ClassMap, truth: Truth, cutoffs: Sequence[float]) -> NDArray[np.float64]:
    """[n_cutoffs]: |found ∧ true| / |found ∨ true|; found is what has more than that share of the largest value."""
    largest = float(values.max(initial=0.0))
    if largest <= 0:
        return np.zeros(len(cutoffs))
    found = values[None, :] > np.asarray(cutoffs)[:, None] * largest
    shared, either = (found & truth).sum(axis=1), (found | truth).sum(axis=1)
    overlap: NDArray[np.float64] = shared / np.maximum(either, 1)
    return overlap
