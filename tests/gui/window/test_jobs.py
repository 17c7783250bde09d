"""Every long job is shown with Stop, can be stopped, and is asked about before the window closes."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

import gcx_desktop
from gcx_desktop.app.output.export_kinds import ALL
from gcx_desktop.app.projects.project_lifetime import ProjectContents
from gcx_desktop.app.projects.project_writer import ProjectWriter
from gcx_desktop.gui.background.jobs import ANNOUNCE_MS, UNFINISHED_FILE, JobDescription, Unlisted
from gcx_desktop.gui.background.task_runner import Link, Task
from gcx_desktop.gui.compare.compare_sorting import COMPARING
from gcx_desktop.gui.session import project_session
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.progress import CancelToken, Report
from gcx_desktop.project.store import create_project, open_project
from gcx_desktop.substructure.scheme import Scheme
from tests.gui.window_fixtures import TIMEOUT

SMILES = ("OCCc1ccccc1", "CC(=O)O", "CCOC(C)=O", "broken", "OCC(O)CO", "CCCC", "CC(=O)OCC", "OCCO")
EXPLAINING = "Records are being explained. What is done so far is kept."


@pytest.fixture
def ready(qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path) -> MainWindow:
    """A window with a labelled library, measures of it and substructures."""
    path = tmp_path / "labelled.csv"
    path.write_text("smiles,active\n" + "".join(f"{smiles},{i % 2}\n" for i, smiles in enumerate(SMILES)))
    window = open_window()
    window.start()
    window.files.open([path])
    measures, substructures = window.measures, window.substructures
    window.actions_["evaluate"].trigger()
    measures.choice.choose_methods(("cam",))
    qtbot.waitUntil(measures.choice.button.isEnabled, timeout=TIMEOUT)
    window.actions_["substructures"].trigger()
    choice = substructures.choice
    choice.schemes.setCurrentIndex(choice.schemes.findData(Scheme.GROUPS))
    choice.min_records.setValue(1)
    choice.cutoff.setValue(0)
    qtbot.waitUntil(choice.button.isEnabled, timeout=TIMEOUT)
    measures.evaluate()
    substructures.search()
    qtbot.waitUntil(lambda: measures.measured is not None and substructures.mined is not None, timeout=TIMEOUT)
    assert substructures.mined is not None
    assert substructures.mined.findings
    qtbot.waitUntil(lambda: window.panel.svg() is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not window.session.runner.busy, timeout=TIMEOUT)
    return window


def wait_for_stop(cancel: CancelToken) -> None:
    until = time.monotonic() + TIMEOUT / 1000
    while not cancel.cancelled and time.monotonic() < until:
        time.sleep(0.001)


def hold_jobs(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a job only begins after it was asked to stop; then it must end."""
    start = window.session.runner.start

    def start_held(function: Callable[[Link], Any], about: JobDescription | Unlisted, **callbacks: Any) -> Task:
        def held(link: Link) -> Any:
            if isinstance(about, JobDescription):
                wait_for_stop(link.cancel)
            return function(link)

        return start(held, about, **callbacks)

    monkeypatch.setattr(window.session.runner, "start", start_held)


def copy_all(window: MainWindow) -> None:
    window.table.selectAll()
    window.copying.copy_text(molblock=False)


def write_measures(window: MainWindow, path: Path) -> None:
    library, measured = window.session.libraries.library, window.measures.measured
    assert library is not None
    assert measured is not None
    window.measures.exports.write("records", measured, 0.5, path, library.path)


def write_substructures(window: MainWindow, path: Path) -> None:
    library, mined = window.session.libraries.library, window.substructures.mined
    assert library is not None
    assert mined is not None
    window.substructures.exports.write(mined, path, library.path)


Begin = Callable[[MainWindow, Path], object]
JOBS: tuple[tuple[str, Begin, str], ...] = (
    ("Explaining", lambda window, _: window.session.run(), EXPLAINING),
    ("Writing out.csv", lambda window, folder: window.exports.export_table(ALL, folder / "out.csv"), UNFINISHED_FILE),
    ("Writing out.pdf", lambda window, folder: window.exports.export_report(ALL, folder / "out.pdf"), UNFINISHED_FILE),
    ("Drawing into out", lambda window, folder: window.exports.export_pictures(ALL, "svg", folder), UNFINISHED_FILE),
    ("Writing out.png", lambda window, folder: window.exports.save_picture(folder / "out.png"), UNFINISHED_FILE),
    (
        "Copying",
        lambda window, _: copy_all(window),
        "Records are being copied, and would not be on the clipboard.",
    ),
    ("Evaluating", lambda window, _: window.measures.evaluate(), "Measures are being computed."),
    ("Writing m.csv", lambda window, folder: write_measures(window, folder / "m.csv"), UNFINISHED_FILE),
    ("Finding substructures", lambda window, _: window.substructures.search(), "Substructures are being looked for."),
    ("Writing s.csv", lambda window, folder: write_substructures(window, folder / "s.csv"), UNFINISHED_FILE),
    ("Writing s.html", lambda window, folder: write_substructures(window, folder / "s.html"), UNFINISHED_FILE),
    (COMPARING, lambda window, _: window.disagreement.sort(descending=True), "Methods are being compared."),
)


def test_each_job_is_shown_can_be_stopped_and_is_asked_about(
    qtbot: QtBot, ready: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    jobs, status = ready.session.jobs, ready.jobs_status
    hold_jobs(ready, monkeypatch)
    for what, begin, loss in JOBS:
        begin(ready, folder)
        assert [job.description.what for job in jobs.running] == [what]
        qtbot.waitUntil(lambda: bool(jobs.visible), timeout=10 * ANNOUNCE_MS)
        assert status.row.words.text() == f"{what}…"
        assert ready.actions_["stop"].isVisible()
        ready.close()
        question = ready.leaving.question
        assert question is not None, f"closing asks nothing of: {what}"
        assert question.informativeText() == loss
        question.reject()
        status.row.stop_button.click()
        assert status.row.words.text() == "Stopping…"
        qtbot.waitUntil(lambda: not jobs.running, timeout=TIMEOUT)
        assert not status.row.isVisible()
        assert not ready.actions_["stop"].isVisible()
        assert not ready.leaving.has_reason
    assert [path.name for path in folder.iterdir() if path.suffix != ".svg"] == []


def test_opening_is_a_job_of_which_nothing_would_be_lost(
    qtbot: QtBot, ready: MainWindow, library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, before = ready.session.jobs, ready.session.libraries.library
    hold_jobs(ready, monkeypatch)
    ready.files.open([library_file])
    assert [job.description.what for job in jobs.running] == ["Opening"]
    assert not ready.leaving.has_reason
    ready.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: not jobs.running, timeout=TIMEOUT)
    assert ready.session.libraries.library is before


def test_saving_a_project_is_a_job_that_leaves_no_file_when_it_is_stopped(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, projects, copy = window.session.jobs, window.session.projects, project_session.copy_project_writer
    with qtbot.waitSignal(projects.saved_as, timeout=TIMEOUT):
        projects.save_as(tmp_path / "first.gcx")
    qtbot.waitUntil(lambda: not jobs.running, timeout=TIMEOUT)

    def copy_held(writer: ProjectWriter, path: Path, report: Report, cancel: CancelToken) -> ProjectWriter:
        wait_for_stop(cancel)
        return copy(writer, path, report, cancel)

    monkeypatch.setattr(project_session, "copy_project_writer", copy_held)
    projects.save_as(tmp_path / "second.gcx")
    assert [job.description.what for job in jobs.running] == ["Saving second.gcx"]
    assert not window.leaving.has_reason, "closing waits for it, so that nothing is lost"
    jobs.stop_all()
    qtbot.waitUntil(lambda: not jobs.running, timeout=TIMEOUT)
    assert window.messages.text == "Stopped; second.gcx was not written"
    assert not (tmp_path / "second.gcx").exists()
    assert projects.writer is not None
    assert projects.writer.project.path == tmp_path / "first.gcx"
    assert not projects.busy


def test_opening_a_project_is_a_job_that_opens_nothing_when_it_is_stopped(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, projects, look = window.session.jobs, window.session.projects, project_session.open_contents
    with create_project(tmp_path / "other.gcx") as project:
        project.add_source(tmp_path / "library.csv", size=9, modified_ns=8, ends="ab")
    stopped = Event()

    def look_held(path: Path) -> ProjectContents:
        stopped.wait(TIMEOUT / 1000)
        return look(path)

    monkeypatch.setattr(project_session, "open_contents", look_held)
    projects.open(tmp_path / "other.gcx")
    assert [job.description.what for job in jobs.running] == ["Opening other.gcx"]
    jobs.stop_all()
    stopped.set()
    qtbot.waitUntil(lambda: not jobs.running, timeout=TIMEOUT)
    assert not projects.busy
    assert window.projects.question is None
    with open_project(tmp_path / "other.gcx") as project:
        assert not project.read_only, "nobody is at it any more"


def test_several_jobs_have_room_in_a_narrow_window(
    qtbot: QtBot, ready: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.resize(900, 700)
    hold_jobs(ready, monkeypatch)
    ready.session.run()
    ready.measures.evaluate()
    ready.exports.export_table(ALL, tmp_path / f"{'long' * 20}.csv")
    qtbot.wait(50)
    assert ready.width() == 900
    assert ready.jobs_status.more.text() == "2 more"
    for widget in (ready.jobs_status.row, ready.jobs_status.more):
        assert widget.isVisible()
        assert ready.rect().contains(QRect(widget.mapTo(ready, QPoint(0, 0)), widget.size()))
    ready.session.jobs.stop_all()
    qtbot.waitUntil(lambda: not ready.session.jobs.running, timeout=TIMEOUT)


def test_what_is_not_listed_is_bounded_or_shown_elsewhere() -> None:
    """Each entry has its reason in the code; every other task has a name, which `start` requires."""
    root = Path(gcx_desktop.__file__).parent
    found = {
        path.stem
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Unlisted.__name__
    }
    assert found == {
        "label_columns",
        "library_scale",
        "library_search",
        "library_session",
        "measures_panel",
        "project_results",
        "training_offer",
        "training_window",
    }
