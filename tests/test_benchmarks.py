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
