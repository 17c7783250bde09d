"""Substructures as pictures and connection tables. Runs in worker processes: no torch here."""

from __future__ import annotations

from ..depict.drawing import Depiction, depict
from ..substructure.patterns import Pattern, as_molecule


def draw_pattern(pattern: Pattern) -> Depiction:
    """A picture without hydrogens, since nobody knows them where a molecule goes on.

    :raises DepictionError: if it cannot be drawn
    """
    mol = as_molecule(pattern.graph)
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
    mol.UpdatePropertyCache(strict=False)
    return depict(mol)


def pattern_molblock(pattern: Pattern) -> str:
    """A connection table with a 2D layout; half a ring keeps its aromatic bonds."""
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdDepictor

    with rdBase.BlockLogs():
        whole = Chem.MolFromSmiles(pattern.smiles)
    mol = as_molecule(pattern.graph) if whole is None else whole
    rdDepictor.Compute2DCoords(mol)
    block: str = Chem.MolToMolBlock(mol, kekulize=whole is not None)
    return block
