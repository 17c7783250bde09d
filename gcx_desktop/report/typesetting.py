"""Runs Typst in a process of its own, with the program's fonts alone and without the network.

Typst releases the interpreter lock. It runs in a process so that it can be stopped at once, and because it does not
release its memory.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from ..errors import GcxError
from ..progress import CancelToken
from ..worker_process import die_with_parent

_POLL = 0.05


class TypesettingError(GcxError):
    """The template does not compile, or the typesetting process died."""


def typeset(source: Path, pdf: Path, fonts: Path, cancel: CancelToken | None = None) -> None:
    """Compiles ``source``, which can read only its own folder, to ``pdf``.

    :raises TypesettingError: with the compiler's message
    :raises Cancelled: if ``cancel`` was set; the process is ended
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(source, pdf, fonts, sender), daemon=True)
    try:
        process.start()
        sender.close()  # so that the pipe closes when the process ends
        while not receiver.poll(_POLL):
            if cancel:
                cancel.raise_if_cancelled()
        try:
            message = receiver.recv()
        except EOFError:
            message = "the typesetting process ended early; see whether memory ran out"
        if message is not None:
            raise TypesettingError(message)
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
            process.close()
        receiver.close()


def _work(source: Path, pdf: Path, fonts: Path, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it, too, and ends this process
    die_with_parent()
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"  # nothing listens there
    import typst

    try:
        typst.compile(
            str(source),
            output=str(pdf),
            root=str(source.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            package_path=str(source.parent / "packages"),
            package_cache_path=str(source.parent / "packages"),
        )
    except Exception as error:  # any exception, not only TypstError: the parent must know of it
        sender.send(" ".join(str(error).split()) or type(error).__name__)
    else:
        sender.send(None)
