"""A panel on a small screen: its contents shrink to their minimum height before it scrolls."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.widgets.scrolled_panel import ScrolledPanel
from gcx_desktop.gui.window.main_window import MainWindow


@pytest.fixture
def scrolled(qtbot: QtBot) -> ScrolledPanel:
    """A panel with a minimum height of 500 pixels and a larger preferred height."""
    panel = QWidget()
    part = QWidget()
    part.setMinimumSize(200, 500)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part, 1)
    made = ScrolledPanel(panel)
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show()
    return made


def test_where_there_is_room_the_panel_fills_it_without_a_bar(scrolled: ScrolledPanel) -> None:
    assert (scrolled.widget().width(), scrolled.widget().height()) == (300, 700)
    assert not scrolled.verticalScrollBar().isVisible()


def test_where_room_is_short_the_panel_keeps_the_height_that_it_needs_and_is_scrolled(scrolled: ScrolledPanel) -> None:
    scrolled.resize(300, 320)
    assert scrolled.widget().height() == 500
    assert scrolled.verticalScrollBar().isVisible()
    assert scrolled.verticalScrollBar().maximum() == 180
    assert scrolled.widget().width() == scrolled.viewport().width() < 300
    scrolled.resize(300, 700)
    assert not scrolled.verticalScrollBar().isVisible()


def test_it_may_be_lower_than_its_panel_but_not_narrower(scrolled: ScrolledPanel) -> None:
    assert scrolled.minimumSizeHint().width() == 200
    assert scrolled.minimumSizeHint().height() < 500


def test_at_its_least_height_the_panel_shows_the_molecule_and_all_that_is_said_of_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.resize(900, 600)
    window.panel.set_classes(("not permeable", "permeable"))
    scrolled = window.findChild(ScrolledPanel)
    assert isinstance(scrolled, ScrolledPanel)

    def fits() -> bool:
        """Gives the window the height that the panel needs, which depends on the system's fonts."""
        lacking = window.panel.minimumSizeHint().height() - scrolled.height()
        window.resize(900, window.height() + lacking)
        return lacking == 0

    qtbot.waitUntil(fits)
    qtbot.waitUntil(lambda: window.panel.height() <= scrolled.height())
    trust = window.panel.trust
    qtbot.waitUntil(lambda: trust.mapTo(scrolled, QPoint(0, trust.height())).y() <= scrolled.height())
    assert window.panel.view.height() >= 110
    assert window.height() <= max(600, 40 * window.fontMetrics().lineSpacing()), "it needs more than 900 x 600"
