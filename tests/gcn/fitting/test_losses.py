from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.gcn.fitting.losses import class_loss, class_weights, value_loss


def test_class_weights_make_classes_count_alike_and_keep_the_mean_weight_1() -> None:
    labels = np.array([0] * 9 + [1] * 3)
    weights = class_weights(labels, 2, 1.0).tolist()
    assert weights == pytest.approx([12 / 18, 12 / 6])
    assert class_weights(labels, 2, 0.0).tolist() == [1.0, 1.0]
    half = class_weights(labels, 2, 0.5)
    assert float(half[torch.from_numpy(labels)].mean()) == pytest.approx(1.0)
    assert float(half[1] / half[0]) == pytest.approx(3**0.5)


def test_the_class_loss_is_the_weighted_cross_entropy() -> None:
    loss = class_loss(np.array([0, 1]), torch.tensor([0.5, 3.0]), 0.0)
    by_hand = (0.5 * np.log(2) + 3.0 * np.log(1 + np.e)) / 2
    assert loss(torch.tensor([[0.0, 0.0], [2.0, 1.0]]), torch.arange(2))[0] == pytest.approx(by_hand)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_class_loss_and_its_gradient_are_those_of_torch(smoothing: float) -> None:
    labels, weights = np.array([2, 0, 1, 1, 0, 2]), torch.tensor([0.5, 1.5, 1.0], dtype=torch.float64)
    chosen = torch.tensor([5, 1, 2, 3])
    scores = torch.randn(4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    known = torch.from_numpy(labels)[chosen]
    each = torch.nn.functional.cross_entropy(scores, known, label_smoothing=smoothing, reduction="none")
    expected = (each * weights[known]).mean()
    expected.backward()
    mean, gradient = class_loss(labels, weights, smoothing)(scores.detach(), chosen)
    assert mean == pytest.approx(float(expected.detach()), rel=1e-6)
    assert scores.grad is not None
    assert torch.allclose(gradient, scores.grad, rtol=1e-6, atol=1e-8)


def test_the_value_loss_counts_only_what_is_known() -> None:
    values = np.array([[0.0, np.nan], [1.0, 2.0], [np.nan, np.nan]])
    scores = torch.tensor([[0.5, 9.0], [4.0, 2.0], [1.0, 1.0]], dtype=torch.float64)
    mean, gradient = value_loss(values, delta=1.0)(scores, torch.arange(3))
    assert mean == pytest.approx((0.5**2 / 2 + (3 - 0.5) + 0) / 3)
    assert torch.allclose(gradient, torch.tensor([[0.5, 0], [1, 0], [0, 0]], dtype=torch.float64) / 3)


def test_the_value_loss_and_its_gradient_are_those_of_torch() -> None:
    values = np.random.default_rng(0).normal(size=(5, 4))
    scores = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    chosen = torch.tensor([4, 0, 2])
    expected = torch.nn.functional.huber_loss(scores, torch.from_numpy(values)[chosen], delta=0.7)
    expected.backward()
    mean, gradient = value_loss(values, delta=0.7)(scores.detach(), chosen)
    assert mean == pytest.approx(float(expected.detach()))
    assert scores.grad is not None
    assert torch.allclose(gradient, scores.grad)


def test_a_batch_in_which_no_value_is_known_has_no_gradient() -> None:
    mean, gradient = value_loss(np.full((2, 3), np.nan))(torch.ones(2, 3), torch.arange(2))
    assert mean == 0
    assert not gradient.any()


def test_weights_of_the_value_loss_weight_the_mean() -> None:
    values = np.array([[0.0, np.nan], [1.0, 2.0]])
    scores = torch.tensor([[0.5, 9.0], [4.0, 2.5]], dtype=torch.float64)
    mean, gradient = value_loss(values, weights=np.array([1.0, 3.0]))(scores, torch.arange(2))
    assert mean == pytest.approx((0.5**2 / 2 + (3 - 0.5) + 3 * 0.5**2 / 2) / (1 + 1 + 3))
    assert torch.allclose(gradient, torch.tensor([[0.5, 0], [1, 1.5]], dtype=torch.float64) / 5)
