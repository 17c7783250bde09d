"""Which nodes of a graph belong together."""

from __future__ import annotations

import pytest
from rdkit import Chem

from gcx_desktop.graph.connection import connected, fragment, ring_edges, ring_system

TAIL_AND_RING = [(0, 1), (1, 2), (2, 3), (3, 1), (5, 6)]


def bonds(smiles: str) -> list[tuple[int, int]]:
    return [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in Chem.MolFromSmiles(smiles).GetBonds()]


def test_connected_is_what_can_be_reached() -> None:
    assert connected(TAIL_AND_RING, 0) == {0, 1, 2, 3}
    assert connected(TAIL_AND_RING, 6) == {5, 6}
    assert connected(TAIL_AND_RING, 9) == {9}


def test_a_fragment_is_what_can_be_reached_through_some_nodes_alone() -> None:
    assert fragment(TAIL_AND_RING, [0, 2, 3], 2) == {2, 3}
    assert fragment(TAIL_AND_RING, [0, 2, 3], 1) == frozenset()


@pytest.mark.parametrize(
    "smiles",
    ["CCO", "c1ccccc1CC1CC1", "C1CC2CCC1C2", "C1CCC2(CC1)CC2", "c1ccc2ccccc2c1.C1CC1C", "C12C3C4C1C5C2C3C45"],
)
def test_ring_edges_are_the_bonds_that_are_in_a_ring(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    expected = {tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in mol.GetBonds() if b.IsInRing()}
    assert ring_edges(bonds(smiles)) == expected


@pytest.mark.parametrize(
    ("smiles", "start", "expected"),
    [
        ("c1ccccc1CC1CC1", 0, range(6)),
        ("c1ccccc1CC1CC1", 8, {7, 8, 9}),
        ("c1ccccc1CC1CC1", 6, ()),
        ("c1ccccc1-c1ccccc1", 0, range(6)),
        ("C1CCC2(CC1)CC2", 0, range(8)),
        ("c1ccc2ccccc2c1C", 0, range(10)),
    ],
)
def test_a_ring_system_is_fused_bridged_and_spiro_rings_but_not_linked_ones(
    smiles: str, start: int, expected: range | set[int]
) -> None:
    assert ring_system(bonds(smiles), start) == frozenset(expected)
