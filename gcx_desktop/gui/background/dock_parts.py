"""Parts shared by the docks that show results."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QToolButton, QWidget

from ..widgets.plain_labels import PlainLabel, plain_tooltip


def advice_page(parent: QWidget) -> PlainLabel:
    """A page with only text, shown while there are no results."""
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
    """Shows a dock and focuses one of its widgets."""
    dock.show()
    dock.raise_()
    first.setFocus(Qt.FocusReason.OtherFocusReason)
