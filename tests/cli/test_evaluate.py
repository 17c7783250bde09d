"""``gcx evaluate``: its files, its sentences, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gcx_desktop.cli.main import main


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,p_np\nCCO,1\nc1ccccc1O,0\nCCN,\nCC(C)C,1\nC1,0\n")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_each_file_is_written_and_the_unlabelled_and_unreadable_records_are_left_out(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, curves, molecules, sanity = (library.with_name(f"{name}.csv") for name in ("out", "curves", "each", "sanity"))
    words = ["evaluate", str(library), "--label", "p_np", "--workers", "1", "--method", "cam", "--method", "occlusion"]
    words += ["-o", str(out), "--curves", str(curves), "--molecules", str(molecules), "--sanity", str(sanity)]
    assert main(words) == 0
    found = rows(out)
    assert [row["method"] for row in found] == ["cam", "occlusion"]
    assert {row["n_molecules"] for row in found} == {"3"}
    assert {"fidelity", "contrastivity", "sparsity", "accuracy", "auc_roc", "fidelity_random"} <= set(found[0])
    assert [row["record"] for row in rows(molecules)] == ["1", "2", "4"]
    assert {row["randomised_layers"] for row in rows(sanity)} == {"1", "2", "3", "4"}
    assert {row["method"] for row in rows(curves)} == {"cam", "occlusion"}
    printed = capsys.readouterr().err
    assert "3 molecules with a label: auc_roc" in printed
    assert "3 of 4 records done, 1 rejected" in printed


def test_a_column_that_is_not_there_is_named_with_those_that_are(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["evaluate", str(library), "--label", "p", "-o", str(library.with_name("o.csv")), "--workers", "1"]) == 2
    )
    assert "unknown column 'p'; known: p_np" in capsys.readouterr().err


def test_the_cutoff_has_an_older_name_and_its_column_too(library: Path) -> None:
    words = ["evaluate", str(library), "--label", "p_np", "--workers", "1", "--method", "cam", "--quiet", "-o"]
    outs = [library.with_name(f"{name}.csv") for name in ("default", "paper", "new", "old")]
    for out, given in zip(outs, ([], ["--cutoff", "0.01"], ["--cutoff", "0.3"], ["--threshold", "0.3"]), strict=True):
        assert main([*words, str(out), *given]) == 0
    default, paper, new, old = (out.read_bytes() for out in outs)
    assert default == paper != new == old
    assert [rows(out)[0]["threshold"] for out in outs] == ["0.01", "0.01", "0.3", "0.3"]
