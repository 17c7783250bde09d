"""The molecule, large: paper, halos behind the structure, the atom under the pointer, and those that are picked."""

from __future__ import annotations

from collections.abc import Sequence

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
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.halos import Halo
from ...kinds.kind import Words
from ...kinds.registry import CUSTOMARY
from ..pictures.picture import DepictionLayer, paint_ground, paint_message
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent, hairline
from ..widgets.viewport import Viewport
from .atom_match import AtomMatch
from .atom_numbers import AtomNumbers
from .atom_picking import AtomPicking
from .atom_readings import AtomReadings
from .pointing import mark_around, node_at, paint_mark, place_of

_BOND_IN_RADII = 2.5
_CORNER = 8.0
_ZOOM_STEP = 1.25
_PAN_STEP = 40.0
"""Of atom numbers, in pixels."""


class MoleculeView(QWidget):
    """Shows one depiction with its halos, fitted to the widget, or a message in its place.

    Attributes: ``current_atom`` (record index of the atom pointed at, −1 for none), ``picking`` (AtomPicking),
    ``match`` (AtomMatch), ``depiction`` (``None`` while there is none), ``zoom`` (1: the whole molecule), ``paper``.

    Signals: ``atom_hovered`` (int) record index of the atom pointed at or walked to, −1 when none is.
    """

    atom_hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current_atom = -1
        self._port = Viewport()
        self._paper = Paper.WHITE
        self._message = ""
        self._title = ""
        self._words = CUSTOMARY.words
        self.depiction: Depiction | None = None
        self.match = AtomMatch(self)
        self.picking = AtomPicking(self)
        self.picking.changed.connect(self._describe)
        self.picture_actions: Sequence[QAction] = ()
        """What else the menu offers: to copy and to save the picture."""
        self.numbers = AtomNumbers()
        self._halos: Sequence[Halo] = ()
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
        """Of the depiction shown, so that ink and paper always fit; otherwise the window's."""
        return self.depiction.paper if self.depiction else self._paper

    def set_paper(self, paper: Paper) -> None:
        self._paper = paper
        self.update()

    def set_words(self, words: Words) -> None:
        """What a record and its nodes are called."""
        self._words = words
        self._describe()

    def set_title(self, title: str) -> None:
        """The molecule's name for screen readers."""
        self._title = title
        self._describe()

    def set_depiction(self, depiction: Depiction) -> None:
        self._message = ""
        self.depiction = depiction
        self._structure = DepictionLayer(depiction)
        self._start_over()

    def set_message(self, message: str) -> None:
        """Plain words in place of a molecule; empty for blank paper."""
        self._message = message
        self.depiction = self._structure = None
        self._start_over()

    def set_halos(self, halos: Sequence[Halo]) -> None:
        self._halos = halos
        self.update()

    def set_readings(self, readings: AtomReadings) -> None:
        """What is said about each atom, and the order in which the keys walk them."""
        self._readings = readings
        if self.current_atom >= 0 and not readings.can_point_at(self.current_atom):
            self.point_at(-1)
        self.picking.keep_able()
        self._describe()

    def _start_over(self) -> None:
        self._halos = ()
        self.point_at(-1)
        self.picking.clear()
        self.reset_zoom()
        self._fit()
        self._describe()

    def _describe(self) -> None:
        name = f"{self._words.record.capitalize()} {self._title}".strip()
        strongest = self._readings.strongest()
        description = self._message or (f"Most salient {self._words.nodes}: {strongest}" if strongest else "")
        if self.current_atom >= 0:
            description = self._readings.sentence(self.current_atom)
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
        """The middle of an atom or box in the widget; ``None`` if it is not drawn."""
        return None if self.depiction is None else place_of(self.depiction, self._port, atom)

    def atoms_with_value(self) -> frozenset[int]:
        """Those drawn that the prediction is about: neither folded hydrogens nor what a preparation took away."""
        return frozenset(atom for atom in self._readings.order if self.position_of(atom) is not None)

    def alike(self, atom: int) -> frozenset[int]:
        """All that have the name of this one, itself among them; empty if it has none."""
        names = self._readings.names
        if not 0 <= atom < len(names):
            return frozenset()
        return frozenset(place for place, name in enumerate(names) if name == names[atom])

    def atom_at(self, position: QPointF) -> int:
        """The nearest atom within reach, or the smallest box, that has something to say; −1 if there is none."""
        if self.depiction is None:
            return -1
        return node_at(self.depiction, self._port, position, self._readings.can_point_at)

    def point_at(self, atom: int) -> None:
        """Highlight one atom, or none with −1."""
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
        """Zoom, keeping the point ``about`` (by default the centre) where it is."""
        if self.depiction is not None:
            self._port.zoom_by(factor, about)
            self._show_whether_it_moves()
            self.update()

    def zoom_in(self) -> None:
        self.zoom_by(_ZOOM_STEP)

    def zoom_out(self) -> None:
        self.zoom_by(1 / _ZOOM_STEP)

    def reset_zoom(self) -> None:
        """The whole molecule, centred."""
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
        """Tell the viewport how large widget and depiction are."""
        self._port.room = QSizeF(self.size())
        if self.depiction is not None:
            self._port.picture = QSizeF(self.depiction.width, self.depiction.height)
            self._port.bond = _BOND_IN_RADII * self.depiction.radius
        self._pan_by(QPointF())

    # Pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.picking.move(event):
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
            QToolTip.showText(where, plain_tooltip(self._readings.sentence(self.current_atom)), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif not self.picking.press(event) and self.zoom > 1:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self._show_whether_it_moves()
        self.picking.release(event)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_zoom()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.picking.open_menu(event)

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
            event.setAccepted(self.picking.takes_escape(event))
            return True
        return super().event(event)

    # Keys: up and down are left to the library's table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (self._zoom_key, self._pan_key, self._walk_key, self.picking.key)
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
        if not order or event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
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
        paint_ground(painter, depiction, self._halos)
        self.match.paint_outline(painter)
        self.picking.paint_outline(painter)
        painter.restore()
        mark = mark_around(depiction, self._port, self.current_atom)
        if mark is not None and depiction.boxes is not None:  # names stand at the edges of boxes
            paint_mark(painter, depiction, mark)
        if self._structure is not None:
            painter.drawPixmap(0, 0, self._structure.pixmap(self.size(), self.devicePixelRatioF(), self._port.target))
        painter.setFont(self.font())
        self.numbers.paint(painter, depiction, self._port, self.paper)
        self.picking.paint_lasso(painter)
        if mark is not None and depiction.boxes is None:
            paint_mark(painter, depiction, mark)
        painter.restore()

    def show_numbers(self, shown: bool) -> None:
        """Writes the atoms' numbers in the record beside them, as sentences and tooltips call them."""
        self.numbers.shown = shown
        self.update()

    def _update_mark(self) -> None:
        """Paint again only where the mark was or comes."""
        mark = None if self.depiction is None else mark_around(self.depiction, self._port, self.current_atom)
        if mark is not None:
            self.update(mark.adjusted(-4, -4, 4, 4).toAlignedRect())
