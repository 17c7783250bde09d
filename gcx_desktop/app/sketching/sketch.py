"""A drawn substructure as plain data, and the drawing operations, pure functions from one sketch to the next.

No chemistry beyond geometry is used: positions in bond lengths, angles of 120°, rings. The meaning of a sketch as a
query is found in a worker process (:mod:`gcx_desktop.app.sketching.sketch_query`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from ...errors import GcxError

MAX_ATOMS = 200
"""Largest number of atoms in a sketch."""
MAX_DRAWN_CHARGE = 4
SNAP = math.radians(30)
"""Angles of freely drawn bonds are multiples of it."""
NEAR = 0.35
"""Atoms closer than this, in bond lengths, are merged."""
ANY_ATOM = "A"
"""Any atom but hydrogen."""
HETERO_ATOM = "Q"
"""Any atom but carbon and hydrogen."""
HALOGEN = "X"
QUERY_ATOMS = (ANY_ATOM, HETERO_ATOM, HALOGEN)
_SYMBOL = re.compile(r"[A-Z][a-z]?")
_CHAIN = math.radians(120)
_MOST_BONDS = 4
"""Largest valence of an atom that becomes part of a new ring; with more, a bond attaches the ring to it."""


class SketchError(GcxError):
    """A sketch cannot be drawn or read; the earlier one stays."""


class BondOrder(IntEnum):
    """Values are those in a connection table (CTfile formats, 2020, bond block)."""

    SINGLE = 1
    DOUBLE = 2
    TRIPLE = 3
    AROMATIC = 4
    SINGLE_OR_DOUBLE = 5
    ANY = 8


_CYCLE = {BondOrder.SINGLE: BondOrder.DOUBLE, BondOrder.DOUBLE: BondOrder.TRIPLE}


@dataclass(frozen=True, slots=True)
class Atom:
    """An element's symbol or one of ``A``, ``Q``, ``X``, and its position in bond lengths; y points up."""

    symbol: str
    x: float
    y: float
    charge: int = 0


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond between two atoms, given by their indices."""

    begin: int
    end: int
    order: BondOrder = BondOrder.SINGLE

    def other(self, atom: int) -> int:
        """The end that is not ``atom``."""
        return self.end if atom == self.begin else self.begin


@dataclass(frozen=True, slots=True)
class Sketch:
    """Atoms and bonds as drawn; no two bonds join the same atoms."""

    atoms: tuple[Atom, ...] = ()
    bonds: tuple[Bond, ...] = ()

    def bonds_of(self, atom: int) -> list[Bond]:
        return [bond for bond in self.bonds if atom in (bond.begin, bond.end)]

    def neighbours(self, atom: int) -> list[int]:
        return [bond.other(atom) for bond in self.bonds_of(atom)]

    def bond_between(self, one: int, other: int) -> int:
        """The index of the bond, −1 if there is none."""
        return next((i for i, bond in enumerate(self.bonds) if {bond.begin, bond.end} == {one, other}), -1)

    def atom_near(self, x: float, y: float, reach: float = NEAR) -> int:
        """The nearest atom within ``reach``, −1 if there is none."""
        apart = [(math.hypot(atom.x - x, atom.y - y), i) for i, atom in enumerate(self.atoms)]
        distance, index = min(apart, default=(math.inf, -1))
        return index if distance <= reach else -1


@dataclass(frozen=True, slots=True)
class Ring:
    """A template: ``size`` atoms, and whether single and double bonds alternate."""

    name: str
    size: int
    aromatic: bool = False


BENZENE, CYCLOHEXANE, CYCLOPENTANE = Ring("Benzene", 6, aromatic=True), Ring("Cyclohexane", 6), Ring("Cyclopentane", 5)
RINGS = (BENZENE, CYCLOHEXANE, CYCLOPENTANE)


def add_atom(sketch: Sketch, symbol: str, x: float, y: float) -> Sketch:
    """Adds an atom as the last one.

    :raises SketchError: if the sketch has the largest number of atoms
    """
    _check(symbol)
    _make_room(len(sketch.atoms) + 1)
    return replace(sketch, atoms=(*sketch.atoms, Atom(symbol, x, y)))


def add_bond(sketch: Sketch, one: int, other: int, order: BondOrder = BondOrder.SINGLE) -> Sketch:
    """Bonds two atoms, or sets the order of their bond."""
    if one == other:
        return sketch
    known = sketch.bond_between(one, other)
    if known >= 0:
        return set_order(sketch, known, order)
    return replace(sketch, bonds=(*sketch.bonds, Bond(one, other, order)))


def draw_bond(sketch: Sketch, atom: int, x: float, y: float, order: BondOrder, symbol: str = "C") -> tuple[Sketch, int]:
    """Draws a bond from an atom towards a point: to the atom there, or to a new one at a bond's length and a snapped
    angle. Also gives the index of the atom at its end."""
    end = sketch.atom_near(x, y)
    if end < 0:
        start = sketch.atoms[atom]
        angle = round(math.atan2(y - start.y, x - start.x) / SNAP) * SNAP
        x, y = start.x + math.cos(angle), start.y + math.sin(angle)
        end = sketch.atom_near(x, y)
    if end < 0:
        sketch = add_atom(sketch, symbol, x, y)
        end = len(sketch.atoms) - 1
    return add_bond(sketch, atom, end, order), end


def grow_bond(sketch: Sketch, atom: int, order: BondOrder = BondOrder.SINGLE, symbol: str = "C") -> tuple[Sketch, int]:
    """Draws a bond from an atom in the best free direction, as :func:`draw_bond`."""
    start = sketch.atoms[atom]
    angle = free_direction(sketch, atom, straight=order == BondOrder.TRIPLE)
    end = sketch.atom_near(start.x + math.cos(angle), start.y + math.sin(angle))
    if end < 0:
        sketch = add_atom(sketch, symbol, start.x + math.cos(angle), start.y + math.sin(angle))
        end = len(sketch.atoms) - 1
    return add_bond(sketch, atom, end, order), end


def free_direction(sketch: Sketch, atom: int, *, straight: bool = False) -> float:
    """The angle at which a further bond of an atom has most space: chains zigzag, triple bonds are straight."""
    bonds = sketch.bonds_of(atom)
    angles = sorted(_angle(sketch, atom, bond.other(atom)) for bond in bonds)
    if not angles:
        return SNAP
    if len(angles) > 1:
        turned = [*angles[1:], angles[0] + math.tau]
        gap, behind = max((end - begin, begin) for begin, end in zip(angles, turned, strict=True))
        return behind + gap / 2
    if straight or bonds[0].order == BondOrder.TRIPLE:
        return angles[0] + math.pi
    start = sketch.atoms[atom]
    places = [
        (angle, start.x + math.cos(angle), start.y + math.sin(angle))
        for angle in (angles[0] + _CHAIN, angles[0] - _CHAIN)
    ]
    others = [(other.x, other.y) for i, other in enumerate(sketch.atoms) if i != atom]
    near = [sum(1 / (0.01 + math.dist((x, y), place) ** 4) for place in others) for _, x, y in places]
    if math.isclose(near[0], near[1], rel_tol=1e-6):  # after a single bond the chain continues to the right
        return max(places, key=lambda place: place[1])[0]
    return places[near.index(min(near))][0]


def add_ring(
    sketch: Sketch, ring: Ring, *, x: float = 0.0, y: float = 0.0, atom: int | None = None, bond: int | None = None
) -> Sketch:
    """Adds a ring around a point, at an atom or fused to a bond. Existing atoms at its corners become part of it.

    :raises SketchError: if the sketch would have too many atoms
    """
    radius, first = 0.5 / math.sin(math.pi / ring.size), math.pi / 2
    if bond is not None:
        return _fused(sketch, ring, sketch.bonds[bond])
    if atom is not None:
        if sum(_valence(b.order) for b in sketch.bonds_of(atom)) + (3 if ring.aromatic else 2) > _MOST_BONDS:
            sketch, atom = grow_bond(sketch, atom)
        start = sketch.atoms[atom]
        neighbours = sketch.neighbours(atom)
        angle = math.pi / 2
        if len(neighbours) == 1:
            angle = _angle(sketch, atom, neighbours[0]) + math.pi
        elif neighbours:
            angle = free_direction(sketch, atom)
        x, y, first = start.x + radius * math.cos(angle), start.y + radius * math.sin(angle), angle + math.pi
    turns = [first + math.tau * i / ring.size for i in range(ring.size)]
    return _closed(sketch, ring, [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns])


def set_symbol(sketch: Sketch, atom: int, symbol: str) -> Sketch:
    """Changes an atom to another element or a query; a query has no charge."""
    _check(symbol)
    old = sketch.atoms[atom]
    return _with_atom(sketch, atom, replace(old, symbol=symbol, charge=0 if symbol in QUERY_ATOMS else old.charge))


def change_charge(sketch: Sketch, atom: int, by: int) -> Sketch:
    """Changes a charge; beyond ±4, or for a query, nothing changes."""
    old = sketch.atoms[atom]
    if abs(old.charge + by) > MAX_DRAWN_CHARGE or old.symbol in QUERY_ATOMS:
        return sketch
    return _with_atom(sketch, atom, replace(old, charge=old.charge + by))


def set_order(sketch: Sketch, bond: int, order: BondOrder) -> Sketch:
    bonds = list(sketch.bonds)
    bonds[bond] = replace(bonds[bond], order=order)
    return replace(sketch, bonds=tuple(bonds))


def cycle_order(sketch: Sketch, bond: int) -> Sketch:
    """Changes single to double, double to triple, triple to single; other orders become single."""
    return set_order(sketch, bond, _CYCLE.get(sketch.bonds[bond].order, BondOrder.SINGLE))


def delete_atoms(sketch: Sketch, atoms: Collection[int]) -> Sketch:
    """Removes these atoms and their bonds."""
    kept = [i for i in range(len(sketch.atoms)) if i not in atoms]
    new = {old: i for i, old in enumerate(kept)}
    bonds = (
        replace(bond, begin=new[bond.begin], end=new[bond.end])
        for bond in sketch.bonds
        if bond.begin in new and bond.end in new
    )
    return Sketch(tuple(sketch.atoms[i] for i in kept), tuple(bonds))


def delete_bond(sketch: Sketch, bond: int) -> Sketch:
    return replace(sketch, bonds=sketch.bonds[:bond] + sketch.bonds[bond + 1 :])


def move_atoms(sketch: Sketch, atoms: Collection[int], dx: float, dy: float) -> Sketch:
    moved = [replace(atom, x=atom.x + dx, y=atom.y + dy) if i in atoms else atom for i, atom in enumerate(sketch.atoms)]
    return replace(sketch, atoms=tuple(moved))


def join_sketches(sketch: Sketch, other: Sketch) -> Sketch:
    """Adds another sketch to the right.

    :raises SketchError: if the result would have too many atoms
    """
    if not sketch.atoms or not other.atoms:
        return sketch if sketch.atoms else other
    count = len(sketch.atoms)
    _make_room(count + len(other.atoms))
    dx = max(atom.x for atom in sketch.atoms) + 1.5 - min(atom.x for atom in other.atoms)
    dy = _middle(atom.y for atom in sketch.atoms) - _middle(atom.y for atom in other.atoms)
    beside = move_atoms(other, range(len(other.atoms)), dx, dy)
    bonds = (replace(bond, begin=bond.begin + count, end=bond.end + count) for bond in beside.bonds)
    return Sketch(sketch.atoms + beside.atoms, (*sketch.bonds, *bonds))


def with_standard_bonds(sketch: Sketch) -> Sketch:
    """Scales a sketch so that a typical bond has length 1, and centres it."""
    lengths = sorted(
        math.dist((a.x, a.y), (b.x, b.y))
        for a, b in ((sketch.atoms[bond.begin], sketch.atoms[bond.end]) for bond in sketch.bonds)
    )
    unit = lengths[len(lengths) // 2] if lengths else 1.0
    if not sketch.atoms or unit <= 0.0:
        return sketch
    x, y = _middle(atom.x for atom in sketch.atoms), _middle(atom.y for atom in sketch.atoms)
    atoms = (replace(atom, x=(atom.x - x) / unit, y=(atom.y - y) / unit) for atom in sketch.atoms)
    return replace(sketch, atoms=tuple(atoms))


def molblock(sketch: Sketch) -> str:
    """The sketch as a connection table, V2000 (CTfile formats, 2020)."""
    lines = ["", "  gcx-desktop", "", f"{len(sketch.atoms):3}{len(sketch.bonds):3}  0  0  0  0  0  0  0  0999 V2000"]
    lines += [f"{atom.x:10.4f}{atom.y:10.4f}{0.0:10.4f} {atom.symbol:<3} 0" + "  0" * 11 for atom in sketch.atoms]
    lines += [f"{bond.begin + 1:3}{bond.end + 1:3}{bond.order:3}  0" for bond in sketch.bonds]
    charged = [(i, atom.charge) for i, atom in enumerate(sketch.atoms, start=1) if atom.charge]
    for start in range(0, len(charged), 8):
        part = charged[start : start + 8]
        lines.append(f"M  CHG{len(part):3}" + "".join(f" {i:3} {charge:3}" for i, charge in part))
    return "\n".join([*lines, "M  END", ""])


def _closed(sketch: Sketch, ring: Ring, places: list[tuple[float, float]]) -> Sketch:
    """Adds the ring's atoms at these positions, and its bonds where there are none yet."""
    corners: list[int] = []
    for x, y in places:
        corner = sketch.atom_near(x, y)
        if corner < 0:
            sketch = add_atom(sketch, "C", x, y)
            corner = len(sketch.atoms) - 1
        corners.append(corner)
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        if sketch.bond_between(one, other) < 0:
            sketch = add_bond(sketch, one, other)
    return _alternating(sketch, corners) if ring.aromatic else sketch


def _alternating(sketch: Sketch, corners: list[int]) -> Sketch:
    """Doubles every other bond of each run of corners that have no double bond yet."""
    size = len(corners)
    # Starts after a corner with a double bond; in a new ring after the first bond, which may belong to another ring.
    start = next((i + 1 for i, corner in enumerate(corners) if _has_double(sketch, corner)), 1)
    at = start
    while at < start + size:
        one, other = corners[at % size], corners[(at + 1) % size]
        free = not (_has_double(sketch, one) or _has_double(sketch, other))
        if free:
            sketch = set_order(sketch, sketch.bond_between(one, other), BondOrder.DOUBLE)
        at += 2 if free else 1
    return sketch


def _fused(sketch: Sketch, ring: Ring, bond: Bond) -> Sketch:
    """Adds a ring fused to a bond, on the side with fewer neighbours."""
    begin, end = sketch.atoms[bond.begin], sketch.atoms[bond.end]
    dx, dy = end.x - begin.x, end.y - begin.y
    around = {*sketch.neighbours(bond.begin), *sketch.neighbours(bond.end)} - {bond.begin, bond.end}
    sides = [dx * (sketch.atoms[i].y - begin.y) - dy * (sketch.atoms[i].x - begin.x) for i in around]
    left = sum(side > 0 for side in sides) <= sum(side < 0 for side in sides)
    turn = math.tau / ring.size * (1 if left else -1)
    places, x, y, angle = [], begin.x, begin.y, math.atan2(dy, dx)
    length = math.hypot(dx, dy)
    for _ in range(ring.size):
        places.append((x, y))
        x, y, angle = x + length * math.cos(angle), y + length * math.sin(angle), angle + turn
    return _closed(sketch, ring, places)


def _has_double(sketch: Sketch, atom: int) -> bool:
    return any(bond.order != BondOrder.SINGLE for bond in sketch.bonds_of(atom))


def _valence(order: BondOrder) -> int:
    return int(order) if order <= BondOrder.TRIPLE else 1


def _angle(sketch: Sketch, atom: int, towards: int) -> float:
    one, other = sketch.atoms[atom], sketch.atoms[towards]
    return math.atan2(other.y - one.y, other.x - one.x)


def _with_atom(sketch: Sketch, index: int, atom: Atom) -> Sketch:
    return replace(sketch, atoms=(*sketch.atoms[:index], atom, *sketch.atoms[index + 1 :]))


def _middle(values: Iterable[float]) -> float:
    listed = list(values)
    return (min(listed) + max(listed)) / 2


def _check(symbol: str) -> None:
    if not _SYMBOL.fullmatch(symbol):
        raise SketchError(f"‘{symbol[:8]}’ is no element; choose another")


def _make_room(n_atoms: int) -> None:
    if n_atoms > MAX_ATOMS:
        raise SketchError(f"a drawing may have {MAX_ATOMS} atoms; delete some first")
