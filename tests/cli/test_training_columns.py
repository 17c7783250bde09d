"""``gcx train TABLE --columns``: what could be learned, without training."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.cli.main import main


def write(folder: Path) -> Path:
    path = folder / "table.csv"
    lines = [f"CC{'C' * i},mol{i},{i % 2},{5 + i / 7:.3f},{'n/t' if i == 9 else i / 3:}" for i in range(40)]
    path.write_text("\n".join(["smiles,name,active,pIC50,dose", *lines]) + "\n")
    return path


def test_the_columns_are_printed_and_nothing_is_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(write(tmp_path)), "--columns", "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "active: classes; 0 (20), 1 (20)"
    assert lines[1].startswith("pIC50: value; 40 numbers from 5 to")
    assert "‘dose’, record 10, holds ‘n/t’" in lines[2]
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]


def test_without_label_or_folder_the_command_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(write(tmp_path))]) == 2
    assert "gcx train needs -o and --label; --columns lists what can be learned" in capsys.readouterr().err
