"""What the masking test says of a map, in a word."""

from __future__ import annotations

from enum import StrEnum

from ..explaining.trust import MaskingTest


class MapVerdict(StrEnum):
    """Whether the atoms that a map highlights are those on which the prediction rests."""

    HOLDS = "holds"
    """Without them the probability, or the value, falls further than without as many random ones."""
    RANDOM = "random"
    """It falls no further."""
    MISLEADS = "misleads"
    """It rises."""
    NOTHING = "nothing"
    """Nothing is highlighted, so there is nothing to test."""
    EVERYTHING = "everything"
    """Everything is, so there are no random ones to compare with."""


def map_verdict(test: MaskingTest) -> MapVerdict:
    """:param test: of the nodes that the map highlights"""
    if not test.n_masked:
        return MapVerdict.NOTHING
    if test.misleads:
        return MapVerdict.MISLEADS
    if not test.comparable:
        return MapVerdict.EVERYTHING
    return MapVerdict.HOLDS if test.better_than_random else MapVerdict.RANDOM
