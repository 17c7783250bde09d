"""Jobs run in threads; their signals come in the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from gcx_desktop.errors import UsageError
from gcx_desktop.gui.background.jobs import Unlisted
from gcx_desktop.gui.background.task_runner import Lane, Link, TaskRunner
from gcx_desktop.progress import Progress

TIMEOUT = 5000

QUIET = Unlisted("a test")


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


def test_a_task_hands_over_every_part_in_order_and_then_its_result(qtbot: QtBot, runner: TaskRunner) -> None:
    said: list[Any] = []

    def job(link: Link) -> str:
        for number in range(1000):
            link.deliver(number)
            link.report(Progress("Counting", number + 1, 1000))
        return "done"

    task = runner.start(job, QUIET, parts=said.extend, done=said.append)
    with qtbot.waitSignal(task.ended, timeout=TIMEOUT):
        pass
    assert said == [*range(1000), "done"]
    assert not runner.busy


def test_callbacks_come_in_the_thread_of_the_window(qtbot: QtBot, runner: TaskRunner) -> None:
    threads: list[bool] = []
    task = runner.start(
        lambda link: link.report(Progress("Counting", 1, 1)),
        QUIET,
        progressed=lambda _: threads.append(QThread.currentThread().isMainThread()),
        done=lambda _: threads.append(QThread.currentThread().isMainThread()),
    )
    with qtbot.waitSignal(task.ended, timeout=TIMEOUT):
        pass
    assert threads == [True, True]


def test_an_expected_error_is_its_sentence(qtbot: QtBot, runner: TaskRunner) -> None:
    said: list[str] = []

    def job(_: Link) -> None:
        raise UsageError("no such column")

    task = runner.start(job, QUIET, failed=said.append, done=lambda _: said.append("done"))
    with qtbot.waitSignal(task.ended, timeout=TIMEOUT):
        pass
    assert said == ["no such column"]


def test_a_defect_is_a_sentence_and_a_traceback(
    qtbot: QtBot, runner: TaskRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    task = runner.start(lambda _: {}["missing"], QUIET, failed=said.append)
    with qtbot.waitSignal(task.ended, timeout=TIMEOUT):
        pass
    assert "KeyError" in said[0]
    assert "Traceback" in capsys.readouterr().err


def test_a_stopped_task_says_that_it_was_cancelled(qtbot: QtBot, runner: TaskRunner) -> None:
    said: list[str] = []
    running = threading.Event()

    def job(link: Link) -> None:
        while True:
            running.set()
            link.cancel.raise_if_cancelled()

    task = runner.start(job, QUIET, cancelled=lambda: said.append("cancelled"), failed=said.append)
    running.wait(5)
    with qtbot.waitSignal(task.ended, timeout=TIMEOUT):
        task.stop()
    assert said == ["cancelled"]


def test_closing_stops_what_runs_and_says_nothing_more(qtbot: QtBot, runner: TaskRunner) -> None:
    said: list[str] = []

    def job(link: Link) -> None:
        while True:
            link.cancel.raise_if_cancelled()

    runner.start(job, QUIET, cancelled=lambda: said.append("cancelled"))
    runner.close()
    assert said == []
    assert not any(timer.isActive() for timer in runner.findChildren(QTimer))


def test_a_lane_does_jobs_in_order(qtbot: QtBot, lane: Lane) -> None:
    said: list[int] = []
    for number in range(5):
        lane.submit(lambda n=number: n, said.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: said == [0, 1, 2, 3, 4], timeout=TIMEOUT)


def test_only_the_newest_job_of_a_group_that_waits_is_done(qtbot: QtBot, lane: Lane) -> None:
    gate, said = threading.Event(), list[str]()
    lane.submit(lambda: gate.wait(5), lambda _: said.append("gate"))
    for name in ("old", "older", "new"):
        lane.submit(lambda n=name: n, said.append, group="view")  # type: ignore[misc]
    gate.set()
    qtbot.waitUntil(lambda: said == ["gate", "new"], timeout=TIMEOUT)


def test_a_lane_that_finishes_does_all_jobs_that_wait_and_answers_none(qtbot: QtBot, lane: Lane) -> None:
    done: list[int] = []
    answered: list[int] = []
    for number in range(20):
        lane.submit(lambda number=number: done.append(number), answered.append)  # type: ignore[misc]
    lane.finish()
    assert done == list(range(20))
    assert answered == []


def test_a_lane_tells_errors_and_goes_on(qtbot: QtBot, lane: Lane) -> None:
    said: list[Any] = []

    def fail() -> None:
        raise UsageError("no such class")

    lane.submit(fail, said.append, said.append)
    lane.submit(lambda: 1, said.append)
    qtbot.waitUntil(lambda: said == ["no such class", 1], timeout=TIMEOUT)
