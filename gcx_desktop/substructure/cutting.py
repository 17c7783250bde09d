"""Schemes by which a molecule is cut into the fragments that are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .fragments import (
    Atoms,
    Neighbours,
    brics_pieces,
    components,
    functional_groups,
    ring_systems,
    rings,
    scaffold,
)
from .fragments import complete_rings_and_groups as with_whole_rings
from .scheme import Scheme

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def salient_parts(mol: Mol, neighbours: Neighbours, salient: Sequence[int], *, complete: bool) -> list[Atoms]:
    """The connected components of the salient atoms; if ``complete``, with the rings and groups that they belong to."""
    atoms: Atoms | Sequence[int] = salient
    if complete and len(salient):
        atoms = with_whole_rings(salient, rings(mol), functional_groups(mol, neighbours))
    return components(neighbours, atoms)


def cut_by_scheme(scheme: Scheme, mol: Mol, neighbours: Neighbours) -> list[Atoms]:
    """The fragments of a molecule by a scheme that does not depend on saliency."""
    if scheme is Scheme.BRICS:
        return brics_pieces(mol, neighbours)
    if scheme is Scheme.SCAFFOLD:
        return components(neighbours, scaffold(mol, neighbours))
    if scheme is Scheme.RINGS:
        return ring_systems(mol)
    if scheme is Scheme.GROUPS:
        return functional_groups(mol, neighbours)
    raise ValueError(f"the fragments of scheme '{scheme}' are those that an explanation shows")
