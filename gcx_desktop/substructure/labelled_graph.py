"""A part of a molecule as a graph of plain values, with exactly the properties that a SMARTS can express."""

from __future__ import annotations

from dataclasses import dataclass

SINGLE, DOUBLE, TRIPLE, AROMATIC, OTHER = 1, 2, 3, 4, 5
"""Kinds of bonds. Dative, zero-order and quadruple bonds are ``OTHER``."""

_ELEMENTS, _CHARGES = 128, 32


@dataclass(frozen=True, slots=True)
class LabelledGraph:
    """Atoms by their labels (:func:`atom_label`) and the bonds between them. Hashable."""

    labels: tuple[int, ...]
    """[n_atoms]"""
    bonds: tuple[tuple[int, int, int], ...]
    """(i, j, kind) with i < j"""


def atom_label(element: int, aromatic: bool, charge: int) -> int:
    """One number for the properties of an atom in a pattern.

    :param element: atomic number, 0 for a dummy
    """
    shifted = min(max(charge + _CHARGES // 2, 0), _CHARGES - 1)
    return (shifted * 2 + int(aromatic)) * _ELEMENTS + element


def atom_properties(label: int) -> tuple[int, bool, int]:
    """The inverse of :func:`atom_label`: element, aromatic, charge."""
    rest, element = divmod(label, _ELEMENTS)
    shifted, aromatic = divmod(rest, 2)
    return element, bool(aromatic), shifted - _CHARGES // 2
