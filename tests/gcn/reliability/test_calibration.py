"""Probabilities that come true as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.errors import GcxError
from gcx_desktop.gcn.network import combine, forward
from gcx_desktop.gcn.reliability.calibration import (
    MAX_TEMPERATURE,
    Calibration,
    calibrated,
    fit_calibration,
    log_loss,
    softmax,
)
from gcx_desktop.graph.batch import make_batch
from tests.explain.test_masking import RING
from tests.explain.test_methods import decode, network


def drawn(n: int, temperature: float, bias: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and classes drawn from the probabilities that they have at this temperature and bias."""
    random = np.random.default_rng(seed)
    scores = 3 * random.normal(size=(n, len(bias)))
    shares = softmax(scores / temperature + bias)
    return scores, (random.random(n)[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)


@pytest.mark.parametrize("bias", [[-1.0, 1.0], [0.8, -0.5, -0.3]])
def test_the_temperature_and_the_biases_that_made_the_classes_are_found(bias: list[float]) -> None:
    scores, labels = drawn(40_000, 2.5, np.array(bias))
    found = fit_calibration(scores, labels)
    assert found.temperature == pytest.approx(2.5, rel=0.05)
    np.testing.assert_allclose(found.bias, bias, atol=0.06)
    assert sum(found.bias) == pytest.approx(0, abs=1e-9)


def test_no_other_temperature_or_bias_has_a_smaller_log_loss() -> None:
    scores, labels = drawn(500, 0.7, np.array([0.5, -0.5]), seed=3)
    found = fit_calibration(scores, labels)
    least = log_loss(labels, found.scores(scores))
    assert least < log_loss(labels, scores)
    tried = [
        log_loss(labels, scores / t + np.array([b, -b]))
        for t in np.linspace(0.3, 3, 100)
        for b in np.linspace(-2, 2, 101)
    ]
    assert least < min(tried) + 1e-4  # the penalty of one record's weight


def test_the_same_scores_give_the_same_calibration_and_what_is_added_to_all_classes_does_not_count() -> None:
    scores, labels = drawn(300, 1.5, np.array([0.2, -0.2]))
    found = fit_calibration(scores, labels)
    assert fit_calibration(scores, labels) == found
    moved = fit_calibration(scores + 1000, labels)
    assert moved.temperature == pytest.approx(found.temperature, rel=1e-9)


def test_classes_that_are_told_apart_without_error_have_a_finite_temperature() -> None:
    found = fit_calibration([[2.0, -2.0], [-2.0, 2.0]] * 50, [0, 1] * 50)
    assert 0 < found.temperature < 1
    assert found.probabilities([[2.0, -2.0]])[0, 0] > 0.99


def test_scores_that_are_worse_than_chance_are_not_turned_round() -> None:
    found = fit_calibration([[2.0, -2.0], [-2.0, 2.0]] * 50, [1, 0] * 50)
    assert found.temperature == MAX_TEMPERATURE
    np.testing.assert_allclose(found.probabilities([[2.0, -2.0]]), [[0.5, 0.5]], atol=0.02)


def test_the_share_of_a_rare_class_comes_out_though_training_weighted_it() -> None:
    random = np.random.default_rng(2)
    labels = (random.random(5000) < 0.1).astype(int)
    scores = random.normal(size=(5000, 2)) + 0.5 * np.eye(2)[labels]
    p = fit_calibration(scores, labels).probabilities(scores)
    assert p[:, 1].mean() == pytest.approx(labels.mean(), abs=1e-3)


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(GcxError, match="not finite numbers"):
        fit_calibration([[0.0, np.nan], [1.0, 0.0]], [0, 1])


def test_the_softmax_of_a_calibrated_network_is_the_calibrated_probability() -> None:
    before, calibration = network(2).to(dtype=torch.float64), Calibration(1.7, (0.3, -0.3))
    batch = make_batch([RING], decode, torch.float64, depth=len(before.hidden))
    scores = forward(before, batch).scores
    after = forward(calibrated(before, calibration), batch).scores
    np.testing.assert_allclose(after.numpy(), calibration.scores(scores.numpy()), rtol=1e-12)
    np.testing.assert_allclose(after.softmax(dim=1).numpy(), calibration.probabilities(scores.numpy()), rtol=1e-12)


def test_calibrating_an_ensemble_calibrates_each_of_its_members() -> None:
    members, calibration = [network(seed) for seed in range(3)], Calibration(0.6, (-0.2, 0.2))
    batch = make_batch([RING], decode, depth=len(members[0].hidden))
    whole = calibrated(combine(members), calibration)
    for number, before in enumerate(members):
        expected = calibration.scores(forward(before, batch).scores.numpy())
        np.testing.assert_allclose(forward(whole.member(number), batch).scores.numpy(), expected, rtol=1e-5)
    scores = calibration.scores(forward(combine(members), batch).scores.numpy())
    np.testing.assert_allclose(forward(whole, batch).scores.numpy(), scores, rtol=1e-5)
