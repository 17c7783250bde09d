"""Functions that the pool's tests run in worker processes."""

from __future__ import annotations

import os
import signal
import sys
import threading


def double(x: int) -> int:
    return 2 * x


def misbehave_at_3(x: int) -> int:
    """Ends its process with a signal at 3, never returns at 5, raises at 7."""
    if x == 3:
        os.kill(os.getpid(), signal.SIGABRT)
        signal.pause()
    if x == 5:
        threading.Event().wait()
    if x == 7:
        raise ValueError("seven")
    return 2 * x


def heavy_modules(_: int) -> list[str]:
    return [name for name in ("torch", "PySide6") if name in sys.modules]


def process_id(_: int) -> int:
    return os.getpid()


def pack_as_text(results: list[object]) -> str:
    """Refuses to pack what is not all numbers."""
    return " ".join(str(int(result)) for result in results)  # type: ignore[call-overload]
