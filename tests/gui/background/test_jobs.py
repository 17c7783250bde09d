"""The registry of running jobs, and how the status bar shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.background.jobs import JobDescription, Jobs, Unlisted
from gcx_desktop.gui.background.jobs_status import JobsStatus
from gcx_desktop.gui.background.latest_task import LatestTask
from gcx_desktop.gui.background.task_runner import Link, TaskRunner
from gcx_desktop.progress import Progress
from tests.gui.window_fixtures import TIMEOUT


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def status(jobs: Jobs, window: QWidget) -> JobsStatus:
    return JobsStatus(jobs, window)


def nothing() -> None:
    """Stops nothing."""


def waits(link: Link) -> None:
    while True:
        link.cancel.raise_if_cancelled()


def test_a_job_is_shown_from_its_beginning_to_its_end(jobs: Jobs, status: JobsStatus) -> None:
    job = jobs.begin(JobDescription("Counting", done_before=2), nothing)
    assert not status.row.isHidden()
    assert status.row.words.text() == "Counting…"
    job.show_progress(Progress("Counting", 3, 8))
    assert status.row.words.text() == "Counting 5 / 10"
    assert (status.row.bar.value(), status.row.bar.maximum()) == (5, 10)
    job.end()
    assert status.row.isHidden()
    assert jobs.running == ()


def test_a_job_of_bytes_is_a_share_from_its_first_progress_on(jobs: Jobs, status: JobsStatus) -> None:
    job = jobs.begin(JobDescription("Opening", as_share=True), nothing)
    assert status.row.isHidden()
    assert jobs.announced == (job,)
    job.show_progress(Progress("Unpacking", 250, 1000))
    assert status.row.words.text() == "Unpacking 25%"


def test_a_brief_job_is_spoken_of_only_if_it_lasts(qtbot: QtBot, jobs: Jobs, status: JobsStatus) -> None:
    jobs.begin(JobDescription("Copying", brief=True), nothing).end()
    job = jobs.begin(JobDescription("Copying", brief=True), nothing)
    assert jobs.announced == ()
    assert status.row.isHidden()
    qtbot.waitUntil(lambda: jobs.announced == (job,), timeout=TIMEOUT)
    assert status.row.words.text() == "Copying…"


def test_of_several_the_latest_is_shown_and_a_list_has_all_with_stop(
    qtbot: QtBot, jobs: Jobs, status: JobsStatus
) -> None:
    stopped: list[str] = []
    first = jobs.begin(JobDescription("Explaining"), lambda: stopped.append("first"))
    second = jobs.begin(JobDescription("Writing out.csv"), lambda: stopped.append("second"))
    assert status.row.words.text() == "Writing out.csv…"
    assert status.more.text() == "1 more"
    status.more.click()
    assert status.list.isVisible()
    assert [row.words.text() for row in status.list.rows] == ["Explaining…", "Writing out.csv…"]
    second.show_progress(Progress("Explaining", 3, 8))
    assert status.row.words.text() == "Explaining 3 / 8"
    assert status.list.rows[1].words.text() == "Writing out.csv: Explaining 3 / 8"
    qtbot.mouseClick(status.list.rows[0].stop_button, Qt.MouseButton.LeftButton)
    assert stopped == ["first"]
    first.show_stopping()
    assert status.list.rows[0].words.text() == "Stopping…"
    assert not status.list.rows[0].stop_button.isEnabled()
    second.end()
    assert not status.list.isVisible()
    assert status.more.isHidden()
    assert status.row.words.text() == "Stopping…"


def test_stop_stops_all(jobs: Jobs) -> None:
    stopped: list[str] = []
    for name in ("first", "second"):
        jobs.begin(JobDescription(name), lambda name=name: stopped.append(name))  # type: ignore[misc]
    jobs.stop_all()
    assert stopped == ["first", "second"]


def test_what_would_be_lost_is_asked_when_it_matters_and_said_once(jobs: Jobs) -> None:
    kept = ["Nothing is kept."]
    jobs.begin(JobDescription("Opening"), nothing)
    for _ in range(2):
        jobs.begin(JobDescription("Writing", "A file would not be whole."), nothing)
    jobs.begin(JobDescription("Explaining", lambda: kept[0]), nothing)
    kept[0] = "All is kept."
    assert jobs.losses == ["A file would not be whole.", "All is kept."]


def test_a_task_is_a_job_until_it_has_ended(qtbot: QtBot, runner: TaskRunner) -> None:
    task = runner.start(waits, JobDescription("Waiting"))
    (job,) = runner.jobs.running
    job.stop()
    assert task.stopping
    assert job.stopping
    assert runner.jobs.running == (job,)
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)
    assert runner.jobs.running == ()


def test_a_task_that_nobody_waits_for_is_no_job_any_more(qtbot: QtBot, runner: TaskRunner) -> None:
    latest = LatestTask(runner)
    latest.start(waits, JobDescription("Evaluating"))
    latest.start(waits, JobDescription("Evaluating again"))
    assert [job.description.what for job in runner.jobs.running] == ["Evaluating again"]
    latest.drop()
    assert runner.jobs.running == ()
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)


def test_a_task_says_what_it_is_or_why_it_is_not_listed(qtbot: QtBot, runner: TaskRunner) -> None:
    with pytest.raises(TypeError):
        runner.start(waits)  # type: ignore[call-arg]
    task = runner.start(waits, Unlisted("a test"))
    assert runner.jobs.running == ()
    task.stop()
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)


def test_closing_forgets_the_jobs_and_says_nothing_of_it(runner: TaskRunner) -> None:
    heard: list[bool] = []
    runner.start(waits, JobDescription("Waiting"))
    runner.jobs.changed.connect(lambda: heard.append(True))
    runner.close()
    assert runner.jobs.running == ()
    assert heard == []
