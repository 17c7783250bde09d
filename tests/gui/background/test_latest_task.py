"""Of several tasks for one purpose, only the latest one's callbacks are called."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.background.jobs import Unlisted
from gcx_desktop.gui.background.latest_task import LatestTask
from gcx_desktop.gui.background.task_runner import Link, TaskRunner
from tests.gui.window_fixtures import TIMEOUT

QUIET = Unlisted("a test")


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def test_what_an_earlier_task_says_counts_no_more(qtbot: QtBot, runner: TaskRunner) -> None:
    latest, go_on, heard = LatestTask(runner), Event(), list[str]()

    def slow(link: Link) -> str:
        link.deliver("early part")
        go_on.wait(TIMEOUT / 1000)
        return "early"

    latest.start(slow, QUIET, done=heard.append, parts=heard.extend, ended=lambda: heard.append("early ended"))
    latest.start(lambda _: "late", QUIET, done=heard.append, ended=lambda: heard.append("late ended"))
    go_on.set()
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)
    assert heard == ["late", "late ended"]


def test_it_is_not_running_any_more_when_ended_is_called(qtbot: QtBot, runner: TaskRunner) -> None:
    latest, running = LatestTask(runner), list[bool]()
    latest.start(lambda _: None, QUIET, ended=lambda: running.append(latest.running))
    assert latest.running
    qtbot.waitUntil(lambda: running == [False], timeout=TIMEOUT)


def test_a_task_that_is_stopped_is_heard_and_one_that_is_dropped_is_not(qtbot: QtBot, runner: TaskRunner) -> None:
    latest, heard = LatestTask(runner), list[str]()

    def waits(link: Link) -> None:
        while True:
            link.cancel.raise_if_cancelled()

    latest.start(waits, QUIET, cancelled=lambda: heard.append("stopped"))
    latest.stop()
    assert latest.stopping
    qtbot.waitUntil(lambda: heard == ["stopped"], timeout=TIMEOUT)
    latest.start(waits, QUIET, cancelled=lambda: heard.append("dropped"))
    latest.drop()
    assert not latest.running
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)
    assert heard == ["stopped"]
