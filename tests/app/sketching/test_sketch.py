from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from gcx_desktop.app.sketching.sketch import (
    BENZENE,
    CYCLOHEXANE,
    CYCLOPENTANE,
    MAX_ATOMS,
    MAX_DRAWN_CHARGE,
    RINGS,
    Atom,
    Bond,
    BondOrder,
    Sketch,
    SketchError,
    add_atom,
    add_bond,
    add_ring,
    change_charge,
    cycle_order,
    delete_atoms,
    delete_bond,
    draw_bond,
    grow_bond,
    join_sketches,
    molblock,
    move_atoms,
    set_order,
    set_symbol,
    with_standard_bonds,
)
from gcx_desktop.app.sketching.sketch_history import SketchHistory


def chain(n_atoms: int) -> Sketch:
    sketch, end = add_atom(Sketch(), "C", 0.0, 0.0), 0
    for _ in range(n_atoms - 1):
        sketch, end = grow_bond(sketch, end)
    return sketch


def lengths(sketch: Sketch) -> list[float]:
    ends = [(sketch.atoms[bond.begin], sketch.atoms[bond.end]) for bond in sketch.bonds]
    return [math.dist((a.x, a.y), (b.x, b.y)) for a, b in ends]


def angle_at(sketch: Sketch, atom: int) -> float:
    one, other = (
        math.atan2(sketch.atoms[i].y - sketch.atoms[atom].y, sketch.atoms[i].x - sketch.atoms[atom].x)
        for i in sketch.neighbours(atom)
    )
    apart = abs(math.degrees(one - other)) % 360
    return min(apart, 360 - apart)


def smiles(sketch: Sketch) -> str:
    return str(Chem.MolToSmiles(Chem.MolFromMolBlock(molblock(sketch))))


def test_a_chain_zigzags_at_120_degrees_with_bonds_of_length_1() -> None:
    sketch = chain(8)
    assert lengths(sketch) == pytest.approx([1.0] * 7)
    assert [angle_at(sketch, i) for i in range(1, 7)] == pytest.approx([120.0] * 6)
    assert sketch.atoms[-1].x - sketch.atoms[0].x == pytest.approx(7 * math.cos(math.radians(30)))


def test_a_triple_bond_goes_straight_on() -> None:
    sketch, _ = grow_bond(chain(2), 1, BondOrder.TRIPLE)
    assert angle_at(sketch, 1) == pytest.approx(180.0)


def test_a_branch_grows_where_there_is_most_room() -> None:
    sketch, end = grow_bond(chain(3), 1)
    around = sorted(
        math.atan2(sketch.atoms[i].y - sketch.atoms[1].y, sketch.atoms[i].x - sketch.atoms[1].x)
        for i in sketch.neighbours(1)
    )
    assert end == 3
    assert [b - a for a, b in pairwise(around)] == pytest.approx([math.radians(120)] * 2)


def test_a_drawn_bond_snaps_to_30_degrees_or_to_the_atom_that_is_there() -> None:
    sketch, end = draw_bond(chain(1), 0, 0.9, 0.45, BondOrder.SINGLE)
    assert (sketch.atoms[end].x, sketch.atoms[end].y) == pytest.approx((math.cos(math.pi / 6), 0.5))
    sketch, end = draw_bond(chain(3), 0, 1.6, 0.1, BondOrder.DOUBLE)
    assert (end, len(sketch.atoms), sketch.bonds[-1]) == (2, 3, Bond(0, 2, BondOrder.DOUBLE))


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: ring.name)
def test_a_ring_in_the_open_has_equal_bonds_and_angles(ring: object) -> None:
    assert isinstance(ring, type(BENZENE))
    sketch = add_ring(Sketch(), ring, x=3.0, y=-2.0)
    assert lengths(sketch) == pytest.approx([1.0] * ring.size)
    assert [angle_at(sketch, i) for i in range(ring.size)] == pytest.approx([180 - 360 / ring.size] * ring.size)


@pytest.mark.parametrize(
    ("sketch", "expected"),
    [
        (add_ring(Sketch(), BENZENE), "c1ccccc1"),
        (add_ring(Sketch(), CYCLOHEXANE), "C1CCCCC1"),
        (add_ring(Sketch(), CYCLOPENTANE), "C1CCCC1"),
        (set_symbol(add_ring(Sketch(), BENZENE), 0, "N"), "c1ccncc1"),
        (add_ring(chain(2), BENZENE, atom=1), "Cc1ccccc1"),
        (add_ring(chain(3), CYCLOPENTANE, atom=1), "CC1(C)CCCC1"),
        (add_ring(chain(3), BENZENE, atom=1), "CC(C)c1ccccc1"),
        (add_ring(add_ring(Sketch(), CYCLOHEXANE), BENZENE, bond=2), "c1ccc2c(c1)CCCC2"),
        (add_ring(add_ring(Sketch(), BENZENE), CYCLOHEXANE, bond=2), "c1ccc2c(c1)CCCC2"),
        (add_ring(add_ring(Sketch(), CYCLOPENTANE), CYCLOPENTANE, bond=0), "C1CC2CCCC2C1"),
        *((add_ring(add_ring(Sketch(), BENZENE), BENZENE, bond=i), "c1ccc2ccccc2c1") for i in range(6)),
        (change_charge(set_symbol(chain(2), 1, "N"), 1, 1), "C[NH3+]"),
        (set_order(set_symbol(chain(2), 1, "N"), 0, BondOrder.TRIPLE), "C#N"),
        (delete_atoms(add_ring(chain(2), BENZENE, atom=1), {0}), "c1ccccc1"),
        (join_sketches(chain(2), chain(3)), "CC.CCC"),
    ],
)
def test_what_is_drawn_is_the_molecule_that_a_chemist_means(sketch: Sketch, expected: str) -> None:
    assert smiles(sketch) == expected
    places = [(atom.x, atom.y) for atom in sketch.atoms]
    assert min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i]) > 0.5


def test_bonds_cycle_and_are_drawn_once() -> None:
    sketch = chain(2)
    orders = []
    for _ in range(4):
        orders.append(sketch.bonds[0].order)
        sketch = cycle_order(sketch, 0)
    assert orders == [BondOrder.SINGLE, BondOrder.DOUBLE, BondOrder.TRIPLE, BondOrder.SINGLE]
    assert cycle_order(set_order(sketch, 0, BondOrder.ANY), 0).bonds[0].order == BondOrder.SINGLE
    assert add_bond(chain(2), 1, 0, BondOrder.TRIPLE).bonds == (Bond(0, 1, BondOrder.TRIPLE),)
    assert add_bond(chain(2), 1, 1) == chain(2)
    assert delete_bond(chain(2), 0).bonds == ()


def test_charges_end_at_four_and_query_atoms_have_none() -> None:
    sketch = chain(1)
    for _ in range(9):
        sketch = change_charge(sketch, 0, -1)
    assert sketch.atoms[0].charge == -MAX_DRAWN_CHARGE
    query = set_symbol(sketch, 0, "Q")
    assert query.atoms[0].charge == 0
    assert change_charge(query, 0, 1) == query


def test_more_atoms_than_may_be_drawn_are_refused_in_a_sentence() -> None:
    full = Sketch(tuple(Atom("C", 2.0 * i, 0.0) for i in range(MAX_ATOMS)))
    for step in (
        lambda: add_atom(full, "C", 0.0, 9.0),
        lambda: grow_bond(full, 0),
        lambda: add_ring(full, BENZENE, y=9.0),
        lambda: join_sketches(full, chain(1)),
    ):
        with pytest.raises(SketchError, match="200 atoms; delete some first"):
            step()


@pytest.mark.parametrize("symbol", ["", "c", "C1", "CCC", "C\n", "*"])
def test_what_is_no_symbol_does_not_come_into_a_connection_table(symbol: str) -> None:
    with pytest.raises(SketchError, match="no element"):
        add_atom(Sketch(), symbol, 0.0, 0.0)


def test_steps_are_undone_and_redone_until_another_is_made() -> None:
    history = SketchHistory()
    for n_atoms in (1, 2, 3):
        history = history.then(chain(n_atoms))
    assert history.then(chain(3)) is history
    back = history.undone().undone()
    assert back.now == chain(1)
    assert back.redone().now == chain(2)
    assert back.redone().redone().redone().now == chain(3)
    assert back.then(chain(5)).redone().now == chain(5)
    assert back.undone().undone().undone().now == Sketch()


def test_a_drawing_from_elsewhere_gets_bonds_of_length_1_around_the_origin() -> None:
    sketch = move_atoms(chain(4), range(4), 7.0, 3.0)
    large = Sketch(tuple(Atom(a.symbol, a.x * 30, a.y * 30) for a in sketch.atoms), sketch.bonds)
    standard = with_standard_bonds(large)
    assert lengths(standard) == pytest.approx([1.0] * 3)
    assert max(a.x for a in standard.atoms) == pytest.approx(-min(a.x for a in standard.atoms))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=25), st.data())
def test_any_steps_give_an_equivalent_connection_table(steps: list[int], data: st.DataObject) -> None:
    sketch = chain(1)
    for step in steps:
        atom = data.draw(st.integers(0, len(sketch.atoms) - 1))
        bond = data.draw(st.integers(0, len(sketch.bonds) - 1)) if sketch.bonds else None
        if step <= 1:
            sketch, _ = grow_bond(sketch, atom)
        elif step == 2:
            sketch = set_symbol(sketch, atom, data.draw(st.sampled_from(["N", "O", "Cl", "A", "Q", "X"])))
        elif step == 3:
            sketch = change_charge(sketch, atom, data.draw(st.sampled_from([-1, 1])))
        elif step == 4:
            sketch = add_ring(sketch, data.draw(st.sampled_from(RINGS)), atom=atom)
        elif bond is not None and step == 5:
            sketch = add_ring(sketch, data.draw(st.sampled_from(RINGS)), bond=bond)
        elif bond is not None and step == 6:
            sketch = cycle_order(sketch, bond)
        elif len(sketch.atoms) > 1:
            sketch = delete_atoms(sketch, {atom})
    mol = Chem.MolFromMolBlock(molblock(sketch), sanitize=False)
    assert [atom.GetFormalCharge() for atom in mol.GetAtoms()] == [atom.charge for atom in sketch.atoms]
    assert [(b.GetBeginAtomIdx(), b.GetEndAtomIdx(), int(b.GetBondTypeAsDouble())) for b in mol.GetBonds()] == [
        (b.begin, b.end, int(b.order)) for b in sketch.bonds
    ]
    assert len({frozenset((b.begin, b.end)) for b in sketch.bonds}) == len(sketch.bonds)
