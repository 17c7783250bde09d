"""The names of the ways to divide examples, which ``splits`` describes. Imports no numpy."""

from enum import StrEnum


class SplitProtocol(StrEnum):
    """How examples are divided."""

    SCAFFOLD = "scaffold"
    SCAFFOLD_BALANCED = "scaffold-balanced"
    RANDOM = "random"
