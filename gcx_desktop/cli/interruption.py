"""Being told to stop: Ctrl+C, the end of the terminal, the end of the system."""

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

    Of its own class, since Python ends itself by SIGINT after a plain KeyboardInterrupt that came while it ran the text
    of a program, as data classes do when they are made, although it was caught.
    """


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Has SIGTERM and SIGHUP interrupt the work as Ctrl+C does, so that it cleans up after itself.

    A signal that is ignored, as ``nohup`` wants, stays so. After the first, SIGTERM and SIGHUP are ignored: they
    would interrupt the cleaning up.
    """
    if threading.current_thread() is not threading.main_thread():  # no other may say what a signal does
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
    """To be asked by long work now and then: an exception in a callback of some libraries is printed and forgotten.

    :raises Interrupted: if a signal came
    """
    if _received.is_set():
        raise Interrupted
