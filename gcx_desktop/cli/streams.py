"""Wraps standard output and error, which may be closed, full, in another encoding, or closed early by their reader."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import IO

from ..library.writing.output import stdout_error


class ResultStream(io.TextIOBase):
    """Standard output in UTF-8 whatever the locale; a failed write raises an error of one sentence."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")

    def write(self, text: str) -> int:
        """Writes a text.

        :raises OutputError: if it cannot be written
        :raises BrokenPipeError: if its reader has closed the pipe
        """
        with self._in_words():
            return self._stream.write(text)

    def flush(self) -> None:
        """As :meth:`write`."""
        with self._in_words():
            self._stream.flush()

    @property
    def buffer(self) -> IO[bytes] | None:
        """The binary stream; ``None`` if standard output was replaced by a text stream."""
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
    """Standard error; a command continues if writing fails. Attribute ``lost``: whether a message was lost."""

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
        except BrokenPipeError:  # its reader has closed the pipe
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
    """Opens closed ones of standard input, output and error as files that cannot be written.

    Otherwise the next opened file would get that number, and messages printed by a library would be written into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDONLY)  # gets the lowest free number, which is this one


@contextlib.contextmanager
def standard_streams() -> Iterator[MessageStream]:
    """Replaces the standard streams by a :class:`ResultStream` and a :class:`MessageStream`."""
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
    """Discards what a stream still buffers, since Python would try to write it at exit, and fail or wait."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a file has nothing to discard
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
