"""What an explanation method is: a pure function of one forward pass.

It gives [n_nodes, n_classes] for the whole batch and every class at once, and leaves the network as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from torch import Tensor

from ..gcn.network import Activations, Network, forward
from ..graph.batch import Batch
from ..progress import CancelToken, raise_if_cancelled

_T = TypeVar("_T")


@dataclass(frozen=True)
class ForwardPass:
    """A network, a batch and its activations.

    A method that takes long calls :meth:`raise_if_cancelled` between its steps.
    """

    network: Network
    batch: Batch
    activations: Activations
    cancel: CancelToken | None = field(default=None, repr=False)
    _shared: dict[Callable[[ForwardPass], Any], Any] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(network: Network, batch: Batch, cancel: CancelToken | None = None) -> ForwardPass:
        return ForwardPass(network, batch, forward(network, batch), cancel)

    def raise_if_cancelled(self) -> None:
        """:raises Cancelled: if the user stopped the job"""
        raise_if_cancelled(self.cancel)

    def once(self, compute: Callable[[ForwardPass], _T]) -> _T:
        """The result of ``compute(self)``, computed once: for a function whose result several methods share."""
        if compute not in self._shared:
            self._shared[compute] = compute(self)
        result: _T = self._shared[compute]
        return result


def relative_to_other_classes(maps: Tensor) -> Tensor:
    """Each class's map minus the mean of the other classes', [n_nodes, n_classes]; with a single class the map itself.

    Probabilities depend only on the differences of the scores, so a part that all classes share explains none of them.
    """
    n_classes = maps.shape[1]
    if n_classes == 1:
        return maps.clone()
    return maps - (maps.sum(dim=1, keepdim=True) - maps) / (n_classes - 1)


def in_unit(maps: Tensor, network: Network, method: Method) -> Tensor:
    """The maps of a method, of a value in its unit.

    Signed methods explain the difference of the outputs; of a value and its opposite that is twice the value.
    """
    return maps / 2 if network.of_value and method.signed else maps


@dataclass(frozen=True, slots=True)
class Method:
    """An explanation method and what users see of it."""

    id: str
    """Its name in commands and column names."""
    name: str
    paper: str
    """The source of its definition: authors, venue, equation."""
    compute: Callable[[ForwardPass], Tensor]
    """The maps, [n_nodes, n_classes]: one value per node and class explained."""
    signed: bool = False
    """Whether a value may be below zero; if not, all are ≥ 0."""
    from_class_activations: Callable[[Tensor, Tensor], Tensor] | None = None
    """The same maps from the class activations [n_nodes, n_classes] (:mod:`.class_activations`) and the size of each
    node's graph [n_nodes, 1], for a method that needs nothing else."""
