"""When the file of the open library changes, the user is asked, and no other molecule is shown in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.file_fingerprint import Change
from gcx_desktop.library.library import Library

TIMEOUT = 15_000


@pytest.fixture
def change(library_file: Path) -> Callable[[], None]:
    """Inserts another molecule before all others."""

    def do() -> None:
        head, *records = library_file.read_text().splitlines()
        library_file.write_text("\n".join([head, "CCCCC,pentane,5,alkane", *records]) + "\n")

    return do


def asked(qtbot: QtBot, window: MainWindow) -> QMessageBox:
    qtbot.waitUntil(lambda: window.changed_library.question is not None, timeout=TIMEOUT)
    assert window.changed_library.question is not None
    return window.changed_library.question


def answer(box: QMessageBox, words: str) -> None:
    next(button for button in box.buttons() if words in button.text()).click()


def test_a_window_that_becomes_active_looks_whether_its_file_was_changed(
    qtbot: QtBot, window: MainWindow, change: Callable[[], None]
) -> None:
    change()
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    box = asked(qtbot, window)
    assert box.text() == "library.csv was changed since it was opened"
    answer(box, "Open")
    libraries = window.session.libraries
    qtbot.waitUntil(lambda: libraries.rows is not None and len(libraries.rows) == 7, timeout=TIMEOUT)
    assert window.changed_library.question is None


def test_a_record_of_a_changed_file_is_neither_shown_nor_called_unreadable(
    qtbot: QtBot, window: MainWindow, change: Callable[[], None]
) -> None:
    shown: list[object] = []
    for signal in (window.session.selection.read, window.session.selection.rejected):
        signal.connect(shown.append)
    change()
    window.table.choose(4)
    box = asked(qtbot, window)
    assert shown == []
    assert window.session.libraries.rows is not None
    assert 4 not in window.session.libraries.rows.rejected
    answer(box, "Close")
    assert window.session.libraries.library is None


def test_a_file_that_is_gone_is_said_to_be(qtbot: QtBot, window: MainWindow, library_file: Path) -> None:
    library_file.unlink()
    window.changed_library.look()
    assert asked(qtbot, window).text() == "library.csv cannot be found any more"


def test_a_file_that_is_as_it_was_is_not_asked_about(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Change] = []
    look = Library.changed

    def looking(library: Library) -> Change:
        seen.append(look(library))
        return seen[-1]

    monkeypatch.setattr(Library, "changed", looking)
    for times in (1, 2):  # the second check begins when the first question is answered
        window.changed_library.look()
        qtbot.waitUntil(lambda times=times: len(seen) == times, timeout=TIMEOUT)
    QApplication.processEvents()
    assert seen == [Change.UNCHANGED] * 2
    assert window.changed_library.question is None


def test_with_a_project_it_is_asked_at_once_what_is_to_become_of_the_results(
    qtbot: QtBot, window: MainWindow, change: Callable[[], None], tmp_path: Path
) -> None:
    projects = window.session.projects
    with qtbot.waitSignal(projects.saved_as, timeout=TIMEOUT):
        projects.save_as(tmp_path / "work.gcx")
    change()
    window.changed_library.look()
    answer(asked(qtbot, window), "Open")
    assert window.session.libraries.shown is None
    qtbot.waitUntil(lambda: window.projects.question is not None, timeout=TIMEOUT)
    assert window.projects.question is not None
    answer(window.projects.question, "Use It")
    qtbot.waitUntil(lambda: projects.writer is not None, timeout=TIMEOUT)
    assert len(window.session.libraries.rows or ()) == 7
