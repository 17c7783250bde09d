"""What worker processes are given by the window's tests."""

from __future__ import annotations

import time


def read_slowly(*_: object) -> None:
    """Stands for a record that RDKit is at for minutes."""
    time.sleep(60)
