"""``python -m benchmarks large``: a library of a million records, made of one table's molecules over and over."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from gcx_desktop.app.explaining.read_records import read_library
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.projects.project_source import save_records, source_of, stored_records
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.project.store import create_project, open_project

from .measure import Row, medians

_TIMEOUT_MS = 600_000
_OPENED = 3
"""Steps after which the window has found all records."""


def large_rows(table: Path, folder: Path, n_records: int, repeats: int) -> list[Row]:
    """Opens it without and with a window, and uses it there."""
    path = folder / f"large-{n_records}.sdf"
    if not path.exists():
        make_library(table, path, n_records)
    size = path.stat().st_size / 1e9

    def opened() -> None:
        with open_library(path) as library:
            if len(library) != n_records:
                raise RuntimeError(f"{len(library):,} records were found, {n_records:,} are there")

    def grep() -> None:  # to a pipe: where its output goes nowhere, it stops at the first line found
        subprocess.run(["grep", "-c", "^\\$\\$\\$\\$", str(path)], stdout=subprocess.PIPE, check=True)

    ours, its = medians([opened, grep], repeats)
    note = f"{size:.2f} GB; {ours / size:.2f} s a GB"
    rows = [Row(f"open {n_records:,} records : grep -c '$$$$'", ours, its, its / ours, "—", "s", note)]
    return rows + project_rows(path, repeats) + window_rows(path)


def project_rows(path: Path, repeats: int) -> list[Row]:
    """Opens it with a project that says where its records lie, which are saved first."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "work.gcx"
        with open_library(path) as library, create_project(file) as project:
            began = time.perf_counter()
            save_records(project, source_of(project, library), library)
            saving, n_records = time.perf_counter() - began, len(library)

        def known() -> None:
            with open_project(file) as project, open_library(path, known=partial(stored_records, project)) as library:
                if library.scanned or len(library) != n_records:
                    raise RuntimeError("the project does not say where the records lie")

        ours, its = medians([known, lambda: open_library(path).close()], repeats)
        note = f"{file.stat().st_size / n_records:.1f} bytes a record; saved in {saving:.2f} s"
    return [Row(f"open {n_records:,} records from a project : by a scan", ours, its, its / ours, "≥ 1", "s", note)]


def make_library(table: Path, path: Path, n_records: int) -> None:
    """An SDF with 2D coordinates and two data fields; titles tell the records apart."""
    with WorkerPool() as pool, open_library(table) as library:
        read = read_library(library, pool, with_molblocks=True)
        blocks = [each.molblock.split("\n", 1)[1] for each in read if isinstance(each, ReadMolecule)]
    partial = path.with_suffix(".part")
    with partial.open("w") as file:
        for i in range(n_records):
            fields = f"> <number>\n{i}\n\n> <remainder>\n{i % 97}\n\n"
            file.write(f"molecule {i}\n{blocks[i % len(blocks)]}{fields}$$$$\n")
    partial.replace(path)


def window_rows(path: Path) -> list[Row]:
    """In a process of its own, without a display."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": folder}
        argv = [sys.executable, "-m", "benchmarks.large", str(path)]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=1800)
    if done.returncode:
        raise RuntimeError(f"the window ended with {done.returncode}: {done.stderr[-1000:]}")
    steps: list[tuple[str, float, float, float]] = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for name, seconds, stall, work in steps:
        note = f"longest stall of the event loop {stall * 1000:.0f} ms, longest work in it {work * 1000:.0f} ms"
        rows.append(Row(f"window: {name}", seconds, float("nan"), float("nan"), "—", "s", note))
    worst, work = max(stall for _, _, stall, _ in steps) * 1000, max(work for *_, work in steps) * 1000
    first, whole = steps[0][1], sum(seconds for _, seconds, *_ in steps[:_OPENED])
    rows.append(Row("window: first rows : 1 s", first, 1.0, 1 / first, "≥ 1", "s"))
    rows.append(Row("window: all records found", whole, float("nan"), float("nan"), "—", "s"))
    memory = json.loads(done.stdout.splitlines()[-2]) / 1e9
    rows.append(Row("window: longest stall : 50 ms", worst, 50, 50 / worst, "≥ 1", "ms"))
    note = "processor time of its thread between two events, whatever else the machine does"
    rows.append(Row("window: longest work : 50 ms", work, 50, 50 / work, "≥ 1", "ms", note))
    rows.append(Row("window: memory of its process", memory, float("nan"), float("nan"), "—", "GB"))
    return rows


class Steps:
    """Does one thing after another in a window; each has its time, its longest stall, and its longest work."""

    def __init__(self, window: Any, app: Any, path: Path) -> None:
        from PySide6.QtCore import QTimer

        self.window, self.app = window, app
        self.found: list[tuple[str, float, float, float]] = []
        self.beat, self.worked = time.perf_counter(), time.thread_time()
        self.stall = self.work = 0.0
        self.heart = QTimer()
        self.heart.setInterval(2)
        self.heart.timeout.connect(self.tick)
        libraries, table = window.session.libraries, window.table

        def pictures(view: Any, thumbnails: Any) -> Callable[[], bool]:
            return lambda: (
                bool(view.visible_positions())
                and all(thumbnails.picture(position) is not None for position in view.visible_positions())
            )

        def arranged() -> Callable[[], bool]:
            before = libraries.order
            return lambda: libraries.order is not before

        last = lambda: table.choose(int(libraries.order.positions[-1]))  # noqa: E731
        self.steps: list[tuple[str, Callable[[], object], Callable[[], Callable[[], bool]]]] = [
            ("open, to the first rows", lambda: window.files.open([path]), lambda: lambda: len(libraries.order) > 0),
            ("the first pictures, while others are found", lambda: None, lambda: pictures(table, window.thumbnails)),
            ("all records", lambda: None, lambda: lambda: libraries.library is not None),
            ("titles and fields of all records", lambda: None, lambda: lambda: libraries.texts_read),
            ("scroll to the end, to its pictures", last, lambda: pictures(table, window.thumbnails)),
            ("sort by title", lambda: self.sort(Column.TITLE), arranged),
            ("sort by a field of numbers", lambda: self.sort(Column.FIRST_FIELD), arranged),
            ("search for a word", lambda: window.tool_bar.search.searched.emit("x"), arranged),
            ("filter by a range", lambda: self.add_range(), arranged),
            ("gallery, to its pictures", window.actions_["gallery"].trigger, self.gallery_pictures),
            ("substructure", lambda: self.look_for("c1ccncc1"), lambda: lambda: not libraries.search.running),
        ]
        self.pictures = pictures
        self.done: Callable[[], bool] | None = None
        self.began = 0.0
        self.heart.start()

    def gallery_pictures(self) -> Callable[[], bool]:
        return self.pictures(self.window.gallery, self.window.large_thumbnails)

    def sort(self, column: int) -> None:
        self.window.table.horizontalHeader().sectionClicked.emit(column)

    def add_range(self) -> None:
        chip = self.window.filter_bar.add_range(Column.FIRST_FIELD + 1, "remainder")
        chip.low.setText("5")
        chip.high.setText("40")

    def look_for(self, smarts: str) -> None:
        chip = self.window.filter_bar.add_substructure()
        chip.box.setText(smarts)
        chip.box.editingFinished.emit()

    def tick(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.stall, self.beat = max(self.stall, now - self.beat), now
        self.work, self.worked = max(self.work, worked - self.worked), worked
        if self.done is not None and not self.done():
            return
        if self.done is not None:
            self.found.append((self.name, now - self.began, self.stall, self.work))
            self.done = None
        if not self.steps:
            self.heart.stop()
            self.app.quit()
            return
        self.name, act, until = self.steps.pop(0)
        if self.name == "search for a word":
            self.window.tool_bar.search.setText("7")
        self.stall, self.work, self.began = 0.0, 0.0, now
        self.done = until()
        act()


def main() -> None:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from PySide6.QtCore import QTimer

    from gcx_desktop.gui.session.session import Session
    from gcx_desktop.gui.session.settings import Settings
    from gcx_desktop.gui.start.application import make_application
    from gcx_desktop.gui.window.main_window import MainWindow

    app = make_application()
    window = MainWindow(Session(), Settings())
    window.session.projects.keeps_by_itself = False
    window.show()
    app.processEvents()
    window.start()
    steps = Steps(window, app, Path(sys.argv[1]))
    QTimer.singleShot(_TIMEOUT_MS, app.quit)
    app.exec()
    window.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    print(json.dumps(steps.found))


if __name__ == "__main__":
    main()
