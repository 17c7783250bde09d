"""Loads torch's shared libraries without the interpreter lock, so that the window does not freeze meanwhile."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import sys
from pathlib import Path

_LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_python.so")


def preload_torch() -> None:
    """Makes the ``import torch`` that follows short. Python itself would hold its lock during the whole loading,
    while a plain foreign call lets it go. Only Linux gains; nothing is lost where it fails."""
    if sys.platform != "linux" or "torch" in sys.modules:
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
        for name in _LIBRARIES:
            path = Path(spec.origin).parent / "lib" / name
            if path.is_file():
                dlopen(str(path).encode(), 2)  # RTLD_NOW
