"""Imports torch in a thread so that the window does not freeze meanwhile."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.util
import sys
from pathlib import Path

from ...garbage import uncollected

_LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_python.so")


def import_torch() -> None:
    """Imports torch, which takes a second or two; other threads get the interpreter every few milliseconds."""
    if "torch" in sys.modules:
        return
    _load_libraries()
    # A collection among the million objects that torch makes would stop every thread for a tenth of a second.
    with uncollected():
        importlib.import_module("torch")


def _load_libraries() -> None:
    """Loads the libraries by a foreign call, which releases the interpreter lock; Python's import would hold it.

    Useful only on Linux; a failure does no harm.
    """
    spec = importlib.util.find_spec("torch")
    if sys.platform != "linux" or spec is None or spec.origin is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
        for name in _LIBRARIES:
            path = Path(spec.origin).parent / "lib" / name
            if path.is_file():
                dlopen(str(path).encode(), 2)  # RTLD_NOW
