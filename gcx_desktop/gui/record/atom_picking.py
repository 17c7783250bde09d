"""Atoms picked in the molecule to be put to the test: by click, lasso, menu and keys, and how they are outlined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QMenu

from ...graph.connection import fragment, ring_system
from ..pictures.atom_outline import outline, paint_edges
from ..widgets.theme import accent, mixed

if TYPE_CHECKING:
    from .molecule_view import MoleculeView

_Choice = tuple[str, bool, Callable[[], None]]
"""A line of the menu: its words, whether it can be chosen, what it does."""
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class AtomPicking(QObject):
    """The atoms of a :class:`MoleculeView` that are picked; only those that have a value can be.

    Attributes: ``atoms`` (record indices), ``highlighted`` (record indices of the atoms that the map colours).

    Signals: ``changed()`` other atoms are picked.
    """

    changed = Signal()

    def __init__(self, view: MoleculeView) -> None:
        super().__init__(view)
        self._view = view
        self.atoms: frozenset[int] = frozenset()
        self.highlighted: frozenset[int] = frozenset()
        self._edges: list[QPolygonF] | None = None
        self._pressed: QPointF | None = None
        self._lasso: QPolygonF | None = None

    # What is picked

    def pick(self, atoms: Iterable[int]) -> None:
        """These and no others, as far as they can be."""
        picked = frozenset(atoms) & self._able()
        if picked != self.atoms:
            self.atoms, self._edges = picked, None
            self._view.update()
            self.changed.emit()

    def clear(self) -> None:
        self.pick(())

    def keep_able(self) -> None:
        """Lets go of atoms that cannot be picked any more."""
        self.pick(self.atoms)

    def toggle(self, atom: int) -> None:
        self.pick(self.atoms ^ {atom})

    def pick_ring_system(self, atom: int) -> None:
        self.pick(ring_system(self._bonds(), atom) or self.atoms)

    def pick_fragment(self, atom: int) -> None:
        """The highlighted atoms that hang together with this one."""
        self.pick(fragment(self._bonds(), self.highlighted, atom) or self.atoms)

    def pick_alike(self, atom: int) -> None:
        """All that have the name of this one."""
        self.pick(self._view.alike(atom) or self.atoms)

    def pick_neighbours(self, atom: int) -> None:
        """Those that a bond or a relation joins to this one."""
        self.pick(self._neighbours(atom) or self.atoms)

    def pick_highlighted(self, _: int = -1) -> None:
        self.pick(self.highlighted)

    def invert(self, _: int = -1) -> None:
        self.pick(self._able() - self.atoms)

    def _able(self) -> frozenset[int]:
        return self._view.atoms_with_value()

    def _bonds(self) -> list[tuple[int, int]]:
        depiction = self._view.depiction
        return [] if depiction is None else [(a, b) for a, b in depiction.bonds.tolist()]

    def _neighbours(self, atom: int) -> frozenset[int]:
        return frozenset(end for bond in self._bonds() if atom in bond for end in bond) - {atom}

    # Pointer: a click picks, with Ctrl it adds or takes away, dragging with Shift draws a lasso

    def press(self, event: QMouseEvent) -> bool:
        """Whether the button that went down begins a lasso; if not, it may become a click."""
        self._pressed = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._lasso = QPolygonF([event.position()]) if shift and self._able() else None
        return self._lasso is not None

    def move(self, event: QMouseEvent) -> bool:
        """Whether a lasso is being drawn."""
        if self._pressed is not None and self._far(event.position()):
            self._pressed = None  # no click any more
        if self._lasso is None:
            return False
        self._lasso.append(event.position())
        self._view.update()
        return True

    def release(self, event: QMouseEvent) -> None:
        lasso, pressed = self._lasso, self._pressed
        self._lasso = self._pressed = None
        adding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if pressed is not None:
            self._click(self._view.atom_at(event.position()), adding or lasso is not None)
        elif lasso is not None:
            within = [atom for atom in self._able() if self._is_in(lasso, atom)]
            self.pick([*within, *(self.atoms if adding else ())])
        if lasso is not None:
            self._view.update()

    def _click(self, atom: int, adding: bool) -> None:
        if adding and atom >= 0:
            self.toggle(atom)
        elif not adding:
            self.pick([atom])

    def _far(self, position: QPointF) -> bool:
        assert self._pressed is not None  # noqa: S101
        return (position - self._pressed).manhattanLength() >= QApplication.startDragDistance()

    def _is_in(self, lasso: QPolygonF, atom: int) -> bool:
        place = self._view.position_of(atom)
        return place is not None and lasso.containsPoint(place, Qt.FillRule.WindingFill)

    # Keys and menu

    def takes_escape(self, event: QKeyEvent) -> bool:
        """Whether Esc lets the picked atoms go, before it means anything else to the window."""
        return event.key() == Qt.Key.Key_Escape and bool(self.atoms)

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key meant the picked atoms."""
        if self.takes_escape(event):
            self.clear()
            return True
        act = self._keys().get(Qt.Key(event.key()))
        if act is None or event.modifiers() not in _PLAIN or not self._able():
            return False
        if self._view.current_atom >= 0 or act in (self.pick_highlighted, self.invert):
            act(self._view.current_atom)
        return True

    def _keys(self) -> dict[Qt.Key, Callable[[int], None]]:
        keys: dict[Qt.Key, Callable[[int], None]] = {
            Qt.Key.Key_Space: self.toggle,
            Qt.Key.Key_H: self.pick_highlighted,
            Qt.Key.Key_I: self.invert,
        }
        if self._shows_boxes():
            return keys | {Qt.Key.Key_N: self.pick_alike, Qt.Key.Key_R: self.pick_neighbours}
        return keys | {Qt.Key.Key_R: self.pick_ring_system, Qt.Key.Key_F: self.pick_fragment}

    def _shows_boxes(self) -> bool:
        return self._view.depiction is not None and self._view.depiction.boxes is not None

    def open_menu(self, event: QContextMenuEvent) -> None:
        """What can be picked around the atom that is pointed at or walked to."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        atom = self._view.current_atom if by_key else self._view.atom_at(QPointF(event.pos()))
        place = self._view.position_of(atom) if by_key else None
        menu = self.menu(atom)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._view.mapToGlobal(place.toPoint()) if place is not None else event.globalPos())

    def menu(self, atom: int) -> QMenu:
        """The menu about an atom, or none with −1."""
        menu = QMenu(self._view)
        for words, able, act in (
            *(self._choices_of_box(atom) if self._shows_boxes() else self._choices_of_atom(atom)),
            ("Select All &Highlighted\tH", bool(self.highlighted), self.pick_highlighted),
            ("&Invert Selection\tI", bool(self._able()), self.invert),
            ("&Clear Selection\tEsc", bool(self.atoms), self.clear),
        ):
            action = menu.addAction(words)
            action.setEnabled(able and bool(self._able()))
            action.triggered.connect(lambda _=False, act=act: act())
        if self._view.picture_actions:
            menu.addSeparator()
            menu.addActions(self._view.picture_actions)
        return menu

    def _choices_of_atom(self, atom: int) -> tuple[_Choice, ...]:
        in_ring = bool(ring_system(self._bonds(), atom))
        return (
            ("Select &Ring System\tR", in_ring, lambda: self.pick_ring_system(atom)),
            ("Select This &Fragment\tF", atom in self.highlighted, lambda: self.pick_fragment(atom)),
        )

    def _choices_of_box(self, place: int) -> tuple[_Choice, ...]:
        related = bool(self._neighbours(place))
        return (
            ("Select All of This &Name\tN", bool(self._view.alike(place)), lambda: self.pick_alike(place)),
            ("Select What It Is &Related to\tR", related, lambda: self.pick_neighbours(place)),
        )

    # Painting

    def paint_outline(self, painter: QPainter) -> None:
        """Around the picked atoms, in the picture's coordinates: to be painted over halos and under the structure."""
        depiction = self._view.depiction
        if depiction is None or not self.atoms:
            return
        if self._edges is None:
            self._edges = outline(depiction, self.atoms)
        line = mixed(accent(self._view.palette()), QColor(self._view.paper.ink), 0.7)
        ground = QColor(self._view.paper.background)
        paint_edges(painter, self._edges, line, ground, 2.4, self._view.devicePixelRatioF())

    def paint_lasso(self, painter: QPainter) -> None:
        """While it is being drawn, in the widget's coordinates."""
        if self._lasso is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent(self._view.palette()), 1.4, Qt.PenStyle.DashLine))
            painter.drawPolygon(self._lasso)
