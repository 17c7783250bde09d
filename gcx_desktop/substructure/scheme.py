"""The names of the ways to take a molecule apart. Imports neither RDKit nor numpy."""

from enum import StrEnum


class Scheme(StrEnum):
    """How the fragments of a molecule are defined."""

    SALIENT = "salient"
    """The connected components of the salient atoms."""
    BRICS = "brics"
    SCAFFOLD = "scaffold"
    RINGS = "rings"
    GROUPS = "groups"
    FREQUENT = "frequent"
    """The frequent subgraphs of many molecules' salient parts."""
