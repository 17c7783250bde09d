"""What the tests of the window share: a tiny model, a small library, workers, and a look at what is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import WHY_NO_QT

if not WHY_NO_QT:
    from tests.gui.window_fixtures import *  # noqa: F403


class _NoQtModule(pytest.Module):
    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        pytest.skip(WHY_NO_QT)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return _NoQtModule.from_parent(parent, path=module_path) if WHY_NO_QT else None


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread running."""
    if WHY_NO_QT:
        yield
        return
    from gcx_desktop.gui.background.task_runner import threads_running

    before = {thread for thread in threading.enumerate() if thread.name == "worker pool"}
    yield
    pools = {thread for thread in threading.enumerate() if thread.name == "worker pool"} - before
    kept: Callable[[str], bool] = lambda name: name in request.fixturenames  # noqa: E731
    assert threads_running() == 0, "a test left a QThread running"
    assert not pools or kept("pool") or kept("batch_pool"), "a test left a worker pool open"
