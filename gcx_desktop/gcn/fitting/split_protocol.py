"""The names of the ways to divide examples, which ``splits`` describes. Imports no numpy."""

from enum import StrEnum


class SplitProtocol(StrEnum):
    """How examples are divided."""

    SCAFFOLD = "scaffold"
    SCAFFOLD_BALANCED = "scaffold-balanced"
    RANDOM = "random"
    GIVEN = "given"
    """By a column of the table, which says what is held out."""


MADE_SPLITS = (SplitProtocol.SCAFFOLD, SplitProtocol.SCAFFOLD_BALANCED, SplitProtocol.RANDOM)
"""Those that the program makes."""
