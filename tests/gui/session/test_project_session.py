"""The project in the window: saved continuously, opened again in the same state, never for another library."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.models.change_model import rename_model
from gcx_desktop.app.projects import explain_project
from gcx_desktop.errors import Cancelled
from gcx_desktop.explain import engine
from gcx_desktop.gui.session.project_session import ProjectSession
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.project.store import Project, open_project
from tests.model_fixtures import save_small_model

TIMEOUT = 15_000
Open = Callable[[], MainWindow]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of records that each call explained into a project."""
    counts: list[int] = []

    class Counting(engine.Explainer):
        def explain(self, graphs: Sequence[Any]) -> Any:
            counts.append(len(graphs))
            return super().explain(graphs)

    monkeypatch.setattr(explain_project, "Explainer", Counting)
    return counts


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    return tmp_path / "work.gcx"


def save_as(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.session.projects.saved_as, timeout=TIMEOUT):
        window.session.projects.save_as(path)
    qtbot.waitUntil(lambda: not window.session.running and not window.session.stored.looking, timeout=TIMEOUT)


def explain_all(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)


def opened(qtbot: QtBot, open_window: Open, path: Path) -> MainWindow:
    """A window in which the project is open, its model loaded and its contents shown."""
    made = open_window()
    made.start()
    with qtbot.waitSignal(made.session.projects.attached, timeout=TIMEOUT):
        made.files.open([path])
    session = made.session
    qtbot.waitUntil(lambda: session.bundle is not None and not session.stored.looking, timeout=TIMEOUT)
    return made


def asked(qtbot: QtBot, window: MainWindow) -> QMessageBox:
    qtbot.waitUntil(lambda: window.projects.question is not None, timeout=TIMEOUT)
    assert window.projects.question is not None
    return window.projects.question


def answer(box: QMessageBox, words: str) -> None:
    next(button for button in box.buttons() if words in button.text()).click()


def held(path: Path, read: Callable[[Project], Any]) -> Any:
    with open_project(path) as project:
        return read(project)


def test_what_was_explained_before_saving_is_in_the_project_and_shown_at_once_when_it_is_opened(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, computed: list[int]
) -> None:
    explain_all(qtbot, window)
    rows = window.session.libraries.rows
    assert rows is not None
    save_as(qtbot, window, project_file)
    assert sum(computed) == 5
    assert "project saved" in window.place.text()
    window.close()

    again = opened(qtbot, open_window, project_file)
    found = again.session.libraries.rows
    assert found is not None
    assert sum(computed) == 5
    np.testing.assert_array_equal(found.predicted, rows.predicted)
    np.testing.assert_allclose(found.probabilities(1), rows.probabilities(1), rtol=1e-5)
    assert sorted(found.rejected) == [2]
    assert sorted(found.maps["grad-cam"]) == [0, 1, 3, 4, 5]
    for position, values in rows.maps["grad-cam"].items():
        np.testing.assert_allclose(found.maps["grad-cam"][position], values, atol=1e-5)
    explain_all(qtbot, again)
    assert sum(computed) == 5


def test_marks_filters_sorting_and_settings_are_there_again(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path
) -> None:
    save_as(qtbot, window, project_file)
    marks = window.session.libraries.marks
    marks.set_colour([1, 4], 3)
    marks.set_note(4, "the one to ask about")
    window.session.choose_method("eb")
    window.panel.class_wanted.emit(1)
    window.session.choose_colour_threshold(0.45)
    window.session.choose_scale("molecule")
    window.session.choose_preparation(Preparation(neutralise=True))
    window.actions_["gallery"].trigger()
    window.table.choose(3)
    window.tool_bar.search.setText("in")
    window.filter_bar.add_range(Column.FIRST_FIELD, "value").low.setText("-5")
    window.filter_bar.add_range(0, "Record").high.setText("5")
    qtbot.waitUntil(lambda: len(window.session.libraries.view.filters.ranges) == 2, timeout=TIMEOUT)
    window.table.horizontalHeader().sectionClicked.emit(Column.TITLE)
    qtbot.waitUntil(lambda: window.session.libraries.order.positions.tolist() == [3, 2], timeout=TIMEOUT)
    before = window.session.libraries.view
    window.close()

    again = opened(qtbot, open_window, project_file)
    session, libraries = again.session, again.session.libraries
    assert libraries.view == before
    qtbot.waitUntil(lambda: libraries.order.positions.tolist() == [3, 2], timeout=TIMEOUT)
    assert {p: (m.colour, m.note) for p, m in libraries.marks.all().items()} == {
        1: (3, ""),
        4: (3, "the one to ask about"),
    }
    assert (session.now.method, session.now.class_index, session.now.steps) == ("eb", 1, Preparation(neutralise=True))
    assert (again.session.now.colour_threshold, again.session.now.scale) == (0.45, "molecule")
    assert again.records_view is again.gallery
    assert again.tool_bar.search.text() == "in"
    assert again.table.current == 3


def test_a_library_opens_from_its_project_without_a_scan(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path
) -> None:
    scanned = window.session.libraries.library
    assert scanned is not None
    assert scanned.scanned
    save_as(qtbot, window, project_file)
    window.close()

    for is_scanned in (False, True, False):  # the second finds the index gone and saves it anew
        again = opened(qtbot, open_window, project_file)
        library = again.session.libraries.library
        assert library is not None
        assert library.scanned is is_scanned
        assert library.spans(0, 9) == scanned.spans(0, 9)
        again.close()
        if not is_scanned:
            held(project_file, lambda project: project.forget_results(1))


def test_a_stopped_run_goes_on_where_it_stopped_and_computes_only_the_rest(
    qtbot: QtBot,
    window: MainWindow,
    open_window: Open,
    project_file: Path,
    computed: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batches = engine.batches
    monkeypatch.setattr(explain_project, "batches", lambda keyed: ([one] for group in batches(keyed) for one in group))
    save_as(qtbot, window, project_file)
    explain = explain_project.Explainer.explain  # type: ignore[attr-defined]

    def stopping(self: engine.Explainer, graphs: Sequence[Any]) -> Any:
        if sum(computed) == 2:
            raise Cancelled
        return explain(self, graphs)

    with monkeypatch.context() as stopped:
        stopped.setattr(explain_project.Explainer, "explain", stopping)  # type: ignore[attr-defined]
        explain_all(qtbot, window)
    window.close()
    assert computed == [1, 1]

    again = opened(qtbot, open_window, project_file)
    rows = again.session.libraries.rows
    assert rows is not None
    assert len(rows.unexplained("grad-cam")) <= 3
    explain_all(qtbot, again)
    assert not rows.unexplained("grad-cam")
    assert sum(computed) <= 5


def test_a_record_that_was_explained_by_itself_is_in_the_project(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, computed: list[int]
) -> None:
    save_as(qtbot, window, project_file)
    window.table.choose(4)
    selection = window.session.selection
    qtbot.waitUntil(lambda: selection.explained is not None and selection.position == 4, timeout=TIMEOUT)
    window.close()
    again = opened(qtbot, open_window, project_file)
    rows = again.session.libraries.rows
    assert rows is not None
    assert rows.predicted[4] >= 0
    assert 4 in rows.maps["grad-cam"]


def test_a_second_window_reads_only_and_says_so(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, computed: list[int], tmp_path: Path
) -> None:
    save_as(qtbot, window, project_file)
    second = opened(qtbot, open_window, project_file)
    assert "project (read-only)" in second.place.text()
    assert "open in another window" in second.messages.problem
    done = sum(computed)
    explain_all(qtbot, second)
    second.session.libraries.marks.set_colour([0], 1)
    rows = second.session.libraries.rows
    assert rows is not None
    assert not rows.unexplained("grad-cam")
    assert sum(computed) == done
    save_as(qtbot, second, tmp_path / "copy.gcx")
    assert "project saved" in second.place.text()
    second.close()
    window.close()
    assert held(project_file, lambda p: p.marks(1)) == {}
    assert sorted(held(tmp_path / "copy.gcx", lambda p: p.marks(1))) == [0]
    reading = held(tmp_path / "copy.gcx", lambda p: p.readings(1)[0].positions().tolist())
    assert reading == [0, 1, 3, 4, 5]


def test_a_changed_library_is_asked_about_and_nothing_of_it_shown_before(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, library_file: Path
) -> None:
    explain_all(qtbot, window)
    save_as(qtbot, window, project_file)
    window.session.libraries.marks.set_note(1, "kept")
    window.close()
    library_file.write_text(library_file.read_text().replace("ethanol,2.5", "methane,2.5").replace("CCO", "C"))

    again = open_window()
    again.start()
    again.files.open([project_file])
    box = asked(qtbot, again)
    assert "library.csv was changed since its results were saved" in box.text()
    assert again.session.libraries.library is None
    answer(box, "Use It")
    qtbot.waitUntil(lambda: again.session.projects.writer is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: again.session.bundle is not None and not again.session.stored.looking, timeout=TIMEOUT)
    libraries = again.session.libraries
    assert libraries.rows is not None
    assert (libraries.rows.predicted[1:] == -1).all()
    assert libraries.marks.note(1) == "kept"


def test_a_library_that_is_missing_can_be_located(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, library_file: Path, tmp_path: Path
) -> None:
    explain_all(qtbot, window)
    save_as(qtbot, window, project_file)
    window.close()
    (tmp_path / "elsewhere").mkdir()
    moved = library_file.rename(tmp_path / "elsewhere" / "renamed.csv")

    again = open_window()
    again.start()
    again.files.open([project_file])
    box = asked(qtbot, again)
    assert "library.csv cannot be found" in box.text()
    other = tmp_path / "other.smi"
    other.write_text("CC\n")
    projects: ProjectSession = again.session.projects
    box.done(0)
    projects.locate(other)
    box = asked(qtbot, again)
    assert "is not library.csv" in again.messages.problem
    box.done(0)
    projects.locate(moved)
    qtbot.waitUntil(lambda: projects.writer is not None, timeout=TIMEOUT)
    rows = again.session.libraries.rows
    qtbot.waitUntil(lambda: rows is not None and not rows.unexplained("grad-cam"), timeout=TIMEOUT)


def test_a_question_that_is_cancelled_opens_nothing_and_lets_go_of_the_project(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, library_file: Path
) -> None:
    save_as(qtbot, window, project_file)
    window.close()
    library_file.unlink()
    again = open_window()
    again.files.open([project_file])
    answer(asked(qtbot, again), "Cancel")
    qtbot.waitUntil(lambda: not again.session.projects.busy, timeout=TIMEOUT)
    assert again.session.libraries.library is None
    qtbot.waitUntil(lambda: held(project_file, lambda p: not p.read_only), timeout=TIMEOUT)


@pytest.mark.parametrize("content", [b"", b"no project at all", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_project_is_refused_with_a_sentence_and_left_as_it_is(
    qtbot: QtBot, open_window: Open, project_file: Path, content: bytes
) -> None:
    project_file.write_bytes(content)
    window = open_window()
    with qtbot.waitSignal(window.session.projects.trouble, timeout=TIMEOUT):
        window.files.open([project_file])
    assert "work.gcx" in window.messages.problem
    assert project_file.read_bytes() == content


def test_a_model_with_other_weights_is_said_and_its_results_are_not_mixed_with_the_saved_ones(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, model_root: Path
) -> None:
    explain_all(qtbot, window)
    save_as(qtbot, window, project_file)
    window.close()
    project = open_project(project_file)
    model = project.settings()["model"]
    assert len(model["hash"]) == 64
    project.save_settings({"model": {**model, "hash": "0" * 64}})
    project.close()
    again = opened(qtbot, open_window, project_file)
    qtbot.waitUntil(lambda: "has other weights" in again.messages.problem, timeout=TIMEOUT)


def test_a_model_that_is_not_here_is_named(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path
) -> None:
    save_as(qtbot, window, project_file)
    window.close()
    project = open_project(project_file)
    project.save_settings({"model": {"name": "lost", "hash": "0" * 64, "folder": ""}})
    project.close()
    again = opened(qtbot, open_window, project_file)
    assert "'lost' of this project is not here" in again.messages.problem


def test_a_model_that_was_renamed_meanwhile_is_found(
    qtbot: QtBot,
    window: MainWindow,
    open_window: Open,
    project_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path)
    window.models.take(save_small_model(tmp_path / "mine"))
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)
    explain_all(qtbot, window)
    save_as(qtbot, window, project_file)
    window.close()
    renamed = rename_model(tmp_path / "mine", "yours")
    again = opened(qtbot, open_window, project_file)
    qtbot.waitUntil(lambda: again.session.model_path == renamed, timeout=TIMEOUT)
    rows = again.session.libraries.rows
    assert rows is not None
    qtbot.waitUntil(lambda: rows.is_explained(again.session.now.method), timeout=TIMEOUT)  # by what was saved
    assert again.messages.problem == ""
    assert not again.session.was_run


def test_saving_never_takes_the_place_of_a_file(qtbot: QtBot, window: MainWindow, project_file: Path) -> None:
    project_file.write_text("mine")
    with qtbot.waitSignal(window.session.projects.trouble, timeout=TIMEOUT):
        window.session.projects.save_as(project_file)
    assert "there is such a file already" in window.messages.problem
    assert project_file.read_text() == "mine"
    assert window.session.projects.writer is None


@pytest.mark.parametrize("table", ["record", "prediction", "saliency"])
def test_what_is_damaged_is_said_and_computed_again_when_a_project_is_opened(
    qtbot: QtBot, window: MainWindow, open_window: Open, project_file: Path, table: str
) -> None:
    save_as(qtbot, window, project_file)
    explain_all(qtbot, window)
    window.close()
    connection = sqlite3.connect(project_file)
    with connection:
        connection.execute(f"UPDATE {table} SET checksum = checksum + 1 WHERE position IN (1, 4)")
    connection.close()
    again = opened(qtbot, open_window, project_file)
    session = again.session
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert "2 records (2, 5) was damaged and is computed again" in again.messages.text
    rows = session.libraries.rows
    assert rows is not None
    qtbot.waitUntil(lambda: bool((rows.predicted[[1, 4]] >= 0).all()), timeout=TIMEOUT)
    again.close()
    third = opened(qtbot, open_window, project_file)
    assert "damaged" not in third.messages.text
