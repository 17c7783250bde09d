"""Ids and names of the explanation methods for menus. Needs no torch, unlike the definitions of the methods.

A test keeps those of the network's methods equal to ``explain.method.methods()``.
"""

from __future__ import annotations

METHOD_NAMES: dict[str, str] = {
    "gradient": "Contrastive gradient",
    "cam": "CAM",
    "grad-cam": "Grad-CAM",
    "grad-cam-avg": "Grad-CAM Avg",
    "eb": "Excitation Backprop",
    "c-eb": "Contrastive Excitation Backprop",
    "input-gradient": "Input × gradient",
    "integrated-gradients": "Integrated gradients",
    "occlusion": "Occlusion",
    "contribution": "Contribution",
}
"""Id → name of the network's methods, in the order of the menus."""

FOREST_METHOD = "forest"
"""Id of the map of the forest beside the network: a method to look at, but not one that explains the network."""

N_PAPER_METHODS = 6
"""So many of the first are the paper's methods; menus draw a line below them."""

SIGNED_METHODS = frozenset(("input-gradient", "integrated-gradients", "occlusion", "contribution"))
"""Ids of methods with values below zero, at atoms that are evidence against the class."""

RANKS_AS = {"grad-cam": "cam"}
"""Id of a method → id of the method with the same ranking of atoms by construction (mean pooling, linear head), so that
their agreement has no meaning."""

DEFAULT_METHOD = "grad-cam"


def names_with_forest() -> dict[str, str]:
    """Id → name of all methods that can be chosen; the forest's, which not every model has, is the last."""
    return {**METHOD_NAMES, FOREST_METHOD: "Random forest"}


def is_signed(id_: str) -> bool:
    """Whether a method has values below zero."""
    return id_ in SIGNED_METHODS or id_ == FOREST_METHOD
