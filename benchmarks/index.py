"""``python -m benchmarks index``: finding the records of large files against grep, which counts them."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from gcx_desktop.library.opening.index import scan
from gcx_desktop.library.record import Format

from .measure import Row, medians, run_command

_DISTINCT = 2000
"""Molecules that the files repeat."""


def index_rows(data: Path, megabytes: int, repeats: int) -> list[Row]:
    """Files of so many MB in the page cache; what is made is deleted."""
    smiles = _smiles(data / "hiv.csv")
    plain = [f"{s},CI,0\n" for s in smiles]
    quoted = [f'"{s}","CI","0"\n' for s in smiles]
    with tempfile.TemporaryDirectory() as name:
        sdf = Path(name) / "hiv.sdf"
        _repeat(sdf, "", _sdf_records(smiles), megabytes * 10**6)
        rows = _scan_rows(f"an SDF of {megabytes:,} MB", sdf, Format.SDF, r"$$$$", repeats)
        rows += _memory_rows(f"an SDF of {megabytes:,} MB", sdf)
        sdf.unlink()
        table = Path(name) / "hiv.csv"
        for what, records in (("a table", plain), ("a table, all cells quoted,", quoted)):
            _repeat(table, "smiles,activity,HIV_active\n", records, megabytes * 10**5)
            rows += _scan_rows(f"{what} of {megabytes / 10:,.0f} MB", table, Format.TABLE, ",", repeats)
    return rows


def _scan_rows(what: str, path: Path, form: Format, marks: str, repeats: int) -> list[Row]:
    def grep(*options: str) -> None:  # to a pipe: where its output goes nowhere, it stops at the first line found
        subprocess.run(["grep", *options, "-F", marks, str(path)], stdout=subprocess.PIPE, check=True)

    mine, count, numbers, first = medians(
        [partial(_scan, path, form), partial(grep, "-c"), partial(grep, "-n"), partial(_scan, path, form, 1)], repeats
    )
    gigabytes = path.stat().st_size / 1e9
    note = "with the number of each line found, as we have it"
    return [
        Row(f"records of {what} : grep -c", mine, count, count / mine, "≥ 0.77", "s"),
        Row("the same : grep -n", mine, numbers, numbers / mine, "≥ 0.77", "s", note),
        Row("the same : a second a gigabyte", mine, gigabytes, gigabytes / mine, "≥ 1", "s"),
        Row("the same, first records : 1 s", first, 1.0, 1 / first, "≥ 1", "s"),
    ]


def _memory_rows(what: str, path: Path) -> list[Row]:
    opening = "from gcx_desktop.library.library import open_library"
    idle = run_command([sys.executable, "-c", f"{opening}; import time; time.sleep(0.6)"]).peak_bytes
    code = f"{opening}; import time; library = open_library({str(path)!r}); time.sleep(0.6)"
    held = (run_command([sys.executable, "-c", code]).peak_bytes - idle) / 1e6
    return [Row(f"memory of opening {what} : 100 MB", held, 100, 100 / held, "≥ 1", "MB")]


def _scan(path: Path, form: Format, most: int | None = None) -> None:
    with path.open("rb", buffering=0) as file:
        for _ in itertools.islice(scan(file, form, 0, path.stat().st_size, ","), most):
            pass


def _smiles(table: Path) -> list[str]:
    with table.open(newline="") as file:
        return [row["smiles"] for row in itertools.islice(csv.DictReader(file), _DISTINCT)]


def _sdf_records(smiles: Iterable[str]) -> list[str]:
    from rdkit import Chem

    mols = (Chem.MolFromSmiles(s, sanitize=False) for s in smiles)
    blocks = (Chem.MolToMolBlock(mol, kekulize=False) for mol in mols if mol.GetNumAtoms() < 1000)
    return [f"{i}{block}>  <activity>\nCI\n\n$$$$\n" for i, block in enumerate(blocks)]


def _repeat(path: Path, header: str, records: list[str], size: int) -> None:
    once = "".join(records).encode()
    with path.open("wb") as file:
        file.write(header.encode())
        while file.tell() < size:
            file.write(once)
