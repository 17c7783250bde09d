"""Model ▸ Models…: the list with cards; own models are renamed, described, deleted, exported and imported."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.app.models.change_model import describe_model
from gcx_desktop.app.models.transfer_model import export_model
from gcx_desktop.gcn.cards.card import Card, read_card
from gcx_desktop.gui.background.jobs import JobDescription
from gcx_desktop.gui.models.model_manager import ModelManager, move_to_trash
from gcx_desktop.gui.models.model_table import ModelColumn
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.registry import feature_sets
from tests.gui.window_fixtures import TIMEOUT
from tests.model_fixtures import save_small_model


@pytest.fixture
def own(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models, with one, "mine"; "tiny" and "triple" come with the program."""
    root = tmp_path / "own"
    root.mkdir()
    monkeypatch.setattr(paths, "user_models", lambda: root)
    save_small_model(root / "mine")
    return root


@pytest.fixture
def shown(qtbot: QtBot, own: Path, open_window: Callable[[], MainWindow]) -> MainWindow:
    """A window whose model is loaded."""
    window = open_window()
    window.start()
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)
    return window


@pytest.fixture
def manager(shown: MainWindow) -> Iterator[ModelManager]:
    """The dialog, closed at the end."""
    shown.actions_["manage-models"].trigger()
    made = shown.models.manager
    assert made is not None
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def texts(manager: ModelManager, column: ModelColumn) -> list[str]:
    return [manager.list.index(row, column).data() for row in range(manager.list.rowCount())]


def offered(window: MainWindow) -> list[Path]:
    """The folders of the toolbar's list."""
    combo = window.tool_bar.models
    return [combo.itemData(index) for index in range(combo.count())]


def card_in(folder: Path) -> Card:
    return read_card(folder, feature_sets())


def press(manager: ModelManager, words: str) -> None:
    """Presses a button of the question that is open."""
    assert manager.question is not None
    answer(manager.question.buttons(), words)


def answer(buttons: list[QAbstractButton], words: str) -> None:
    next(button for button in buttons if button.text().replace("&", "") == words).click()


def use(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.models.take(folder)
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)


def test_all_models_are_listed_and_those_of_the_program_stay_as_they_are(manager: ModelManager) -> None:
    assert texts(manager, ModelColumn.NAME) == ["tiny", "triple", "mine"]
    assert texts(manager, ModelColumn.OWNER) == ["the program's", "the program's", "yours"]
    assert texts(manager, ModelColumn.TRAINED_ON) == ["—", "—", "amines.csv, 2"]
    assert texts(manager, ModelColumn.HELD_OUT)[2] == "AUC-ROC 0.900 ± 0.010 (scaffold)"
    assert manager.selected is not None
    assert manager.selected.name == "tiny"
    assert "tiny task" in manager.card.toPlainText()
    enabled = [button.isEnabled() for button in (manager.use, manager.rename, manager.describe, manager.delete)]
    assert enabled == [False, False, False, False]
    assert manager.export.isEnabled()


def test_a_model_is_used_by_a_double_click(qtbot: QtBot, manager: ModelManager, shown: MainWindow, own: Path) -> None:
    manager.select(own / "mine")
    manager.table.doubleClicked.emit(manager.table.currentIndex())
    assert shown.session.model_path == own / "mine"
    assert manager.list.in_use == own / "mine"
    assert not manager.use.isEnabled()
    qtbot.waitUntil(lambda: shown.session.bundle is not None, timeout=TIMEOUT)


def test_a_model_is_renamed_by_the_keyboard_and_a_name_that_is_taken_is_refused(
    manager: ModelManager, shown: MainWindow, own: Path
) -> None:
    manager.select(own / "mine")
    QTest.keyClick(manager.table, Qt.Key.Key_F2)
    dialog = manager.dialog
    assert dialog is not None
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    QTest.keyClicks(dialog.field, "tiny")
    assert dialog.problem.text() == "A model cannot be called so: another model has that name."
    assert not ok.isEnabled()
    QTest.keyClicks(dialog.field, " two")
    ok.click()
    assert card_in(own / "tiny two").name == "tiny two"
    assert texts(manager, ModelColumn.NAME) == ["tiny", "triple", "tiny two"]
    assert manager.selected is not None
    assert manager.selected.folder == own / "tiny two"
    assert own / "tiny two" in offered(shown)


def test_the_model_in_use_is_renamed_and_its_results_stay(
    qtbot: QtBot, manager: ModelManager, shown: MainWindow, own: Path, library_file: Path
) -> None:
    use(qtbot, shown, own / "mine")
    shown.files.open([library_file])
    qtbot.waitUntil(lambda: shown.session.selection.explained is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not shown.session.jobs.running, timeout=TIMEOUT)
    rows = shown.session.libraries.rows
    assert rows is not None
    before = rows.predicted_at(0)
    assert before >= 0
    manager.select(own / "mine")
    manager.ask_name()
    assert manager.dialog is not None
    manager.dialog.given.emit("yours")
    assert shown.session.model_path == own / "yours"
    assert rows.predicted_at(0) == before
    qtbot.waitUntil(lambda: shown.session.bundle is not None, timeout=TIMEOUT)
    assert shown.session.bundle is not None
    assert shown.session.bundle.path == own / "yours"
    assert shown.messages.problem == ""


def test_a_description_stands_on_the_card(manager: ModelManager, own: Path) -> None:
    manager.select(own / "mine")
    manager.describe.click()
    dialog = manager.dialog
    assert dialog is not None
    QTest.keyClicks(dialog.field, "for <b>Anna</b>")
    dialog.accept()
    assert card_in(own / "mine").description == "for <b>Anna</b>"
    assert "for <b>Anna</b>" in manager.card.toPlainText()


def test_a_model_is_deleted_only_after_a_question(manager: ModelManager, shown: MainWindow, own: Path) -> None:
    manager.select(own / "mine")
    QTest.keyClick(manager.table, Qt.Key.Key_Delete)
    assert manager.question is not None
    assert "trained on 2 records of amines.csv" in manager.question.informativeText()
    press(manager, "Cancel")
    assert (own / "mine").exists()


def test_a_deleted_model_in_use_gives_way_to_another(
    qtbot: QtBot, shown: MainWindow, own: Path, tmp_path: Path
) -> None:
    def trash(folder: Path) -> bool:
        shutil.move(folder, tmp_path / "trash")
        return True

    use(qtbot, shown, own / "mine")
    manager = ModelManager(shown.session, shown.models.transfer, shown, trash)
    manager.changed.connect(shown.models.list_again)
    manager.lost.connect(shown.models.choose_first)
    manager.select(own / "mine")
    manager.ask_deletion()
    assert manager.question is not None
    assert "goes on with another model" in manager.question.informativeText()
    press(manager, "Delete")
    assert not (own / "mine").exists()
    assert (tmp_path / "trash" / "card.json").exists()
    assert shown.session.model_path == paths.bundled_models() / "tiny"
    assert texts(manager, ModelColumn.NAME) == ["tiny", "triple"]
    assert manager.messages.text == "The model 'mine' is in the trash"
    assert own / "mine" not in offered(shown)
    qtbot.waitUntil(lambda: shown.session.bundle is not None, timeout=TIMEOUT)
    manager.close()


def test_a_model_that_cannot_go_to_the_trash_stays_in_use(qtbot: QtBot, shown: MainWindow, own: Path) -> None:
    use(qtbot, shown, own / "mine")
    manager = ModelManager(shown.session, shown.models.transfer, shown, lambda _: False)
    manager.select(own / "mine")
    manager.ask_deletion()
    press(manager, "Delete")
    assert "cannot be moved to the trash" in manager.messages.problem
    assert shown.session.model_path == own / "mine"
    manager.close()


def test_a_model_at_work_is_neither_renamed_nor_deleted(
    qtbot: QtBot, manager: ModelManager, shown: MainWindow, own: Path
) -> None:
    use(qtbot, shown, own / "mine")
    manager.select(own / "mine")
    job = shown.session.jobs.begin(JobDescription("Explaining"), lambda: None)
    assert (manager.rename.isEnabled(), manager.delete.isEnabled(), manager.describe.isEnabled()) == (
        False,
        False,
        True,
    )
    job.end()
    assert (manager.rename.isEnabled(), manager.delete.isEnabled()) == (True, True)


def test_a_model_that_cannot_be_used_can_only_be_deleted(manager: ModelManager, own: Path) -> None:
    (own / "mine" / "card.json").write_text("[]")
    manager.refresh(own / "mine")
    assert "It cannot be used" in manager.card.toPlainText()
    buttons = (manager.use, manager.rename, manager.describe, manager.export, manager.delete)
    assert [button.isEnabled() for button in buttons] == [False, False, False, False, True]


def test_a_model_is_exported_with_its_molecules_only_if_the_user_says_so(
    qtbot: QtBot, manager: ModelManager, shown: MainWindow, own: Path, tmp_path: Path
) -> None:
    transfer = shown.models.transfer
    transfer.ask_export("mine", own / "mine", manager)
    box = transfer.question
    assert box is not None
    assert box.defaultButton().text() == "Without Structures"
    answer(box.buttons(), "Cancel")
    for structures in (True, False):
        path = tmp_path / f"{structures}.gcxm"
        with qtbot.waitSignal(transfer.note, timeout=TIMEOUT):
            transfer.write_file(own / "mine", path, structures=structures)
        assert (b"training.parquet" in path.read_bytes()) == structures
    assert manager.messages.text.startswith("Saved the model as False.gcxm (")


def test_a_model_that_is_imported_in_the_dialog_is_selected_and_not_used_yet(
    qtbot: QtBot, manager: ModelManager, shown: MainWindow, own: Path, tmp_path: Path
) -> None:
    path = sent(tmp_path)
    with qtbot.waitSignal(shown.models.transfer.came, timeout=TIMEOUT):
        shown.models.transfer.take_file(path)
    assert manager.selected is not None
    assert manager.selected.folder == own / "sent"
    assert manager.messages.text == "The model 'sent' is now among yours"
    assert shown.session.model_path == paths.bundled_models() / "tiny"
    assert own / "sent" in offered(shown)


def test_a_model_that_is_dropped_on_the_window_is_taken_and_used(
    qtbot: QtBot, shown: MainWindow, own: Path, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sent(tmp_path)))])
    with qtbot.waitSignal(shown.models.transfer.came, timeout=TIMEOUT):
        shown.files.open(shown.files.dropped(data))
    assert shown.session.model_path == own / "sent"
    assert shown.session.libraries.shown is None
    assert shown.messages.text == "The model 'sent' is now among yours"
    qtbot.waitUntil(lambda: shown.session.bundle is not None, timeout=TIMEOUT)


def test_a_file_that_is_no_model_is_refused_with_a_sentence(qtbot: QtBot, shown: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "broken.gcxm"
    path.write_bytes(b"PK")
    with qtbot.waitSignal(shown.models.transfer.trouble, timeout=TIMEOUT):
        shown.files.open([path])
    assert "broken.gcxm: not a model file" in shown.messages.problem


def test_models_that_predict_the_same_are_told_apart_by_name(shown: MainWindow, own: Path) -> None:
    save_small_model(own / "second")
    shown.models.list_again()
    combo = shown.tool_bar.models
    listed = [combo.itemText(index) for index in range(combo.count())]
    assert listed == ["Tiny task", "Triple task", "Nothing real (mine)", "Nothing real (second)"]


def test_the_tooltip_of_a_model_has_its_description(shown: MainWindow, own: Path) -> None:
    describe_model(own / "mine", "for Anna")
    shown.models.list_again()
    combo = shown.tool_bar.models
    tip = combo.itemData(offered(shown).index(own / "mine"), Qt.ItemDataRole.ToolTipRole)
    assert "mine\nfor Anna" in tip


def sent(folder: Path) -> Path:
    """A model as one file."""
    path = folder / "sent.gcxm"
    export_model(save_small_model(folder / "sent"), path)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="the trash of other systems is not to be filled by tests")
def test_what_is_deleted_lies_in_the_trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = save_small_model(tmp_path / "mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert move_to_trash(folder)
    assert not folder.exists()
    (card,) = (tmp_path / "data").rglob("card.json")
    assert {path.name: path.read_bytes() for path in card.parent.iterdir()} == before
    assert not move_to_trash(folder)
