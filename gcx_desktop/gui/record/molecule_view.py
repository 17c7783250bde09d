"""The large view of a molecule: paper, halos behind the structure, and marks of pointed and picked atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.halos import Halo
from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ..pictures.atom_outline import match_colour, match_edges, outline, paint_edges
from ..pictures.picture import DepictionLayer, paint_ground, paint_message
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent, hairline, mixed
from ..widgets.viewport import Viewport
from .atom_numbers import AtomNumbers
from .atom_picking import AtomPicking, PickableAtoms, pick_commands
from .atom_readings import AtomReadings
from .pick_gesture import PickGesture, paint_lasso
from .pointing import mark_around, node_at, place_of

_BOND_IN_RADII = 2.5
_CORNER = 8.0
_ZOOM_STEP = 1.25
_PAN_STEP = 40.0
_MATCH_LINE, _PICKED_LINE = 1.6, 2.4
"""Widths in logical pixels."""
_NO_MODIFIER = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """The atoms of a depiction that match a substructure, and the line around them."""

    depiction: Depiction | None = None
    atoms: frozenset[int] = frozenset()
    edges: Sequence[QPolygonF] = ()


class MoleculeView(QWidget):
    """Shows one depiction with its halos, fitted to the widget, or a message in its place.

    Atoms are picked by click, lasso, menu and keys. Picked atoms are outlined, and so are matches of a substructure.

    Attributes: ``current_atom`` (record index of the atom pointed at, −1 for none), ``picking`` (AtomPicking),
    ``matched_atoms``, ``depiction`` (``None`` while there is none), ``halos`` (behind it), ``zoom`` (1: the whole
    molecule), ``paper``.

    Signals: ``atom_hovered`` (int), record index of the atom reached by pointer or keys, −1 for none.
    """

    atom_hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current_atom = -1
        self._port = Viewport()
        self._paper = Paper.WHITE
        self._message = ""
        self._title = ""
        self._words = DEFAULT_KIND.words
        self.depiction: Depiction | None = None
        self._match = _Match()
        self.picking = AtomPicking(self)
        self._commands = pick_commands(DEFAULT_KIND.groupings)
        self._picked_edges: list[QPolygonF] | None = None
        self._gesture = PickGesture()
        self.picking.changed.connect(self._show_picked)
        self.picture_actions: Sequence[QAction] = ()
        """Further entries of the menu: to copy and to save the picture."""
        self.numbers = AtomNumbers()
        self.halos: Sequence[Halo] = ()
        self._readings = AtomReadings()
        self._structure: DepictionLayer | None = None
        self._dragged_from: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # What is shown

    @property
    def paper(self) -> Paper:
        """The paper of the depiction, so that ink and paper always match; without a depiction, the window's."""
        return self.depiction.paper if self.depiction else self._paper

    def set_paper(self, paper: Paper) -> None:
        self._paper = paper
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Sets the words for a record and its nodes, and the groups that can be picked."""
        self._words = kind.words
        self._commands = pick_commands(kind.groupings)
        self._describe()

    def set_title(self, title: str) -> None:
        """Sets the molecule's name for screen readers."""
        self._title = title
        self._describe()

    def set_depiction(self, depiction: Depiction) -> None:
        self._message = ""
        self.depiction = depiction
        self._structure = DepictionLayer(depiction)
        self._start_over()

    def set_message(self, message: str) -> None:
        """Shows a plain text in place of a molecule; empty for blank paper."""
        self._message = message
        self.depiction = self._structure = None
        self._start_over()

    def set_halos(self, halos: Sequence[Halo]) -> None:
        self.halos = halos
        self.update()

    def set_readings(self, readings: AtomReadings) -> None:
        """Sets the sentences about the atoms, and the order in which the keys visit them."""
        self._readings = readings
        if self.current_atom >= 0 and not readings.can_point_at(self.current_atom):
            self.point_at(-1)
        self.picking.set_pickable(self._pickable())
        self._describe()

    @property
    def matched_atoms(self) -> frozenset[int]:
        """Record indices of the atoms that match a substructure, in the current depiction."""
        return self._match.atoms if self._match.depiction is self.depiction else frozenset()

    def show_match(self, depiction: Depiction | None, atoms: frozenset[int]) -> None:
        """Outlines the atoms that match a substructure.

        :param depiction: to which the atoms belong; nothing is outlined in any other
        :param atoms: record indices
        """
        edges = [] if depiction is None else match_edges(depiction, atoms)
        self._match = _Match(depiction, atoms, edges)
        self.update()

    def _pickable(self) -> PickableAtoms:
        drawn = frozenset(atom for atom in self._readings.order if self.position_of(atom) is not None)
        bonds = [] if self.depiction is None else [(a, b) for a, b in self.depiction.bonds.tolist()]
        return PickableAtoms(drawn, bonds, self._readings.names)

    def _show_picked(self) -> None:
        self._picked_edges = None
        self.update()
        self._describe()

    def _start_over(self) -> None:
        self.halos = ()
        self.point_at(-1)
        self.picking.clear()
        self.picking.set_pickable(self._pickable())
        self.reset_zoom()
        self._fit()
        self._describe()

    def _describe(self) -> None:
        name = f"{self._words.record.capitalize()} {self._title}".strip()
        strongest = self._readings.strongest()
        description = self._message or (f"Most salient {self._words.nodes}: {strongest}" if strongest else "")
        if self.current_atom >= 0:
            description = self._readings.full_sentence(self.current_atom)
            description += " · selected" if self.current_atom in self.picking.atoms else ""
        if (name, description) != (self.accessibleName(), self.accessibleDescription()):
            self.setAccessibleName(name)
            self.setAccessibleDescription(description)

    # Where things are

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 110)

    def position_of(self, atom: int) -> QPointF | None:
        """The centre of an atom or box in the widget; ``None`` if it is not drawn."""
        return None if self.depiction is None else place_of(self.depiction, self._port, atom)

    def atom_at(self, position: QPointF) -> int:
        """The nearest atom within reach, or the smallest box, that can be pointed at; −1 if there is none."""
        if self.depiction is None:
            return -1
        return node_at(self.depiction, self._port, position, self._readings.can_point_at)

    def point_at(self, atom: int) -> None:
        """Marks one atom, or none with −1."""
        if atom == self.current_atom:
            return
        self._update_mark()
        self.current_atom = atom
        self._update_mark()
        self._describe()
        self.atom_hovered.emit(atom)

    # Zoom and pan

    @property
    def zoom(self) -> float:
        return self._port.zoom

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zooms, keeping the point ``about`` (by default the centre) in place."""
        if self.depiction is not None:
            self._port.zoom_by(factor, about)
            self._show_whether_it_moves()
            self.update()

    def zoom_in(self) -> None:
        self.zoom_by(_ZOOM_STEP)

    def zoom_out(self) -> None:
        self.zoom_by(1 / _ZOOM_STEP)

    def reset_zoom(self) -> None:
        """Shows the whole molecule, centred."""
        self._port.reset()
        self._show_whether_it_moves()
        self.update()

    def _pan_by(self, step: QPointF) -> None:
        self._port.pan_by(step)
        self.update()

    def _show_whether_it_moves(self) -> None:
        if self.zoom > 1:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _fit(self) -> None:
        """Sets the sizes of widget and depiction in the viewport."""
        self._port.room = QSizeF(self.size())
        if self.depiction is not None:
            self._port.picture = QSizeF(self.depiction.width, self.depiction.height)
            self._port.bond = _BOND_IN_RADII * self.depiction.radius
        self._pan_by(QPointF())

    # Pointer: a click picks, with Ctrl it adds or removes, dragging with Shift draws a lasso

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture.move(event.position()):
            self.update()
            return
        if self._dragged_from is not None:
            self._pan_by(event.position() - self._dragged_from)
            self._dragged_from = event.position()
            return
        before = self.current_atom
        self.point_at(self.atom_at(event.position()))
        if self.current_atom != before:
            self._tell(event.globalPosition().toPoint())

    def _tell(self, where: QPoint) -> None:
        if self.current_atom < 0:
            QToolTip.hideText()
        else:
            QToolTip.showText(where, plain_tooltip(self._readings.full_sentence(self.current_atom)), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._gesture.press(event.position(), lasso=shift and bool(self.picking.pickable.atoms))
        if self._gesture.lasso is None and self.zoom > 1:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self._show_whether_it_moves()
        self._pick_stroke(event.position(), adding=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        super().mouseReleaseEvent(event)

    def _pick_stroke(self, position: QPointF, *, adding: bool) -> None:
        stroke = self._gesture.release()
        if stroke.click:
            self.picking.click(self.atom_at(position), adding=adding or stroke.lasso is not None)
        elif stroke.lasso is not None:
            within = [atom for atom in self.picking.pickable.atoms if self._is_in(stroke.lasso, atom)]
            self.picking.pick([*within, *(self.picking.atoms if adding else ())])
        if stroke.lasso is not None:
            self.update()

    def _is_in(self, lasso: QPolygonF, atom: int) -> bool:
        place = self.position_of(atom)
        return place is not None and lasso.containsPoint(place, Qt.FillRule.WindingFill)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_zoom()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Opens the menu of the atom reached by pointer or keys."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        atom = self.current_atom if by_key else self.atom_at(QPointF(event.pos()))
        place = self.position_of(atom) if by_key else None
        menu = self.menu(atom)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(place.toPoint()) if place is not None else event.globalPos())

    def menu(self, atom: int) -> QMenu:
        """The menu for an atom, or for no atom with −1."""
        menu, picking = QMenu(self), self.picking
        can_pick = bool(picking.pickable.atoms)
        for command in self._commands:
            action = menu.addAction(command.words)
            action.setEnabled(can_pick and command.can(picking, atom))
            action.triggered.connect(lambda _=False, act=command.act: act(picking, atom))
        clear = menu.addAction("&Clear Selection\tEsc")
        clear.setEnabled(can_pick and bool(picking.atoms))
        clear.triggered.connect(picking.clear)
        if self.picture_actions:
            menu.addSeparator()
            menu.addActions(self.picture_actions)
        return menu

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(-1)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1.0 + event.value(), event.position())
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.depiction is not None:
            self._tell(event.globalPos())
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(self._takes_escape(event))
            return True
        return super().event(event)

    # Keys: up and down are left to the library's table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (self._zoom_key, self._pan_key, self._walk_key, self._pick_key)
        if self.depiction is None or not any(means(event) for means in keys):
            super().keyPressEvent(event)

    def _zoom_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.ZoomIn) or key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif event.matches(QKeySequence.StandardKey.ZoomOut) or key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.reset_zoom()
        else:
            return False
        return True

    def _pan_key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Left: QPointF(_PAN_STEP, 0),
            Qt.Key.Key_Right: QPointF(-_PAN_STEP, 0),
            Qt.Key.Key_Up: QPointF(0, _PAN_STEP),
            Qt.Key.Key_Down: QPointF(0, -_PAN_STEP),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
            return False
        self._pan_by(step)
        return True

    def _walk_key(self, event: QKeyEvent) -> bool:
        order = [atom for atom in self._readings.order if self.position_of(atom) is not None]
        if not order or event.modifiers() not in _NO_MODIFIER:
            return False
        here = order.index(self.current_atom) if self.current_atom in order else -1
        last = len(order) - 1
        places = {
            Qt.Key.Key_Right: min(here + 1, last),
            Qt.Key.Key_Left: max(here - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = places.get(Qt.Key(event.key()))
        if place is None:
            return False
        self.point_at(order[place])
        self._bring_into_view(order[place])
        return True

    def _takes_escape(self, event: QKeyEvent) -> bool:
        """Whether Esc clears the picked atoms, before any other use of Esc in the window."""
        return event.key() == Qt.Key.Key_Escape and bool(self.picking.atoms)

    def _pick_key(self, event: QKeyEvent) -> bool:
        if self._takes_escape(event):
            self.picking.clear()
            return True
        commands = {command.key: command for command in self._commands}
        key, picking, atom = Qt.Key(event.key()), self.picking, self.current_atom
        command = commands.get(key)
        known = command is not None or key == Qt.Key.Key_Space
        if not known or event.modifiers() not in _NO_MODIFIER or not picking.pickable.atoms:
            return False
        if command is None:
            picking.click(atom, adding=True)
        elif atom >= 0 or not command.about_atom:
            command.act(picking, atom)
        return True

    def _bring_into_view(self, atom: int) -> None:
        position = self.position_of(atom)
        if position is not None and not QRectF(self.rect()).adjusted(30, 30, -30, -30).contains(position):
            self._pan_by(self._port.centre - position)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(-1)
        self.update()

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.paper.background))
        painter.drawRoundedRect(card, _CORNER, _CORNER)
        if self.depiction is None:
            paint_message(painter, self.rect(), self._message, self.paper)
        else:
            self._paint_molecule(painter, card, self.depiction)
        painter.setPen(
            QPen(accent(self.palette()), 2.0)
            if self.hasFocus()
            else QPen(hairline(self.palette(), QColor(self.paper.background)), 1.0)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card, _CORNER, _CORNER)

    def _paint_molecule(self, painter: QPainter, card: QRectF, depiction: Depiction) -> None:
        painter.save()
        if self.zoom > 1:
            inside = QPainterPath()
            inside.addRoundedRect(card, _CORNER, _CORNER)
            painter.setClipPath(inside)
        painter.save()
        painter.translate(self._port.target.topLeft())
        painter.scale(self._port.scale, self._port.scale)
        paint_ground(painter, depiction, self.halos)
        self._paint_outlines(painter, depiction)
        painter.restore()
        mark = mark_around(depiction, self._port, self.current_atom)
        if mark is not None and not depiction.places.marked_over:
            mark.paint(painter, depiction.paper)
        if self._structure is not None:
            painter.drawPixmap(0, 0, self._structure.pixmap(self.size(), self.devicePixelRatioF(), self._port.target))
        painter.setFont(self.font())
        self.numbers.paint(painter, depiction, self._port, self.paper)
        if self._gesture.lasso is not None:
            paint_lasso(painter, self._gesture.lasso, accent(self.palette()))
        if mark is not None and depiction.places.marked_over:
            mark.paint(painter, depiction.paper)
        painter.restore()

    def _paint_outlines(self, painter: QPainter, depiction: Depiction) -> None:
        """Outlines the matching atoms, and above them the picked ones: over the halos and under the structure."""
        ink, ground, ratio = QColor(self.paper.ink), QColor(self.paper.background), self.devicePixelRatioF()
        if self._match.edges and self._match.depiction is depiction:
            paint_edges(painter, self._match.edges, match_colour(self.paper), ground, _MATCH_LINE, ratio)
        if not self.picking.atoms:
            return
        if self._picked_edges is None:
            self._picked_edges = outline(depiction, self.picking.atoms)
        paint_edges(painter, self._picked_edges, mixed(accent(self.palette()), ink, 0.7), ground, _PICKED_LINE, ratio)

    def show_numbers(self, shown: bool) -> None:
        """Shows or hides the atom numbers, the same as in sentences and tooltips."""
        self.numbers.shown = shown
        self.update()

    def _update_mark(self) -> None:
        """Repaints only the old and the new place of the mark."""
        mark = None if self.depiction is None else mark_around(self.depiction, self._port, self.current_atom)
        if mark is not None:
            self.update(mark.room.adjusted(-4, -4, 4, 4).toAlignedRect())
