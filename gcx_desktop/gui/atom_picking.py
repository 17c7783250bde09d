"""Atoms picked in the molecule to be put to the test: by click, lasso, menu and keys, and how they are outlined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication, QMenu

from ..graph.connection import fragment, ring_system
from .theme import accent, mixed

if TYPE_CHECKING:
    from .molecule_view import MoleculeView

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
        self._pressed: QPointF | None = None
        self._lasso: QPolygonF | None = None
        self._keys: dict[Qt.Key, Callable[[int], None]] = {
            Qt.Key.Key_Space: self.toggle,
            Qt.Key.Key_R: self.pick_ring_system,
            Qt.Key.Key_F: self.pick_fragment,
            Qt.Key.Key_H: self.pick_highlighted,
            Qt.Key.Key_I: self.invert,
        }

    # What is picked

    def pick(self, atoms: Iterable[int]) -> None:
        """These and no others, as far as they can be."""
        picked = frozenset(atoms) & self._able()
        if picked != self.atoms:
            self.atoms = picked
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

    def pick_highlighted(self, _: int = -1) -> None:
        self.pick(self.highlighted)

    def invert(self, _: int = -1) -> None:
        self.pick(self._able() - self.atoms)

    def _able(self) -> frozenset[int]:
        return self._view.atoms_with_value()

    def _bonds(self) -> list[tuple[int, int]]:
        depiction = self._view.depiction
        return [] if depiction is None else [(a, b) for a, b in depiction.bonds.tolist()]

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
        act = self._keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() not in _PLAIN or not self._able():
            return False
        if self._view.current_atom >= 0 or act in (self.pick_highlighted, self.invert):
            act(self._view.current_atom)
        return True

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
        bonds = self._bonds()
        for words, able, act in (
            ("Select &Ring System\tR", bool(ring_system(bonds, atom)), lambda: self.pick_ring_system(atom)),
            ("Select This &Fragment\tF", atom in self.highlighted, lambda: self.pick_fragment(atom)),
            ("Select All &Highlighted\tH", bool(self.highlighted), self.pick_highlighted),
            ("&Invert Selection\tI", bool(self._able()), self.invert),
            ("&Clear Selection\tEsc", bool(self.atoms), self.clear),
        ):
            action = menu.addAction(words)
            action.setEnabled(able and bool(self._able()))
            action.triggered.connect(lambda _=False, act=act: act())
        return menu

    # Painting

    def paint(self, painter: QPainter, radius: float) -> None:
        """An outline around each piece of picked atoms, so that halos and labels stay as they are, and the lasso."""
        paper, colour = QColor(self._view.paper.background), accent(self._view.palette())
        outline = self._outline(radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(paper, 5.0), QPen(mixed(colour, QColor(self._view.paper.ink), 0.7), 2.4)):
            painter.setPen(pen)
            for polygon in outline:
                painter.drawPolygon(polygon)
        if self._lasso is not None:
            painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
            painter.drawPolygon(self._lasso)

    def _outline(self, radius: float) -> list[QPolygonF]:
        """Around circles at the atoms and bands along the bonds between them, as wide; not in a ring's empty middle."""
        places = {atom: place for atom in self.atoms if (place := self._view.position_of(atom)) is not None}
        bonds = QPainterPath()
        for a, b in self._bonds():
            if a in places and b in places:
                bonds.moveTo(places[a])
                bonds.lineTo(places[b])
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * radius)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        whole = stroker.createStroke(bonds)
        whole.setFillRule(Qt.FillRule.WindingFill)
        for place in places.values():
            whole.addEllipse(place, radius, radius)
        polygons = whole.simplified().toSubpathPolygons()
        others = [self._view.position_of(atom) for atom in self._able() - self.atoms]
        return [
            polygon
            for polygon in polygons
            if not _is_inside(polygon, polygons) or any(at and _holds(polygon, at) for at in others)
        ]


def _is_inside(polygon: QPolygonF, polygons: Sequence[QPolygonF]) -> bool:
    return any(other is not polygon and _holds(other, polygon.first()) for other in polygons)


def _holds(polygon: QPolygonF, point: QPointF) -> bool:
    return polygon.containsPoint(point, Qt.FillRule.OddEvenFill)
