"""A library that is shown while its other records are still being found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gui.widgets.plain_labels import plain_tooltip
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library import library as library_module
from gcx_desktop.library.opening import index
from tests.gui.window_fixtures import search_for

TIMEOUT = 10_000
N_RECORDS = 3000


class Gate:
    """Lets a search for records continue by a number of parts, or fail."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._parts = 0
        self.error: Exception | None = None
        self._found = library_module.found_records

    def let(self, parts: int) -> None:
        with self._changed:
            self._parts += parts
            self._changed.notify_all()

    def find(self, *args: Any) -> Iterator[index.Boundaries]:
        """As ``library.found_records``."""
        cancel = args[-1]
        for n, part in enumerate(self._found(*args)):
            with self._changed:
                while n >= self._parts and not cancel.cancelled:
                    self._changed.wait(0.01)
            cancel.raise_if_cancelled()
            if self.error is not None:
                raise self.error
            yield part


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Chunks are of some 100 records each."""
    made = Gate()
    monkeypatch.setattr(index, "CHUNK", 1000)
    monkeypatch.setattr(library_module, "found_records", made.find)
    return made


@pytest.fixture
def growing(qtbot: QtBot, open_window: Callable[[], MainWindow], gate: Gate, tmp_path: Path) -> Iterator[MainWindow]:
    """A window that shows the first records of a library, with a model."""
    path = tmp_path / "long.smi"
    path.write_text("".join(f"{'C' * (i % 7 + 1)} m{i}\n" for i in range(N_RECORDS)))
    window = open_window()
    window.start()
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)
    window.files.open([path])
    gate.let(5)
    qtbot.waitUntil(lambda: window.session.libraries.rows is not None, timeout=TIMEOUT)
    yield window
    gate.let(N_RECORDS)


def n_rows(window: MainWindow) -> int:
    return window.table.table_model.rowCount()


def wait_for_all(qtbot: QtBot, window: MainWindow, gate: Gate) -> None:
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        gate.let(N_RECORDS)


def test_rows_appear_while_others_are_looked_for(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    libraries, before = growing.session.libraries, n_rows(growing)
    assert 200 <= before < 1000
    assert growing.count.text() == f"{before:,} records so far"
    assert libraries.library is None
    qtbot.waitUntil(lambda: growing.session.selection.record is not None, timeout=TIMEOUT)
    gate.let(5)
    qtbot.waitUntil(lambda: before < n_rows(growing) < N_RECORDS, timeout=TIMEOUT)
    wait_for_all(qtbot, growing, gate)
    assert n_rows(growing) == len(libraries.library or ()) == N_RECORDS
    assert growing.count.text() == "3,000 records"
    assert growing.panel.place.text() == "record 1 of 3,000"


def test_selection_and_scrolling_stay_as_rows_come(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    growing.table.choose(150)
    place = growing.table.verticalScrollBar().value()
    assert place > 0
    wait_for_all(qtbot, growing, gate)
    assert growing.table.selected_positions() == [150]
    assert growing.table.verticalScrollBar().value() == place
    growing.table.choose(N_RECORDS - 1)
    assert growing.session.selection.position == N_RECORDS - 1


def test_the_gallery_grows_too(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    growing.actions_["gallery"].trigger()
    qtbot.waitUntil(growing.gallery.isVisible, timeout=TIMEOUT)
    before = growing.gallery.verticalScrollBar().maximum()
    wait_for_all(qtbot, growing, gate)
    assert growing.gallery.verticalScrollBar().maximum() > 2 * before


def test_what_needs_all_records_waits_for_them(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    act = growing.actions_
    for name in ("run", "export", "report"):
        assert not act[name].isEnabled()
        assert act[name].toolTip() == plain_tooltip("As soon as all records of the file are found")
    assert act["find"].isEnabled()
    assert not growing.session.scales
    wait_for_all(qtbot, growing, gate)
    assert all(act[name].isEnabled() for name in ("run", "export", "report"))
    assert act["run"].toolTip() == plain_tooltip("Predict and explain all records (F5)")
    qtbot.waitUntil(lambda: bool(growing.session.scales), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: growing.session.libraries.texts_read, timeout=TIMEOUT)


def test_sorting_and_filters_are_done_again_when_all_records_are_there(
    qtbot: QtBot, growing: MainWindow, gate: Gate
) -> None:
    libraries, before = growing.session.libraries, n_rows(growing)
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        growing.table.horizontalHeader().sectionClicked.emit(Column.NUMBER)
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        growing.table.horizontalHeader().sectionClicked.emit(Column.NUMBER)
    assert growing.table.table_model.position(0) == before - 1
    wait_for_all(qtbot, growing, gate)
    qtbot.waitUntil(lambda: growing.table.table_model.position(0) == N_RECORDS - 1, timeout=TIMEOUT)
    assert n_rows(growing) == N_RECORDS


def test_a_search_for_a_word_finds_it_in_records_that_come_later(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    search_for(growing, "m2999")
    wait_for_all(qtbot, growing, gate)
    qtbot.waitUntil(lambda: growing.count.text() == "1 of 3,000", timeout=TIMEOUT)
    assert growing.table.table_model.position(0) == N_RECORDS - 1


def test_a_substructure_is_looked_for_once_all_records_are_there(qtbot: QtBot, growing: MainWindow, gate: Gate) -> None:
    chip = growing.filter_bar.add_substructure()
    chip.box.setText("CCCCCCC")
    chip.box.editingFinished.emit()
    assert not growing.session.libraries.search.running
    assert n_rows(growing) < N_RECORDS
    wait_for_all(qtbot, growing, gate)
    qtbot.waitUntil(lambda: growing.count.text() == f"{N_RECORDS // 7:,} of 3,000", timeout=TIMEOUT)


def test_stop_ends_the_search_and_nothing_stays(qtbot: QtBot, growing: MainWindow) -> None:
    assert growing.actions_["stop"].isVisible()
    with qtbot.waitSignal(growing.session.libraries.closed, timeout=TIMEOUT):
        growing.actions_["stop"].trigger()
    assert growing.pages.currentWidget() is growing.empty_page
    assert not growing.session.libraries.busy
    assert not growing.jobs_status.row.isVisible()


def test_a_file_that_cannot_be_read_to_its_end_keeps_its_rows_and_says_so(
    qtbot: QtBot, growing: MainWindow, gate: Gate
) -> None:
    before = n_rows(growing)
    gate.error = OSError(5, "Input/output error")
    wait_for_all(qtbot, growing, gate)
    assert n_rows(growing) == before == len(growing.session.libraries.library or ())
    assert "Input/output error" in growing.messages.text
    assert "shown as far as it was read" in growing.messages.text
    assert growing.actions_["run"].isEnabled()


def test_another_file_takes_the_place_of_one_that_still_grows(
    qtbot: QtBot, growing: MainWindow, library_file: Path
) -> None:
    with qtbot.waitSignal(growing.session.libraries.opened, timeout=TIMEOUT):
        growing.files.open([library_file])
    assert n_rows(growing) == 6
    qtbot.waitUntil(lambda: not growing.session.libraries.busy, timeout=TIMEOUT)


def test_a_file_that_cannot_be_opened_leaves_one_that_still_grows(
    qtbot: QtBot, growing: MainWindow, gate: Gate, tmp_path: Path
) -> None:
    with qtbot.waitSignal(growing.session.libraries.trouble, timeout=TIMEOUT):
        growing.files.open([tmp_path / "none.sdf"])
    wait_for_all(qtbot, growing, gate)
    assert n_rows(growing) == N_RECORDS


def test_marks_made_while_records_are_looked_for_are_asked_about_before_they_are_lost_and_kept_later(
    qtbot: QtBot, growing: MainWindow, gate: Gate
) -> None:
    growing.session.libraries.marks.set_colour([2], 1)
    for leave in (growing.close, growing.close_library, growing.actions_["stop"].trigger):
        leave()
        question = growing.leaving.question
        assert question is not None
        assert "before all records are found" in question.informativeText()
        next(button for button in question.buttons() if "Cancel" in button.text()).click()
        assert growing.session.libraries.shown is not None
    gate.let(N_RECORDS)
    qtbot.waitUntil(lambda: growing.session.projects.writer is not None, timeout=TIMEOUT)
    assert growing.session.projects.would_be_lost == ""
