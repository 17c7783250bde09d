"""Drawings are made one at a time; the tests play the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.background.drawing_queue import DrawingQueue


class Workers:
    """Attribute ``asked``: the items submitted for drawing, and their futures."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Future[list[Any]]]] = []

    def submit(self, function: Callable[[str], Any], items: list[str], *, priority: int) -> Future[list[Any]]:
        future: Future[list[Any]] = Future()
        self.asked.append((items[0], future))
        return future

    @property
    def items(self) -> list[str]:
        return [item for item, _ in self.asked]

    def answer(self) -> None:
        """Answers the last request."""
        item, future = self.asked[-1]
        future.set_result([f"picture of {item}"])


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def drawings() -> dict[str, Any]:
    return {}


@pytest.fixture
def queue(qtbot: QtBot, workers: Workers, drawings: dict[str, Any]) -> Iterator[DrawingQueue]:
    parent = QObject()
    yield DrawingQueue(
        workers,  # type: ignore[arg-type]
        parent,
        is_drawn=drawings.__contains__,
        work=lambda name: (str, name),
        drawn=drawings.__setitem__,
    )
    parent.deleteLater()


def test_things_are_drawn_one_after_another_and_each_once(
    queue: DrawingQueue, workers: Workers, drawings: dict[str, Any]
) -> None:
    queue.want("ab")
    assert workers.items == ["a"]
    workers.answer()
    assert workers.items == ["a", "b"]
    workers.answer()
    queue.want("ba")
    assert workers.items == ["a", "b"]
    assert drawings == {"a": "picture of a", "b": "picture of b"}


def test_what_is_no_longer_wanted_is_not_drawn(queue: DrawingQueue, workers: Workers) -> None:
    queue.want("abc")
    queue.want("xy")
    workers.answer()
    assert workers.items == ["a", "x"]


def test_what_was_begun_before_starting_over_is_not_taken(
    queue: DrawingQueue, workers: Workers, drawings: dict[str, Any]
) -> None:
    queue.want("ab")
    _, begun = workers.asked[0]
    queue.start_over()
    assert begun.cancelled()
    assert workers.items == ["a", "a"]
    assert drawings == {}


def test_of_what_is_forgotten_nothing_is_drawn(queue: DrawingQueue, workers: Workers, drawings: dict[str, Any]) -> None:
    queue.want("ab")
    queue.forget()
    queue.start_over()
    assert workers.items == ["a"]
    assert drawings == {}


def test_what_cannot_be_drawn_is_told_of_and_does_not_hold_up_the_next(
    queue: DrawingQueue, workers: Workers, drawings: dict[str, Any]
) -> None:
    queue.want("ab")
    workers.asked[0][1].set_exception(RuntimeError("lost"))
    assert drawings == {"a": None}
    assert workers.items == ["a", "b"]
