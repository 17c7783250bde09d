"""Calibration: a temperature and a bias for each class, so that a probability says how often the class is right.

    p = softmax(y / T + b)

(Guo et al., ICML 2017: temperature; Platt 1999: scale and bias.) Both are fitted to predictions of records that the
network had not seen, by minimising the log loss, which is convex in 1/T and b. They are folded into the network's head,
so that the softmax of its scores is the calibrated probability everywhere. Imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import GcxError

if TYPE_CHECKING:
    from ..network import Network

MAX_TEMPERATURE = 100.0
"""Scores that are worth nothing on records not seen get this temperature, which makes all of them nearly equal."""
_PRIOR_RECORDS = 1.0
"""The penalty ½ · (1/T − 1)² + ½ · |b|² weighs as much as this many records: it keeps the fit finite where classes can
be told apart without error, and fixes the sum of the biases at zero."""
_MAX_STEPS = 100
_TOLERANCE = 1e-12
"""Of the mean log loss that a step would still gain."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What scores are divided by, and what is then added."""

    temperature: float
    """Above 1: the network was too sure."""
    bias: tuple[float, ...]
    """[n_classes], of sum 0"""

    def scores(self, scores: ArrayLike) -> NDArray[np.float64]:
        """[n, n_classes], the calibrated scores.

        :param scores: [n, n_classes]
        """
        values: NDArray[np.float64] = np.asarray(scores, dtype=np.float64) / self.temperature + np.asarray(self.bias)
        return values

    def probabilities(self, scores: ArrayLike) -> NDArray[np.float64]:
        """[n, n_classes], the softmax of the calibrated scores.

        :param scores: [n, n_classes]
        """
        return softmax(self.scores(scores))

    def as_dict(self) -> dict[str, Any]:
        """For the card."""
        return {"temperature": self.temperature, "bias": list(self.bias)}


def fit_calibration(scores: ArrayLike, labels: ArrayLike) -> Calibration:
    """The calibration of least log loss, by Newton's method; the same numbers give the same result.

    :param scores: [n, n_classes], each of a network that had not seen the record
    :param labels: [n], class indices
    :raises GcxError: if a score is not a finite number
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if not np.isfinite(values).all():
        raise GcxError("scores that are not finite numbers cannot be calibrated; try a lower learning rate")
    problem = _Problem(values - values.mean(axis=1, keepdims=True), np.eye(values.shape[1])[truth])
    start = np.concatenate([[1.0], np.zeros(values.shape[1])])
    found = problem.minimum(start, first_free=0)
    if found[0] < 1 / MAX_TEMPERATURE:  # no better than chance, or worse: the order of the scores is not turned round
        found = problem.minimum(np.concatenate([[1 / MAX_TEMPERATURE], start[1:]]), first_free=1)
    return Calibration(float(1 / found[0]), tuple(found[1:].tolist()))


def calibrated(network: Network, calibration: Calibration) -> Network:
    """The network whose scores, and its members' scores, are the calibrated ones of ``network``, exactly."""
    heads, temperature = network.heads, calibration.temperature
    bias = heads.bias / temperature + heads.bias.new_tensor(calibration.bias).repeat(network.n_members)
    return replace(network, heads=replace(heads, weight=heads.weight / temperature, bias=bias))


def log_loss(labels: ArrayLike, scores: ArrayLike) -> float:
    """The mean of −log p of the true class, in nats.

    :param labels: [n], class indices
    :param scores: [n, n_classes], before softmax
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    return float((_log_sums(values) - values[np.arange(len(truth)), truth]).mean())


def softmax(scores: ArrayLike) -> NDArray[np.float64]:
    """Of the last axis."""
    values = np.asarray(scores, dtype=np.float64)
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@dataclass(frozen=True, slots=True)
class _Problem:
    """The penalised mean log loss as a function of (1/T, b), and its derivatives."""

    scores: NDArray[np.float64]
    """[n, n_classes]"""
    truth: NDArray[np.float64]
    """[n, n_classes], one-hot"""

    def minimum(self, start: NDArray[np.float64], first_free: int) -> NDArray[np.float64]:
        """[1 + n_classes]: damped Newton steps until nothing is gained.

        :param first_free: the parameters before it keep their value
        """
        at, free = start, slice(first_free, None)
        value = self.loss(at)
        for _ in range(_MAX_STEPS):
            gradient, curvature = self.derivatives(at)
            step = np.zeros_like(at)
            step[free] = -np.linalg.solve(curvature[free, free], gradient[free])
            gain = -float(gradient[free] @ step[free])
            if gain < _TOLERANCE:
                break
            size = 1.0
            while self.loss(at + size * step) > value - 0.25 * size * gain and size > _TOLERANCE:
                size /= 2
            at = at + size * step
            value = self.loss(at)
        return at

    def loss(self, at: NDArray[np.float64]) -> float:
        values = at[0] * self.scores + at[1:]
        away = at - self._expected(len(at))
        penalty = 0.5 * _PRIOR_RECORDS * float(away @ away) / len(values)
        return float((_log_sums(values) - (values * self.truth).sum(axis=1)).mean()) + penalty

    def derivatives(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[1 + n_classes] and [1 + n_classes, 1 + n_classes]: gradient and Hessian."""
        n, scores = len(self.scores), self.scores
        shares = softmax(at[0] * scores + at[1:])
        mean = (shares * scores).sum(axis=1, keepdims=True)
        away = shares - self.truth
        gradient = np.concatenate([[(away * scores).sum()], away.sum(axis=0)])
        curvature = np.empty((len(at), len(at)))
        curvature[0, 0] = (shares * (scores - mean) ** 2).sum()
        curvature[0, 1:] = curvature[1:, 0] = (shares * (scores - mean)).sum(axis=0)
        curvature[1:, 1:] = np.diag(shares.sum(axis=0)) - shares.T @ shares
        gradient += _PRIOR_RECORDS * (at - self._expected(len(at)))
        curvature += _PRIOR_RECORDS * np.eye(len(at))
        return gradient / n, curvature / n

    @staticmethod
    def _expected(n: int) -> NDArray[np.float64]:
        expected = np.zeros(n)
        expected[0] = 1.0
        return expected


def _log_sums(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n], log Σ_c exp(score_c)"""
    top = scores.max(axis=1)
    sums: NDArray[np.float64] = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return sums
