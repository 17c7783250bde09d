from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QMenu, QRadioButton
from pytestqt.qtbot import QtBot

from gcx_desktop.depict.colour import Paper, contrast
from gcx_desktop.gui.widgets.appearance import DARK as DARK_THEME
from gcx_desktop.gui.widgets.appearance import SYSTEM, choose_theme
from gcx_desktop.gui.widgets.theme import MIN_TEXT_CONTRAST, accent, is_dark, mixed, paper_for, quiet_text

pytestmark = pytest.mark.usefixtures("qapp")


def palette(window: str, text: str) -> QPalette:
    made = QPalette()
    made.setColor(QPalette.ColorRole.Window, QColor(window))
    made.setColor(QPalette.ColorRole.WindowText, QColor(text))
    return made


LIGHT = ("#efefef", "#000000")
DARK = ("#2b2b2e", "#eeeeee")


def test_the_paper_follows_the_palette() -> None:
    assert paper_for(palette(*LIGHT)) is Paper.WHITE
    assert paper_for(palette(*DARK)) is Paper.DARK
    assert not is_dark(palette(*LIGHT))


@pytest.mark.parametrize("colours", [LIGHT, DARK, ("#ffffff", "#777777"), ("#000000", "#ffffff")])
def test_quiet_text_is_still_readable_wherever_text_itself_is(colours: tuple[str, str]) -> None:
    window, text = colours
    found = contrast(quiet_text(palette(window, text)).name(), window)
    assert found >= min(MIN_TEXT_CONTRAST, contrast(text, window))


def test_quiet_text_is_nearer_to_the_background_than_text() -> None:
    assert contrast(quiet_text(palette(*LIGHT)).name(), LIGHT[0]) < contrast(LIGHT[1], LIGHT[0])


def test_mixing_ends_at_both_colours() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert mixed(black, white, 1.0) == black
    assert mixed(black, white, 0.0) == white


def test_the_accent_is_the_palettes() -> None:
    made = palette(*LIGHT)
    made.setColor(QPalette.ColorRole.Accent, QColor("#aa5500"))
    assert accent(made).name() == "#aa5500"


@pytest.fixture
def dark() -> Iterator[None]:
    choose_theme(DARK_THEME)
    yield
    choose_theme(SYSTEM)


@pytest.mark.usefixtures("dark")
def test_a_radio_button_is_seen_in_the_dark_empty_and_chosen(qtbot: QtBot) -> None:
    button = QRadioButton()
    qtbot.addWidget(button)
    button.show()
    colours = button.palette()
    ground = colours.color(QPalette.ColorRole.Base).name()
    assert contrast(ground, colours.color(QPalette.ColorRole.Window).name()) >= 3
    assert contrast(ground, colours.color(QPalette.ColorRole.Text).name()) >= 3


@pytest.mark.usefixtures("dark")
def test_a_menu_stands_out_from_the_window_and_its_tables_in_the_dark(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Copy")
    menu.popup(QPoint(0, 0))
    ground = menu.grab().toImage().pixelColor(menu.width() - 6, menu.height() // 2)
    menu.close()
    colours = QApplication.palette()
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        assert ground.lightness() > colours.color(role).lightness()
    assert contrast(colours.color(QPalette.ColorRole.WindowText).name(), ground.name()) >= MIN_TEXT_CONTRAST
