"""Measures of the quality of one molecule's maps, and of how similar two maps are.

Fidelity, contrastivity and sparsity are those of Pope et al. (CVPR 2019, section 4). All are plain functions of one
graph's maps; :mod:`.masking` predicts again without the salient nodes.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from ..gcn.reliability.scores import mean_ranks
from .saliency_cutoff import PAPER_CUTOFF

Maps = NDArray[np.floating]
"""[n_nodes, n_classes]"""
Masks = NDArray[np.bool_]
"""[n_nodes, n_classes]"""


def relative(maps: Maps) -> Maps:
    """The maps divided by the graph's largest magnitude over all classes; maps that are zero stay zero."""
    largest = float(np.abs(maps).max(initial=0.0))
    return maps / largest if largest > 0 else np.zeros_like(maps)


def salient(maps: Maps, cutoff: float = PAPER_CUTOFF) -> Masks:
    """Which nodes speak for each class: m_c = (relative map > cutoff). What speaks against it is not salient."""
    return relative(maps) > cutoff


def contrastivity(masks: Masks) -> float:
    """d_H(m_0, m_1) / |m_0 ∨ m_1|: the share of salient nodes that are salient for one class alone, in [0, 1].

    Of more than two classes, the mean over their pairs. NaN if no node is salient.
    """
    found = []
    for one, other in itertools.combinations(range(masks.shape[1]), 2):
        either = int((masks[:, one] | masks[:, other]).sum())
        if either:
            found.append(int((masks[:, one] ^ masks[:, other]).sum()) / either)
    return float(np.mean(found)) if found else math.nan


def sparsity(masks: Masks) -> float:
    """1 − |m_0 ∨ m_1 ∨ …| / N: the share of nodes that are salient for no class, in [0, 1]."""
    return 1.0 - float(masks.any(axis=1).mean())


def strongest(values: NDArray[np.floating], count: int) -> NDArray[np.bool_]:
    """The ``count`` nodes with the largest values; of nodes with equal values the first ones.

    :param values: [n_nodes]
    """
    chosen = np.zeros(len(values), dtype=np.bool_)
    chosen[np.argsort(-values, kind="stable")[:count]] = True
    return chosen


def rank_correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Spearman's rank correlation: +1 if two maps rank the nodes alike, 0 if unrelated. NaN if one map is constant.

    Equal values share the mean of their ranks.

    :param one: [n_nodes]
    :param other: [n_nodes]
    """
    a, b = mean_ranks(one), mean_ranks(other)
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else math.nan
