"""Whether predictions suggest that the labels of a library are swapped."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...gcn.reliability.scores import below_chance, mean_auc_roc


def label_suspicion(labels: ArrayLike, probabilities: ArrayLike) -> str:
    """A sentence that asks whether the labels are swapped; "" unless the area under the curve is below 0.5 by more
    than chance.

    :param labels: [n_records], class indices
    :param probabilities: [n_records, n_classes]
    """
    if not below_chance(labels, probabilities):
        return ""
    area = mean_auc_roc(labels, probabilities)
    return f"AUC-ROC {area:.3f} is below 0.5 by more than chance: are the labels swapped?"


class LabelComparison:
    """Collects labels and predicted probabilities of records, to compare them."""

    def __init__(self) -> None:
        self._labels: list[int] = []
        self._probabilities: list[NDArray[np.float32]] = []

    def add(self, label: int, probabilities: NDArray[np.float32]) -> None:
        """:param probabilities: [n_classes]"""
        self._labels.append(label)
        self._probabilities.append(probabilities)

    @property
    def suspicion(self) -> str:
        """:func:`label_suspicion` for the records added so far."""
        return label_suspicion(self._labels, np.stack(self._probabilities)) if self._labels else ""
