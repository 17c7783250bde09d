"""The Morgan fingerprint of a molecule: bits, from which the similarity of two molecules is computed, and counts, by
which a forest predicts and which a foundation learns. By default they are of radius 2 (ECFP4; Rogers and Hahn, J. Chem.
Inf. Model. 2010); all are without stereochemistry and explicit hydrogens."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .counted_environments import MAX_KEY_COUNT, N_KEYS, CountedEnvironments, KeyCounts

if TYPE_CHECKING:
    from rdkit.Chem import Mol

N_BYTES = 128
_RADIUS = 2


def morgan_fingerprint(mol: Mol) -> bytes:
    """[``N_BYTES``], packed bits.

    :param mol: sanitised; not changed
    """
    return np.packbits(_generator(_RADIUS, 8 * N_BYTES).GetFingerprintAsNumPy(_without_hydrogens(mol))).tobytes()


def morgan_counts(mol: Mol, radius: int = _RADIUS, n_keys: int = N_KEYS) -> KeyCounts:
    """How often each environment occurs.

    :param mol: sanitised; not changed
    :param radius: of the largest environments
    :param n_keys: to so many the environments' hashes are folded, at most 65,536
    """
    found = _generator(radius, n_keys).GetCountFingerprint(_without_hydrogens(mol)).GetNonzeroElements()
    counts = [(key, min(count, MAX_KEY_COUNT)) for key, count in sorted(found.items())]
    return np.array(counts, dtype=np.uint16).reshape(-1, 2)


def morgan_environments(mol: Mol) -> CountedEnvironments:
    """The environments that :func:`morgan_counts` counts; the nodes are the heavy atoms in the molecule's order.

    :param mol: sanitised; not changed
    """
    from rdkit.Chem.rdFingerprintGenerator import AdditionalOutput

    mol = _without_hydrogens(mol)
    output = AdditionalOutput()
    output.AllocateBitInfoMap()
    _generator(_RADIUS, N_KEYS).GetCountFingerprint(mol, additionalOutput=output)
    balls = _balls(mol)
    heavy = [atom.GetAtomicNum() != 1 for atom in mol.GetAtoms()]
    node_of = np.cumsum(heavy) - 1
    keys: list[int] = []
    members: list[tuple[int, int]] = []
    for key, places in sorted(output.GetBitInfoMap().items()):
        for atom, radius in places:
            members += [(len(keys), node_of[each]) for each in balls[radius][atom] if heavy[each]]
            keys.append(key)
    return CountedEnvironments(
        np.array(keys, dtype=np.uint16), np.array(members, dtype=np.int32).reshape(-1, 2), sum(heavy)
    )


def _balls(mol: Mol) -> list[list[frozenset[int]]]:
    """By radius and atom: the atoms at most so many bonds away."""
    nearest = [frozenset((atom.GetIdx(), *(each.GetIdx() for each in atom.GetNeighbors()))) for atom in mol.GetAtoms()]
    balls = [[frozenset((atom,)) for atom in range(len(nearest))]]
    for _ in range(_RADIUS):
        balls.append([frozenset().union(*(nearest[each] for each in ball)) for ball in balls[-1]])
    return balls


def _without_hydrogens(mol: Mol) -> Mol:
    from rdkit import Chem

    if mol.GetNumHeavyAtoms() == mol.GetNumAtoms() or all(atom.GetAtomicNum() != 1 for atom in mol.GetAtoms()):
        return mol
    mol = Chem.RemoveHs(mol, sanitize=False)
    mol.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(mol)  # the fingerprint only needs to know which atoms are in a ring
    return mol


@cache
def _generator(radius: int, n_bits: int) -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=n_bits)
