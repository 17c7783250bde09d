"""What molecules have in common: the key by which a scaffold split keeps them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def scaffold_key(mol: Mol) -> str:
    """The canonical SMILES of the Bemis–Murcko scaffold: rings and what links them, without stereochemistry
    (Bemis and Murcko, J. Med. Chem. 1996). All molecules without a ring share the key "".

    :param mol: sanitised; not changed
    """
    from rdkit.Chem.Scaffolds.MurckoScaffold import MurckoScaffoldSmiles

    return str(MurckoScaffoldSmiles(mol=mol, includeChirality=False))
