"""The progress bar of a command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from ..progress import Progress, Report
from ..terminal import printable_line
from .interruption import raise_if_interrupted


@contextmanager
def progress_bar(quiet: bool, stream: TextIO | None = None) -> Iterator[Report]:
    """A progress bar on standard error if that is a terminal, else nothing. Its report raises if a signal was
    received."""
    out = stream or sys.stderr
    if quiet or not out.isatty():
        yield lambda _: raise_if_interrupted()
        return
    shown = False

    def show(progress: Progress) -> None:
        nonlocal shown
        raise_if_interrupted()
        shown = True
        out.write("\r\x1b[K" + printable_line(bar_text(progress), out))
        out.flush()

    try:
        yield show
    finally:
        if shown:
            out.write("\r\x1b[K")
            out.flush()


def bar_text(progress: Progress, width: int = 24) -> str:
    """One line with the task, its progress and the remaining time."""
    parts = [progress.what]
    if progress.total is None:
        parts.append(f"{progress.done:,}")
    else:
        filled = width * progress.done // max(progress.total, 1)
        parts += [f"{progress.done:,} / {progress.total:,}", "▓" * filled + "░" * (width - filled)]
    remaining = progress.remaining
    if remaining is not None:
        minutes, seconds = divmod(round(remaining), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    if progress.rejected:
        parts.append(f"{progress.rejected:,} rejected")
    if progress.detail:
        parts.append(progress.detail)
    return "  ".join(parts)
