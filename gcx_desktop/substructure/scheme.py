"""The names of the ways to take a molecule apart. Imports neither RDKit nor numpy."""

from enum import StrEnum


class Scheme(StrEnum):
    """What the fragments of a molecule are."""

    SALIENT = "salient"
    """The connected components of the bonds between salient atoms."""
    BRICS = "brics"
    SCAFFOLD = "scaffold"
    RINGS = "rings"
    GROUPS = "groups"
    FREQUENT = "frequent"
    """What many molecules' salient parts have in common."""
