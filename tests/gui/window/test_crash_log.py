"""The log of a session that crashes, and who is informed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import qCritical, qDebug
from PySide6.QtWidgets import QTextBrowser

from gcx_desktop.gui.window.crash_log import MAX_LOG_BYTES, CrashLog, last_crash
from gcx_desktop.gui.window.main_window import MainWindow


@pytest.fixture(autouse=True)
def silent_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silences the hooks that are called after the log has written an error."""
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)


def raised(error: BaseException) -> BaseException:
    """The error with a traceback."""
    try:
        raise error
    except BaseException as caught:
        return caught


def test_a_session_without_trouble_leaves_nothing(tmp_path: Path) -> None:
    with CrashLog(tmp_path).listening():
        qDebug("harmless")
    assert last_crash(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_an_exception_that_nobody_caught_is_told_once_and_kept(tmp_path: Path) -> None:
    error = raised(ValueError("a broken slot"))
    with CrashLog(tmp_path).listening():
        sys.excepthook(ValueError, error, error.__traceback__)
    assert "ValueError: a broken slot" in last_crash(tmp_path)
    assert last_crash(tmp_path) == ""
    assert "ValueError: a broken slot" in (tmp_path / "last_crash.log").read_text()


def test_exceptions_in_threads_and_critical_messages_of_qt_are_written_down(tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("in the background")

    with CrashLog(tmp_path).listening():
        thread = threading.Thread(target=fail, name="reader of rows")
        thread.start()
        thread.join()
        qCritical("no room for a picture")
    log = last_crash(tmp_path)
    assert "In thread reader of rows" in log
    assert "RuntimeError: in the background" in log
    assert "Qt, critical: no room for a picture" in log


def test_ctrl_c_is_no_crash(tmp_path: Path) -> None:
    with CrashLog(tmp_path).listening():
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert last_crash(tmp_path) == ""


def test_a_log_is_bounded(tmp_path: Path) -> None:
    with CrashLog(tmp_path).listening():
        for _ in range(30):
            sys.excepthook(ValueError, ValueError("x" * 20_000), None)
    assert len(last_crash(tmp_path).encode()) <= MAX_LOG_BYTES


def test_a_crash_of_the_process_leaves_the_stacks_of_its_threads(tmp_path: Path) -> None:
    code = (
        "import ctypes, pathlib, sys\n"
        "from gcx_desktop.gui.window.crash_log import CrashLog\n"
        "with CrashLog(pathlib.Path(sys.argv[1])).listening():\n"
        "    ctypes.string_at(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, timeout=60)
    assert done.returncode != 0
    log = last_crash(tmp_path)
    assert "fatal" in log.lower()
    assert "string_at" in log


def test_the_empty_log_of_a_running_session_is_left_and_that_of_a_killed_one_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine, killed = tmp_path / f"session-{os.getpid()}.log", tmp_path / f"session-{ended.pid}.log"
    mine.touch()
    killed.touch()
    assert last_crash(tmp_path) == ""
    assert not killed.exists()
    if sys.platform != "win32":
        assert mine.exists()


def test_a_missing_folder_is_no_crash(tmp_path: Path) -> None:
    assert last_crash(tmp_path / "none") == ""


def test_the_window_offers_to_show_the_log_as_plain_text(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    window.help.offer_crash("ValueError: <b>x</b>")
    assert "went wrong" in window.messages.text
    assert window.messages.problem == ""
    window.messages.action.click()
    shown = [text for text in window.findChildren(QTextBrowser) if "ValueError" in text.toPlainText()]
    assert "ValueError: <b>x</b>" in shown[0].toPlainText()
