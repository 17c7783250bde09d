"""Whether predictions suggest that the labels of a library are swapped, or that its values have the wrong sign."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...gcn.reliability.scores import below_chance, mean_auc_roc
from ...gcn.reliability.value_scores import value_scores

_DEVIATIONS = 2.0
"""A correlation of ranks is below 0 by more than chance if it is so many standard deviations of unrelated ones."""


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


def value_suspicion(measured: ArrayLike, predicted: ArrayLike) -> str:
    """A sentence that asks what is wrong with measured values; "" unless they run against the predicted ones by more
    than chance.

    Of unrelated values the correlation of the ranks has the standard deviation 1 / √(n − 1) (Spearman, 1904).

    :param measured: [n_records]
    :param predicted: [n_records]
    """
    truth = np.asarray(measured, dtype=np.float64)
    if len(truth) < 2:
        return ""
    correlation = value_scores(truth, predicted)["spearman"]
    if math.isnan(correlation) or correlation * math.sqrt(len(truth) - 1) > -_DEVIATIONS:
        return ""
    said = f"{correlation:.3f}".replace("-", "−")
    return (
        f"measured and predicted values run in opposite directions (Spearman {said}): is it the right column, and its "
        "sign or transform the model's?"
    )


class LabelComparison:
    """Collects labels and predictions of records, to compare them."""

    def __init__(self, *, of_value: bool = False) -> None:
        """:param of_value: whether labels are values"""
        self._of_value = of_value
        self._labels: list[float] = []
        self._probabilities: list[NDArray[np.float32]] = []

    def add(self, label: float, probabilities: NDArray[np.float32]) -> None:
        """:param label: index of a class, or a value
        :param probabilities: [n_classes], of a value the value and its opposite
        """
        self._labels.append(label)
        self._probabilities.append(probabilities)

    @property
    def suspicion(self) -> str:
        """:func:`label_suspicion` or :func:`value_suspicion` for the records added so far."""
        if not self._labels:
            return ""
        probabilities = np.stack(self._probabilities)
        if self._of_value:
            return value_suspicion(self._labels, probabilities[:, 0])
        return label_suspicion(np.array(self._labels, dtype=np.int64), probabilities)
