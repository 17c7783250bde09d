"""Turns molecules so that what they have in common lies alike in each of their depictions. Runs in worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .colour import Floats

if TYPE_CHECKING:
    from rdkit import Chem

_MAX_MATCHES = 100
"""Ways to match that are tried; of a long chain or cage there may be very many."""


def with_layout(query: Chem.Mol) -> Chem.Mol:
    """A copy of a query with 2D coordinates, which tells :func:`align` how the pattern lies."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    copy = Chem.Mol(query)
    copy.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(copy)
    rdDepictor.Compute2DCoords(copy, canonOrient=True)
    return copy


def align(mol: Chem.Mol, template: Chem.Mol) -> bool:
    """Gives a molecule 2D coordinates in which what matches the template lies as it does there.

    A ring of which the pattern holds only a part would be bent to fit, so such a molecule is laid out by itself, then
    turned, mirrored if that fits better.

    :param template: as :func:`with_layout` gives it
    :return: whether the molecule contains the pattern; if not, it stays as it was
    """
    from rdkit.Chem import rdDepictor

    match = mol.GetSubstructMatch(template)
    if not match:
        return False
    if not _cuts_a_ring(mol, frozenset(match)):
        try:
            pairs = list(enumerate(match))
            rdDepictor.GenerateDepictionMatching2DStructure(mol, template, pairs, -1, True)
        except ValueError:  # no layout was found with the pattern as it lies
            _turn(mol, template)
    else:
        _turn(mol, template)
    return True


def _cuts_a_ring(mol: Chem.Mol, atoms: frozenset[int]) -> bool:
    """Whether a ring has a bond in the pattern and an atom that is not."""
    rings = [frozenset(ring) for ring in mol.GetRingInfo().AtomRings()]
    return any(len(ring & atoms) > 1 and not ring <= atoms for ring in rings)


def _turn(mol: Chem.Mol, template: Chem.Mol) -> None:
    """A layout of the molecule's own, turned so that the matched atoms are as near to the template's as can be.

    Of several ways to match, as a symmetric pattern has them, that which fits best: on which side of a ring its
    substituents lie is the layout's choice.
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
    """The places moved and turned to fit, and how far the matched ones are from where they are wanted, squared."""
    xy = xy - xy[match].mean(axis=0)
    here, there = xy[match] @ (1, 1j), wanted @ (1, 1j)
    turn = complex(np.vdot(here, there))
    places = (xy @ (1, 1j)) * (turn / abs(turn) if abs(turn) > 1e-9 else 1.0)
    apart = float((np.abs(places[match] - there) ** 2).sum())
    return np.stack([places.real, places.imag], axis=1), apart
