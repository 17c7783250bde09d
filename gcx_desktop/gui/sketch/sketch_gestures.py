"""The effects of clicks, drags and arrow keys on a sketch: pure functions, in the sketch's coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...app.sketching.sketch import (
    BondOrder,
    Sketch,
    add_atom,
    add_ring,
    change_charge,
    cycle_order,
    delete_atoms,
    delete_bond,
    draw_bond,
    grow_bond,
    set_order,
    set_symbol,
)
from ...wording import counted
from .sketch_painting import charge_text
from .sketch_tools import Tool, ToolKind

REACH = 0.33
"""Distance within which the pointer selects an atom, in bond lengths."""
_BOND_REACH = 0.2


@dataclass(frozen=True, slots=True)
class Target:
    """The atom or bond under the pointer, by its index; −1 for none."""

    atom: int = -1
    bond: int = -1


NOTHING = Target()


def target_at(sketch: Sketch, x: float, y: float) -> Target:
    """The atom or bond at a point."""
    atom = sketch.atom_near(x, y, REACH)
    if atom >= 0:
        return Target(atom=atom)
    for i, bond in enumerate(sketch.bonds):
        a, b = sketch.atoms[bond.begin], sketch.atoms[bond.end]
        length = math.dist((a.x, a.y), (b.x, b.y)) or 1.0
        along = ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / length
        aside = abs((x - a.x) * (b.y - a.y) - (y - a.y) * (b.x - a.x)) / length
        if 0.0 < along < length and aside < _BOND_REACH:
            return Target(bond=i)
    return NOTHING


def clicked(sketch: Sketch, tool: Tool, target: Target, x: float, y: float) -> tuple[Sketch, int]:
    """The sketch after a click, and the atom at which drawing continues, −1 for none.

    :raises SketchError: if there is no room for the new atoms
    """
    atom, bond = target.atom, target.bond
    if tool.kind is ToolKind.ERASE:
        return erased(sketch, target), -1
    if tool.kind is ToolKind.RING:
        on_atom, on_bond = atom if atom >= 0 else None, bond if bond >= 0 else None
        return add_ring(sketch, tool.ring, x=x, y=y, atom=on_atom, bond=on_bond), atom
    if tool.kind is ToolKind.CHARGE:
        return (change_charge(sketch, atom, tool.charge) if atom >= 0 else sketch), atom
    if tool.kind is ToolKind.SELECT:
        return sketch, atom
    if bond >= 0:
        return _with_order(sketch, bond, tool.order), -1
    if tool.kind is ToolKind.ATOM:
        if atom >= 0:
            return set_symbol(sketch, atom, tool.symbol), atom
        return add_atom(sketch, tool.symbol, x, y), len(sketch.atoms)
    if atom < 0:
        sketch, atom = add_atom(sketch, "C", x, y), len(sketch.atoms)
    return grow_bond(sketch, atom, tool.order)


def bond_dragged(
    sketch: Sketch, tool: Tool, target: Target, begin: tuple[float, float], end: tuple[float, float]
) -> Sketch:
    """The sketch with a bond drawn from an atom, or from a new one where the drag began.

    :raises SketchError: if there is no room for the bond
    """
    atom = target.atom
    if atom < 0:
        sketch, atom = add_atom(sketch, tool.symbol, *begin), len(sketch.atoms)
    return draw_bond(sketch, atom, *end, tool.order, tool.symbol)[0]


def erased(sketch: Sketch, target: Target) -> Sketch:
    """The sketch without an atom and its bonds, or without a bond."""
    if target.atom >= 0:
        return delete_atoms(sketch, {target.atom})
    return delete_bond(sketch, target.bond) if target.bond >= 0 else sketch


def next_atom(sketch: Sketch, atom: int, dx: int, dy: int) -> int:
    """The nearest atom in a direction, ``atom`` itself if there is none."""
    here = sketch.atoms[atom]
    found, best = atom, math.inf
    for i, other in enumerate(sketch.atoms):
        x, y = other.x - here.x, other.y - here.y
        along, aside = x * dx + y * dy, abs(x * dy - y * dx)
        if along > 1e-3 and aside <= 2 * along and along + aside < best:
            found, best = i, along + aside
    return found


def described(sketch: Sketch, atom: int) -> str:
    """A description of a sketch and its focused atom, for screen readers; "" if nothing is drawn."""
    words = f"{counted(len(sketch.atoms), 'atom')}, {counted(len(sketch.bonds), 'bond')}" if sketch.atoms else ""
    if atom >= 0:
        here = sketch.atoms[atom]
        words += f"; at atom {atom + 1}, {here.symbol}{charge_text(here.charge)}"
    return words


def _with_order(sketch: Sketch, bond: int, order: BondOrder) -> Sketch:
    """The sketch after a bond is drawn over another: a single bond cycles the order, the same order makes it single."""
    if order == BondOrder.SINGLE:
        return cycle_order(sketch, bond)
    return set_order(sketch, bond, BondOrder.SINGLE if sketch.bonds[bond].order == order else order)
