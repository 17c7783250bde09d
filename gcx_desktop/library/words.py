"""Names from files, shortened for sentences."""

from __future__ import annotations

_MAX_NAME = 40


def short_name(name: str) -> str:
    """A name as one short line: a name from a file may have line ends, or be very long."""
    line = " ".join(name[: 10 * _MAX_NAME].split())
    return line if len(line) <= _MAX_NAME and len(name) <= 10 * _MAX_NAME else f"{line[:_MAX_NAME]}…"
