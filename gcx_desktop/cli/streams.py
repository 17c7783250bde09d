"""Standard output and error as commands meet them: closed, full, of another encoding, or left early by their reader."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import IO

from ..library.writing.output import stdout_error


class ResultStream(io.TextIOBase):
    """Standard output: text in UTF-8 whatever the locale, and a sentence where it cannot be written."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")

    def write(self, text: str) -> int:
        """
        :raises OutputError: if it cannot be written
        :raises BrokenPipeError: if whoever read it has left
        """
        with self._in_words():
            return self._stream.write(text)

    def flush(self) -> None:
        """As :meth:`write`."""
        with self._in_words():
            self._stream.flush()

    @property
    def buffer(self) -> IO[bytes] | None:
        """What takes the bytes; ``None`` if somebody put a stream of text there."""
        return getattr(self._stream, "buffer", None)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            send_nowhere(self)
            raise stdout_error(error) from error


class MessageStream(io.TextIOBase):
    """Standard error, of which a command that cannot write there goes on. Attribute: ``lost``, whether anything was."""

    def __init__(self, stream: IO[str] | None) -> None:
        """:param stream: ``None`` if it is closed"""
        self._stream = stream
        self.lost = False

    def write(self, text: str) -> int:
        if self._stream is None:
            self.lost = True
            return len(text)
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:  # whoever read it has seen enough
            send_nowhere(self)
        except (OSError, ValueError):
            self.lost = True
            send_nowhere(self)
        return len(text)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        if self._stream is None:
            raise io.UnsupportedOperation("standard error is closed")
        return self._stream.fileno()


def reserve_descriptors() -> None:
    """Opens what is closed of standard input, output and error as a file that cannot be written.

    Else the next file that is opened would take its number, and whatever a library prints would stand in it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free, which is this one


@contextlib.contextmanager
def standard_streams() -> Iterator[MessageStream]:
    """Puts a :class:`ResultStream` and a :class:`MessageStream` into the places of the standard streams."""
    reserve_descriptors()
    out, err = sys.stdout, sys.stderr
    messages = MessageStream(err)
    sys.stdout = ResultStream(out if out is not None else os.fdopen(1, "w", closefd=False))
    sys.stderr = messages
    try:
        yield messages
    finally:
        sys.stdout, sys.stderr = out, err


def send_nowhere(stream: io.TextIOBase | IO[str]) -> None:
    """Has what a stream still holds go nowhere: Python would try it again at its end, and fail or wait."""
    with contextlib.suppress(OSError, ValueError):  # a stream that is no file has nothing to forget
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
