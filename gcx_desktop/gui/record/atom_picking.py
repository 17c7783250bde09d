"""The atoms of a picture that are picked to be put to the test, and what a keystroke or a line of a menu picks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from ...graph.connection import fragment, ring_system
from ...kinds.kind import Grouping


@dataclass(frozen=True, slots=True)
class PickableAtoms:
    """What can be picked in a picture, and what belongs together there."""

    atoms: frozenset[int] = frozenset()
    """Record indices of those that are drawn and have a value."""
    bonds: Sequence[tuple[int, int]] = ()
    """Record indices of the ends; of boxes, those that a relation joins."""
    names: Sequence[str] = ()
    """By record index; may be shorter while they are not known."""


class AtomPicking(QObject):
    """Which atoms are picked. Only those of ``pickable`` can be.

    Attributes: ``pickable`` (PickableAtoms), ``atoms`` (record indices of those picked), ``highlighted`` (record
    indices of the atoms that the map colours).

    Signals: ``changed()`` other atoms are picked.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pickable = PickableAtoms()
        self.atoms: frozenset[int] = frozenset()
        self.highlighted: frozenset[int] = frozenset()

    def set_pickable(self, pickable: PickableAtoms) -> None:
        """Those that are picked stay so as far as they can be."""
        self.pickable = pickable
        self.pick(self.atoms)

    def pick(self, atoms: Iterable[int]) -> None:
        """These and no others, as far as they can be."""
        picked = frozenset(atoms) & self.pickable.atoms
        if picked != self.atoms:
            self.atoms = picked
            self.changed.emit()

    def clear(self) -> None:
        self.pick(())

    def toggle(self, atom: int) -> None:
        self.pick(self.atoms ^ {atom})

    def click(self, atom: int, *, adding: bool) -> None:
        """Picks an atom alone, or with ``adding`` adds it or takes it away; −1, beside all atoms, picks none."""
        if not adding:
            self.pick([atom])
        elif atom >= 0:
            self.toggle(atom)

    def pick_ring_system(self, atom: int) -> None:
        self.pick(self.ring_system(atom) or self.atoms)

    def pick_fragment(self, atom: int) -> None:
        self.pick(self.fragment(atom) or self.atoms)

    def pick_namesakes(self, atom: int) -> None:
        self.pick(self.namesakes(atom) or self.atoms)

    def pick_neighbours(self, atom: int) -> None:
        self.pick(self.neighbours(atom) or self.atoms)

    def pick_highlighted(self) -> None:
        self.pick(self.highlighted)

    def invert(self) -> None:
        self.pick(self.pickable.atoms - self.atoms)

    # What belongs together

    def ring_system(self, atom: int) -> frozenset[int]:
        """The atoms of the rings that hang together with those of this one; empty if it is in none."""
        return ring_system(self.pickable.bonds, atom)

    def fragment(self, atom: int) -> frozenset[int]:
        """The highlighted atoms that hang together with this one; empty if it is not highlighted."""
        return fragment(self.pickable.bonds, self.highlighted, atom)

    def namesakes(self, atom: int) -> frozenset[int]:
        """All that have the name of this one, itself among them; empty if it has none."""
        names = self.pickable.names
        if not 0 <= atom < len(names):
            return frozenset()
        return frozenset(place for place, name in enumerate(names) if name == names[atom])

    def neighbours(self, atom: int) -> frozenset[int]:
        """Those that a bond or a relation joins to this one."""
        return frozenset(end for bond in self.pickable.bonds if atom in bond for end in bond) - {atom}


@dataclass(frozen=True, slots=True)
class PickCommand:
    """A line of the menu about an atom, and its key."""

    words: str
    """With the key after a tab, as menus show it."""
    key: Qt.Key
    can: Callable[[AtomPicking, int], bool]
    """Whether it would pick something, about an atom or −1."""
    act: Callable[[AtomPicking, int], None]
    about_atom: bool = True
    """Whether it does nothing where no atom is meant."""


_ABOUT_ALL = (
    PickCommand(
        "Select All &Highlighted\tH",
        Qt.Key.Key_H,
        lambda picking, _: bool(picking.highlighted),
        lambda picking, _: picking.pick_highlighted(),
        about_atom=False,
    ),
    PickCommand(
        "&Invert Selection\tI", Qt.Key.Key_I, lambda *_: True, lambda picking, _: picking.invert(), about_atom=False
    ),
)
_BY_GROUPING = {
    Grouping.RING_SYSTEM: PickCommand(
        "Select &Ring System\tR",
        Qt.Key.Key_R,
        lambda picking, atom: bool(picking.ring_system(atom)),
        AtomPicking.pick_ring_system,
    ),
    Grouping.FRAGMENT: PickCommand(
        "Select This &Fragment\tF",
        Qt.Key.Key_F,
        lambda picking, atom: bool(picking.fragment(atom)),
        AtomPicking.pick_fragment,
    ),
    Grouping.NAME: PickCommand(
        "Select All of This &Name\tN",
        Qt.Key.Key_N,
        lambda picking, atom: bool(picking.namesakes(atom)),
        AtomPicking.pick_namesakes,
    ),
    Grouping.NEIGHBOURS: PickCommand(
        "Select What It Is &Related to\tR",
        Qt.Key.Key_R,
        lambda picking, atom: bool(picking.neighbours(atom)),
        AtomPicking.pick_neighbours,
    ),
}


def pick_commands(groupings: Sequence[Grouping]) -> tuple[PickCommand, ...]:
    """Those about what can be picked at once, and those about all atoms."""
    return (*(_BY_GROUPING[grouping] for grouping in groupings), *_ABOUT_ALL)
