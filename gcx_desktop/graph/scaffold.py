"""The scaffold of a molecule: the key by which a scaffold split groups molecules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def scaffold_key(mol: Mol) -> str:
    """The canonical SMILES of the Bemis–Murcko scaffold: rings and the linkers between them, without stereochemistry
    (Bemis and Murcko, J. Med. Chem. 1996). Molecules without a ring have the key "".

    :param mol: sanitised; not changed
    """
    from rdkit.Chem.Scaffolds.MurckoScaffold import MurckoScaffoldSmiles

    return str(MurckoScaffoldSmiles(mol=mol, includeChirality=False))
