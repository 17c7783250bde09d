"""What is said to whoever sits at the terminal: never anything that steers it."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn, TextIO

from .wording import visible

USAGE = 2
"""Exit code of a request that makes no sense."""


def say(*lines: str, to: TextIO | None = None) -> None:
    """Prints lines for people, on standard error unless said otherwise. Names from files may stand in them."""
    stream = sys.stderr if to is None else to
    if stream is None:  # a program without a console has none on Windows
        return
    for line in lines:
        print(printable_line(line, stream), file=stream, flush=True)


def printable_line(line: str, stream: TextIO) -> str:
    """One line as the stream can show it: what its encoding lacks is written out, too."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return visible(line).encode(encoding, "backslashreplace").decode(encoding)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, like every other error."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message}; see '{self.prog} --help'")
        self.exit(USAGE)
