"""Several endpoints of one network: their heads stand side by side, and labels that are missing cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..network import Network, side_by_side, value_network, with_outputs
from .losses import Loss, class_loss, class_weights, sum_of_losses, value_loss

HUBER_DEVIATIONS = 1.0
"""Errors of values up to so many standard deviations count by their square, larger ones by their size."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one column of labels is."""

    n_classes: int
    """2 of a value: the value and its opposite."""
    of_value: bool = False

    @property
    def n_learned(self) -> int:
        """Outputs while it is learned: of a value one, in standardised units."""
        return 1 if self.of_value else self.n_classes


def output_slices(endpoints: Sequence[Endpoint], *, learned: bool = False) -> Iterator[slice]:
    """The outputs of each endpoint among those of all.

    :param learned: of the network as it is learned, see :attr:`Endpoint.n_learned`
    """
    start = 0
    for each in endpoints:
        stop = start + (each.n_learned if learned else each.n_classes)
        yield slice(start, stop)
        start = stop


@dataclass(frozen=True, slots=True)
class StandardisedLabels:
    """Labels of several endpoints, values as deviations from their mean."""

    labels: NDArray[np.float64]
    """[n, n_endpoints], NaN where nothing is known"""
    endpoints: tuple[Endpoint, ...]
    means: tuple[float, ...]
    """[n_endpoints]; of classes 0"""
    deviations: tuple[float, ...]
    """[n_endpoints]; of classes 1"""

    def in_units(self, network: Network) -> Network:
        """The network with the outputs of all endpoints, values in their units.

        :param network: as it was learned
        """
        parts = [with_outputs(network, each.start, each.stop) for each in output_slices(self.endpoints, learned=True)]
        made = [
            value_network(part, mean, deviation) if each.of_value else part
            for part, each, mean, deviation in zip(parts, self.endpoints, self.means, self.deviations, strict=True)
        ]
        return side_by_side(made)


def standardised(
    labels: NDArray[np.floating] | NDArray[np.integer], endpoints: Sequence[Endpoint]
) -> StandardisedLabels:
    """:param labels: [n, n_endpoints], class indices or values, NaN where nothing is known"""
    given = labels.astype(np.float64)
    means, deviations = [], []
    for column, each in zip(given.T, endpoints, strict=True):
        known = column[~np.isnan(column)]
        means.append(float(known.mean()) if each.of_value and len(known) else 0.0)
        deviations.append((float(known.std()) or 1.0) if each.of_value and len(known) else 1.0)
    return StandardisedLabels(
        (given - np.array(means)) / np.array(deviations), tuple(endpoints), tuple(means), tuple(deviations)
    )


def joint_loss(labels: NDArray[np.float64], endpoints: Sequence[Endpoint], smoothing: float, balance: float) -> Loss:
    """The mean over all labels that are known: cross entropy of classes, Huber loss of values.

    :param labels: [n, n_endpoints], class indices or standardised values, NaN where nothing is known
    :param smoothing: as :func:`.losses.class_loss` takes it
    :param balance: as :func:`.losses.class_weights` takes it
    """
    parts = []
    for column, each, outputs in zip(labels.T, endpoints, output_slices(endpoints, learned=True), strict=True):
        known = ~np.isnan(column)
        given = column[known]
        if each.of_value:
            parts.append((outputs, known, value_loss(given.astype(np.float32)[:, None], HUBER_DEVIATIONS)))
        elif len(given):
            classes = given.astype(np.int64)
            weights = class_weights(classes, each.n_classes, balance)
            parts.append((outputs, known, class_loss(classes, weights, smoothing)))
    return sum_of_losses(parts)
