"""Shared by the window's tests: a tiny model, a small library, workers, and a check for leftovers."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WHY_NO_QT

if not WHY_NO_QT:
    from tests.gui.leftovers import widgets_and_timers
    from tests.gui.window_fixtures import *  # noqa: F403


class _NoQtModule(pytest.Module):
    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        pytest.skip(WHY_NO_QT)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return _NoQtModule.from_parent(parent, path=module_path) if WHY_NO_QT else None


@pytest.fixture(scope="session")
def small_collections() -> Iterator[None]:
    """Freezes the 240,000 objects of the imported modules, so that a garbage collection takes 10 ms, not 200."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, small_collections: None) -> Iterator[None]:
    """Fails a test that leaves a thread, a worker pool, a widget or a timer behind."""
    if WHY_NO_QT:
        yield
        return
    from gcx_desktop.gui.background.task_runner import threads_running

    before = {thread for thread in threading.enumerate() if thread.name == "worker pool"}
    yield
    names = request.fixturenames
    pools = {thread for thread in threading.enumerate() if thread.name == "worker pool"} - before
    assert threads_running() == 0, "a test left a QThread running"
    assert not pools or "pool" in names or "batch_pool" in names, "a test left a worker pool open"
    failed = getattr(sys, "last_value", None) is not None  # the local variables of a failure are kept for its report
    if "qapp" in names and not failed:
        request.node.funcargs.clear()  # pytest keeps a test's values alive until after this
        left = widgets_and_timers()
        assert not left, f"a test left behind: {', '.join(left)}"
