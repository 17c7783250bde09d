"""The light or dark theme: the system's, followed while the program runs, or the user's choice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from .theme import is_dark, mixed

SYSTEM, LIGHT, DARK = "System", "Light", "Dark"
THEMES = (SYSTEM, LIGHT, DARK)

_LIGHT = {
    "Window": "#f2f2f3",
    "WindowText": "#1b1b1d",
    "Base": "#ffffff",
    "AlternateBase": "#f7f7f8",
    "Text": "#1b1b1d",
    "Button": "#f2f2f3",
    "ButtonText": "#1b1b1d",
    "BrightText": "#b00020",
    "Highlight": "#2f6fb5",
    "HighlightedText": "#ffffff",
    "Accent": "#2f6fb5",
    "Link": "#1d5fa8",
    "LinkVisited": "#6a3fa0",
    "ToolTipBase": "#ffffff",
    "ToolTipText": "#1b1b1d",
    "PlaceholderText": "#6d6d72",
}
_DARK = {
    "Window": "#2b2d30",
    "WindowText": "#e4e4e6",
    "Base": "#1e1f22",
    "AlternateBase": "#25262a",
    "Text": "#e4e4e6",
    "Button": "#36383c",
    "ButtonText": "#e4e4e6",
    "BrightText": "#ff8a80",
    "Highlight": "#2d5f98",
    "HighlightedText": "#ffffff",
    "Accent": "#5a9be0",
    "Link": "#7db3f0",
    "LinkVisited": "#b79be6",
    "ToolTipBase": "#36383c",
    "ToolTipText": "#e4e4e6",
    "PlaceholderText": "#96979c",
}
_INDICATOR = 0.42
"""Share of the text's colour in an empty box: a contrast of 3 to the window, as WCAG 2 requires."""
_MENU = 0.1
"""Share of the text's colour in the background of a menu, whose edge is not visible in the dark theme."""
_DISABLED = {"Light": "#9b9ba0", "Dark": "#77797e"}


def choose_theme(name: str) -> None:
    """Applies one of :data:`THEMES` to the whole application."""
    wanted = {LIGHT: Qt.ColorScheme.Light, DARK: Qt.ColorScheme.Dark}.get(name, Qt.ColorScheme.Unknown)
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(wanted)
    QApplication.setPalette(QPalette())
    if wanted is not Qt.ColorScheme.Unknown and hints.colorScheme() is not wanted:
        # A bare X server has no light or dark theme, so Qt leaves the palette to us.
        QApplication.setPalette(palette_of(name))
    show_indicators()


def follow_system() -> None:
    """Updates our own colours when the system turns light or dark; to be called once for the application."""
    show_indicators()
    QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: show_indicators())


def show_indicators() -> None:
    """Gives check boxes, radio buttons and menus a visible background; the style's own is too dark in the dark."""
    palette = QApplication.palette()
    menu = QPalette(palette)
    if is_dark(palette):
        ink, ground = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
        palette.setColor(QPalette.ColorRole.Base, mixed(ink, ground, _INDICATOR))
        menu.setColor(QPalette.ColorRole.Base, mixed(ink, ground, _MENU))
        palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.white))  # the tick's, which styles darken
    for kind in ("QRadioButton", "QCheckBox"):
        QApplication.setPalette(palette, kind)  # type: ignore[arg-type]  # it takes a str
    QApplication.setPalette(menu, "QMenu")  # type: ignore[arg-type]


def palette_of(name: str) -> QPalette:
    """Our own palette, for systems without one."""
    palette = QPalette()
    for role_name, colour in (_DARK if name == DARK else _LIGHT).items():
        palette.setColor(QPalette.ColorRole[role_name], QColor(colour))
    disabled = QColor(_DISABLED[name])
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    window = palette.color(QPalette.ColorRole.Window)
    for shade, factor in (("Light", 130), ("Midlight", 115), ("Mid", 75), ("Dark", 60), ("Shadow", 35)):
        palette.setColor(QPalette.ColorRole[shade], window.lighter(factor))
    return palette
