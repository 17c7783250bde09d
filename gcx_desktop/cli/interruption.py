"""Handles the signals that end a command: Ctrl+C, and closing of the terminal or shutdown of the system."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_received = threading.Event()


class Interrupted(KeyboardInterrupt):
    """A signal ends the work.

    It is a subclass, since Python kills itself by SIGINT after a plain KeyboardInterrupt that was raised inside
    ``exec`` (which defining a data class uses), even if it was caught.
    """


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP raise an exception as Ctrl+C does, so that the work cleans up.

    Ignored signals, for instance under ``nohup``, stay ignored. After the first signal, SIGTERM and SIGHUP are ignored,
    since they would interrupt the clean-up.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set signal handlers
        yield
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}

    def interrupt(_: int, __: FrameType | None) -> None:
        for number in numbers:
            if number != signal.SIGINT:
                signal.signal(number, signal.SIG_IGN)
        _received.set()
        raise Interrupted

    for number, handler in before.items():
        if handler in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        _received.clear()
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def raise_if_interrupted() -> None:
    """To be called repeatedly by long work, since some libraries print and drop an exception raised in a callback.

    :raises Interrupted: if a signal came
    """
    if _received.is_set():
        raise Interrupted
