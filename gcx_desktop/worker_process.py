"""The code of the pool's worker processes: receives items, sends results, and ends when its parent ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from .errors import GcxError


@dataclass(frozen=True, slots=True)
class WorkerFailure:
    """The result of an item that hung, crashed its worker, or raised."""

    reason: str


def run_worker(connection: Connection, at: Any, niceness: int) -> None:
    """Runs a worker process: receives items and sends results until the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    die_with_parent()
    while True:
        try:
            function, pack, items = connection.recv()
        except (EOFError, OSError):
            return
        results: list[Any] = []
        for index, item in enumerate(items):
            at.value = index
            try:
                results.append(function(item))
            except MemoryError:
                results.append(WorkerFailure("ran out of memory"))
            except GcxError as error:
                results.append(WorkerFailure(str(error)))
            except Exception as error:
                results.append(WorkerFailure(f"failed ({type(error).__name__}: {str(error)[:300]})"))
        try:
            connection.send(_packed(results, pack))
        except OSError:
            return


def _packed(results: list[Any], pack: Callable[[list[Any]], Any] | None) -> tuple[bool, Any]:
    """Whether the results were packed, and the results."""
    if pack is None:
        return False, results
    try:
        return True, pack(results)
    except Exception as error:
        return False, [WorkerFailure(f"failed ({type(error).__name__}: {str(error)[:300]})")] * len(results)


def die_with_parent() -> None:
    """Ends this process when its parent does, on Linux, so that no process of a killed program goes on."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # PR_SET_PDEATHSIG
