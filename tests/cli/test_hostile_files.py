"""Pipes, devices, links and names that no file system takes, in the place of files: one sentence, and no waiting."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.cli.main import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("smiles,active\nCCO,1\nc1ccccc1,0\n")
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The sentence with which a command fails."""
    assert main([*argv, "--workers", "1", "--quiet"] if argv[0] != "models" else list(argv)) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "unexpected" not in sentence
    return sentence


@pytest.mark.parametrize("name", ["weights.safetensors", "card.json"])
@pytest.mark.parametrize("instead", ["pipe", "/dev/zero", "."])
def test_a_model_whose_file_is_none_is_not_waited_for(
    capsys: pytest.CaptureFixture[str], name: str, instead: str
) -> None:
    shutil.copytree(paths.bundled_models() / "bbbp", "model")
    Path("model", name).unlink()
    Path("model", name).symlink_to(Path(instead).absolute())
    assert "model" in said(capsys, "predict", "a.csv", "-o", "b.csv", "--model", "./model")


@pytest.mark.parametrize(
    "argv",
    [
        ("predict", "pipe", "-o", "b.csv"),
        ("report", "a.csv", "-o", "b.pdf", "--template", "pipe"),
        ("explain", "a.csv", "-o", "b.csv", "--project", "pipe"),
        ("predict", "loop", "-o", "b.csv"),
    ],
)
def test_a_pipe_or_a_circle_of_links_is_no_file(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]) -> None:
    assert said(capsys, *argv).startswith(("gcx: pipe: ", "gcx: loop: "))


def test_a_circle_of_links_is_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.csv").symlink_to("b.csv")
    assert said(capsys, "predict", "a.csv", "-o", "b.csv").startswith("gcx: b.csv: it cannot be written")


LONG = "n" * 300


@pytest.mark.parametrize(
    "argv",
    [
        ("predict", f"{LONG}.csv", "-o", "b.csv"),
        ("predict", "a.csv", "-o", f"{LONG}.csv"),
        ("predict", "a.csv", "-o", "/".join(["d" * 100] * 60) + ".csv"),
        ("predict", "a.csv", "-o", "b.csv", "--rejected", f"{LONG}.csv"),
        ("predict", "a.csv", "-o", "b.csv", "--model", LONG),
        ("explain", "a.csv", "-o", "b.csv", "--project", LONG),
        ("report", "a.csv", "-o", "b.pdf", "--template", LONG),
        ("train", "a.csv", "--label", "active", "-o", LONG),
    ],
)
def test_a_name_that_is_too_long_is_an_error_of_one_sentence(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]
) -> None:
    assert not Path("b.csv").exists()
    assert any(part in said(capsys, *argv) for part in (LONG[:250], "d" * 100))
    assert not Path("b.csv").exists()


def test_a_project_too_deep_in_folders_for_sqlite_is_an_error_of_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    deep = Path("/".join(["d" * 100] * 5))
    deep.mkdir(parents=True)
    sentence = said(capsys, "explain", "a.csv", "-o", "b.csv", "--project", str(deep / "project.gcx"))
    assert "its path is too long for a project" in sentence
    assert list(deep.iterdir()) == []


def test_a_longest_name_that_is_possible_is_written() -> None:
    name = "n" * 251 + ".csv"
    assert main(["predict", "a.csv", "-o", name, "--quiet", "--workers", "1"]) == 0
    assert len(Path(name).read_text().splitlines()) == 3


@pytest.mark.parametrize("out", ["b.pdf", "b.xlsx"])
def test_an_unusable_folder_for_temporary_files_is_an_error_of_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(Path("a.csv").absolute()))
    command = "report" if out.endswith("pdf") else "predict"
    assert "the folder for temporary files cannot be used" in said(capsys, command, "a.csv", "-o", out)
    assert not Path(out).exists()
