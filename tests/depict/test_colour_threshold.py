"""Which atoms a map highlights."""

from __future__ import annotations

import math

import numpy as np

from gcx_desktop.depict.colour_threshold import is_highlighted


def test_highlighted_is_what_speaks_for_the_class_by_enough() -> None:
    values = np.array([0.5, 0.2, -0.9, math.nan, 0.0])
    assert is_highlighted(values, 0.3).tolist() == [True, False, False, False, False]
    assert is_highlighted(values, 0.0).tolist() == [True, True, False, False, False]
