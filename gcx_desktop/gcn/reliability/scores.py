"""Quality of class probabilities: areas under curves, accuracies and calibration, in plain numpy.

With more than two classes areas and calibration error are macro averages, one class against the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLASS_SCORES = ("auc_roc", "auc_pr", "accuracy", "balanced_accuracy", "calibration_error", "brier_score")
"""Names of :func:`classification_scores`."""


class OneClassError(ValueError):
    """A curve needs positive and negative examples."""


def auc_roc(positive: ArrayLike, scores: ArrayLike) -> float:
    """The area under the receiver operating characteristic: the probability that a random
    positive outranks a random negative; a tie counts half (Mann and Whitney; Hanley and McNeil, Radiology 1982).

    :param positive: [n], whether each is truly positive
    :param scores: [n], higher for positives
    :raises OneClassError: unless there are positives and negatives
    """
    truth, values = _checked(positive, scores)
    n_positive = int(truth.sum())
    ranks = mean_ranks(values)
    above = float(ranks[truth].sum()) - n_positive * (n_positive + 1) / 2
    return above / (n_positive * (len(truth) - n_positive))


def auc_pr(positive: ArrayLike, scores: ArrayLike) -> float:
    """Average precision: Σ (recall_i − recall_(i−1)) · precision_i over the distinct thresholds, descending.

    :param positive: [n], whether each is truly positive
    :param scores: [n], higher for positives
    :raises OneClassError: unless there are positives and negatives
    """
    truth, values = _checked(positive, scores)
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(truth[order])
    last_of_tie = np.append(np.diff(values[order]) != 0, True)
    called = np.flatnonzero(last_of_tie) + 1
    hits = hits[last_of_tie]
    gained = np.diff(hits, prepend=0)
    return float((gained * (hits / called)).sum() / hits[-1])


def roc_curve(positive: ArrayLike, scores: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The receiver operating characteristic, whose area is :func:`auc_roc`.

    :param positive: [n], whether each is truly positive
    :param scores: [n], higher for positives
    :return: [n_points] each, from (0, 0) to (1, 1): the shares of negatives and of positives above each of the distinct
        scores, descending
    :raises OneClassError: unless there are positives and negatives
    """
    truth, values = _checked(positive, scores)
    order = np.argsort(-values, kind="stable")
    last_of_tie = np.append(np.diff(values[order]) != 0, True)
    hits = np.cumsum(truth[order])[last_of_tie]
    called = np.flatnonzero(last_of_tie) + 1
    n_positive = int(truth.sum())
    true_share = np.concatenate([[0.0], hits / n_positive])
    false_share = np.concatenate([[0.0], (called - hits) / (len(truth) - n_positive)])
    return false_share, true_share


def accuracy(labels: ArrayLike, predicted: ArrayLike) -> float:
    """The share of right predictions. Both arguments [n]."""
    return float((np.asarray(labels) == np.asarray(predicted)).mean())


def balanced_accuracy(labels: ArrayLike, predicted: ArrayLike) -> float:
    """The mean recall over the classes that occur. Both arguments [n]."""
    truth, right = np.asarray(labels), np.asarray(labels) == np.asarray(predicted)
    return float(np.mean([right[truth == value].mean() for value in np.unique(truth)]))


def classification_scores(labels: ArrayLike, probabilities: ArrayLike) -> dict[str, float]:
    """All scores of a test part that a card has.

    :param labels: [n], class indices
    :param probabilities: [n, n_classes]
    :return: "auc_roc", "auc_pr", "accuracy", "balanced_accuracy", "calibration_error", "brier_score"
    :raises OneClassError: if all labels are the same
    """
    truth, values = np.asarray(labels), np.asarray(probabilities)
    predicted = values.argmax(axis=1)
    return {
        "auc_roc": float(np.mean([auc_roc(truth == c, values[:, c]) for c in _curves(truth, values)])),
        "auc_pr": float(np.mean([auc_pr(truth == c, values[:, c]) for c in _curves(truth, values)])),
        "accuracy": accuracy(truth, predicted),
        "balanced_accuracy": balanced_accuracy(truth, predicted),
        "calibration_error": calibration_error(truth, values),
        "brier_score": brier_score(truth, values),
    }


def mean_auc_roc(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Only the "auc_roc" of :func:`classification_scores`."""
    truth, values = np.asarray(labels), np.asarray(probabilities)
    return float(np.mean([auc_roc(truth == c, values[:, c]) for c in _curves(truth, values)]))


def below_chance(labels: ArrayLike, probabilities: ArrayLike, deviations: float = 2.0) -> bool:
    """Whether the "auc_roc" of :func:`classification_scores` lies below 0.5 by more than chance explains.

    By the normal approximation of Mann and Whitney's test, ties counted (Lehmann, Nonparametrics, 1975, section 1.4):
    at least ``deviations`` standard deviations of the area of random scores. With more than two classes this must hold
    for one of them, and the mean must be below 0.5.
    """
    truth, values = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if len(np.unique(truth)) < 2 or mean_auc_roc(truth, values) >= 0.5:
        return False
    return any(_deviations_from_chance(truth == c, values[:, c]) <= -deviations for c in _curves(truth, values))


def _deviations_from_chance(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    n, n_positive = len(truth), int(truth.sum())
    n_negative = n - n_positive
    if not n_positive or not n_negative:
        return 0.0
    _, counts = np.unique(scores, return_counts=True)
    ties = float((counts.astype(np.float64) ** 3 - counts).sum()) / (n * (n - 1))
    variance = ((n + 1) - ties) / (12 * n_positive * n_negative)
    return 0.0 if variance <= 0 else (auc_roc(truth, scores) - 0.5) / math.sqrt(variance)


def mean_ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """[n], 1-based ranks, ascending; tied values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """[n_classes, n_classes]: how many of each class (row) were predicted as each class (column). Both arguments
    [n]."""
    truth, called = np.asarray(labels, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    return np.bincount(truth * n_classes + called, minlength=n_classes**2).reshape(n_classes, n_classes)


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Predictions of about the same probability."""

    mean_probability: float
    share: float
    """Which share of them truly belongs to the class, in [0, 1]."""
    count: int


def reliability_diagram(positive: ArrayLike, probabilities: ArrayLike, n_bins: int = 10) -> list[CalibrationBin]:
    """The reliability diagram: whether a share p of the examples with predicted probability p belongs to the class
    (Niculescu-Mizil and Caruana, ICML 2005). Bins of equal width; empty ones are left out.

    :param positive: [n], whether each is truly positive
    :param probabilities: [n], of the positive class
    """
    truth, values = np.asarray(positive, dtype=bool), np.asarray(probabilities, dtype=np.float64)
    bins = calibration_bin(values, n_bins)
    found = ((bins == i) for i in range(n_bins))
    return [
        CalibrationBin(float(values[inside].mean()), float(truth[inside].mean()), int(inside.sum()))
        for inside in found
        if inside.any()
    ]


def calibration_bin(probabilities: ArrayLike, n_bins: int = 10) -> NDArray[np.int64]:
    """[n], the bin of :func:`reliability_diagram` into which each probability falls, 0 … n_bins − 1."""
    values = np.asarray(probabilities, dtype=np.float64)
    return np.minimum((values * n_bins).astype(np.int64), n_bins - 1)


def calibration_error(labels: ArrayLike, probabilities: ArrayLike, n_bins: int = 10) -> float:
    """The expected calibration error: the mean distance between probability and share of a class (Guo et al., ICML
    2017, eq. 5), over bins of as many records each (Nguyen and O'Connor, EMNLP 2015), so that none is nearly empty.

    Of two classes that of the second; of more, the mean over those that occur (Kull et al., NeurIPS 2019).

    :param labels: [n], class indices
    :param probabilities: [n, n_classes]
    """
    truth, values = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    return float(np.mean([_distance_in_bins(truth == c, values[:, c], n_bins) for c in _curves(truth, values)]))


def brier_score(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Half the mean squared distance between probabilities and truth (Brier, 1950): of two classes the mean of
    (p − y)².

    :param labels: [n], class indices
    :param probabilities: [n, n_classes]
    """
    values = np.asarray(probabilities, dtype=np.float64)
    truth = np.eye(values.shape[1])[np.asarray(labels, dtype=np.int64)]
    return float(((values - truth) ** 2).sum(axis=1).mean()) / 2


def _distance_in_bins(positive: NDArray[np.bool_], probabilities: NDArray[np.float64], n_bins: int) -> float:
    _, place, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    share = (np.bincount(place, weights=positive) / counts)[place]  # equal probabilities may fall into two bins
    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split((share - probabilities)[order], min(n_bins, len(order)))
    return float(sum(abs(each.sum()) for each in bins)) / len(order)


def _curves(truth: NDArray[np.integer], values: NDArray[np.floating]) -> list[int]:
    """The classes whose curves are used: the second of two classes; of more, all that occur."""
    if values.shape[1] == 2:
        return [1]
    return [int(c) for c in np.unique(truth)]


def _checked(positive: ArrayLike, scores: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    truth, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    if truth.shape != values.shape or truth.ndim != 1:
        raise ValueError(f"expected as many scores as labels, got {values.shape} and {truth.shape}")
    if truth.all() or not truth.any():
        raise OneClassError("needs positives and negatives")
    return truth, values
