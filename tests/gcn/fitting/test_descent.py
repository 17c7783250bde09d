"""The optimiser on one array against torch's, tensor by tensor."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gcx_desktop.gcn.fitting.descent import Course, Descent
from gcx_desktop.gcn.fitting.training_settings import Schedule, TrainingSettings
from gcx_desktop.gcn.network import Network, from_tensors, initialise

SETTINGS = TrainingSettings(widths=(4, 3), learning_rate=0.02, weight_decay=0.1, warmup_epochs=0.5, average_epochs=0.5)
COURSE = Course(steps_an_epoch=10, max_epochs=2)


def some_gradients(step: int) -> Network:
    random = torch.Generator().manual_seed(step)
    return from_tensors(
        {name: torch.randn(tensor.shape, generator=random) * 0.4 for name, tensor in start().tensors()}, 2
    )


def start() -> Network:
    return initialise(5, (4, 3), 2, torch.Generator().manual_seed(0))


def test_twelve_steps_are_those_of_adamw_with_warm_up_clipping_and_averaging() -> None:
    descent = Descent(start(), SETTINGS, COURSE)
    tensors = {name: tensor.clone().requires_grad_() for name, tensor in start().tensors()}
    matrices = [t for t in tensors.values() if t.ndim > 1]
    biases = [t for t in tensors.values() if t.ndim == 1]
    reference = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": biases, "weight_decay": 0.0}], lr=0.02
    )
    average = {name: torch.zeros_like(tensor) for name, tensor in tensors.items()}
    for step in range(1, 13):
        descent.step(some_gradients(step))
        for name, gradient in some_gradients(step).tensors():
            tensors[name].grad = gradient
        for group in reference.param_groups:
            group["lr"] = 0.02 * min(1, step / 5)
        torch.nn.utils.clip_grad_norm_(tensors.values(), 1.0)
        reference.step()
        for name, tensor in tensors.items():
            average[name] = average[name].lerp(tensor.detach(), max(1 / 5, 1 / step))
    for name, tensor in descent.network.tensors():
        assert torch.allclose(tensor, tensors[name], atol=1e-6), name
    for name, tensor in descent.averaged().tensors():
        assert torch.allclose(tensor, average[name], atol=1e-6), name


def lengths(settings: TrainingSettings, n_transferred: int = 0) -> list[dict[str, float]]:
    """How far each tensor moves in each step, with the same gradient in all steps."""
    descent = Descent(start(), replace(settings, weight_decay=0.0), COURSE, n_transferred)
    found = []
    for _ in range(20):
        before = {name: tensor.clone() for name, tensor in descent.network.tensors()}
        descent.step(some_gradients(0))
        found.append({n: float((t - before[n]).abs().max()) for n, t in descent.network.tensors()})
    return found


def test_the_cosine_ends_at_zero_after_the_last_epoch() -> None:
    steps = [each["head.weight"] for each in lengths(replace(SETTINGS, schedule=Schedule.COSINE, warmup_epochs=0))]
    assert steps == sorted(steps, reverse=True)
    assert steps[9] == pytest.approx(0.01, rel=0.02)
    assert steps[-1] == pytest.approx(0.0, abs=1e-6)


def test_transferred_layers_learn_at_their_own_rate() -> None:
    last = lengths(replace(SETTINGS, transfer_rate=0.1), n_transferred=1)[-1]
    assert last["hidden.0.weight"] == pytest.approx(last["head.weight"] / 10, rel=0.01)
    assert last["hidden.1.weight"] == pytest.approx(last["head.weight"], rel=0.01)


def test_an_averaged_network_is_a_copy() -> None:
    descent = Descent(start(), SETTINGS, COURSE)
    kept = descent.averaged()
    before = kept.head.weight.clone()
    descent.step(some_gradients(0))
    assert torch.equal(kept.head.weight, before)
