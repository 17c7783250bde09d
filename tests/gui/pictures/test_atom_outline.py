"""The outline of some atoms of a depiction."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from gcx_desktop.gui.pictures.atom_outline import outline
from tests.gui.record.test_molecule_view import drawn


@pytest.mark.parametrize(
    ("smiles", "picked", "pieces"),
    [
        ("CCCO", {1}, 1),
        ("CCCO", {0, 1}, 1),
        ("CCCO", {0, 3}, 2),
        ("c1ccccc1O", range(6), 1),
        ("c1ccccc1O", {0, 3}, 2),
        ("C1CCCCCCCCCCC1", range(12), 1),
    ],
)
def test_each_piece_has_one_line_around_it(smiles: str, picked: set[int] | range, pieces: int) -> None:
    assert len(outline(drawn(smiles), frozenset(picked))) == pieces


def test_an_atom_within_a_picked_ring_is_left_out_of_it() -> None:
    depiction = drawn("C1CCCCCCCCCCC1.[Na+]")
    depiction.atom_xy[12] = depiction.atom_xy[:12].mean(axis=0)
    assert len(outline(depiction, frozenset(range(12)))) == 2


def test_every_picked_atom_and_no_other_is_within_a_line() -> None:
    depiction = drawn("CC(C)NCC(O)COc1cccc2ccccc12")
    picked = frozenset({3, 4, 5, 6, 12, 13, 14})
    edges = outline(depiction, picked)
    within = {
        atom
        for atom, (x, y) in enumerate(depiction.atom_xy.tolist())
        if any(edge.containsPoint(QPointF(x, y), Qt.FillRule.OddEvenFill) for edge in edges)
    }
    assert within == picked
