"""``python -m tests.fuzz [--seconds N] [--only TARGET]``: each target in a process of its own."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("sdf", "mol", "smiles", "scenes", "table", "gzip", "model")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="for each target")
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # of the process that fuzzes
    args = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed; pip install '.[fuzz]'")
    if args.folder is not None:
        fuzz(args.only, args.seconds, args.folder)
    failed = [name for name in NAMES if args.only in (None, name) and not passes(name, args.seconds)]
    return int(bool(failed))


def passes(name: str, seconds: int) -> bool:
    """Runs one target, and shows what it said if it found something."""
    with tempfile.TemporaryDirectory(prefix="gcx-fuzz-") as folder:
        command = [sys.executable, "-m", "tests.fuzz", "--only", name, "--seconds", str(seconds), "--folder", folder]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    said = ended.stderr + ended.stdout
    runs = [line for line in said.splitlines() if line.startswith("Done ")]
    print(f"{name}: {runs[-1] if runs and not ended.returncode else said[-4000:]}", flush=True)
    return not ended.returncode


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Fuzzes in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["gcx_desktop.library", "gcx_desktop.gcn.bundles.model_file", "zipfile"]):
        from gcx_desktop.library.opening import index

        from .readers import TARGETS
    index.CHUNK = 61  # so that records lie across the borders of chunks
    target = TARGETS[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    path = folder / target.name
    options = [f"-max_total_time={seconds}", "-max_len=2048", "-timeout=10", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda content: target.check(path, content))
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
