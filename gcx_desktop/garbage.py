"""Python's garbage collector, which stops every thread while it looks at all objects there are."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """For imports of many modules: nothing is collected meanwhile, nor what is there at the end looked at again.

    An import makes thousands of objects, all of which stay alive, and a collection begins each time that there are a
    quarter more of them.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
