"""How far to trust one map of one molecule: what masking its atoms does, and whether other methods agree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..explain.masking import MaskedPredictor
from ..explain.measures import rank_correlation
from ..graph.graph import Graph

RANDOM_MASKS = 20
_SEED = 0
"""The same random masks each time, so that a number changes only when something did."""


@dataclass(frozen=True, slots=True)
class MaskingTest:
    """The probability of a class without some atoms, and without as many random ones."""

    n_masked: int
    n_nodes: int
    before: float
    """Probability of the class, nothing masked."""
    after: float
    random_mean: float
    """Mean change under random masks of the same size; NaN if there is only one such mask."""
    random_sd: float

    @property
    def change(self) -> float:
        """Of the probability, below zero if the atoms speak for the class."""
        return self.after - self.before

    @property
    def share(self) -> float:
        """Of the atoms, in [0, 1]."""
        return self.n_masked / self.n_nodes


def try_masking(predictor: MaskedPredictor, graph: Graph, mask: NDArray[np.bool_], class_index: int) -> MaskingTest:
    """What the prediction loses without some atoms, beside random ones.

    :param mask: [n_nodes]
    """
    n_nodes, size = graph.n_nodes, int(mask.sum())
    random = np.random.default_rng(_SEED)
    comparable = 0 < size < n_nodes
    masks = [np.zeros(n_nodes, dtype=np.bool_), mask]
    masks += [random.permutation(n_nodes) < size for _ in range(RANDOM_MASKS if comparable else 0)]
    before, after, *others = predictor.without(graph, masks)[:, class_index].tolist()
    changes = np.array(others) - before
    return MaskingTest(
        n_masked=size,
        n_nodes=n_nodes,
        before=before,
        after=after,
        random_mean=float(changes.mean()) if comparable else math.nan,
        random_sd=float(changes.std(ddof=1)) if comparable else math.nan,
    )


def agreement(maps: Mapping[str, NDArray[np.floating]], method: str, class_index: int) -> float:
    """Mean rank correlation of a method's map with those of the others; NaN if there is nothing to compare.

    Maps that are equal by construction, as those of CAM and Grad-CAM, count once.

    :param maps: by method id, each [n_nodes, n_classes]
    """
    own = maps[method][:, class_index]
    seen = {_ranked(own)}
    found = []
    for id_, values in maps.items():
        key = _ranked(values[:, class_index])
        if id_ != method and key not in seen:
            seen.add(key)
            found.append(rank_correlation(own, values[:, class_index]))
    known = [value for value in found if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan


def _ranked(values: NDArray[np.floating]) -> bytes:
    return np.argsort(-values, kind="stable").tobytes()


def consensus(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.float64]:
    """[n_nodes], in [0, 1]: the mean over the methods of each atom's value for the class, as a share of the method's
    largest in this molecule; what speaks against the class counts as nothing."""
    mean: NDArray[np.float64] = np.mean(_shares(maps, class_index), axis=0, dtype=np.float64)
    return mean


def disagreement(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.float64]:
    """[n_nodes], in [0, 0.5]: the standard deviation over the methods of the same shares."""
    deviation: NDArray[np.float64] = np.std(_shares(maps, class_index), axis=0, dtype=np.float64)
    return deviation


def _shares(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.floating]:
    """[n_methods, n_nodes]"""
    columns = [np.maximum(values[:, class_index], 0) for values in maps.values()]
    return np.stack([column / max(float(column.max()), 1e-30) for column in columns])
