"""The canvas on which a substructure is drawn, with the mouse or with the keyboard alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...app.sketching.sketch import (
    BENZENE,
    BondOrder,
    Sketch,
    SketchError,
    add_atom,
    add_bond,
    add_ring,
    change_charge,
    cycle_order,
    delete_atoms,
    grow_bond,
    move_atoms,
    set_order,
    set_symbol,
)
from ...app.sketching.sketch_history import SketchHistory
from ..widgets.theme import accent, hairline, mixed, paper_for
from .sketch_gestures import NOTHING, REACH, Target, bond_dragged, clicked, described, erased, next_atom, target_at
from .sketch_painting import SketchFrame, fitted_frame, paint_marks, paint_sketch
from .sketch_tools import DRAW_BOND, ToolKind

HINT = "Click or drag to draw, or press C\nCtrl+V pastes SMILES, SMARTS or a molblock"
_LETTERS: dict[int, str] = {
    **{getattr(Qt.Key, f"Key_{letter}"): letter for letter in "CNOSPFIAQX"},
    Qt.Key.Key_L: "Cl",
    Qt.Key.Key_B: "Br",
}
_ORDERS: dict[int, BondOrder] = {
    Qt.Key.Key_1: BondOrder.SINGLE,
    Qt.Key.Key_2: BondOrder.DOUBLE,
    Qt.Key.Key_3: BondOrder.TRIPLE,
}
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_DRAG = 0.3
"""Distance from which a mouse movement is a drag instead of a click, in bond lengths."""
_FADED = 0.3
_CORNER = 6.0


@dataclass(frozen=True, slots=True)
class _Press:
    """The point at which the mouse button was pressed, in the sketch and in the widget."""

    x: float
    y: float
    target: Target
    at: QPointF


class Sketcher(QWidget):
    """Attributes: ``tool``, ``history``, ``hovered``, ``focused`` (atom with the focus, −1 for none), ``selected``.

    Signals: ``changed()``, the user drew something; ``trouble(sentence)``.
    """

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool = DRAW_BOND
        self.history = SketchHistory()
        self.hovered = NOTHING
        self.focused = -1
        self.selected: frozenset[int] = frozenset()
        self._before = -1
        """The atom focused before: the key = bonds the two."""
        self._faded = False
        self._press: _Press | None = None
        self._preview: Sketch | None = None
        self._band: QRectF | None = None
        self._frame = SketchFrame(self._standard, 0.0, 0.0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Drawing of the substructure")
        self._describe()

    @property
    def sketch(self) -> Sketch:
        """The sketch, without an unfinished drag."""
        return self.history.now

    @property
    def _seen(self) -> Sketch:
        return self.sketch if self._preview is None else self._preview

    def show_sketch(self, sketch: Sketch) -> None:
        """Replaces the sketch; the old one can be restored by undoing."""
        self._go(self.history.then(sketch))
        self._fit()

    def set_faded(self, on: bool) -> None:
        """Sets whether the drawing differs from what is searched for."""
        self._faded = on
        self.update()

    def undo(self) -> None:
        self._step(self.history.undone())

    def redo(self) -> None:
        self._step(self.history.redone())

    def clear(self) -> None:
        self._step(self.history.then(Sketch()))

    def point(self, atom: int) -> QPointF:
        """The point of an atom in the widget."""
        place = self.sketch.atoms[atom]
        return self._frame.point(place.x, place.y)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(36 * line, 22 * line)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(18 * line, 12 * line)

    # Steps

    def _draw(self, change: Callable[[Sketch], tuple[Sketch, int]]) -> None:
        """Adds a step to the history, or shows why it is impossible; the focus moves to the atom that comes with it."""
        with self._telling():
            sketch, atom = change(self.sketch)
            self._step(self.history.then(sketch))
            if atom >= 0:
                self._focus(atom)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except SketchError as error:
            self.trouble.emit(str(error))

    def _step(self, history: SketchHistory) -> None:
        if history is not self.history:
            self._go(history)
            self.changed.emit()

    def _go(self, history: SketchHistory) -> None:
        self.history = history
        count = len(self.sketch.atoms)
        self.focused = min(self.focused, count - 1)
        self._before = self._before if self._before < count else -1
        self.selected = frozenset(atom for atom in self.selected if atom < count)
        self.hovered = NOTHING
        self._preview = None
        inside = self.rect().toRectF()
        if not all(inside.contains(self.point(i)) for i in range(count)) or not count:
            self._fit()
        self._describe()
        self.update()

    def _fit(self) -> None:
        self._frame = fitted_frame(self.sketch, self.rect().toRectF(), self._standard)
        self.update()

    @property
    def _standard(self) -> float:
        """The length of a bond while the drawing is small, in pixels."""
        return 2.3 * self.fontMetrics().height()

    # Mouse

    def target_at(self, at: QPointF) -> Target:
        """The atom or bond under a point of the widget."""
        return target_at(self._seen, *self._frame.place(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._press = _Press(*self._frame.place(at), self.target_at(at), at)
        self.hovered = self._press.target

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            hovered = self.target_at(event.position())
            if hovered != self.hovered:
                self.hovered = hovered
                self.update()
            return
        apart = event.position() - self._press.at
        dragging = self._preview is not None or self._band is not None
        if dragging or math.hypot(apart.x(), apart.y()) > _DRAG * self._frame.scale:
            self._drag(self._press, event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, self._press = self._press, None
        if press is None or event.button() != Qt.MouseButton.LeftButton:
            return
        preview, band, self._band = self._preview, self._band, None
        if band is not None:
            self.selected = frozenset(i for i in range(len(self.sketch.atoms)) if band.contains(self.point(i)))
        elif preview is not None:
            self._step(self.history.then(preview))
            self._preview = None
        else:
            self._click(press)
        self.hovered = self.target_at(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = NOTHING
        self.update()
        super().leaveEvent(event)

    def _drag(self, press: _Press, at: QPointF) -> None:
        x, y = self._frame.place(at)
        kind, target = self.tool.kind, press.target
        if kind is ToolKind.SELECT and target == NOTHING:
            self._band = QRectF(press.at, at).normalized()
        elif kind is ToolKind.SELECT:
            self._preview = move_atoms(self.sketch, self._held(target), x - press.x, y - press.y)
        elif kind is ToolKind.ERASE:
            self._preview = erased(self._seen, self.target_at(at))
        elif kind in (ToolKind.BOND, ToolKind.ATOM) and target.bond < 0:
            with self._telling():
                self._preview = bond_dragged(self.sketch, self.tool, target, (press.x, press.y), (x, y))

    def _held(self, target: Target) -> frozenset[int]:
        """The atoms that a drag moves."""
        if target.bond >= 0:
            bond = self.sketch.bonds[target.bond]
            held = frozenset((bond.begin, bond.end))
        else:
            held = frozenset((target.atom,))
        return self.selected if held <= self.selected else held

    def _click(self, press: _Press) -> None:
        if self.tool.kind is ToolKind.SELECT:
            self.selected = self._held(press.target) if press.target != NOTHING else frozenset()
        self._draw(lambda sketch: clicked(sketch, self.tool, press.target, press.x, press.y))

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selected = frozenset(range(len(self.sketch.atoms)))
            self.update()
        elif held or not self._press_key(event.key()):
            super().keyPressEvent(event)

    def _press_key(self, key: int) -> bool:
        """Handles a key; returns whether it has a meaning here."""
        if key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in _LETTERS:
            self._put(_LETTERS[key])
        elif key in _ORDERS:
            self._bond(_ORDERS[key])
        elif key == Qt.Key.Key_R:
            at = self._meant
            self._draw(lambda sketch: (add_ring(sketch, BENZENE, atom=at if at >= 0 else None), max(at, 0)))
        elif key == Qt.Key.Key_Equal:
            self._join()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            by, atom = 1 if key == Qt.Key.Key_Plus else -1, self._meant
            if atom >= 0:
                self._draw(lambda sketch: (change_charge(sketch, atom, by), atom))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._delete()
        elif key == Qt.Key.Key_Escape and self.selected:
            self.selected = frozenset()
            self.update()
        else:
            return False
        return True

    @property
    def _meant(self) -> int:
        """The atom to which a key applies."""
        return self.hovered.atom if self.hovered.atom >= 0 else self.focused

    def _put(self, symbol: str) -> None:
        if not self.sketch.atoms:
            self._draw(lambda sketch: (add_atom(sketch, symbol, 0.0, 0.0), 0))
        elif self._meant >= 0:
            atom = self._meant
            self._draw(lambda sketch: (set_symbol(sketch, atom, symbol), atom))

    def _bond(self, order: BondOrder) -> None:
        """Sets the order of the bond under the pointer, or draws a new bond from the atom."""
        bond, atom = self.hovered.bond, self._meant
        if bond >= 0:
            self._draw(lambda sketch: (set_order(sketch, bond, order), -1))
            self.hovered = Target(bond=bond)
        elif atom >= 0:
            self._draw(lambda sketch: grow_bond(sketch, atom, order))

    def _join(self) -> None:
        """Bonds the focused atom and the one focused before, or cycles the order of their bond."""
        one, other = self.focused, self._before
        if one >= 0 and other >= 0 and one != other:
            sketch, bond = self.sketch, self.sketch.bond_between(one, other)
            self._step(self.history.then(cycle_order(sketch, bond) if bond >= 0 else add_bond(sketch, one, other)))

    def _delete(self) -> None:
        target = self.hovered
        if target == NOTHING and self.selected:
            gone = self.selected
            self.selected = frozenset()
            self._step(self.history.then(delete_atoms(self.sketch, gone)))
        else:
            target = target if target != NOTHING else Target(atom=self.focused)
            self._step(self.history.then(erased(self.sketch, target)))

    def _walk(self, dx: int, dy: int) -> None:
        """Moves the focus to the nearest atom in a direction."""
        if self.focused < 0:
            self._focus(len(self.sketch.atoms) - 1)
        else:
            self._focus(next_atom(self.sketch, self.focused, dx, dy))

    def _focus(self, atom: int) -> None:
        if atom != self.focused:
            self._before, self.focused = self.focused, atom
        self.hovered = NOTHING
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Updates the description for screen readers."""
        self.setAccessibleDescription(described(self.sketch, self.focused) or HINT.replace("\n", "; "))

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paper = paper_for(self.palette())
        ground, strong = QColor(paper.background), accent(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(strong, 1.5) if self.hasFocus() else hairline(self.palette(), ground))
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), _CORNER, _CORNER)
        sketch = self._seen
        if not sketch.atoms:
            painter.setPen(mixed(QColor(paper.ink), ground, 0.62))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, HINT)
        marked = self.selected | ({self.hovered.atom} if self.hovered.atom >= 0 else set())
        soft, radius = mixed(strong, ground, 0.35), REACH * self._frame.scale
        paint_marks(painter, sketch, self._frame, marked, self.hovered.bond, radius, soft)
        if self.hasFocus() and 0 <= self.focused < len(sketch.atoms):
            painter.setPen(QPen(strong, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = sketch.atoms[self.focused]
            painter.drawEllipse(self._frame.point(place.x, place.y), radius, radius)
        painter.setOpacity(_FADED if self._faded else 1.0)
        paint_sketch(painter, sketch, self._frame, paper)
        painter.setOpacity(1.0)
        if self._band is not None:
            painter.setPen(QPen(strong, 1.0, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._band)
        painter.end()
