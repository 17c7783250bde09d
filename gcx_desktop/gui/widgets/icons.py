"""The program's line icons, in the colour of the surrounding text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget

from ...paths import resource

_DRAWN_IN = "#444"
_SIZES = (16, 24, 32, 48)


def line_icon(name: str, palette: QPalette) -> QIcon:
    """``resources/icons/<name>.svg`` in the palette's text colours; empty if there is no such file."""
    path = resource(f"icons/{name}.svg")
    icon = QIcon()
    if not path.is_file():
        return icon
    svg = path.read_text(encoding="utf-8")
    modes = {QIcon.Mode.Normal: QPalette.ColorGroup.Active, QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled}
    for mode, group in modes.items():
        ink = palette.color(group, QPalette.ColorRole.ButtonText).name()
        renderer = QSvgRenderer(QByteArray(svg.replace(_DRAWN_IN, ink).encode()))
        for size in _SIZES:
            pixmap = QPixmap(QSize(size, size))
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter)
            painter.end()
            icon.addPixmap(pixmap, mode)
    return icon


def colour_dock_buttons(docks: Iterable[QDockWidget]) -> None:
    """Draws the buttons of docks in the text colour; the style's own are dark even in the dark theme."""
    buttons = {"qt_dockwidget_closebutton": "dock-close", "qt_dockwidget_floatbutton": "dock-float"}
    icons = {name: line_icon(icon, QApplication.palette()) for name, icon in buttons.items()}
    for dock in docks:
        for name, icon in icons.items():
            button = dock.findChild(QAbstractButton, name)
            if isinstance(button, QAbstractButton):
                button.setIcon(icon)


def application_icon() -> QIcon:
    """The program's icon, empty if its file is missing."""
    path = resource("icons/gcx-desktop.svg")
    return QIcon(str(path)) if path.is_file() else QIcon()
