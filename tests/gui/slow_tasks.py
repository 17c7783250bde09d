"""Tasks that the window's tests give to worker processes."""

from __future__ import annotations

import time


def read_slowly(*_: object) -> None:
    """Simulates a record that takes RDKit minutes."""
    time.sleep(60)
