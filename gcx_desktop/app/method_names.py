"""Ids and names of the explanation methods for menus, without torch, which defining the methods needs.

A test keeps them equal to ``explain.method.methods()``.
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

DEFAULT_METHOD = "grad-cam"
