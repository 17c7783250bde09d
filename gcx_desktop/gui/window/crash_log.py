"""The log of crashes, which the next start offers to show."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ... import __version__
from ...terminal import say

MAX_LOG_BYTES = 200_000
"""Largest size of one session's log, without the final dump of the threads."""
_NAME = "session-{}.log"
_LAST = "last_crash.log"
_QT_WORDS = {QtMsgType.QtCriticalMsg: "Qt, critical", QtMsgType.QtFatalMsg: "Qt, fatal"}


def last_crash(folder: Path) -> str:
    """The logs of earlier sessions that crashed; "" if there are none. Each is returned only once.

    The text is kept as ``last_crash.log`` until the next crash replaces it.
    """
    found = []
    for path in sorted(folder.glob(_NAME.format("*"))):
        with contextlib.suppress(OSError):  # on Windows, a running session holds its log open
            if path.stat().st_size:
                found.append(path.read_bytes()[: 2 * MAX_LOG_BYTES].decode("utf-8", "replace"))
                path.replace(folder / _LAST)
            elif not _runs(path):
                path.unlink()
    return "\n".join(found)


class CrashLog:
    """The log of this session: an empty file until something goes wrong."""

    def __init__(self, folder: Path) -> None:
        """:raises OSError: if the file cannot be made"""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / _NAME.format(os.getpid())
        self._file: BinaryIO = self.path.open("wb", buffering=0)
        self._room = MAX_LOG_BYTES
        self._lock = threading.Lock()

    def write(self, words: str) -> None:
        """Appends a paragraph, unless the log is full."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        data = f"{stamp}  gcx-desktop {__version__}\n{words.rstrip()}\n\n".encode("utf-8", "backslashreplace")
        with self._lock, contextlib.suppress(OSError, ValueError):  # a full disk, a file closed at the end
            self._room -= self._file.write(data[: self._room]) if self._room else 0

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Logs uncaught exceptions of any thread, and fatal errors of Qt and the system."""
        faulthandler.enable(self._file)
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self._of_main_thread(sys.excepthook)
        threading.excepthook = self._of_thread(threading.excepthook)
        qt_before = qInstallMessageHandler(self._of_qt)
        try:
            yield
        finally:
            qInstallMessageHandler(qt_before)
            sys.excepthook, threading.excepthook = before
            faulthandler.disable()
            self._close()

    def _close(self) -> None:
        self._file.close()
        with contextlib.suppress(OSError):
            if not self.path.stat().st_size:
                self.path.unlink()

    def _of_main_thread(
        self, then: Callable[[type[BaseException], BaseException, TracebackType | None], object]
    ) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if not issubclass(kind, KeyboardInterrupt):
                self.write("".join(traceback.format_exception(kind, error, trace)))
            then(kind, error, trace)

        return hook

    def _of_thread(
        self, then: Callable[[threading.ExceptHookArgs], object]
    ) -> Callable[[threading.ExceptHookArgs], None]:
        def hook(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                trace = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
                self.write(f"In thread {args.thread.name if args.thread else '?'}:\n{''.join(trace)}")
            then(args)

        return hook

    def _of_qt(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in _QT_WORDS:
            self.write(f"{_QT_WORDS[kind]}: {message}")
        say(*message.split("\n"))


def _runs(path: Path) -> bool:
    """Whether the session that made an empty log may still be running."""
    number = path.stem.rpartition("-")[2]
    if not number.isdecimal():
        return False
    if sys.platform == "win32":
        return False  # its file could not be removed if it did
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
