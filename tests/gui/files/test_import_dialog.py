"""Choosing how a table is read, with a preview at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.files.import_dialog import OTHER_DELIMITER, WHITE_SPACE, ImportDialog
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.table_options import DETECT_ALL, NO_TITLE, TableOptions

TIMEOUT = 15_000
SDF = "m\n\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n$$$$\n"


@pytest.fixture
def empty(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()


def settled(qtbot: QtBot, dialog: ImportDialog) -> None:
    """Waits for the last requested preview."""
    qtbot.waitUntil(lambda: bool(dialog.sentence.text()) and not dialog.looking, timeout=TIMEOUT)


@pytest.fixture
def ask(qtbot: QtBot, empty: MainWindow, tmp_path: Path) -> Callable[..., ImportDialog]:
    """Opens the dialog for a file with this text, as File ▸ Open With Options… does."""

    def ask(text: str, name: str = "table.csv", options: TableOptions = DETECT_ALL) -> ImportDialog:
        path = tmp_path / name
        path.write_text(text)
        empty.files.with_options.show_dialog(path, options)
        dialog = empty.files.with_options.dialog
        assert dialog is not None
        settled(qtbot, dialog)
        return dialog

    return ask


def choose(qtbot: QtBot, dialog: ImportDialog, combo: str, words: str) -> None:
    """Selects an entry as with the mouse: ``activated`` follows."""
    box = getattr(dialog, combo)
    index = box.findText(words)
    assert index >= 0, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(index)
    box.activated.emit(index)
    settled(qtbot, dialog)


def headers(dialog: ImportDialog) -> list[str]:
    model = dialog.model
    return [str(model.headerData(i, Qt.Orientation.Horizontal)) for i in range(model.columnCount())]


def test_the_dialog_shows_what_was_found_and_opens_it_so(
    qtbot: QtBot, ask: Callable[..., ImportDialog], empty: MainWindow
) -> None:
    dialog = ask("id;drug;n\nA1;CCO;1\nA2;CCN;2\n")
    assert dialog.delimiter.currentText() == "Semicolon"
    assert dialog.header.isChecked()
    assert (dialog.smiles.currentText(), dialog.title.currentText()) == ("drug", "id")
    assert headers(dialog) == ["id\nTitle", "drug\nSMILES", "n\n"]
    assert dialog.sentence.text().startswith("1 header line; SMILES from ‘drug’: 2 of the first 2")
    libraries = empty.session.libraries
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        dialog.open_button.click()
    assert libraries.library is not None
    assert libraries.library.options == TableOptions(";", True, "drug", "id")
    assert empty.files.with_options.dialog is None
    assert not empty.messages.text


def test_a_changed_control_changes_the_preview_at_once(qtbot: QtBot, ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("smiles|other\nCCO|x1\nCCN|x2\n")
    choose(qtbot, dialog, "delimiter", "Comma")
    assert headers(dialog) == ["smiles|other\n"]
    assert not dialog.open_button.isEnabled()
    choose(qtbot, dialog, "delimiter", "Bar")
    assert dialog.open_button.isEnabled()
    dialog.header.click()
    settled(qtbot, dialog)
    assert dialog.model.rowCount() == 3
    assert headers(dialog) == ["column 1\nSMILES", "column 2\n"]
    choose(qtbot, dialog, "title", "column 2")
    assert headers(dialog)[1] == "column 2\nTitle"


def test_columns_that_were_chosen_stay_when_the_header_goes(qtbot: QtBot, ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("a,b,c\nCCCO,CCO,x\nCCCN,CCN,y\n")
    choose(qtbot, dialog, "smiles", "b")
    choose(qtbot, dialog, "title", "c")
    dialog.header.click()
    settled(qtbot, dialog)
    assert headers(dialog) == ["column 1\n", "column 2\nSMILES", "column 3\nTitle"]
    choose(qtbot, dialog, "title", "None")
    assert dialog.preview is not None
    assert dialog.preview.options == TableOptions(",", False, "column 2", NO_TITLE)


def test_another_delimiter_looks_for_a_header_anew_unless_the_user_spoke_of_it(
    qtbot: QtBot, ask: Callable[..., ImportDialog]
) -> None:
    dialog = ask("CCO|x,y\nCCN|x,y\nCCC|x,y\n", options=TableOptions(","))
    choose(qtbot, dialog, "title", "y")
    assert dialog.header.isChecked()
    choose(qtbot, dialog, "delimiter", "Bar")
    assert not dialog.header.isChecked()
    dialog.header.click()
    settled(qtbot, dialog)
    choose(qtbot, dialog, "delimiter", "Comma")
    choose(qtbot, dialog, "delimiter", "Bar")
    assert dialog.header.isChecked()


def test_any_character_may_divide_cells(qtbot: QtBot, ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("smiles~n\nCCO~1\n")
    choose(qtbot, dialog, "delimiter", "Other…")
    assert not dialog.other.isHidden()
    qtbot.keyClicks(dialog.other, "~")
    settled(qtbot, dialog)
    assert headers(dialog) == ["smiles\nSMILES", "n\n"]
    assert (dialog.delimiter.currentData(), dialog.other.text()) == (OTHER_DELIMITER, "~")
    dialog.other.clear()
    qtbot.keyClicks(dialog.other, "x")
    settled(qtbot, dialog)
    assert dialog.sentence.text().startswith("The delimiter 'x' is not one character such as")
    assert not dialog.open_button.isEnabled()


def test_lines_of_smiles_stay_lines_unless_a_delimiter_is_chosen(
    qtbot: QtBot, ask: Callable[..., ImportDialog]
) -> None:
    dialog = ask("CCO ethanol\nCCN amine\n", "a.smi")
    assert dialog.delimiter.currentData() == WHITE_SPACE
    assert dialog.smiles.isEnabled()
    choose(qtbot, dialog, "delimiter", "Space")
    assert dialog.smiles.isEnabled()
    assert headers(dialog) == ["column 1\nSMILES", "column 2\n"]


def test_a_table_without_smiles_brings_the_dialog_instead_of_a_dead_end(
    qtbot: QtBot, empty: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    empty.files.open([path])
    qtbot.waitUntil(lambda: empty.files.with_options.dialog is not None, timeout=TIMEOUT)
    dialog = empty.files.with_options.dialog
    assert dialog is not None
    settled(qtbot, dialog)
    assert "no column looks like SMILES" in dialog.sentence.text()
    assert dialog.smiles.currentText() == "Choose one"
    assert not dialog.open_button.isEnabled()
    assert not empty.messages.text


def test_remembered_options_that_no_longer_fit_are_said_and_asked_for_anew(
    qtbot: QtBot, empty: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles\nCCO\n")
    empty.files.open([path], TableOptions(smiles_column="gone"))
    qtbot.waitUntil(lambda: empty.files.with_options.dialog is not None, timeout=TIMEOUT)
    assert "unknown column 'gone'" in empty.messages.text.lower()


def test_smiles_told_by_their_looks_alone_are_said_with_a_way_to_choose_others(
    qtbot: QtBot, empty: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,drug\n1,CCO\n2,CCN\n")
    with qtbot.waitSignal(empty.session.libraries.opened, timeout=TIMEOUT):
        empty.files.open([path])
    assert "‘drug’" in empty.messages.text
    assert not empty.messages.problem
    empty.messages.action.click()
    dialog = empty.files.with_options.dialog
    assert dialog is not None
    settled(qtbot, dialog)
    assert not empty.messages.text
    empty.messages.note("something else")
    assert empty.messages.action.isHidden()


def test_a_structure_file_is_opened_as_it_is(qtbot: QtBot, empty: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(SDF)
    with qtbot.waitSignal(empty.session.libraries.opened, timeout=TIMEOUT):
        empty.files.with_options.look_at(path)
    assert empty.files.with_options.dialog is None
    assert "no columns to choose in a.sdf; it is opened as it is" in empty.messages.text


def test_a_file_without_molecules_is_a_sentence_in_the_dialog(
    qtbot: QtBot, ask: Callable[..., ImportDialog], tmp_path: Path
) -> None:
    dialog = ask("%PDF-1.7\n")
    assert "PDF document" in dialog.sentence.text()
    assert str(tmp_path) not in dialog.sentence.text()
    assert not dialog.open_button.isEnabled()


def test_a_dialog_that_was_closed_hears_no_more_of_its_preview(
    qtbot: QtBot, ask: Callable[..., ImportDialog], empty: MainWindow
) -> None:
    dialog = ask("smiles\nCCO\n")
    shown: list[object] = []
    dialog.model.modelReset.connect(lambda: shown.append(1))
    dialog.header.click()
    dialog.reject()
    qtbot.waitUntil(lambda: not empty.session.runner.busy, timeout=TIMEOUT)
    assert not shown


def test_every_control_has_a_name_and_its_place_in_the_order_of_tab(ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("smiles,n\nCCO,1\n")
    controls: list[QWidget] = [dialog.delimiter, dialog.other, dialog.header, dialog.smiles, dialog.title, dialog.table]
    assert all(control.accessibleName() or control is dialog.header for control in controls)
    order, widget = [], dialog.delimiter
    for _ in range(40):
        if widget in controls:
            order.append(widget)
        widget = widget.nextInFocusChain()  # type: ignore[assignment]
        if widget is dialog.delimiter:
            break
    assert order == controls


def test_a_thousand_columns_and_huge_cells_do_not_make_it_slow(ask: Callable[..., ImportDialog]) -> None:
    names = ",".join(f"assay {i}" for i in range(1500))
    values = ",".join(["0.5"] * 1500)
    dialog = ask(f"{names},smiles\n" + f"{values},CCO\n" * 60 + f'"{"x" * 100_000}",1\n')
    assert dialog.model.columnCount() == 1000
    assert dialog.smiles.currentText() == "smiles"
    assert dialog.open_button.isEnabled()


def test_another_line_is_chosen_as_header(qtbot: QtBot, ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("a;smiles;b\nwhat;drug;value\nethanol;CCO;5\npropane;CCC;6\n")
    assert (dialog.header.isChecked(), dialog.header_line.value()) == (True, 1)
    dialog.header_line.setValue(2)
    settled(qtbot, dialog)
    assert headers(dialog) == ["what\n", "drug\nSMILES", "value\n"]
    assert dialog.preview is not None
    assert dialog.preview.options.header_line == 2
    assert "header in line 2, line 1 left out" in dialog.sentence.text().lower()


def test_a_header_that_was_found_below_other_lines_is_shown(ask: Callable[..., ImportDialog]) -> None:
    dialog = ask("sep=;\n# a comment\nName;SMILES\nethanol;CCO\npropane;CCC\n")
    assert (dialog.header_line.value(), headers(dialog)) == (3, ["Name\nTitle", "SMILES\nSMILES"])


def test_the_words_of_a_line_can_be_exchanged(
    qtbot: QtBot, ask: Callable[..., ImportDialog], empty: MainWindow
) -> None:
    dialog = ask("CC CO\nCN CCO\n", "a.smi")
    choose(qtbot, dialog, "smiles", "title")
    assert headers(dialog) == ["SMILES\nTitle", "title\nSMILES"]
    dialog.open_button.click()
    libraries = empty.session.libraries
    qtbot.waitUntil(lambda: libraries.library is not None and libraries.texts_read, timeout=TIMEOUT)
    assert libraries.rows is not None
    assert list(libraries.rows.titles) == ["CC", "CN"]


UNTITLED = "".join(SDF.replace("m\n", "\n", 1).replace("$$$$", f"> <Code>\nX{i}\n\n$$$$") for i in range(3))


def test_a_field_of_an_sdf_without_titles_is_offered_and_chosen(
    qtbot: QtBot, empty: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(UNTITLED)
    libraries = empty.session.libraries
    empty.files.open([path])
    qtbot.waitUntil(lambda: libraries.library is not None and libraries.texts_read, timeout=TIMEOUT)
    assert "a field that differs from record to record: 'Code'" in empty.messages.text
    assert libraries.rows is not None
    assert list(libraries.rows.titles) == ["", "", ""]
    empty.messages.action.click()
    dialog = empty.files.with_options.dialog
    assert dialog is not None
    settled(qtbot, dialog)
    assert dialog.title.isEnabled()
    assert not dialog.other.isVisible()
    choose(qtbot, dialog, "title", "Code")
    assert dialog.sentence.text() == "Titles of the records from the field ‘Code’"
    dialog.open_button.click()
    qtbot.waitUntil(
        lambda: libraries.rows is not None and list(libraries.rows.titles) == ["X0", "X1", "X2"], timeout=TIMEOUT
    )
    assert not empty.choices.isVisibleTo(empty)


def test_the_status_bar_says_what_was_taken_of_several_things(qtbot: QtBot, empty: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("scaffold_smiles,compound_smiles\nc1ccccc1,Cc1ccccc1\nc1ccncc1,Cc1ccncc1\n")
    assert not empty.choices.isVisibleTo(empty)
    empty.files.open([path])
    qtbot.waitUntil(lambda: empty.choices.isVisibleTo(empty), timeout=TIMEOUT)
    assert empty.choices.text().startswith("SMILES from 'compound_smiles'")
    assert "also there: 'scaffold_smiles'" in empty.choices.accessibleName()
    qtbot.waitUntil(lambda: empty.session.libraries.library is not None, timeout=TIMEOUT)
    empty.choices.click()
    dialog = empty.files.with_options.dialog
    assert dialog is not None
    settled(qtbot, dialog)
    assert headers(dialog)[1] == "compound_smiles\nSMILES"
