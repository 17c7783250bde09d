"""The docks show how labels are interpreted, ask if that is unknown, and store the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 30_000


@pytest.fixture
def strengths(tmp_path: Path) -> Path:
    path = tmp_path / "strengths.csv"
    rows = [f"{'C' * i}O,{('strong', 'weak')[i % 2]},{('Active', 'Inactive')[i % 2]}\n" for i in range(1, 9)]
    path.write_text("smiles,strength,activity\n" + "".join(rows))
    return path


def evaluating(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.start()
    window.files.open([path])
    window.actions_["evaluate"].trigger()
    labels = window.measures.choice.labels
    qtbot.waitUntil(lambda: labels.count() == 2, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)


def choose(window: MainWindow, column: str) -> None:
    labels = window.measures.choice.labels
    labels.setCurrentIndex(labels.findData(column))


def say(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    line = window.measures.label_line
    line.button.click()
    assert line.dialog is not None
    for row, name in enumerate(names):
        line.dialog.choose(row, name)
    line.dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    qtbot.waitUntil(window.measures.choice.button.isEnabled, timeout=TIMEOUT)


def test_a_known_column_is_chosen_by_itself_and_said(
    qtbot: QtBot, open_window: Callable[[], MainWindow], strengths: Path
) -> None:
    window = open_window()
    evaluating(qtbot, window, strengths)
    assert window.measures.choice.label == "activity"
    assert window.measures.label_line.words.full_text == "Labels: Active = active (4), Inactive = inactive (4)"
    assert window.measures.choice.button.isEnabled()


def test_nothing_is_evaluated_by_words_that_may_mean_either_class(
    qtbot: QtBot, open_window: Callable[[], MainWindow], strengths: Path
) -> None:
    window = open_window()
    evaluating(qtbot, window, strengths)
    choose(window, "strength")
    assert not window.measures.choice.button.isEnabled()
    assert "cannot be known" in window.measures.label_line.words.full_text
    window.measures.label_line.button.click()
    dialog = window.measures.label_line.dialog
    assert dialog is not None
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    dialog.choose(0, "inactive")
    assert not ok.isEnabled()
    dialog.choose(1, "active")
    assert ok.isEnabled()
    dialog.reject()
    assert not window.measures.choice.button.isEnabled()


def test_what_the_user_says_of_labels_is_measured_by_and_remembered_with_the_file(
    qtbot: QtBot, open_window: Callable[[], MainWindow], strengths: Path
) -> None:
    window = open_window()
    evaluating(qtbot, window, strengths)
    choose(window, "strength")
    say(qtbot, window, "inactive", "active")
    assert window.measures.choice.label == "strength"
    assert window.measures.label_line.words.full_text == "Labels: strong = active (4), weak = inactive (4)"
    window.measures.choice.choose_methods(("cam",))
    window.measures.choice.button.click()
    qtbot.waitUntil(lambda: window.measures.measured is not None and not window.measures.busy, timeout=TIMEOUT)
    assert window.measures.measured is not None
    meaning = window.measures.measured.evaluation.meaning
    assert meaning is not None
    assert meaning.counts == {"strong": ("active", 4), "weak": ("inactive", 4)}
    window.close()
    again = open_window()
    evaluating(qtbot, again, strengths)
    choose(again, "strength")
    assert again.measures.choice.button.isEnabled()
    assert again.measures.label_line.words.full_text == "Labels: strong = active (4), weak = inactive (4)"


def test_a_project_brings_what_was_said_of_its_labels(
    qtbot: QtBot, open_window: Callable[[], MainWindow], strengths: Path, tmp_path: Path
) -> None:
    window = open_window()
    evaluating(qtbot, window, strengths)
    choose(window, "strength")
    say(qtbot, window, "inactive", "active")
    project = tmp_path / "labels.gcx"
    with qtbot.waitSignal(window.session.projects.saved_as, timeout=TIMEOUT):
        window.session.projects.save_as(project)
    window.close()
    again = open_window()
    again.settings.clear_recent()
    evaluating(qtbot, again, project)
    choose(again, "strength")
    qtbot.waitUntil(lambda: "strong = active" in again.measures.label_line.words.full_text, timeout=TIMEOUT)


def test_substructures_are_looked_for_by_settled_labels_only(
    qtbot: QtBot, open_window: Callable[[], MainWindow], strengths: Path
) -> None:
    window = open_window()
    evaluating(qtbot, window, strengths)
    panel = window.substructures
    panel.open()
    qtbot.waitUntil(lambda: panel.choice.labels.count() == 3, timeout=TIMEOUT)
    assert panel.choice.label == ""
    panel.choice.labels.setCurrentIndex(panel.choice.labels.findData("strength"))
    assert not panel.choice.button.isEnabled()
    assert panel.label_line.isVisibleTo(panel)
    panel.choice.labels.setCurrentIndex(panel.choice.labels.findData("activity"))
    assert panel.choice.button.isEnabled()
    assert panel.label_line.words.full_text == "Labels: Active = active (4), Inactive = inactive (4)"
