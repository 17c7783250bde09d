"""Aligns molecules so that a common pattern is drawn alike in all their depictions. Runs in worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .colour import Floats

if TYPE_CHECKING:
    from rdkit import Chem

_MAX_MATCHES = 100
"""Most matches that are tried; a long chain or a cage may have very many."""


def layout_template(query: Chem.Mol) -> Chem.Mol:
    """A copy of a query with 2D coordinates: the template for :func:`align`."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    copy = Chem.Mol(query)
    copy.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(copy)
    rdDepictor.Compute2DCoords(copy, canonOrient=True)
    return copy


def align(mol: Chem.Mol, template: Chem.Mol) -> bool:
    """Gives a molecule 2D coordinates in which the atoms that match the template lie as in the template.

    A ring of which the pattern has only a part would be distorted, so such a molecule gets its own layout, which is
    then rotated, and mirrored if that fits better.

    :param template: as :func:`layout_template` gives it
    :return: whether the molecule contains the pattern; if not, it is not changed
    """
    from rdkit.Chem import rdDepictor

    match = mol.GetSubstructMatch(template)
    if not match:
        return False
    if not _cuts_a_ring(mol, frozenset(match)):
        try:
            pairs = list(enumerate(match))
            rdDepictor.GenerateDepictionMatching2DStructure(mol, template, pairs, -1, True)
        except ValueError:  # RDKit found no layout with these coordinates of the pattern
            _turn(mol, template)
    else:
        _turn(mol, template)
    return True


def _cuts_a_ring(mol: Chem.Mol, atoms: frozenset[int]) -> bool:
    """Whether a ring has a bond in the pattern and an atom outside it."""
    rings = [frozenset(ring) for ring in mol.GetRingInfo().AtomRings()]
    return any(len(ring & atoms) > 1 and not ring <= atoms for ring in rings)


def _turn(mol: Chem.Mol, template: Chem.Mol) -> None:
    """The molecule's own layout, rotated so that the matched atoms are as near as possible to the template's.

    Of several matches, as of a symmetric pattern, the one that fits best is taken, since the layout decides on which
    side of a ring its substituents lie.
    """
    from rdkit.Chem import rdDepictor
    from rdkit.Geometry import Point3D

    rdDepictor.Compute2DCoords(mol, canonOrient=True, clearConfs=True, useRingTemplates=True)
    conformer = mol.GetConformer()
    own = conformer.GetPositions()[:, :2]
    wanted = template.GetConformer().GetPositions()[:, :2]
    wanted = wanted - wanted.mean(axis=0)
    matches = mol.GetSubstructMatches(template, uniquify=False, maxMatches=_MAX_MATCHES)
    ways = [_rotated(each, list(match), wanted) for match in matches for each in (own, own * (1, -1))]
    turned = min(ways, key=lambda way: way[1])[0]
    for atom, (x, y) in enumerate(turned.tolist()):
        conformer.SetAtomPosition(atom, Point3D(x, y, 0.0))


def _rotated(xy: Floats, match: list[int], wanted: Floats) -> tuple[Floats, float]:
    """The coordinates, translated and rotated to fit, and the sum of squared distances of the matched atoms."""
    xy = xy - xy[match].mean(axis=0)
    here, there = xy[match] @ (1, 1j), wanted @ (1, 1j)
    turn = complex(np.vdot(here, there))
    places = (xy @ (1, 1j)) * (turn / abs(turn) if abs(turn) > 1e-9 else 1.0)
    apart = float((np.abs(places[match] - there) ** 2).sum())
    return np.stack([places.real, places.imag], axis=1), apart
