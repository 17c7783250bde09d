"""A closed library leaves nothing in memory, however work on it ended, even without a garbage collection."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining import colour_scale
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.library_view_order import View
from gcx_desktop.app.projects import project_writer
from gcx_desktop.errors import LibraryError
from gcx_desktop.gui.session.session import Session
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 20_000


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def explained(session: Session, _: pytest.MonkeyPatch) -> None:
    session.run()


def stopped(session: Session, _: pytest.MonkeyPatch) -> None:
    session.run()
    session.stop()


def failed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Iterator[object]:
        raise LibraryError(Path("library.csv"), "it cannot be read")

    monkeypatch.setattr(project_writer, "explain_and_save", fail)
    session.run()


def sorted_by_title(session: Session, _: pytest.MonkeyPatch) -> None:
    session.libraries.set_view(View(column=Column.TITLE))


@pytest.mark.parametrize("happens", [explained, stopped, failed, sorted_by_title])
@pytest.mark.usefixtures("no_collection")
def test_the_rows_of_a_closed_library_are_gone(
    qtbot: QtBot,
    window: MainWindow,
    happens: Callable[[Session, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = window.session
    order = session.libraries.order
    happens(session, monkeypatch)
    qtbot.waitUntil(
        lambda: not session.running and (happens is not sorted_by_title or session.libraries.order is not order),
        timeout=TIMEOUT,
    )
    assert session.libraries.rows is not None
    titles = weakref.ref(session.libraries.rows.titles)
    session.libraries.close()
    qtbot.waitUntil(lambda: titles() is None, timeout=5000)


@pytest.mark.usefixtures("no_collection")
def test_libraries_opened_one_after_another_leave_one_task_for_the_colours_and_nothing_of_themselves(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library_scale, lock, at_once, most = colour_scale.library_scale, threading.Lock(), 0, 0
    known: list[weakref.ref[object]] = []

    def counting(request: ExplanationRequest, *args: Any) -> dict[str, float]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            known.append(weakref.ref(request.library))
        try:
            return library_scale(request, *args)
        finally:
            with lock:
                at_once -= 1

    monkeypatch.setattr(colour_scale, "library_scale", counting)
    session = window.session
    for number in range(6):
        path = tmp_path / f"{number}.smi"
        path.write_text("CCO a\nCCN b\n")
        with qtbot.waitSignal(session.libraries.opened, timeout=TIMEOUT):
            session.libraries.open(path)
    qtbot.waitUntil(lambda: bool(session.scales), timeout=TIMEOUT)
    assert most == 1
    assert len(known) <= 6
    session.libraries.close()
    qtbot.waitUntil(lambda: all(library() is None for library in known), timeout=5000)
