"""The one job of a dock, run by a runner that the tests are themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.background.dock_job import DockJob
from gcx_desktop.progress import Progress


class Started:
    """A task whose ends are in the hands of the test. Attribute ``stopped``."""

    def __init__(self, tell: dict[str, Callable[..., object]]) -> None:
        self.tell = tell
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Runner:
    def __init__(self) -> None:
        self.tasks: list[Started] = []

    def start(self, function: object, **tell: Callable[..., object]) -> Started:
        self.tasks.append(Started(tell))
        return self.tasks[-1]


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def dock(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def job(dock: QWidget, runner: Runner) -> DockJob:
    return DockJob(runner, dock)  # type: ignore[arg-type]


def test_a_job_is_told_of_until_it_has_ended(job: DockJob, runner: Runner) -> None:
    heard: list[Any] = []
    job.changed.connect(lambda: heard.append(job.busy))
    job.start(lambda _: None, heard.append, what="Counting")
    assert job.status.words.text() == "Counting…"
    runner.tasks[0].tell["progressed"](Progress("Counting", 3, 8))
    assert job.status.words.text() == "Counting 3 / 8"
    runner.tasks[0].tell["done"]("result")
    runner.tasks[0].tell["ended"]()
    assert heard == [True, "result", False]
    assert job.status.isHidden()


def test_stop_asks_the_job_to_end_and_waits_for_that(job: DockJob, runner: Runner) -> None:
    job.start(lambda _: None, lambda _: None, what="Counting")
    job.status.stop_button.click()
    assert runner.tasks[0].stopped
    assert job.status.words.text() == "Stopping…"
    assert job.busy


def test_of_a_job_that_was_forgotten_nothing_is_heard(job: DockJob, runner: Runner) -> None:
    heard: list[Any] = []
    job.trouble.connect(heard.append)
    job.start(lambda _: None, heard.append, what="Counting")
    job.forget()
    assert runner.tasks[0].stopped
    assert not job.busy
    job.start(lambda _: None, heard.append, what="Measuring")
    for name, words in (("progressed", Progress("Counting", 3, 8)), ("done", "result"), ("failed", "no")):
        runner.tasks[0].tell[name](words)
    runner.tasks[0].tell["ended"]()
    assert heard == []
    assert job.busy
    assert job.status.words.text() == "Measuring…"
