"""The list of explanation methods.

A new method is one file with a function of a :class:`ForwardPass` and its :class:`Method`, and one line here; window,
commands and reports then list it.
"""

from __future__ import annotations

from ..errors import UnknownNameError
from . import cam, contribution, excitation, gradient, occlusion
from .forward_pass import Method


def methods() -> tuple[Method, ...]:
    """All methods, in the order in which users see them."""
    return (
        gradient.GRADIENT,
        cam.CAM,
        cam.GRAD_CAM,
        cam.GRAD_CAM_AVG,
        excitation.EXCITATION_BACKPROP,
        excitation.CONTRASTIVE_EXCITATION_BACKPROP,
        gradient.INPUT_GRADIENT,
        gradient.INTEGRATED_GRADIENTS,
        occlusion.OCCLUSION,
        contribution.CONTRIBUTION,
    )


def paper_methods() -> tuple[Method, ...]:
    """The six of Pope et al. (CVPR 2019), with which the others are compared."""
    return tuple(each for each in methods() if not each.signed)


def method(id_: str) -> Method:
    """The method with that id.

    :raises UnknownNameError: if there is none
    """
    known = {m.id: m for m in methods()}
    if id_ not in known:
        raise UnknownNameError("method", id_, tuple(known))
    return known[id_]
