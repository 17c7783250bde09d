"""Where the numbers of atoms stand in a picture."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.depict.drawing import depict
from gcx_desktop.depict.numbers import ink_points, number_directions, number_places


def test_a_number_points_away_from_the_bonds_of_its_atom() -> None:
    depiction = depict(Chem.MolFromSmiles("CC(C)(C)c1ccccc1"))
    ways = number_directions(depiction)
    assert sorted(ways) == list(range(10))
    for one, other in depiction.bonds.tolist():
        for at, to in ((one, other), (other, one)):
            bond = depiction.atom_xy[to] - depiction.atom_xy[at]
            cosine = float(np.dot(bond / np.linalg.norm(bond), ways[at]))
            assert cosine < 0.75, "at least forty degrees from every bond, even at an atom of four"


def test_an_atom_alone_has_its_number_above_right() -> None:
    x, y = number_directions(depict(Chem.MolFromSmiles("[Na+]")))[0]
    assert x > 0
    assert y < 0
    assert x**2 + y**2 == pytest.approx(1)


LOPERAMIDE = "CN(C)C(=O)C(CCN1CCC(O)(CC1)c1ccc(Cl)cc1)(c1ccccc1)c1ccccc1"
CROWDED = ("OCC", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", LOPERAMIDE, "O=[N+]([O-])c1cc(Cl)ccc1C(F)(F)F", "C[C@H](N)C(=O)O")


@pytest.mark.parametrize("smiles", CROWDED)
def test_numbers_cover_no_bond_no_letter_and_no_other_number(smiles: str) -> None:
    depiction = depict(Chem.MolFromSmiles(smiles))
    n_atoms = len(depiction.atom_xy)
    sizes = {atom: (7.0 * len(str(atom + 1)), 9.0) for atom in range(n_atoms)}
    places = number_places(depiction, sizes, 0.7 * depiction.radius)
    assert sorted(places) == list(range(n_atoms))
    ink = ink_points(depiction)
    for atom, middle in places.items():
        covered = (np.abs(ink - middle) < np.array(sizes[atom]) / 2).all(axis=1)
        assert not covered.any(), f"the number of atom {atom + 1} stands on the drawing"
        distances = np.linalg.norm(depiction.atom_xy - middle, axis=1)
        assert int(distances.argmin()) == atom, "the nearest atom is its own"
        for other in range(atom):
            apart = np.abs(places[other] - middle) >= (np.array(sizes[other]) + sizes[atom]) / 2
            assert apart.any(), f"{atom + 1} and {other + 1} overlap"


def test_the_points_of_a_drawing_are_its_bonds_and_its_letters() -> None:
    depiction = depict(Chem.MolFromSmiles("CCO"))
    ink = ink_points(depiction)
    assert (ink.min(axis=0) >= 0).all()
    assert (ink.max(axis=0) <= (depiction.width, depiction.height)).all()
    beyond = ink[:, 0] > depiction.atom_xy[:, 0].max() + 4
    assert beyond.any(), "the H of OH stands right of its atom"


def test_what_is_not_drawn_has_no_number() -> None:
    depiction = depict(Chem.AddHs(Chem.MolFromSmiles("CO")))
    sizes = {0: (7.0, 9.0), 1: (7.0, 9.0)}
    assert sorted(number_places(depiction, sizes, 8.0)) == [0, 1]
