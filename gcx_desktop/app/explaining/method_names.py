"""What menus must know of the explanation methods, without torch, which defining the methods needs.

A test keeps it equal to ``explain.method.methods()``.
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
}
"""Id → name, in the order in which users see them."""

N_PAPER_METHODS = 6
"""The first of them are the paper's; menus draw a line below those."""

SIGNED_METHODS = frozenset(("input-gradient", "integrated-gradients", "occlusion"))
"""Ids of those whose values may be below zero: such an atom speaks against the class."""

RANKS_AS = {"grad-cam": "cam"}
"""Id of a method → id of the one that it ranks atoms as by construction (mean pooling, linear head): that they agree
says nothing."""

DEFAULT_METHOD = "grad-cam"
