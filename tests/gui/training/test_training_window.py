"""Model ▸ Train…: columns, choices, what becomes of the records, progress and Stop, the result, and its use."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.app.training import training_choices
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.training_choices import Effort, TrainingChoices, TrainingExtent
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gui.training.training_window import TrainingWindow
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.labels.value_scale import Transform

TIMEOUT = 100_000
TAILS = ["C", "CC", "CCC", "C(C)C", "CO", "CCO", "CCl", "CF"]
RINGS = ["c1ccccc1", "C1CCCCC1", "c1ccoc1"]
TINY = {"widths": (8, 8), "max_epochs": 2, "batch_size": 32}
ENDLESS = {"widths": (8, 8), "max_epochs": 100_000, "batch_size": 32}


def extents(settings: dict[str, object]) -> dict[Effort, TrainingExtent]:
    return {effort: TrainingExtent(1, 2, settings, ()) for effort in Effort}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training takes as little as it can."""
    monkeypatch.setattr(training_choices, "EXTENTS", extents(TINY))


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training ends only if it is stopped."""
    monkeypatch.setattr(training_choices, "EXTENTS", extents(ENDLESS))


@pytest.fixture
def own_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "data" / "models")
    return tmp_path / "data" / "models"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "amines.csv"
    lines = []
    for i, tail in enumerate(TAILS):
        for j, ring in enumerate(RINGS):
            lines.append(f"{ring}C{tail},a{i}{j},no,{i + 1}.{j},x{i}{j}")
            lines.append(f"{ring}N{tail},b{i}{j},yes,{100 * (i + 1)}.{j},{'y' if i else 'note'}{j}")
    lines += ["c1ccccc1CC,twice,no,2.0,", "broken,c,no,5,", "CCCC,d,,>900,"]
    path.write_text("\n".join(["smiles,name,amine,IC50,remark", *lines]) + "\n")
    return path


@pytest.fixture
def opened(qtbot: QtBot, open_window: Callable[..., MainWindow], own_models: Path, labelled: Path) -> MainWindow:
    """A window in which a table with labels is open."""
    window = open_window()
    window.start()
    window.files.open([labelled])
    qtbot.waitUntil(lambda: window.training.offer.columns is not None, timeout=TIMEOUT)
    return window


def training(window: MainWindow) -> TrainingWindow:
    assert window.training.window is not None
    return window.training.window


@pytest.fixture
def dialog(qtbot: QtBot, opened: MainWindow) -> TrainingWindow:
    """Its training window, with the columns listed."""
    opened.actions_["train"].trigger()
    found = training(opened)
    qtbot.waitUntil(lambda: bool(found.choices_page.table.columns.columns), timeout=TIMEOUT)
    return found


def choose(qtbot: QtBot, dialog: TrainingWindow, column: str) -> None:
    """Chooses a column with a random split, and waits until the records were looked at."""
    page = dialog.choices_page
    page.table.choose(column)
    page.splits.setCurrentIndex(page.splits.findData(SplitProtocol.RANDOM))
    wait_for_fates(qtbot, dialog)


def wait_for_fates(qtbot: QtBot, dialog: TrainingWindow) -> None:
    qtbot.waitUntil(lambda: "would be learned" in dialog.choices_page.fates.text(), timeout=TIMEOUT)


def train(qtbot: QtBot, dialog: TrainingWindow) -> None:
    dialog.choices_page.train_button.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.result_page, timeout=TIMEOUT)


def test_a_table_with_labels_is_offered_for_training(opened: MainWindow) -> None:
    offer = opened.training.offer
    assert offer.isVisible()
    assert [column.name for column in offer.columns or ()] == ["amine", "IC50"]
    assert opened.training.window is None
    offer.click()
    assert training(opened).isVisible()


def test_a_library_without_labels_is_not_offered(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.training.offer.columns is not None, timeout=TIMEOUT)
    assert not window.training.offer.isVisible()


def test_without_a_library_the_window_says_what_to_do(open_window: Callable[..., MainWindow], own_models: Path) -> None:
    window = open_window()
    window.actions_["train"].trigger()
    page = training(window).choices_page
    assert "Open a table" in page.trouble.text()
    assert not page.train_button.isEnabled()


def test_columns_are_listed_and_those_that_cannot_be_learned_say_why(dialog: TrainingWindow) -> None:
    table = dialog.choices_page.table
    QAbstractItemModelTester(table.columns)
    assert [column.name for column in table.columns.columns] == ["amine", "IC50", "remark"]
    index = table.columns.index(2, 2)
    assert "names" in str(index.data())
    assert table.column is None  # which of two the user wants is not guessed
    assert "Choose the column" in dialog.choices_page.trouble.text()
    table.selectRow(2)
    assert table.column is None
    assert "remark" in dialog.choices_page.trouble.text()
    assert not dialog.choices_page.train_button.isEnabled()


def test_what_becomes_of_the_records_is_said_before_training(qtbot: QtBot, dialog: TrainingWindow) -> None:
    choose(qtbot, dialog, "amine")
    page = dialog.choices_page
    assert "48 molecules of 51 records would be learned" in page.fates.text()
    assert "1 without a usable label" in page.fates.text()
    assert "1 that cannot be read" in page.fates.text()
    assert "1 the same structure" in page.fates.text()
    assert page.train_button.isEnabled()
    assert [(bar.name, bar.count) for bar in page.chart.bars] == [("no", 26), ("yes", 24)]


def test_classes_get_the_names_that_the_user_gives_them(qtbot: QtBot, dialog: TrainingWindow) -> None:
    choose(qtbot, dialog, "amine")
    page = dialog.choices_page
    assert page.choices is not None
    assert page.choices.class_of == {}
    page.classes.name_class("yes", "an amine")
    assert page.choices.class_of == {"no": "no", "yes": "an amine"}
    qtbot.waitUntil(lambda: "yes = an amine" in page.fates.text(), timeout=TIMEOUT)
    page.classes.name_class("no", "")
    assert page.choices is None
    assert "two classes" in page.trouble.text()


def test_numbers_can_be_learned_on_a_scale_or_cut_into_classes(qtbot: QtBot, dialog: TrainingWindow) -> None:
    choose(qtbot, dialog, "IC50")
    page = dialog.choices_page
    assert page.as_values.isChecked()
    assert page.choices is not None
    assert page.choices.task is LearnedTask.AUTO
    assert "only a bound (1)" in page.fates.text()
    assert "powers of ten" in page.about_scale.text()
    page.transforms.setCurrentIndex(page.transforms.findData(Transform.NEGATIVE_LOG10))
    assert page.choices is None
    assert "unit" in page.trouble.text()
    page.units.setCurrentText("nM")
    assert page.choices.scale.transform is Transform.NEGATIVE_LOG10
    assert float(page.chart.edges[-1]) == pytest.approx(9.0)  # 1 nM
    page.as_classes.setChecked(True)
    assert "Say which numbers are active" in page.trouble.text()
    qtbot.keyClicks(page.cut, "< 50")
    assert page.choices.cut == "< 50"
    assert page.about_scale.text() == "26 active (< 50), 25 inactive."  # one of each is unreadable or a bound
    qtbot.waitUntil(lambda: "active: IC50 < 50" in page.fates.text(), timeout=TIMEOUT)
    page.cut.clear()
    qtbot.keyClicks(page.cut, "weak")
    assert "is no cut" in page.trouble.text()
    assert not page.train_button.isEnabled()


def test_the_copied_command_is_that_of_the_choices(qtbot: QtBot, dialog: TrainingWindow, labelled: Path) -> None:
    choose(qtbot, dialog, "amine")
    dialog.choices_page.copy_button.click()
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:5] == ["gcx", "train", str(labelled), "--label", "amine"]


def test_a_trained_model_is_judged_used_and_kept_and_its_choices_are_offered_again(
    qtbot: QtBot, quick: None, opened: MainWindow, dialog: TrainingWindow, own_models: Path, labelled: Path
) -> None:
    choose(qtbot, dialog, "amine")
    dialog.choices_page.classes.name_class("yes", "an amine")
    wait_for_fates(qtbot, dialog)
    train(qtbot, dialog)
    page = dialog.result_page
    assert "amines-amine: no / an amine" in page.title.full_text
    assert dialog.progress_page.curve.losses
    assert "forest" in page.verdict.text()
    assert "?" in page.split_asks.text()
    qtbot.waitUntil(lambda: page.roc.chart is not None and page.calibration.chart is not None, timeout=TIMEOUT)
    assert "no folder yet" in page.kept.text()
    assert dialog.unsaved
    page.use_button.click()
    folder = own_models / "amines-amine"
    qtbot.waitUntil(lambda: opened.session.model_path == folder, timeout=TIMEOUT)
    assert not dialog.unsaved
    assert str(folder) in page.kept.text()
    listed = opened.tool_bar.models
    assert folder in [listed.itemData(i) for i in range(listed.count())]
    qtbot.waitUntil(lambda: opened.session.bundle is not None, timeout=TIMEOUT)

    chosen = TrainingChoices(labelled, "amine", class_of={"no": "no", "yes": "an amine"}, split=SplitProtocol.RANDOM)
    page.again_button.click()
    assert dialog.choices_page.choices == chosen
    more = labelled.with_name("more.csv")
    more.write_bytes(labelled.read_bytes())
    dialog.show_table(more)
    qtbot.waitUntil(lambda: dialog.choices_page.as_before.isVisible(), timeout=TIMEOUT)
    dialog.choices_page.as_before.click()
    again = dialog.choices_page.choices
    assert again is not None
    assert replace(again, effort=chosen.effort) == replace(chosen, table=more)


def test_a_click_on_an_error_selects_the_record(
    qtbot: QtBot, quick: None, opened: MainWindow, dialog: TrainingWindow
) -> None:
    choose(qtbot, dialog, "IC50")
    train(qtbot, dialog)
    page = dialog.result_page
    qtbot.waitUntil(lambda: page.values.chart is not None, timeout=TIMEOUT)
    worst = page.errors.errors.errors[3]
    page.errors.clicked.emit(page.errors.errors.index(3, 1))
    assert opened.table.current == worst.position
    assert opened.session.now.position == worst.position


def test_training_can_be_stopped_and_leaves_nothing(
    qtbot: QtBot, endless: None, opened: MainWindow, dialog: TrainingWindow, own_models: Path
) -> None:
    choose(qtbot, dialog, "amine")
    dialog.choices_page.train_button.click()
    assert dialog.busy
    assert any(job.description.what == "Training" for job in opened.session.jobs.running)
    assert "being trained" in " ".join(opened.session.jobs.losses)
    qtbot.waitUntil(lambda: bool(dialog.progress_page.curve.losses), timeout=TIMEOUT)
    dialog.progress_page.stop_button.click()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=TIMEOUT)
    assert dialog.pages.currentWidget() is dialog.choices_page
    assert "stopped" in opened.messages.text
    assert not own_models.exists()
    assert not dialog.unsaved


def test_the_window_stays_usable_and_the_end_is_said_and_what_was_not_kept_is_asked_about(
    qtbot: QtBot, quick: None, opened: MainWindow, dialog: TrainingWindow, tmp_path: Path
) -> None:
    choose(qtbot, dialog, "amine")
    dialog.choices_page.train_button.click()
    dialog.close()
    opened.table.choose(3)
    assert opened.session.now.position == 3
    qtbot.waitUntil(lambda: "is trained" in opened.messages.text, timeout=TIMEOUT)
    opened.messages.action.click()
    assert dialog.isVisible()
    assert dialog.pages.currentWidget() is dialog.result_page
    opened.close()
    question = opened.leaving.question
    assert question is not None
    assert "in no folder" in question.informativeText()
    assert not any("Save Project" in button.text() for button in question.buttons())
    question.button(QMessageBox.StandardButton.Cancel).click()
    assert opened.isVisible()
    dialog.result_page.again_button.click()
    wait_for_fates(qtbot, dialog)
    dialog.choices_page.train_button.click()
    assert dialog.question is not None
    dialog.question.button(QMessageBox.StandardButton.Cancel).click()
    assert not dialog.busy
    dialog.save(tmp_path / "kept")
    qtbot.waitUntil(lambda: not dialog.unsaved, timeout=TIMEOUT)
    assert (tmp_path / "kept" / "card.json").is_file()
