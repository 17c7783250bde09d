"""How torch uses this computer. Called once, before the first product."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import sys

from ..garbage import uncollected

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_KEPT_BYTES = 256 << 20


def prepare_torch() -> None:
    """Imports torch and sets it up for many small batches beside busy worker processes. May be called again.

    One thread: the other cores belong to the workers that read molecules. On a busy machine two threads of torch
    wait for each other in busy loops, which keeps the cores from other work.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    _keep_freed_memory()
    if "torch" not in sys.modules:
        with uncollected():  # of torch's 300,000 objects; this saves a twentieth of the time for 41,000 molecules
            importlib.import_module("torch")
    import torch

    torch.set_num_threads(1)


def _keep_freed_memory() -> None:
    """Makes glibc keep freed memory for the next arrays. By default arrays of some MB are returned to the system each
    time, and the page faults of getting them again take two thirds of the time of an element-wise step."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
            libc.mallopt(_M_TRIM_THRESHOLD, 2 * _KEPT_BYTES)
