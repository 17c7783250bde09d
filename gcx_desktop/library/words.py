"""Names from files, made fit for a sentence."""

from __future__ import annotations

_MAX_NAME = 40


def short_name(name: str) -> str:
    """One line of at most so many characters: a name from a file may hold line ends, or a whole page."""
    line = " ".join(name[: 10 * _MAX_NAME].split())
    return line if len(line) <= _MAX_NAME and len(name) <= 10 * _MAX_NAME else f"{line[:_MAX_NAME]}…"
