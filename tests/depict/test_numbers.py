"""Where the numbers of atoms stand in a picture."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.depict.drawing import depict
from gcx_desktop.depict.numbers import number_ways


def test_a_number_points_away_from_the_bonds_of_its_atom() -> None:
    depiction = depict(Chem.MolFromSmiles("CC(C)(C)c1ccccc1"))
    ways = number_ways(depiction)
    assert sorted(ways) == list(range(10))
    for one, other in depiction.bonds.tolist():
        for at, to in ((one, other), (other, one)):
            bond = depiction.atom_xy[to] - depiction.atom_xy[at]
            cosine = float(np.dot(bond / np.linalg.norm(bond), ways[at]))
            assert cosine < 0.75, "at least forty degrees from every bond, even at an atom of four"


def test_an_atom_alone_has_its_number_above_right() -> None:
    x, y = number_ways(depict(Chem.MolFromSmiles("[Na+]")))[0]
    assert x > 0
    assert y < 0
    assert x**2 + y**2 == pytest.approx(1)
