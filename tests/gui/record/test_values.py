"""A record of a model of a value: its prediction, its map and the tests of it, in the value's unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.value_words import LOWERS, RAISES
from gcx_desktop.depict.colour import Paper
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT, open_library
from tests.value_fixtures import save_value_model

PROBABILITY = re.compile(r"probab|\bP\(|class\b|predicted raises|predicted lowers", re.IGNORECASE)


@pytest.fixture
def of_value(qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path, tmp_path: Path) -> MainWindow:
    """A window with the library and a model of pIC50, whose first record is predicted and tested."""
    window = open_window()
    open_library(qtbot, window, library_file)
    window.session.choose_model(save_value_model(tmp_path / "values").path)
    panel = window.panel
    qtbot.waitUntil(lambda: "interval" in panel.prediction.statements.text(), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: "map untested" not in panel.prediction.statements.text(), timeout=TIMEOUT)
    return window


def choose_method(qtbot: QtBot, window: MainWindow, method: str) -> None:
    window.session.choose_method(method)
    qtbot.waitUntil(lambda: window.session.scales.get(method) is not None, timeout=TIMEOUT)
    qtbot.waitUntil(
        lambda: "similarity —" not in [each.words for each in window.panel.trust.statements], timeout=TIMEOUT
    )


def value_of(window: MainWindow) -> float:
    explained = window.session.selection.explained
    assert explained is not None
    return float(explained.explanation.probabilities[0])


def test_the_line_says_the_value_and_what_it_is_worth(of_value: MainWindow) -> None:
    line = of_value.panel.prediction
    assert line.headline.full_text == f"Predicted pIC50 {value_of(of_value):.1f}"
    said = line.statements.text()
    assert "90\N{NO-BREAK SPACE}% interval" in said
    assert "similar training molecules are off by 0.2 (median)" in said
    assert "measured 5.0" in said
    assert not line.bars.isVisible()
    assert line.accessibleDescription() == ""


def test_what_a_prediction_is_worth_is_said_again_of_a_record_drawn_for_another_theme(
    qtbot: QtBot, of_value: MainWindow
) -> None:
    said = of_value.panel.prediction.statements.text()
    with qtbot.waitSignal(of_value.session.selection.explanation, timeout=TIMEOUT):
        of_value.session.selection.set_paper(Paper.DARK)
    qtbot.waitUntil(lambda: of_value.panel.prediction.statements.text() == said, timeout=TIMEOUT)


def test_a_model_that_explains_little_is_warned_of(qtbot: QtBot, of_value: MainWindow, tmp_path: Path) -> None:
    of_value.session.choose_model(save_value_model(tmp_path / "poor", r2=0.1).path)
    warning = of_value.panel.prediction.warning
    qtbot.waitUntil(lambda: "explains little of what makes them differ" in warning.text(), timeout=TIMEOUT)


def test_the_choice_is_between_what_raises_and_what_lowers_the_value(qtbot: QtBot, of_value: MainWindow) -> None:
    choose_method(qtbot, of_value, "cam")
    classes, legend = of_value.panel.controls.classes, of_value.panel.controls.legend
    buttons = classes.findChildren(QRadioButton)
    assert [button.text() for button in buttons if button.isVisible()] == ["raises pIC50", "lowers pIC50"]
    assert classes.choice == RAISES
    assert legend.caption == "atom saliency · CAM: what raises pIC50"
    buttons[-1].click()
    assert of_value.session.now.class_index == LOWERS
    assert legend.caption == "atom saliency · CAM: what lowers pIC50"


def test_a_signed_map_explains_the_value_itself_in_log_units(qtbot: QtBot, of_value: MainWindow) -> None:
    of_value.session.choose_class(LOWERS)
    choose_method(qtbot, of_value, "contribution")
    controls = of_value.panel.controls
    assert not any(button.isVisible() for button in controls.classes.findChildren(QRadioButton))
    texts = [label.text() for label in controls.classes.findChildren(QLabel) if label.isVisible()]
    assert texts == ["pIC50: what raises and what lowers it"]
    assert controls.legend.caption == "atoms that raise or lower pIC50, in log units · Contribution"
    assert controls.legend.sides == ("lowers pIC50", "raises pIC50")
    explained = of_value.session.selection.explained
    assert explained is not None
    values = explained.record_maps("contribution")[:, 0]
    strongest = f"{values[np.abs(values).argmax()]:+.2f}".replace("-", "−")
    said = of_value.panel.atom_line.full_text
    assert re.search(rf" · pIC50 {re.escape(strongest)}( ± [\d.]+)? log units$", said), said


def test_atoms_that_lower_the_value_are_put_to_the_test_beside_those_that_raise_it(
    qtbot: QtBot, of_value: MainWindow
) -> None:
    choose_method(qtbot, of_value, "contribution")
    of_value.session.choose_colour_threshold(0.0)
    explained = of_value.session.selection.explained
    assert explained is not None
    values = explained.record_maps("contribution")[:, 0]
    assert (values < 0).any()
    qtbot.waitUntil(lambda: "without lowering" in of_value.panel.trust.statements[0].words, timeout=TIMEOUT)
    highlighted = of_value.panel.highlighted
    assert highlighted is not None
    assert highlighted.tolist() == (values != 0).tolist()


def test_picked_atoms_say_what_they_add_up_to(qtbot: QtBot, of_value: MainWindow) -> None:
    choose_method(qtbot, of_value, "contribution")
    explained = of_value.session.selection.explained
    assert explained is not None
    total = float(explained.record_maps("contribution")[:2, 0].sum())
    of_value.panel.view.picking.pick([0, 1])
    strip = of_value.panel.trust
    qtbot.waitUntil(lambda: "together" in strip.statements[1].words, timeout=TIMEOUT)
    assert strip.statements[0].words.startswith("2 atoms masked: pIC50 ")
    assert strip.statements[1].words == f"together {total:+.2f} log units".replace("-", "−")


@pytest.mark.parametrize("method", ["cam", "occlusion", "integrated-gradients"])
def test_nothing_about_a_value_is_said_as_a_probability(qtbot: QtBot, of_value: MainWindow, method: str) -> None:
    choose_method(qtbot, of_value, method)
    panel = of_value.panel
    said = [panel.prediction.headline.full_text, panel.prediction.statements.text(), panel.prediction.toolTip()]
    said += [text for each in panel.trust.statements for text in (each.words, each.meaning)]
    said += [text for each in panel.prediction.text.details for text in (each.heading, each.text)]
    said += [panel.controls.legend.caption, panel.controls.legend.accessibleDescription(), panel.atom_line.full_text]
    assert [text for text in said if PROBABILITY.search(text)] == []


def test_the_menu_offers_the_directions_too(qtbot: QtBot, of_value: MainWindow) -> None:
    choose_method(qtbot, of_value, "cam")
    menu = of_value.actions_.classes
    menu.aboutToShow.emit()
    assert [(action.text(), action.isChecked()) for action in menu.actions()] == [
        ("Raises pIC50", True),
        ("Lowers pIC50", False),
    ]
    choose_method(qtbot, of_value, "occlusion")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["pIC50: what raises and what lowers it"]


def test_the_methods_are_compared_by_what_raises_or_lowers_the_value(qtbot: QtBot, of_value: MainWindow) -> None:
    choose_method(qtbot, of_value, "cam")
    of_value.compare.show()
    qtbot.waitUntil(lambda: bool(of_value.compare.tiles.tiles), timeout=TIMEOUT)
    assert of_value.compare.legend.caption.startswith("what raises pIC50, as a share of each method's")
    assert of_value.compare.legend.sides == ("lowers pIC50", "raises pIC50")
    of_value.session.choose_class(LOWERS)
    qtbot.waitUntil(lambda: of_value.compare.legend.caption.startswith("what lowers pIC50"), timeout=TIMEOUT)
    assert of_value.compare.legend.sides == ("raises pIC50", "lowers pIC50")


def test_the_model_of_classes_after_it_has_its_classes_again(qtbot: QtBot, of_value: MainWindow, models: Path) -> None:
    of_value.session.choose_model(models / "tiny")
    line, classes = of_value.panel.prediction, of_value.panel.controls.classes
    qtbot.waitUntil(lambda: bool(line.probabilities), timeout=TIMEOUT)
    assert line.headline.full_text.startswith("Predicted ")
    assert "pIC50" not in line.headline.full_text
    assert classes.names == ("inactive", "active")
    visible = [button.text() for button in classes.findChildren(QRadioButton) if button.isVisible()]
    assert visible == ["predicted", "inactive", "active"]
    assert not np.isnan(line.probabilities).any()
