"""The window never loses work: it is saved automatically, offered again, and never replaces other work unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from gcx_desktop.app.projects import pasted_molecules, unsaved_work
from gcx_desktop.app.projects.unsaved_work import list_unsaved
from gcx_desktop.errors import ProjectError
from gcx_desktop.gui.session import project_session
from gcx_desktop.gui.window import unsaved_files
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.project.store import open_project

TIMEOUT = 15_000
Open = Callable[[], MainWindow]


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Waits until the thread that saves work is idle."""
    done: list[bool] = []
    window.session.projects.prune_unsaved(lambda _: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=TIMEOUT)


def kept(qtbot: QtBot, window: MainWindow) -> Path:
    """The file in which work is saved, once it exists."""
    qtbot.waitUntil(lambda: window.session.projects.writer is not None, timeout=TIMEOUT)
    assert window.session.projects.writer is not None
    return window.session.projects.writer.project.path


def started(qtbot: QtBot, open_window: Open) -> MainWindow:
    made = open_window()
    made.start()
    settled(qtbot, made)
    return made


def offered(window: MainWindow) -> list[QPushButton]:
    """The buttons on the empty page that restore work."""
    return [b for b in window.empty_page.findChildren(QPushButton) if b.text() == "Restore" and not b.isHidden()]


def restored(qtbot: QtBot, open_window: Open) -> MainWindow:
    """A new window in which the latest unsaved work was restored from the empty page."""
    made = started(qtbot, open_window)
    qtbot.waitUntil(lambda: bool(offered(made)), timeout=TIMEOUT)
    with qtbot.waitSignal(made.session.projects.attached, timeout=TIMEOUT):
        offered(made)[0].click()
    session = made.session
    qtbot.waitUntil(lambda: session.bundle is not None and not session.stored.looking, timeout=TIMEOUT)
    return made


def paste(text: str, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(text)
    window.actions_["paste"].trigger()


def answer(box: QMessageBox | None, words: str) -> None:
    assert box is not None
    next(button for button in box.buttons() if words in button.text()).click()


def test_marks_and_notes_without_a_project_are_there_again_at_the_next_start(
    qtbot: QtBot, window: MainWindow, open_window: Open
) -> None:
    window.session.libraries.marks.set_colour([1, 4], 3)
    window.session.libraries.marks.set_note(4, "the one to ask about")
    kept(qtbot, window)
    assert "work kept" in window.place.text()
    window.close()
    assert not window.isVisible()

    again = restored(qtbot, open_window)
    marks = again.session.libraries.marks
    assert {p: (m.colour, m.note) for p, m in marks.all().items()} == {1: (3, ""), 4: (3, "the one to ask about")}
    assert again.session.projects.writer is not None
    assert again.session.projects.writer.unsaved


def test_a_mark_made_in_the_moment_of_closing_is_kept(qtbot: QtBot, window: MainWindow, open_window: Open) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    window.close()
    assert sorted(restored(qtbot, open_window).session.libraries.marks.all()) == [2]


def test_a_mark_made_in_the_moment_of_closing_the_library_is_kept(
    qtbot: QtBot, window: MainWindow, open_window: Open
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    window.close_library()
    qtbot.waitUntil(lambda: bool(offered(window)), timeout=TIMEOUT)
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        offered(window)[0].click()
    assert sorted(window.session.libraries.marks.all()) == [2]


def test_work_of_a_killed_program_is_in_the_file_soon_after_it_was_done(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    path = kept(qtbot, window)
    qtbot.waitUntil(lambda: not window.session.projects.writer.pending, timeout=TIMEOUT)  # type: ignore[union-attr]
    settled(qtbot, window)
    with open_project(path) as as_it_lies:  # in the state that another process would find
        assert as_it_lies.read_only
        assert sorted(as_it_lies.marks(1)) == [2]


def test_filters_are_kept_and_shown_again(qtbot: QtBot, window: MainWindow, open_window: Open) -> None:
    window.tool_bar.search.setText("in")
    window.tool_bar.search.searched.emit("in")
    kept(qtbot, window)
    window.close()
    again = restored(qtbot, open_window)
    assert again.tool_bar.search.text() == "in"


def test_a_whole_run_is_kept_and_not_computed_again(qtbot: QtBot, window: MainWindow, open_window: Open) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    window.close()
    again = restored(qtbot, open_window)
    rows = again.session.libraries.rows
    assert rows is not None
    # The record shown before the run, and one found unreadable before, are not in the file.
    assert len(rows.unexplained("grad-cam")) <= 2


def test_looking_at_a_library_leaves_nothing_to_restore(qtbot: QtBot, window: MainWindow, open_window: Open) -> None:
    window.table.choose(3)
    window.session.choose_method("cam")
    window.close()
    assert list_unsaved() == []


def test_work_that_was_taken_back_leaves_nothing_to_restore(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    path = kept(qtbot, window)
    window.session.libraries.history.undo()
    window.close()
    assert not path.parent.exists()


def test_work_that_is_discarded_is_gone(qtbot: QtBot, window: MainWindow, open_window: Open) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    window.close()
    again = started(qtbot, open_window)
    qtbot.waitUntil(lambda: bool(offered(again)), timeout=TIMEOUT)
    next(b for b in again.empty_page.findChildren(QPushButton) if b.text() == "Discard").click()
    qtbot.waitUntil(lambda: not offered(again), timeout=TIMEOUT)
    assert list_unsaved() == []


def test_a_second_window_is_not_offered_what_the_first_is_at(
    qtbot: QtBot, window: MainWindow, open_window: Open
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    second = started(qtbot, open_window)
    assert offered(second) == []
    assert not second.actions_.unsaved.isEnabled()


def test_a_project_of_the_users_takes_the_place_of_the_programs_own_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    path = kept(qtbot, window)
    with qtbot.waitSignal(window.session.projects.saved_as, timeout=TIMEOUT):
        window.session.projects.save_as(tmp_path / "mine.gcx")
    settled(qtbot, window)
    assert not path.parent.exists()
    assert "project saved" in window.place.text()
    window.close()
    with open_project(tmp_path / "mine.gcx") as mine:
        assert sorted(mine.marks(1)) == [2]
    assert list_unsaved() == []


def test_opening_another_library_keeps_the_work_and_leads_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    other = tmp_path / "other.smi"
    other.write_text("CC\n")
    window.files.open([other])
    qtbot.waitUntil(lambda: "library.csv is kept" in window.messages.text, timeout=TIMEOUT)
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        window.messages.action.click()
    assert sorted(window.session.libraries.marks.all()) == [2]


def test_a_library_with_unsaved_work_that_is_opened_by_itself_offers_it(
    qtbot: QtBot, window: MainWindow, open_window: Open, library_file: Path
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    window.close()
    again = started(qtbot, open_window)
    again.files.open([library_file])
    qtbot.waitUntil(lambda: "Restore the work on library.csv of today" in again.messages.text, timeout=TIMEOUT)
    assert again.messages.other_action.text() == "Discard"
    with qtbot.waitSignal(again.session.projects.attached, timeout=TIMEOUT):
        again.messages.action.click()
    assert sorted(again.session.libraries.marks.all()) == [2]


def test_a_library_that_changed_meanwhile_is_asked_about(
    qtbot: QtBot, window: MainWindow, open_window: Open, library_file: Path
) -> None:
    window.session.libraries.marks.set_colour([1], 1)
    kept(qtbot, window)
    window.close()
    library_file.write_text(library_file.read_text().replace("CCO", "CCCO"))
    again = started(qtbot, open_window)
    qtbot.waitUntil(lambda: bool(offered(again)), timeout=TIMEOUT)
    offered(again)[0].click()
    qtbot.waitUntil(lambda: again.projects.question is not None, timeout=TIMEOUT)
    assert "was changed" in again.projects.question.text()  # type: ignore[union-attr]
    answer(again.projects.question, "Cancel")
    qtbot.waitUntil(lambda: not again.session.projects.busy, timeout=TIMEOUT)
    settled(qtbot, again)
    assert len(list_unsaved()) == 1


def test_molecules_pasted_next_come_to_those_pasted_before(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        paste("CCO ethanol\nCCN amine\n", window)
    libraries = window.session.libraries
    libraries.marks.set_note(1, "kept")
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        paste("CCC propane", window)
    assert libraries.rows is not None
    assert len(libraries.rows) == 3
    assert libraries.marks.note(1) == "kept"


def test_pasted_molecules_are_there_again_at_the_next_start(
    qtbot: QtBot, window: MainWindow, open_window: Open
) -> None:
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        paste("CCO ethanol\nCCN amine\n", window)
    window.close()
    again = restored(qtbot, open_window)
    assert len(again.session.libraries.rows or ()) == 2


def test_pasting_over_work_asks_and_cancelling_changes_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    paste("CCO\n", window)
    answer(window.unsaved.question, "Cancel")
    assert len(window.session.libraries.rows or ()) == 6
    assert sorted(window.session.libraries.marks.all()) == [2]


def test_pasting_over_work_can_be_done_in_a_window_of_its_own(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []
    monkeypatch.setattr(unsaved_files, "start_window", lambda path: begun.append(path) or True)
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    paste("CCO\n", window)
    answer(window.unsaved.question, "New Window")
    qtbot.waitUntil(lambda: bool(begun), timeout=TIMEOUT)
    with open_project(begun[0]) as project:
        assert project.sources()[0].absolute.read_text() == "CCO\n"
    assert len(window.session.libraries.rows or ()) == 6


def test_pasting_over_work_in_the_same_window_keeps_the_work(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    path = kept(qtbot, window)
    paste("CCO\n", window)
    with qtbot.waitSignal(window.session.projects.attached, timeout=TIMEOUT):
        answer(window.unsaved.question, "This Window")
    qtbot.waitUntil(lambda: "library.csv is kept" in window.messages.text, timeout=TIMEOUT)
    assert [work.project for work in list_unsaved()] == [path]


def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ProjectError("unsaved", "the disk is full")

    monkeypatch.setattr(unsaved_work, "begin", refuse)
    monkeypatch.setattr(pasted_molecules, "begin_pasted", refuse)


def test_work_that_cannot_be_kept_is_said_once_and_closing_asks(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwritable(monkeypatch)
    messages: list[str] = []
    window.session.trouble.connect(messages.append)
    window.session.libraries.marks.set_colour([2], 1)
    qtbot.waitUntil(lambda: bool(messages), timeout=TIMEOUT)
    window.session.libraries.marks.set_colour([3], 1)
    settled(qtbot, window)
    assert len(messages) == 1
    assert "the disk is full" in messages[0]
    window.close()
    assert window.isVisible()
    question = window.leaving.question
    assert question is not None
    assert "would be lost" in question.text()
    answer(question, "Cancel")
    assert sorted(window.session.libraries.marks.all()) == [2, 3]
    window.close_library()
    answer(window.leaving.question, "Close")
    assert window.session.libraries.shown is None


def test_a_library_can_be_explained_where_nothing_can_be_kept(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwritable(monkeypatch)
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    rows = window.session.libraries.rows
    assert rows is not None
    assert rows.unexplained("grad-cam") == []


def test_a_run_goes_on_where_its_results_can_no_longer_be_written(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gcx_desktop.app.projects import explain_project

    def refuse(*_: object, **__: object) -> None:
        raise ProjectError("work.gcx", "the disk is full")

    monkeypatch.setattr(explain_project, "results_in", refuse)
    window.actions_["run"].trigger()
    rows = window.session.libraries.rows
    assert rows is not None
    qtbot.waitUntil(lambda: not window.session.running and not rows.unexplained("grad-cam"), timeout=TIMEOUT)
    assert "the disk is full" in window.messages.problem


def test_molecules_are_pasted_where_nothing_can_be_kept(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwritable(monkeypatch)
    libraries = window.session.libraries
    for text, n_records in (("CCO\nCCN\n", 2), ("CCC\n", 3)):
        with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
            paste(text, window)
        assert len(libraries.rows or ()) == n_records


def test_closing_during_a_run_asks(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["run"].trigger()
    window.close()
    assert window.isVisible()
    question = window.leaving.question
    assert question is not None
    assert "being explained" in question.informativeText()
    answer(question, "Cancel")
    assert window.isVisible()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    window.close()
    assert not window.isVisible()


def test_closing_without_anything_to_lose_asks_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.close()
    assert window.leaving.question is None
    assert not window.isVisible()


def test_results_of_a_library_too_large_to_be_kept_are_asked_about(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_session, "MAX_UNSAVED_RECORDS", 5)
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    assert window.session.projects.writer is None
    window.close()
    question = window.leaving.question
    assert question is not None
    assert "6 records" in question.informativeText()
    answer(question, "Cancel")


def test_what_was_removed_for_its_age_is_named(
    qtbot: QtBot, window: MainWindow, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    path = kept(qtbot, window)
    window.close()
    monkeypatch.setattr(unsaved_work, "MAX_AGE_DAYS", -1)
    again = started(qtbot, open_window)
    assert "nsaved work was removed (library.csv of today" in again.messages.text
    assert not path.exists()


def test_pasted_molecules_are_saved_beside_their_project_with_all_that_was_noted(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    projects = window.session.projects
    with qtbot.waitSignal(projects.attached, timeout=TIMEOUT):
        paste("CCO ethanol\nCCN amine\n", window)
    own = kept(qtbot, window)
    window.session.libraries.marks.set_note(1, "kept")
    with qtbot.waitSignal(projects.attached, timeout=TIMEOUT):
        projects.save_as(tmp_path / "mine.gcx")
    assert (tmp_path / "mine.smi").read_text() == "CCO ethanol\nCCN amine\n"
    assert window.session.libraries.marks.note(1) == "kept"
    assert "project saved" in window.place.text()
    settled(qtbot, window)
    assert not own.parent.exists()


def test_pasted_molecules_are_never_saved_over_a_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    projects = window.session.projects
    with qtbot.waitSignal(projects.attached, timeout=TIMEOUT):
        paste("CCO ethanol\n", window)
    (tmp_path / "mine.smi").write_text("mine")
    with qtbot.waitSignal(projects.trouble, timeout=TIMEOUT):
        projects.save_as(tmp_path / "mine.gcx")
    assert (tmp_path / "mine.smi").read_text() == "mine"
    assert not (tmp_path / "mine.gcx").exists()
    assert projects.writer is not None
    assert projects.writer.unsaved


def test_work_on_one_library_is_offered_at_a_start_with_another(
    qtbot: QtBot, window: MainWindow, open_window: Open, tmp_path: Path
) -> None:
    window.session.libraries.marks.set_colour([2], 1)
    kept(qtbot, window)
    window.close()
    other = tmp_path / "other.smi"
    other.write_text("CC\n")
    again = open_window()
    again.files.open([other])
    again.start()
    qtbot.waitUntil(lambda: "Restore the work on library.csv of today" in again.messages.text, timeout=TIMEOUT)


def test_opening_another_library_during_a_run_asks(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    other = tmp_path / "other.smi"
    other.write_text("CC\n")
    window.actions_["run"].trigger()
    window.files.open([other])
    question = window.leaving.question
    assert question is not None
    assert "being explained" in question.informativeText()
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        answer(question, "Open")
    assert len(window.session.libraries.rows or ()) == 1


@pytest.mark.parametrize("how", ["close_library", "close"])
def test_a_note_that_is_just_being_written_is_kept(
    qtbot: QtBot, window: MainWindow, open_window: Open, how: str
) -> None:
    window.panel.mark.note.setText("half a thou")  # typed, but not saved yet, since there was no pause
    getattr(window, how)()
    if how == "close_library":
        window.close()
    assert restored(qtbot, open_window).session.libraries.marks.note(0) == "half a thou"
