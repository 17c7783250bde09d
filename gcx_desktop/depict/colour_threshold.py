"""The colour threshold: the share of the colour scale from which a node is coloured and highlighted. Imports nothing.

It applies to pictures. Measures and mining use the saliency cutoff instead, a share of each graph's own largest
saliency (``explain.saliency_cutoff``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_COLOUR_THRESHOLD = 0.1
"""Share of the colour scale below which an atom is not coloured."""

COLOUR_THRESHOLD_STEPS = 100
"""Number of steps of the slider from 0 to 1."""


def is_highlighted(values: NDArray[np.floating], least: float) -> NDArray[np.bool_]:
    """Which places have a positive value of at least ``least``; false at places without a value.

    :param values: [n_places], NaN at places without a value; of a signed map for pictures, its magnitudes
    :param least: the colour threshold times the strongest value of the scale
    """
    return (values > 0) & (values >= least)
