"""How things are measured: medians over interleaved repeats, and whole processes by what the system says of them."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    ours: float
    peer: float
    ratio: float
    """Above 1 we are ahead, whichever way the unit counts."""
    target: str
    unit: str
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def medians(
    functions: Sequence[Callable[[], object]], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Median seconds of each function, run in turn A B C A B C …, after one run of each that is not counted.

    :param clock: of which seconds; ``time.process_time``: those of this process alone, on a machine that is busy
    """
    times: list[list[float]] = [[] for _ in functions]
    for turn in range(repeats + 1):
        for taken, function in zip(times, functions, strict=True):
            began = clock()
            function()
            if turn:
                taken.append(clock() - began)
    return [statistics.median(taken) for taken in times]


_SAMPLE_SECONDS = 0.25
"""A look at all processes takes milliseconds of a core that the command needs."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended."""

    seconds: float
    peak_bytes: int
    """Largest sum of the resident memory of it and its children, sampled; pages that they share count each time."""


def run_command(argv: Sequence[str], environment: dict[str, str] | None = None) -> Finished:
    """Runs a command to its end; its modules are compiled once, as an installed program's are.

    :raises RuntimeError: if it fails
    """
    began = time.perf_counter()
    with subprocess.Popen(
        argv,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},
    ) as process:
        peak = 0
        stop = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not stop.wait(_SAMPLE_SECONDS):
                peak = max(peak, _resident(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        assert process.stderr
        said = process.stderr.read().decode()
        code = process.wait()
        taken = time.perf_counter() - began
        stop.set()
        watcher.join()
    if code:
        raise RuntimeError(f"{' '.join(argv)} ended with {code}: {said[-500:]}")
    return Finished(taken, peak)


def _resident(root: int) -> int:
    """Bytes of a process and its descendants (Linux; elsewhere the largest child so far)."""
    if not sys.platform.startswith("linux"):
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            sizes[int(entry.name)] = int(fields[21]) * resource.getpagesize()
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += sizes.get(pid, 0)
        waiting += [child for child, parent in parents.items() if parent == pid]
    return total


def product_rate(threads: int) -> float:
    """FLOP/s of this machine's float32 matrix product, of a size that the network uses; the best of some."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        a, b = torch.rand(1500, 512), torch.rand(512, 256)
        out = torch.empty(1500, 256)
        best = float("inf")
        for _ in range(15):
            began = time.perf_counter()
            for _ in range(10):
                torch.mm(a, b, out=out)
            best = min(best, time.perf_counter() - began)
    finally:
        torch.set_num_threads(before)
    return 10 * 2 * 1500 * 512 * 256 / best
