"""The tools of the sketcher, and the two rows of buttons for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QIcon, QKeySequence, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget

from ...app.sketching.sketch import (
    ANY_ATOM,
    BENZENE,
    HALOGEN,
    HETERO_ATOM,
    RINGS,
    BondOrder,
    Ring,
    Sketch,
    add_atom,
    add_bond,
    add_ring,
)
from ...depict.colour import Paper
from ..widgets.icons import line_icon
from ..widgets.plain_labels import plain_tooltip
from .sketch_painting import fitted_frame, paint_sketch

ELEMENTS = ("C", "N", "O", "S", "P", "F", "Cl", "Br", "I")
QUERY_ATOM_WORDS = {
    ANY_ATOM: "Any atom but hydrogen",
    HETERO_ATOM: "Any atom but carbon and hydrogen",
    HALOGEN: "Any halogen",
}
BONDS = {
    BondOrder.SINGLE: "Single bond: click on an atom for a further one, on a bond for double and triple, or drag",
    BondOrder.DOUBLE: "Double bond",
    BondOrder.TRIPLE: "Triple bond",
    BondOrder.AROMATIC: "Aromatic bond",
    BondOrder.SINGLE_OR_DOUBLE: "Single or double bond",
    BondOrder.ANY: "Any bond",
}
_ICON = 22


class ToolKind(Enum):
    """What a tool does."""

    SELECT = "select"
    BOND = "bond"
    ATOM = "atom"
    RING = "ring"
    CHARGE = "charge"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its kind, and what it draws."""

    kind: ToolKind
    order: BondOrder = BondOrder.SINGLE
    symbol: str = "C"
    ring: Ring = BENZENE
    charge: int = 0


DRAW_BOND = Tool(ToolKind.BOND)


class SketchToolBar(QWidget):
    """Attributes: ``actions_``, by name: ``undo``, ``redo``, ``copy``, ``paste``, ``clear``.

    Signal ``chosen(Tool)``.
    """

    chosen = Signal(Tool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_: dict[str, QAction] = {}
        self._tools = QActionGroup(self)
        self._tools.triggered.connect(lambda action: self.chosen.emit(action.data()))
        self._icons: dict[QAction, str | Sketch] = {}
        self._rows = (self._row("Drawing tools"), self._row("Atoms"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self._rows:
            column.addWidget(row)
        self._fill()
        self.choose(DRAW_BOND)
        self._colour()
        self.setMinimumWidth(max(row.sizeHint().width() for row in self._rows))

    def choose(self, tool: Tool) -> None:
        """Chooses a tool as if its button had been pressed."""
        for action in self._tools.actions():
            if action.data() == tool:
                action.trigger()

    @property
    def tools(self) -> list[Tool]:
        """The tools in the order of their buttons."""
        return [action.data() for action in self._tools.actions()]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _row(self, name: str) -> QToolBar:
        row = QToolBar(name, self)
        row.setIconSize(QSize(_ICON, _ICON))
        row.setAccessibleName(name)
        return row

    def _fill(self) -> None:
        first, second = self._rows
        self._tool(first, Tool(ToolKind.SELECT), "Select and move: drag around atoms, or drag an atom", "select")
        for order, words in BONDS.items():
            self._tool(first, Tool(ToolKind.BOND, order=order), words, _bond_icon(order))
        first.addSeparator()
        for ring in RINGS:
            words = f"{ring.name}: click on an atom, a bond or the paper"
            self._tool(first, Tool(ToolKind.RING, ring=ring), words, add_ring(Sketch(), ring))
        first.addSeparator()
        self._tool(first, Tool(ToolKind.ERASE), "Eraser: click on or drag over atoms and bonds (Delete)", "eraser")
        first.addSeparator()
        for name, words, keys in (
            ("undo", "Undo", QKeySequence("Ctrl+Z")),
            ("redo", "Redo", QKeySequence("Ctrl+Shift+Z")),
            ("copy", "Copy as SMILES, or as SMARTS if it has query atoms or bonds", QKeySequence("Ctrl+C")),
            ("paste", "Paste SMILES, SMARTS or a molblock", QKeySequence("Ctrl+V")),
            ("clear", "Clear the drawing", QKeySequence()),
        ):
            action = self._action(first, words, name)
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(plain_tooltip(f"{words} ({shown})" if shown else words))
            self.actions_[name] = action
        for symbol in ELEMENTS:
            self._tool(
                second, Tool(ToolKind.ATOM, symbol=symbol), f"{symbol}: click on an atom or the paper, or drag", ""
            )
        second.addSeparator()
        for symbol, words in QUERY_ATOM_WORDS.items():
            self._tool(second, Tool(ToolKind.ATOM, symbol=symbol), f"{words} ({symbol})", "")
        second.addSeparator()
        for charge, sign, words in ((1, "+", "More positive charge"), (-1, "−", "More negative charge")):
            action = self._tool(second, Tool(ToolKind.CHARGE, charge=charge), f"{words} ({sign})", "")
            action.setIconText(sign)

    def _tool(self, row: QToolBar, tool: Tool, words: str, icon: str | Sketch) -> QAction:
        action = self._action(row, words, icon)
        action.setCheckable(True)
        action.setData(tool)
        if not icon:
            action.setIconText(tool.symbol)
        self._tools.addAction(action)
        return action

    def _action(self, row: QToolBar, words: str, icon: str | Sketch) -> QAction:
        action = QAction(words, self)
        if icon:
            self._icons[action] = icon
        row.addAction(action)
        button = row.widgetForAction(action)
        button.setAccessibleName(words)
        if not icon:
            font = QFont(button.font())
            font.setWeight(QFont.Weight.DemiBold)
            button.setFont(font)
            button.setMinimumWidth(round(1.8 * self.fontMetrics().height()))
        return action

    def _colour(self) -> None:
        for action, icon in self._icons.items():
            drawn = line_icon(icon, self.palette()) if isinstance(icon, str) else _drawn(icon, self.palette())
            action.setIcon(drawn)


def _bond_icon(order: BondOrder) -> Sketch:
    angle = math.pi / 4
    sketch = add_atom(add_atom(Sketch(), "C", 0.0, 0.0), "C", math.cos(angle), math.sin(angle))
    return add_bond(sketch, 0, 1, order)


def _drawn(sketch: Sketch, palette: QPalette) -> QIcon:
    """An icon of a sketch, in the text colour of buttons."""
    icon = QIcon()
    for size in (_ICON, 2 * _ICON):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(size / _ICON, size / _ICON)
        frame = fitted_frame(sketch, QRectF(0, 0, _ICON, _ICON), _ICON, rim=0.25)
        paint_sketch(painter, sketch, frame, Paper.WHITE, palette.color(QPalette.ColorRole.ButtonText))
        painter.end()
        icon.addPixmap(pixmap)
    return icon
