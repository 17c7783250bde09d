"""Whatever the bytes: a library, or one sentence; every record a text or a reason; and no waiting."""

from __future__ import annotations

import gzip
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcx_desktop.errors import GcxError
from gcx_desktop.library.formats import smiles, table
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.molecule import Molecule, read_molecule
from gcx_desktop.library.record import Rejected
from gcx_desktop.library.writing.export import sdf_record

ATOM = "    0.0000    0.0000    0.0000 C   0  0  0  0\n"
SDF = f"one\n  x\n\n  2  1  0  0  0  0            999 V2000\n{ATOM}{ATOM}  1  2  1  0\nM  END\n> <A>\n1\n\n$$$$\n" * 4
CSV = 'name,smiles,x\nwater,O,1\n"a, ""b""\nc",CCO,2\npyridine,c1ccncc1,3\n' * 3
SMI = "CCO ethanol\nc1ccccc1 benzene\n[Na+].[Cl-] salt\n" * 3
SEEDS = {"a.sdf": SDF, "a.csv": CSV, "a.smi": SMI, "a.txt": SMI, "a.mol": SDF[:200], "a.tsv": CSV.replace(",", "\t")}


def exercise(path: Path) -> None:
    """Opens a file and reads all of it; anything but an expected error is the caller's failure."""
    try:
        library = open_library(path)
    except GcxError as error:
        assert "\n" not in str(error).replace(str(path), "")  # noqa: PT017
        return
    with library:
        assert len(library) > 0
        assert isinstance(library.field_names, tuple)
        last_line = 0
        for position in range(len(library)):
            raw = library.raw(position)
            assert raw.line > last_line
            last_line = raw.line
            sdf_record(raw, [("x", "1")])
            result = read_molecule(library.source, raw)
            assert isinstance(result, Molecule | Rejected)
            assert result.reason if isinstance(result, Rejected) else result.mol.GetNumAtoms() > 0


def mutate(data: bytes, random_: random.Random) -> bytes:
    """A few cuts, copies, flips and foreign bytes."""
    out = bytearray(data)
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(out) + 1)
        match random_.randrange(5):
            case 0:
                del out[at : at + random_.randint(1, 40)]
            case 1:
                out[at:at] = random_.choice(
                    [b"\n", b"\r", b"$$$$", b'"', b",", b"\t", b"\0", b"\xff", b">", b"<", b"M  END\n"]
                )
            case 2:
                out[at : at + 1] = bytes([random_.randrange(256)])
            case 3:
                out[at:at] = out[at // 2 : at // 2 + random_.randint(1, 60)]
            case _:
                del out[at:]
        if not out:
            break
    return bytes(out)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(SEEDS)), seed=st.integers(0, 10**9), packed=st.booleans())
def test_a_spoilt_file_opens_or_is_refused_with_a_sentence(tmp_path: Path, name: str, seed: int, packed: bool) -> None:
    random_ = random.Random(seed)
    data = mutate(SEEDS[name].encode(), random_)
    if packed:
        data = mutate(gzip.compress(data), random_) if seed % 2 else gzip.compress(data)
    (tmp_path / name).write_bytes(data)
    exercise(tmp_path / name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(name=st.sampled_from(sorted(SEEDS)), data=st.binary(max_size=200))
def test_any_bytes_open_or_are_refused_with_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    exercise(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.sdf", "<!---->" * 5_000),
        ("a.sdf", "# " * 20_000),
        ("a.smi", "C" + "->" * 20_000 + "!"),
        ("a.smi", "(" * 200_000),
        ("a.csv", 'smiles,x\nC,"' + '"' * 300_000),
        ("a.csv", "smiles,x\n" + 'x","\n' * 100_000),
        ("a.csv", "," * 200_000),
        ("a.sdf", "> <a\n" * 50_000 + "$$$$\n"),
        ("a.sdf", SDF[:-6] + "> <" + "<>" * 50_000 + "\n1\n"),
        ("a.sdf", "$$$$\n" * 100_000),
    ],
)
def test_a_hostile_file_costs_no_time(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    began = time.process_time()
    try:
        with open_library(tmp_path / name) as library:
            for position in range(min(len(library), 100)):
                library.text(position)
    except GcxError:
        pass
    assert time.process_time() - began < 5


def test_patterns_take_no_more_than_linear_time() -> None:
    began = time.process_time()
    table.escape_formula("-" + "1" * 300_000 + "x")
    table.escape_formula("-" + "1 " * 300_000 + "x")
    table.unescape_formula("'" * 300_000)
    smiles.looks_like_smiles("C" + "->" * 100_000 + "!")
    smiles.split_line("C |" + "| " * 100_000)
    assert time.process_time() - began < 2
