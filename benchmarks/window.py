"""The window under load: how soon it shows, how soon a click is answered, how long the event loop ever stands still."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .measure import Row

SECONDS = 20
"""How long Explain all is watched at most."""
EVERY_MS = 200
"""Between two selections."""


def window_rows(data: Path) -> list[Row]:
    """Runs the window in a process of its own, without a display."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    seen = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            environment |= {"XDG_CONFIG_HOME": folder, "GCX_BENCHMARK_STARTED": repr(time.time())}
            argv = [sys.executable, "-m", "benchmarks.window", str(data / "hiv.csv")]
            done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(f"the window ended with {done.returncode}: {done.stderr[-1000:]}")
        seen.append(json.loads(done.stdout.splitlines()[-1]))
    figures = {name: median(run[name] for run in seen) for name in seen[0]}

    def row(name: str, figure: str, limit: float, unit: str) -> Row:
        return Row(f"{name} : {limit:g} {unit}", figures[figure], limit, limit / figures[figure], "≥ 1", unit)

    return [
        row("process start to window shown, torch not imported", "shown", 1.0, "s"),
        row("selection to highlights painted, idle, median", "idle_median", 50, "ms"),
        row("the same, 95th percentile", "idle_p95", 100, "ms"),
        row("selection to highlights painted, Explain all running, median", "run_median", 50, "ms"),
        row("the same, 95th percentile", "run_p95", 100, "ms"),
        row("longest stall of the event loop, Explain all running", "run_stall", 50, "ms"),
    ]


class Watch:
    """Drives a window and takes times: waits for it to settle, selects at rest, then selects during Explain all."""

    def __init__(self, window: Any, app: Any) -> None:
        from PySide6.QtCore import QTimer

        self.window, self.app, self.session = window, app, window.session
        self.phase = "start"
        self.stalls: dict[str, list[float]] = {}
        self.answers: dict[str, list[float]] = {}
        self.beat = self.asked = 0.0
        self.position = 0
        self.heart, self.hand = QTimer(), QTimer()
        self.heart.setInterval(2)
        self.heart.timeout.connect(self.count)
        self.hand.setInterval(EVERY_MS)
        self.hand.timeout.connect(self.select)
        self.session.selection.first_map.connect(self.answered)
        self.heart.start()
        self.settle()

    def count(self) -> None:
        now = time.perf_counter()
        if self.beat:
            self.stalls.setdefault(self.phase, []).append(now - self.beat)
        self.beat = now

    def select(self) -> None:
        if not self.asked:
            self.position = (self.position + 9973) % len(self.session.libraries.rows)
            self.asked = time.perf_counter()
            self.window.table.choose(self.position)

    def answered(self, explained: Any) -> None:
        if self.asked and explained.position == self.session.selection.position:
            self.window.panel.view.repaint()
            self.answers.setdefault(self.phase, []).append(time.perf_counter() - self.asked)
            self.asked = 0.0

    def settle(self) -> None:
        from PySide6.QtCore import QTimer

        if self.session.scales and self.session.libraries.texts_read:
            self.phase = "idle"
            self.hand.start()
            QTimer.singleShot(5000, self.run)
        else:
            QTimer.singleShot(100, self.settle)

    def run(self) -> None:
        from PySide6.QtCore import QTimer

        self.phase = "run"
        self.session.run_over.connect(self.stop)
        self.session.run()
        QTimer.singleShot(SECONDS * 1000, self.stop)

    def stop(self) -> None:
        if self.phase == "stop":
            return
        self.phase = "stop"
        self.hand.stop()
        self.session.stop()
        self.window.close()
        self.app.quit()

    def figures(self) -> dict[str, float]:
        found = {"run_stall": max(self.stalls["run"]) * 1000}
        for phase in ("idle", "run"):
            times = [t * 1000 for t in self.answers[phase]]
            found |= {f"{phase}_median": median(times), f"{phase}_p95": quantiles(times, n=20)[-1]}
        return found


def main() -> None:
    started = float(os.environ["GCX_BENCHMARK_STARTED"])
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from gcx_desktop.gui.session.session import Session
    from gcx_desktop.gui.session.settings import Settings
    from gcx_desktop.gui.start.application import make_application
    from gcx_desktop.gui.window.main_window import MainWindow

    app = make_application()
    window = MainWindow(Session(), Settings())
    window.session.projects.keeps_by_itself = False
    window.show()
    app.processEvents()
    shown = time.time() - started
    if "torch" in sys.modules:
        raise RuntimeError("torch was imported before the window was shown")
    window.files.open([Path(sys.argv[1])])
    window.start()
    watch = Watch(window, app)
    app.exec()
    print(json.dumps({"shown": shown, **watch.figures()}))


if __name__ == "__main__":
    main()
