"""``gcx-desktop --self-test DIR``: runs the main workflow in the real window and writes its files into a folder."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from ...app.output.export_kinds import ALL
from ...terminal import say
from ..window.main_window import MainWindow

TEST_TIME_LIMIT = 120.0
_TICK_MS = 10

TestStep = tuple[str, Callable[[], object], Callable[[], bool]]
"""Name of a step, the call that does it, and a check whether it is done."""


def process_start() -> float | None:
    """On Linux, the start of this process in seconds since boot, to a hundredth; else ``None``."""
    if sys.platform != "linux":
        return None
    # proc(5): the 22nd field; the second, the program's name, is in brackets and may hold blanks.
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


class SelfTest(QObject):
    """Runs its steps one after another. Attribute ``exit_code``: 0 once all went well."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self.exit_code = 1
        self._began = self._step_began = time.monotonic()
        self._waiting: TestStep | None = None
        self._steps = iter(self._plan())
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = f"{self._folder} cannot be made ({error.strerror})"
            QTimer.singleShot(0, lambda: self._fail(words))  # the loop must run before it can be ended
        else:
            self._timer.start()

    def _plan(self) -> list[TestStep]:
        window, session = self._window, self._window.session
        libraries = session.libraries

        def written(name: str) -> TestStep:
            path = self._folder / name
            export = window.exports.export_report if name.endswith(".pdf") else window.exports.export_table
            return (
                f"write {name}",
                lambda: export(ALL, path),
                lambda: not window.exports.busy and path.is_file() and path.stat().st_size > 0,
            )

        def explained() -> bool:
            shown = session.selection.explained
            return shown is not None and shown.position == 1 and window.panel.image(1.0) is not None

        return [
            ("show the window", window.show, self._on_screen),
            ("open the sample library", window.files.open_sample, lambda: libraries.texts_read),
            ("load the model", window.start, lambda: session.bundle is not None),
            ("select and explain a record", lambda: window.table.choose(1), explained),
            ("know the colour scale", lambda: None, lambda: bool(session.scales)),
            (
                "explain the library",
                session.run,
                lambda: not session.running and libraries.rows is not None and not self._unexplained(),
            ),
            written("explained.csv"),
            written("explained.sdf"),
            written("report.pdf"),
            ("paint the thumbnails", lambda: None, lambda: self._thumbnails_there()),
            ("save window.png", self._save_picture, (self._folder / "window.png").is_file),
        ]

    def _on_screen(self) -> bool:
        handle = self._window.windowHandle()
        if handle is None or not handle.isExposed():
            return False
        began = process_start()
        if began is not None:
            passed = time.clock_gettime(time.CLOCK_BOOTTIME) - began
            self._say(f"window on screen: {passed * 1000:,.0f} ms after the process began")
        return True

    def _unexplained(self) -> list[int]:
        rows = self._window.session.libraries.rows
        return [] if rows is None else rows.unexplained(self._window.session.now.method)

    def _thumbnails_there(self) -> bool:
        window = self._window
        return all(window.thumbnails.picture(position) is not None for position in window.table.visible_positions())

    def _save_picture(self) -> None:
        self._window.messages.hide()
        QApplication.processEvents()
        self._window.grab().save(str(self._folder / "window.png"))

    def _tick(self) -> None:
        try:
            self._advance()
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")

    def _advance(self) -> None:
        if self._waiting is None:
            step = next(self._steps, None)
            if step is None:
                self._say(f"self-test passed in {time.monotonic() - self._began:.1f} s")
                self._end(0)
                return
            self._waiting, self._step_began = step, time.monotonic()
            step[1]()
            return
        words, _, is_done = self._waiting
        problem = self._window.messages.problem
        if problem:
            self._fail(f"{words}: {problem}")
        elif is_done():
            self._say(f"{words}: {(time.monotonic() - self._step_began) * 1000:,.0f} ms")
            self._waiting = None
        elif time.monotonic() - self._began > TEST_TIME_LIMIT:
            self._fail(f"{words}: not done after {TEST_TIME_LIMIT:g} s in all")

    @staticmethod
    def _say(words: str) -> None:
        say(words, to=sys.stdout)

    def _fail(self, words: str) -> None:
        with contextlib.suppress(OSError):  # the reader may be gone
            say(f"gcx-desktop: self-test failed: {words}")
        self._end(1)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self.exit_code = code
        self._window.close_at_once()
        QApplication.quit()
