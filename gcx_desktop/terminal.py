"""Messages on the terminal, without control characters."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn, TextIO

from .wording import visible

USAGE = 2
"""Exit code of an invalid request."""


def say(*lines: str, to: TextIO | None = None) -> None:
    """Prints lines for people, on standard error unless said otherwise. The lines may contain names from files."""
    stream = sys.stderr if to is None else to
    if stream is None:  # on Windows, a program without a console has no streams
        return
    for line in lines:
        print(printable_line(line, stream), file=stream, flush=True)


def printable_line(line: str, stream: TextIO) -> str:
    """One line as the stream can show it: characters that its encoding lacks are escaped, too."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return visible(line).encode(encoding, "backslashreplace").decode(encoding)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence, like all other errors."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message}; see '{self.prog} --help'")
        self.exit(USAGE)
