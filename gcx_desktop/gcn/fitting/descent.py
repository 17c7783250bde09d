"""The optimiser: AdamW (Loshchilov and Hutter, ICLR 2019) on all weights of a network in one array.

The learning rate rises linearly at first and then stays or falls along half a cosine (Loshchilov and Hutter, ICLR
2017); gradients are shortened to a norm; an exponential moving average of the weights goes along (Polyak and Juditsky,
1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..network import Network, from_tensors
from .training_settings import Schedule, TrainingSettings


@dataclass(frozen=True, slots=True)
class Course:
    """How many steps there will be."""

    steps_an_epoch: int
    max_epochs: int


class Descent:
    """The weights of a network that go down a loss."""

    def __init__(self, start: Network, settings: TrainingSettings, course: Course, n_transferred: int = 0) -> None:
        """
        :param n_transferred: the number of lowest hidden layers whose learning rate is multiplied by
            ``settings.transfer_rate``
        """
        self._settings, self._course, self._step = settings, course, 0
        self._start = start
        groups: dict[tuple[bool, bool], list[tuple[str, Tensor]]] = {}
        for name, tensor in start.tensors():
            transferred = name.startswith(tuple(f"hidden.{i}." for i in range(n_transferred)))
            groups.setdefault((transferred, tensor.ndim > 1), []).append((name, tensor))
        ordered = [each for group in groups.values() for each in group]
        self._names = [name for name, _ in ordered]
        self._shapes = [tensor.shape for _, tensor in ordered]
        self._weights = torch.cat([tensor.flatten() for _, tensor in ordered])
        self._average = self._weights.clone()
        self._gradient = torch.zeros_like(self._weights)
        sizes = [sum(tensor.numel() for _, tensor in group) for group in groups.values()]
        parameters = []
        for (transferred, matrices), weights, gradient in zip(
            groups, torch.split(self._weights, sizes), torch.split(self._gradient, sizes), strict=True
        ):
            weights.grad = gradient
            parameters.append(
                {
                    "params": [weights],
                    "weight_decay": settings.weight_decay if matrices else 0.0,
                    "factor": settings.transfer_rate if transferred else 1.0,
                }
            )
        self._optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, fused=True)
        self.network = self._as_network(self._weights)
        """The weights as they are now; the same tensors throughout."""

    def averaged(self) -> Network:
        """A copy of the moving average of the weights."""
        return self._as_network(self._average.clone())

    @torch.no_grad()
    def step(self, gradients: Network) -> None:
        """One step down."""
        self._step += 1
        rate = self._settings.learning_rate * self._rate_factor()
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        named = dict(gradients.tensors())
        torch.cat([named[name].flatten() for name in self._names], out=self._gradient)
        norm = float(torch.linalg.vector_norm(self._gradient))
        if norm > self._settings.gradient_norm:
            self._gradient.mul_(self._settings.gradient_norm / norm)
        self._optimiser.step()
        # In the first steps the average is the plain mean.
        horizon = max(self._settings.average_epochs * self._course.steps_an_epoch, 1.0)
        self._average.lerp_(self._weights, max(1.0 / horizon, 1.0 / self._step))

    def _rate_factor(self) -> float:
        warmup = self._settings.warmup_epochs * self._course.steps_an_epoch
        rising = min(1.0, self._step / max(warmup, 1.0))
        if self._settings.schedule == Schedule.CONSTANT:
            return rising
        past = self._step / (self._course.steps_an_epoch * self._course.max_epochs)
        return rising * (1 + math.cos(math.pi * past)) / 2

    def _as_network(self, flat: Tensor) -> Network:
        parts = torch.split(flat, [shape.numel() for shape in self._shapes])
        tensors = {n: part.view(shape) for n, part, shape in zip(self._names, parts, self._shapes, strict=True)}
        start = self._start
        return from_tensors(tensors, len(start.hidden), of_value=start.of_value, with_sums=start.with_sums)
