"""Makes and runs the application and its window."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QSettings, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from ... import __version__
from ...leftovers import ScratchError, remove_scratches, temporary_folder
from ...paths import APP_NAME, user_logs
from ..session.session import Session
from ..session.settings import Settings
from ..widgets.appearance import follow_system
from ..window.crash_log import CrashLog, last_crash
from ..window.main_window import MainWindow

SWITCH_INTERVAL = 0.001
"""Seconds after which a busy thread lets the window's thread have the interpreter; Python's default is 0.005."""
AFTER_FIRST_PAINT_MS = 100
_ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Application(QApplication):
    """Passes on the files that macOS asks it to open, which come as events, not as arguments."""

    file_wanted = Signal(Path)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_wanted.emit(Path(event.file()))
            return True
        return super().event(event)


def make_application() -> Application:
    """The application object; there is one per process."""
    application = Application([APP_NAME])
    application.setApplicationName(APP_NAME)
    application.setApplicationDisplayName(APP_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_NAME)
    follow_system()
    sys.setswitchinterval(SWITCH_INTERVAL)
    return application


def run_application(args: argparse.Namespace) -> int:
    """Shows the window and runs it until it is closed; returns the exit code."""
    application = make_application()
    with _fresh_settings(bool(args.self_test)):
        window = MainWindow(Session(), Settings())
        window.session.projects.keeps_by_itself = not args.self_test
        with _signals_close(window):
            if args.self_test:
                from .self_test import SelfTest

                test = SelfTest(window, args.self_test)
                test.start()
                application.exec()
                return test.exit_code
            window.show()
            files = list(args.files)
            application.file_wanted.connect(lambda path: window.files.open([path]))
            QTimer.singleShot(0, lambda: _begin(window, files, args.sample))
            # Importing torch, in a thread, would compete with the first painting for the processor.
            QTimer.singleShot(AFTER_FIRST_PAINT_MS, window.start)
            _remove_leftovers()
            with _crash_log():
                return application.exec()


def _remove_leftovers() -> None:
    """Removes what a killed program left among the temporary files, which may take a while if it is large."""

    def remove() -> None:
        with contextlib.suppress(ScratchError):  # reported when something has to be written there
            remove_scratches(temporary_folder())

    threading.Thread(target=remove, name="leftovers", daemon=True).start()


def _begin(window: MainWindow, files: list[Path], sample: bool) -> None:
    # Before torch: starting processes while its libraries are loaded stops the window, once for 180 ms.
    window.session.warm_up()
    if files:
        window.files.open(files)
    elif sample:
        window.files.open_sample()
    log = last_crash(user_logs())
    if log:
        window.help.offer_crash(log)


@contextlib.contextmanager
def _fresh_settings(wanted: bool) -> Iterator[None]:
    """A self-test neither reads nor changes what the user's program remembers."""
    if not wanted:
        yield
        return
    with TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        yield


def _crash_log() -> contextlib.AbstractContextManager[None]:
    """Logs crashes within the context, unless the log cannot be written."""
    try:
        return CrashLog(user_logs()).listening()
    except OSError:
        return contextlib.nullcontext()


@contextlib.contextmanager
def _signals_close(window: MainWindow) -> Iterator[None]:
    """Closes the window on Ctrl-C, when the terminal closes, and at shutdown, so that no temporary files stay."""
    timer = QTimer()  # lets Python see a signal while Qt's loop runs
    timer.setInterval(250)
    timer.timeout.connect(lambda: None)
    timer.start()
    numbers = [getattr(signal, name) for name in _ENDING_SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup has it ignored
            signal.signal(number, lambda *_: window.close_at_once())
    yield
    for number, handler in before.items():
        signal.signal(number, handler if handler is not None else signal.SIG_DFL)
    timer.stop()
