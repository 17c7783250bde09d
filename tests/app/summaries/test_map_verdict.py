"""A word for what masking the highlighted atoms did."""

from __future__ import annotations

import math

import pytest

from gcx_desktop.app.explaining.trust import MaskingTest
from gcx_desktop.app.summaries.map_verdict import MapVerdict, map_verdict


@pytest.mark.parametrize(
    ("n_masked", "after", "random", "expected"),
    [
        (2, 0.4, -0.1, MapVerdict.HOLDS),
        (2, 0.8, -0.1, MapVerdict.RANDOM),
        (2, 0.95, -0.1, MapVerdict.MISLEADS),
        (0, 0.9, math.nan, MapVerdict.NOTHING),
        (5, 0.4, math.nan, MapVerdict.EVERYTHING),
        (5, 0.95, math.nan, MapVerdict.MISLEADS),
    ],
)
def test_a_map_holds_if_its_atoms_matter_more_than_random_ones(
    n_masked: int, after: float, random: float, expected: MapVerdict
) -> None:
    sd = math.nan if math.isnan(random) else 0.05
    assert map_verdict(MaskingTest(n_masked, 5, 0.9, after, random, sd)) is expected
