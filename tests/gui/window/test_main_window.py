"""The window's main workflow: open, select, explain, explain all, stop, change model and method."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.app.explaining.show_record import explain_record
from gcx_desktop.errors import UsageError
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.table.rejected_panel import RejectedColumn
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.kind import ReadRecord
from gcx_desktop.library.record import Source
from tests.gui.slow_tasks import read_slowly
from tests.gui.window_fixtures import open_library

TIMEOUT = 15_000


def explained(qtbot: QtBot, window: MainWindow, position: int) -> None:
    window.table.choose(position)
    selection = window.session.selection
    qtbot.waitUntil(lambda: selection.explained is not None and selection.position == position, timeout=TIMEOUT)


def open_file(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.files.open([path])


def test_an_empty_window_says_what_to_do(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert window.pages.currentWidget() is window.empty_page
    assert window.empty_page.sample_button.isVisible()
    assert not window.actions_["run"].isEnabled()
    assert not window.actions_["export"].isEnabled()


def test_selecting_a_record_predicts_and_explains_it_without_a_run(qtbot: QtBot, window: MainWindow) -> None:
    explained(qtbot, window, 4)
    assert window.panel.title.text() == "nicotine"
    assert window.panel.svg() is not None
    assert window.session.libraries.rows.predicted[4] >= 0  # type: ignore[union-attr]
    assert window.session.libraries.rows.predicted[1] < 0  # type: ignore[union-attr]


def test_a_rejected_record_is_shown_with_its_reason_and_text(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.selection.rejected, timeout=TIMEOUT):
        window.table.choose(2)
    assert window.panel.notice.isVisible()
    qtbot.waitUntil(lambda: window.rejected.windowTitle() == "Rejected (1)", timeout=TIMEOUT)


def test_rejected_records_are_counted_in_the_status_bar_and_found_in_the_dock_that_a_click_opens(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: window.rejected.button.isVisible(), timeout=TIMEOUT)
    assert window.rejected.button.text() == "1 rejected"
    assert not window.rejected.isVisible()
    window.rejected.button.click()
    assert window.rejected.isVisible()
    window.rejected.table.selectRow(0)
    assert window.table.current == 2
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)


def test_records_with_damaged_data_fields_are_listed_as_warnings_and_not_rejected(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    block = "{}\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 O   0  0\nM  END\n"
    twice = "> <A>\n1\n\n> <A>\n2\n\n$$$$\n"
    path = tmp_path / "damaged.sdf"
    path.write_text(block.format("sound") + "$$$$\n" + block.format("twice") + twice + "broken\n\n\n\n$$$$\n")
    rejected, libraries = window.rejected, window.session.libraries
    open_file(qtbot, window, path)
    qtbot.waitUntil(lambda: rejected.button.isVisible(), timeout=TIMEOUT)
    window.session.run()
    qtbot.waitUntil(lambda: rejected.button.text() == "1 rejected · 1 warning", timeout=TIMEOUT)
    assert rejected.windowTitle() == "Rejected (1) · Warnings (1)"
    cells = [[rejected.model.index(row, column).data() for column in RejectedColumn] for row in range(2)]
    kinds, records, lines, titles, reasons = (
        [str(cell).strip() for cell in column] for column in zip(*cells, strict=True)
    )
    assert (kinds, records, titles) == (["Warning", "Rejected"], ["2", "3"], ["twice", "broken"])
    assert (lines[0], reasons[0]) == ("17", "the field 'A' was there before")
    icons = [rejected.model.index(row, RejectedColumn.KIND).data(Qt.ItemDataRole.DecorationRole) for row in range(2)]
    assert icons[0].cacheKey() != icons[1].cacheKey()
    rejected.table.selectRow(0)
    assert window.table.current == 1
    assert list(libraries.rows.rejected) == [2]  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)


def test_the_dock_of_rejected_records_is_remembered_if_the_user_opened_it(
    qtbot: QtBot, window: MainWindow, open_window: Callable[[], MainWindow]
) -> None:
    window.table.choose(2)
    qtbot.waitUntil(lambda: window.rejected.button.isVisible(), timeout=TIMEOUT)
    window.rejected.button.click()
    window.close()
    second = open_window()
    assert second.rejected.wanted
    assert not second.rejected.isVisible()
    second.rejected.close()
    assert not second.rejected.wanted


def test_the_keys_of_the_molecule_are_in_the_help_and_not_in_a_tooltip_over_it(window: MainWindow) -> None:
    from gcx_desktop.gui.actions import KEYS

    assert window.panel.view.toolTip() == ""
    assert "in the molecule" in KEYS
    assert "wheel" in KEYS


def test_only_the_latest_of_many_selections_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    shown: list[int] = []
    window.session.selection.explanation.connect(lambda record: shown.append(record.position))
    for position in (1, 3, 4, 5):
        window.table.choose(position)
    qtbot.waitUntil(lambda: bool(shown), timeout=TIMEOUT)
    assert shown == [5]


def test_going_back_to_a_record_asks_no_worker(qtbot: QtBot, window: MainWindow) -> None:
    explained(qtbot, window, 1)
    explained(qtbot, window, 3)
    with qtbot.assertNotEmitted(window.session.selection.loading):
        window.table.choose(1)
    assert window.session.selection.explained is not None


def test_the_class_and_the_method_change_the_map_at_once(qtbot: QtBot, window: MainWindow) -> None:
    session, maps = window.session, list[bytes]()
    show = window.panel.show_saliency
    window.panel.show_saliency = lambda values, *rest, **more: (
        maps.append(np.asarray(values).tobytes()),
        show(values, *rest, **more),
    )  # type: ignore[method-assign, assignment]
    window.panel.class_wanted.emit(0)
    window.panel.class_wanted.emit(1)
    session.choose_method("eb")
    assert len(set(maps)) == 3
    assert window.tool_bar.methods.currentData() == "eb"


def test_explain_all_fills_what_is_missing_and_a_second_run_has_nothing_to_do(qtbot: QtBot, window: MainWindow) -> None:
    rows, session = window.session.libraries.rows, window.session
    assert rows is not None
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert rows.unexplained(session.now.method) == []
    assert list(rows.rejected) == [2]
    session.choose_method("cam")  # the whole library was explained, so it is explained again
    assert session.running
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert rows.unexplained("cam") == []
    assert rows.unexplained("eb") == [0, 1, 3, 4, 5]


def test_tab_leads_from_the_model_to_the_molecule(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.tool_bar.models.setFocus()
    order = [window.tool_bar.methods, window.tool_bar.search, window.table, window.panel.view]
    for widget in order:
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is widget


def test_stop_keeps_what_is_done(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "many.smi"
    path.write_text("".join(f"CC(=O)Oc1ccccc1C(=O)O m{i}\n" for i in range(30_000)))
    open_file(qtbot, window, path)
    session = window.session
    window.actions_["run"].trigger()
    assert window.actions_["stop"].isVisible()
    qtbot.waitUntil(lambda: int((session.libraries.rows.predicted >= 0).sum()) > 100, timeout=TIMEOUT)  # type: ignore[union-attr]
    assert "/ 30,000" in window.jobs_status.row.words.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not session.running, timeout=1000)
    done = int((session.libraries.rows.predicted >= 0).sum())  # type: ignore[union-attr]
    assert 100 < done < 30_000
    assert len(session.libraries.rows.unexplained(session.now.method)) == 30_000 - done  # type: ignore[union-attr]
    assert window.jobs_status.outcome.text() == f"Stopped: {done:,} of 30,000 explained"
    assert not window.jobs_status.row.stop_button.isVisible()


def test_what_was_explained_before_a_run_counts_as_done(qtbot: QtBot, window: MainWindow) -> None:
    texts, done_before = list[str](), list[int]()
    jobs = window.session.jobs
    jobs.changed.connect(lambda: done_before.extend(job.description.done_before for job in jobs.running))
    for signal in (jobs.changed, jobs.progressed):
        signal.connect(lambda: texts.append(window.jobs_status.row.words.text()) if jobs.running else None)
    explained(qtbot, window, 1)
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    assert texts[-1] == "Explaining 6 / 6"
    assert max(done_before) >= 2


def test_after_a_whole_run_the_status_bar_says_how_many_were_explained_and_rejected(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    assert window.jobs_status.outcome.text() == "5 explained, 1 rejected"
    assert window.jobs_status.outcome.isVisible()
    window.close_library()
    assert not window.jobs_status.outcome.isVisible()


def test_another_model_forgets_predictions_and_brings_its_classes(
    qtbot: QtBot, window: MainWindow, models: Path
) -> None:
    session = window.session
    with qtbot.waitSignal(session.model_loaded, timeout=TIMEOUT):
        window.models.choose(models / "triple")
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    assert session.card is not None
    assert session.card.class_names == ("low", "middle", "high")
    assert window.tool_bar.models.currentData() == models / "triple"


def test_a_folder_that_is_no_model_is_a_sentence_in_the_window(window: MainWindow, tmp_path: Path) -> None:
    window.models.choose(tmp_path)
    assert "not a model folder" in window.messages.text
    assert window.session.card is not None


def test_without_any_model_the_window_says_how_to_get_one(
    open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    window = open_window()
    window.start()
    assert "gcx train" in window.messages.text


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.sdf", "<html><body>404</body></html>", "HTML"),
        ("empty.csv", "", "empty"),
        (None, "", "no such file"),
    ],
)
def test_a_file_that_is_no_library_is_a_sentence_and_the_old_one_stays(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str | None, text: str, words: str
) -> None:
    path = tmp_path / (name or "missing.sdf")
    if name:
        path.write_text(text)
    window.files.open([path])
    qtbot.waitUntil(lambda: words in window.messages.text, timeout=TIMEOUT)
    assert str(path) in window.messages.text or path.name in window.messages.text
    assert len(window.session.libraries.rows or ()) == 6


def test_files_are_dropped_onto_the_window(tmp_path: Path, open_window: Callable[[], MainWindow]) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.sdf"), QUrl.fromLocalFile(str(tmp_path / "b.sdf"))])
    assert open_window().files.dropped(data) == [tmp_path / "b.sdf"]


def test_smiles_on_the_clipboard_open_as_a_library(qtbot: QtBot, window: MainWindow, settings: Settings) -> None:
    QGuiApplication.clipboard().setText("CCO\nCCN amine\n")
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.actions_["paste"].trigger()
    assert len(window.session.libraries.rows or ()) == 2
    assert window.session.libraries.library.path not in settings.recent  # type: ignore[union-attr]


def test_closing_a_library_leads_back_to_the_empty_window(window: MainWindow) -> None:
    window.actions_["close"].trigger()
    assert window.pages.currentWidget() is window.empty_page
    assert window.table.table_model.rowCount() == 0
    assert window.windowTitle() == "gcx-desktop"


def test_a_library_opened_is_among_the_recent_ones(window: MainWindow, library_file: Path, settings: Settings) -> None:
    assert settings.recent == [library_file]
    assert next(action.text() for action in window.actions_.recent.actions()) == "library.csv"


def test_the_window_remembers_method_model_colour_threshold_and_theme(
    qtbot: QtBot, open_window: Callable[[], MainWindow], models: Path, settings: Settings
) -> None:
    first = open_window()
    first.models.choose(models / "triple")
    first.session.choose_method("c-eb")
    first.session.choose_colour_threshold(0.35)
    first.actions_["theme-dark"].trigger()
    qtbot.waitUntil(lambda: first.session.bundle is not None, timeout=TIMEOUT)
    first.close()
    second = open_window()
    second.start()
    assert second.session.now.method == "c-eb"
    assert second.session.model_path == models / "triple"
    assert second.session.now.colour_threshold == pytest.approx(0.35, abs=0.005)
    assert second.actions_["theme-dark"].isChecked()
    second.actions_["theme-system"].trigger()


def test_the_map_that_is_shown_comes_before_those_of_the_other_methods(qtbot: QtBot, window: MainWindow) -> None:
    session, came = window.session, []
    session.choose_method("eb")
    for signal in (session.selection.first_map, session.selection.explanation):
        signal.connect(lambda explained: came.append((explained.position, list(explained.explanation.maps))))
    window.table.choose(1)
    qtbot.waitUntil(lambda: len(came) == 2, timeout=TIMEOUT)
    assert came == [(1, ["eb"]), (1, list(METHOD_NAMES))]


def test_what_failed_with_the_model_before_is_not_told_when_another_was_chosen(
    qtbot: QtBot, window: MainWindow, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, chosen = window.session, Event()

    def fails(bundle: Bundle, source: Source, read: ReadRecord, only: str = "", **_: object) -> ExplainedRecord:
        if bundle.card.name == "triple":
            return explain_record(bundle, source, read, only)
        chosen.wait(TIMEOUT / 1000)
        raise UsageError("the model lacks something")

    monkeypatch.setattr("gcx_desktop.gui.session.selection.explain_record", fails)
    window.table.choose(1)
    qtbot.waitUntil(lambda: session.selection.record is not None, timeout=TIMEOUT)
    window.models.take(models / "triple")
    chosen.set()
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    assert window.messages.text == ""


def test_keys_are_those_of_the_conventions(window: MainWindow) -> None:
    keys = {name: window.actions_[name].shortcut().toString() for name in window.actions_.named}
    expected = {"open": "Ctrl+O", "close": "Ctrl+W", "quit": "Ctrl+Q", "copy-smiles": "Ctrl+C", "paste": "Ctrl+V"}
    expected |= {"find": "Ctrl+F", "select-all": "Ctrl+A", "keys": "F1", "run": "F5", "stop": "Esc"}
    assert {name: keys[name] for name in expected} == expected
    used = [key for key in keys.values() if key]
    assert len(used) == len(set(used))


def test_a_record_that_takes_long_does_not_delay_stop(
    qtbot: QtBot, open_window: Callable[..., MainWindow], library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(ends_workers=True)
    open_library(qtbot, window, library_file)
    session = window.session
    monkeypatch.setattr("gcx_desktop.kinds.molecules.reader.scan_record", read_slowly)
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: "/ 5" in window.jobs_status.row.words.text() or session.running, timeout=TIMEOUT)
    window.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: not session.running, timeout=1500)
    assert "wrong" not in window.messages.text


def test_the_sample_library_begins_with_a_record_whose_map_says_something(
    qtbot: QtBot, open_window: Callable[[], MainWindow]
) -> None:
    window = open_window()
    window.files.open_sample()
    qtbot.waitUntil(lambda: window.session.selection.record is not None, timeout=TIMEOUT)
    assert window.panel.title.text() == "Caffeine"
    assert window.table.current == paths.SAMPLE_FIRST
