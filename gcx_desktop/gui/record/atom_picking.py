"""The picked atoms of a picture, whose effect is tested, and the keys and menu entries that pick atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from ...graph.connection import fragment, ring_system
from ...kinds.kind import Grouping


@dataclass(frozen=True, slots=True)
class PickableAtoms:
    """The atoms of a picture that can be picked, with the bonds and names by which they are grouped."""

    atoms: frozenset[int] = frozenset()
    """Record indices of the atoms that are drawn and have a value."""
    bonds: Sequence[tuple[int, int]] = ()
    """Record indices of both ends of each bond; for boxes, of each relation."""
    names: Sequence[str] = ()
    """By record index; may be shorter while names are not known."""


class AtomPicking(QObject):
    """The picked atoms, a subset of those of ``pickable``.

    Attributes: ``pickable`` (PickableAtoms), ``atoms`` (record indices of those picked), ``highlighted`` (record
    indices of the atoms that the map colours).

    Signals: ``changed()``, other atoms are picked.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pickable = PickableAtoms()
        self.atoms: frozenset[int] = frozenset()
        self.highlighted: frozenset[int] = frozenset()

    def set_pickable(self, pickable: PickableAtoms) -> None:
        """Sets which atoms can be picked; picked atoms that no longer can be are dropped."""
        self.pickable = pickable
        self.pick(self.atoms)

    def pick(self, atoms: Iterable[int]) -> None:
        """Picks these atoms, those that can be picked, and no others."""
        picked = frozenset(atoms) & self.pickable.atoms
        if picked != self.atoms:
            self.atoms = picked
            self.changed.emit()

    def clear(self) -> None:
        self.pick(())

    def toggle(self, atom: int) -> None:
        self.pick(self.atoms ^ {atom})

    def click(self, atom: int, *, adding: bool) -> None:
        """Picks an atom alone, or with ``adding`` adds or removes it; −1, a click beside all atoms, picks none."""
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
        """The atoms of the ring system of this atom; empty if it is in no ring."""
        return ring_system(self.pickable.bonds, atom)

    def fragment(self, atom: int) -> frozenset[int]:
        """The highlighted atoms that are connected with this one; empty if it is not highlighted."""
        return fragment(self.pickable.bonds, self.highlighted, atom)

    def namesakes(self, atom: int) -> frozenset[int]:
        """All nodes with the same name as this one, including itself; empty if it has none."""
        names = self.pickable.names
        if not 0 <= atom < len(names):
            return frozenset()
        return frozenset(place for place, name in enumerate(names) if name == names[atom])

    def neighbours(self, atom: int) -> frozenset[int]:
        """The nodes that a bond or a relation joins to this one."""
        return frozenset(end for bond in self.pickable.bonds if atom in bond for end in bond) - {atom}


@dataclass(frozen=True, slots=True)
class PickCommand:
    """An entry of an atom's context menu, and its key."""

    words: str
    """The text, with the key after a tab, as menus show it."""
    key: Qt.Key
    can: Callable[[AtomPicking, int], bool]
    """Whether the command would pick something, for an atom or −1."""
    act: Callable[[AtomPicking, int], None]
    about_atom: bool = True
    """Whether the command needs an atom."""


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
    """The commands for groups of atoms, then those for all atoms."""
    return (*(_BY_GROUPING[grouping] for grouping in groupings), *_ABOUT_ALL)
