"""Molecules that lie alike: the pattern that they share is drawn in the same pose."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.depict.alignment import layout_template
from gcx_desktop.depict.drawing import Depiction, depict

BENZOYL = "c1:c:c:c:c:c:1-C=O"
HALF_RING = "c:n:c"


def drawn(smiles: str, smarts: str) -> tuple[Depiction, list[np.ndarray]]:
    """The depiction, and the drawn directions of the pattern's bonds, for each way in which it is found."""
    mol, query = Chem.MolFromSmiles(smiles), Chem.MolFromSmarts(smarts)
    depiction = depict(mol, template=layout_template(query))
    ends = np.array([(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in query.GetBonds()])
    places = [depiction.atom_xy[list(match)] for match in mol.GetSubstructMatches(query, uniquify=False)]
    return depiction, [xy[ends[:, 1]] - xy[ends[:, 0]] for xy in places]


def alike(smiles: str, other: str, smarts: str, *, within: float) -> bool:
    """Whether the pattern lies alike in two depictions, whichever of its equal ends is called the first."""
    (_, some), (_, others) = drawn(smiles, smarts), drawn(other, smarts)
    return any(np.allclose(one, also, atol=within) for one in some for also in others)


@pytest.mark.parametrize("other", ["CC(C)c1ccc(cc1)C(=O)O", "O=C(NCCN)c1cccc(Cl)c1", "O=Cc1ccc2ccccc2c1"])
def test_a_pattern_of_whole_rings_is_drawn_alike_in_every_molecule(other: str) -> None:
    assert alike("O=C(O)c1ccccc1", other, BENZOYL, within=2.0)  # a bond is 30 long


def test_half_a_ring_does_not_bend_the_ring() -> None:
    for smiles in ("c1ccncc1CC", "Cc1cnc[nH]1"):
        depiction, _ = drawn(smiles, HALF_RING)
        a, b = depiction.atom_xy[depiction.bonds[:, 0]], depiction.atom_xy[depiction.bonds[:, 1]]
        assert np.allclose(np.linalg.norm(a - b, axis=1), 30, atol=3.5)


def test_half_a_ring_points_the_same_way_mirrored_if_that_fits_better() -> None:
    assert alike("c1ccncc1CC", "CCCc1cnccc1", HALF_RING, within=3.0)


def test_a_molecule_without_the_pattern_is_drawn_as_ever() -> None:
    mol = Chem.MolFromSmiles("CCO")
    assert depict(mol, template=layout_template(Chem.MolFromSmarts(BENZOYL))).svg == depict(mol).svg


def test_stereocentres_survive_being_mirrored() -> None:
    mol = Chem.MolFromSmiles("C[C@H](N)c1ccncc1")
    depiction = depict(mol, template=layout_template(Chem.MolFromSmarts(HALF_RING)))
    assert not np.isnan(depiction.atom_xy).any()
    assert mol.GetNumConformers() == 0
