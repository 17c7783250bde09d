"""What an explanation method is, and the list of those there are.

A method is a pure function of one forward pass, [n_nodes, n_classes] for the whole batch and every class
at once. A new method is one file with such a function and its :class:`Method`, and one line in
:data:`METHODS`; windows, commands and reports find it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from ..errors import UnknownNameError
from ..gcn.network import Activations, Network, forward
from ..graph.batch import Batch


@dataclass(frozen=True)
class ForwardPass:
    """A network, a batch and its activations, with what several methods share computed once and when asked for."""

    network: Network
    batch: Batch
    activations: Activations

    @staticmethod
    def of(network: Network, batch: Batch) -> ForwardPass:
        return ForwardPass(network, batch, forward(network, batch))

    @cached_property
    def hidden_gradients(self) -> tuple[Tensor, ...]:
        """N · ∂y_c/∂Hˡ for l = 1 … L-1, each [n_nodes, n_classes, d_l]; N is the size of the node's graph."""
        from .gradient import hidden_gradients

        return hidden_gradients(self)

    @cached_property
    def excitation(self) -> Tensor:
        """The maps of Excitation Backprop, [n_nodes, n_classes]."""
        from .excitation import excitation

        return excitation(self)


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


def methods() -> tuple[Method, ...]:
    """All methods, in the order in which users see them."""
    from . import cam, excitation, gradient

    return (
        gradient.GRADIENT,
        cam.CAM,
        cam.GRAD_CAM,
        cam.GRAD_CAM_AVG,
        excitation.EXCITATION_BACKPROP,
        excitation.CONTRASTIVE_EXCITATION_BACKPROP,
    )


def method(id_: str) -> Method:
    """The method of that id.

    :raises UnknownNameError: if there is none
    """
    known = {m.id: m for m in methods()}
    if id_ not in known:
        raise UnknownNameError("method", id_, tuple(known))
    return known[id_]
