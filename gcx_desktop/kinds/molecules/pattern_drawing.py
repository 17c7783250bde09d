"""A substructure as a picture, drawn in a worker process."""

from __future__ import annotations

from ...depict.colour import Paper
from ...depict.drawing import Depiction, depict
from ...substructure.patterns import Pattern, as_molecule


def draw_pattern(paper: Paper, pattern: Pattern) -> Depiction:
    """A picture without hydrogens, since nobody knows them where a molecule goes on.

    An aromatic atom without an aromatic bond is a small letter, which tells it from an aliphatic one.

    :raises DepictionError: if it cannot be drawn
    """
    mol = as_molecule(pattern.graph)
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
        if atom.GetIsAromatic() and not any(bond.GetIsAromatic() for bond in atom.GetBonds()):
            atom.SetProp("_displayLabel", atom.GetSymbol().lower())
    mol.UpdatePropertyCache(strict=False)
    return depict(mol, paper=paper)
