"""The Morgan fingerprint of a molecule, from which the similarity of two molecules is computed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rdkit.Chem import Mol

N_BYTES = 128


def morgan_fingerprint(mol: Mol) -> bytes:
    """[``N_BYTES``]: the Morgan fingerprint of radius 2 (ECFP4; Rogers and Hahn, J. Chem. Inf. Model. 2010), without
    stereochemistry and explicit hydrogens.

    :param mol: sanitised; not changed
    """
    from rdkit import Chem

    if any(atom.GetAtomicNum() == 1 for atom in mol.GetAtoms()):
        mol = Chem.RemoveHs(mol, sanitize=False)
        mol.UpdatePropertyCache(strict=False)
        Chem.FastFindRings(mol)  # the fingerprint only needs to know which atoms are in a ring
    return np.packbits(_generator().GetFingerprintAsNumPy(mol)).tobytes()


@cache
def _generator() -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=8 * N_BYTES)
