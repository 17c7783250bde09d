"""Kills ``gcx explain --project`` at random moments: what is lost, and whether the file comes out the same.

A child tells through a pipe when a batch has been computed and when it has been saved, so that what was lost is known
and not guessed. The moments are counted in what it told, and a part of a batch's time, so that they fall into the work
however busy the machine is.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gcx_desktop.project.store import open_project

_CHILD = """
import os, sys
from gcx_desktop.cli.main import main
from gcx_desktop.project.results import StoredResults
save = StoredResults.save
def told(self, batch):
    n = len(batch.records) + len(batch.rejections)
    os.write(int(sys.argv[1]), b"computed %d\\n" % n)
    save(self, batch)
    os.write(int(sys.argv[1]), b"saved %d\\n" % n)
StoredResults.save = told
if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
"""

_RINGS = ("c1ccccc1", "C1CCNCC1", "c1ccncc1", "C1CCOC1", "c1ccsc1", "C1CC1")
_LINKS = ("C", "CC", "O", "N", "C(=O)N", "C(F)", "S", "C(O)")

_A_BATCH = 0.1
"""Seconds that a batch takes, roughly."""


@dataclass(frozen=True, slots=True)
class Killed:
    """One run that was killed."""

    after: int
    """How many times it had told something."""
    n_before: int
    """Records in the project when it began."""
    n_computed: int
    """Records that were computed when it was killed, with those before."""
    n_stored: int
    """Records in the project when it was opened again."""
    batch: int
    """Records of the batch that was computed last."""
    finished: bool
    """Whether it was done before it could be killed."""

    @property
    def n_lost(self) -> int:
        return self.n_computed - self.n_stored


def write_library(path: Path, n_records: int, seed: int = 0) -> None:
    """A SMILES file of made-up molecules; every fiftieth line is none."""
    chosen = random.Random(seed)
    with path.open("w") as file:
        for record in range(n_records):
            parts = [chosen.choice(_LINKS) + chosen.choice(_RINGS) for _ in range(chosen.randint(1, 4))]
            file.write(f"{'C1CC' if record % 50 == 49 else ''.join(parts)} made-up {record}\n")


def kill_runs(folder: Path, times: int, n_records: int, *, seed: int = 0, workers: int = 1) -> tuple[list[Killed], int]:
    """Kills runs, each going on where the last one stopped; a project that is complete makes room for a new one.

    :return: the runs, and how many resumed output files were compared with an uninterrupted one
    :raises AssertionError: if a resumed file differs by a byte, or more than a batch was lost
    """
    library, whole, resumed = folder / "library.smi", folder / "whole.csv", folder / "resumed.csv"
    write_library(library, n_records, seed)
    command = ["explain", str(library), "--method", "grad-cam", "--method", "eb", "--class", "all", "--quiet"]
    command += ["--workers", str(workers)]
    told, _ = _run([*command, "--project", str(folder / "whole.gcx"), "-o", str(whole)], None)
    project, chosen, runs, compared = folder / "killed.gcx", random.Random(seed + 1), [], 0
    for turn in range(times + 1):
        before = _n_stored(project)
        # The last one is left to end.
        moment = (chosen.randint(0, len(told) // 3), chosen.uniform(0.0, _A_BATCH)) if turn < times else None
        said, finished = _run([*command, "--project", str(project), "-o", str(resumed)], moment)
        counts = [int(line.split()[1]) for line in said if line.startswith("computed")]
        n_saved = before + sum(int(line.split()[1]) for line in said if line.startswith("saved"))
        stored = _n_stored(project)
        last = counts[-1] if counts else 0
        run = Killed(moment[0] if moment else 0, before, before + sum(counts), stored, last, finished)
        if moment is not None:
            runs.append(run)
        assert n_saved <= stored <= run.n_computed, f"{n_saved} saved, {stored} found, {run.n_computed} computed"
        assert run.n_lost <= last, f"{run.n_lost} lost, more than the {last} of a batch"
        assert resumed.exists() or not finished, "a run that came to its end wrote no file"
        if resumed.exists():  # perhaps it was killed on its way out
            assert resumed.read_bytes() == whole.read_bytes(), "the resumed file differs from the uninterrupted one"
            compared += 1
            resumed.unlink()
            project.unlink()
    return runs, compared


def _run(argv: Sequence[str], moment: tuple[int, float] | None) -> tuple[list[str], bool]:
    """What the child said, and whether it came to its end.

    :param moment: kill it once it has said so many lines and so many seconds have passed
    :raises RuntimeError: if it failed by itself
    """
    receiver, sender = os.pipe()
    with (
        os.fdopen(receiver) as told,
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(sender), *argv], pass_fds=[sender], stderr=subprocess.PIPE
        ) as process,
    ):
        os.close(sender)
        said = []
        if moment is not None:
            said = list(islice(told, moment[0]))
            try:
                process.wait(moment[1])
            except subprocess.TimeoutExpired:
                process.kill()
        said += told
        assert process.stderr
        complaint = process.stderr.read().decode()
        code = process.wait()
    if code not in (0, -9):
        raise RuntimeError(f"{' '.join(argv)} ended with {code}: {complaint[-500:]}")
    return said, code == 0


def _n_stored(path: Path) -> int:
    """Records that a project holds."""
    if not path.exists():
        return 0
    with open_project(path) as project:
        if not project.sources():
            return 0
        readings = project.readings(project.sources()[0].id)
        return sum(len(each.positions()) + len(each.rejected_positions()) for each in readings)


def report_kills(times: int, n_records: int) -> None:
    """Prints a table of the runs."""
    with tempfile.TemporaryDirectory() as folder:
        runs, compared = kill_runs(Path(folder), times, n_records, workers=os.cpu_count() or 1)
    print(f"{'killed after':>15}  {'there before':>12}  {'computed':>8}  {'stored':>8}  {'lost':>5}  of a batch of")
    for run in runs:
        after = "ended by itself" if run.finished else f"{run.after} messages"
        print(
            f"{after:>15}  {run.n_before:>12,}  {run.n_computed:>8,}  {run.n_stored:>8,}  {run.n_lost:>5,}  {run.batch}"
        )
    print(
        f"{compared} resumed output files equal the uninterrupted one byte for byte; at most one batch was lost a time"
    )
