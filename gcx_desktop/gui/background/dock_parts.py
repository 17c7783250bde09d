"""What docks with results have in common."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QToolButton, QWidget

from ..widgets.plain_labels import PlainLabel, plain_tooltip


def advice_page(parent: QWidget) -> PlainLabel:
    """A page with nothing but words, which stands where there are no results."""
    page = PlainLabel(quiet=True, parent=parent)
    page.setWordWrap(True)
    page.setAlignment(Qt.AlignmentFlag.AlignCenter)
    page.setContentsMargins(40, 16, 40, 16)
    return page


def export_button(menu: QMenu, tip: str, parent: QWidget) -> QToolButton:
    """A button that opens the menu of the files that can be written."""
    button = QToolButton(parent)
    button.setText("Export")
    button.setToolTip(plain_tooltip(tip))
    button.setAutoRaise(True)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    return button


def bring_up(dock: QDockWidget, first: QWidget) -> None:
    """Shows a dock, the keyboard in the widget that is wanted first."""
    dock.show()
    dock.raise_()
    first.setFocus(Qt.FocusReason.OtherFocusReason)
