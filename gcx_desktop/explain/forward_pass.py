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

    What takes long calls :meth:`raise_if_cancelled` between its steps.
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
        """:raises Cancelled: once the maps are not wanted any more"""
        raise_if_cancelled(self.cancel)

    def once(self, compute: Callable[[ForwardPass], _T]) -> _T:
        """``compute(self)``, done when first asked for: what several methods share is one function given here."""
        if compute not in self._shared:
            self._shared[compute] = compute(self)
        result: _T = self._shared[compute]
        return result


def against_others(maps: Tensor) -> Tensor:
    """What each class has over the mean of the others, [n_nodes, n_classes]; the maps themselves of a single class.

    Probabilities depend on the differences of the scores alone: what all classes share explains none of them.
    """
    n_classes = maps.shape[1]
    if n_classes == 1:
        return maps.clone()
    return maps - (maps.sum(dim=1, keepdim=True) - maps) / (n_classes - 1)


@dataclass(frozen=True, slots=True)
class Method:
    """An explanation method as users meet it."""

    id: str
    """As in commands and columns."""
    name: str
    paper: str
    """Where it is defined: authors, venue, equation."""
    compute: Callable[[ForwardPass], Tensor]
    """The maps, [n_nodes, n_classes]: one value per node and class explained."""
    signed: bool = False
    """Whether a value may be below zero; if not, all are ≥ 0."""
    from_evidence: Callable[[Tensor, Tensor], Tensor] | None = None
    """The same maps from the evidence [n_nodes, n_classes] (:mod:`.evidence`) and the size of each node's graph
    [n_nodes, 1], for a method that needs no more."""
