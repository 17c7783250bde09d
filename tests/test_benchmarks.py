"""The benchmarks as somebody meets them who starts one for the first time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def start(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "benchmarks", *words], capture_output=True, text=True, timeout=100)


def test_a_folder_that_is_not_there_is_made_and_a_missing_table_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    done = start("large", "--folder", str(folder), "--records", "1", "--data", str(tmp_path))
    assert folder.is_dir()
    assert done.returncode == 1
    assert done.stderr == f"python -m benchmarks: {tmp_path / 'hiv.csv'}: there is no such file\n"


def test_data_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    done = start("attribution", "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "there is no such folder of tables; name it with --data" in done.stderr


def test_quality_prints_the_methods_that_are_asked_for_and_keeps_their_results(tmp_path: Path) -> None:
    rows = [f"{'C' * n}{end},{int(end == 'O')}" for n in range(1, 21) for end in "ON"]
    (tmp_path / "bbbp.csv").write_text("\n".join(["smiles,p_np", *rows]) + "\n")
    results = tmp_path / "kept" / "results.json"
    options = ("--tables", "BBBP", "--splits", "random", "--seeds", "1", "--without", "ensemble", "member", "forest")
    done = start("quality", "--data", str(tmp_path), *options, "--chemprop", "no-such-command", "--out", str(results))
    assert done.returncode == 0, done.stderr
    assert "| random | logistic regression, log counts | 1.000 | 1 |" in done.stdout
    assert "chemprop: missing, since there is no command no-such-command" in done.stderr
    assert results.is_file()
