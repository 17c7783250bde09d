"""``gcx substructures``: its files, its sentences, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pypdf import PdfReader

from gcx_desktop.app.mining.write_substructures import COLUMNS
from gcx_desktop.cli.main import main


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,p_np\nCCO,1\nc1ccccc1O,0\nCCN,\nCC(C)CN(C)C,1\nC1,0\nCCc1ccccc1,1\n")
    return path


def run(library: Path, *words: str) -> int:
    words = ("--workers", "1", "--min-molecules", "0", "--method", "grad-cam", *words)
    return main(["substructures", str(library), *words])


def test_a_row_for_each_substructure_is_written(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = library.with_name("out.csv")
    assert run(library, "-o", str(out), "--cutoff", "0.2") == 0
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert {row["class"] for row in rows} <= {"permeable", "not permeable"}
    assert all(int(row["n_explained"]) <= int(row["n_positive"]) + int(row["n_negative"]) for row in rows)
    printed = capsys.readouterr().err
    assert "explained molecules" in printed
    assert "5 of 6 records done, 1 rejected" in printed


def test_with_labels_only_labelled_records_count(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(library, "-o", "-", "--label", "p_np", "--class", "permeable", "--scheme", "groups") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("substructure,smiles,class,")
    assert "4 of 5 records done, 1 rejected" in printed.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-o", "out.pdf"), "possible are .csv"),
        (("-o", "-", "--method", "lime"), "unknown method 'lime'"),
        (("-o", "-", "--class", "blue"), "unknown class 'blue'"),
        (("-o", "-", "--label", "p"), "unknown column 'p'"),
        (("-o", "-", "--scheme", "frequent", "--max-atoms", "13"), "1 to 12 atoms, not 13"),
    ],
)
def test_an_impossible_request_is_an_error_of_one_sentence(
    library: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(library, *words) == 2
    assert sentence in capsys.readouterr().err


def test_the_cutoff_has_an_older_name(library: Path) -> None:
    outs = [library.with_name(f"{name}.csv") for name in ("default", "new", "old")]
    for out, given in zip(outs, ([], ["--cutoff", "0.95"], ["--threshold", "0.95"]), strict=True):
        assert run(library, "-o", str(out), *given) == 0
    default, new, old = (out.read_bytes() for out in outs)
    assert default != new == old


def test_the_report_has_the_first_of_each_class_and_how_to_make_it_again(library: Path) -> None:
    out = library.with_name("out.pdf")
    words = ["report", str(library), "--workers", "1", "--method", "grad-cam", "--substructures", "2"]
    words += ["--label", "p_np", "-o", str(out)]
    library.write_text("smiles,p_np\n" + 12 * "CCO,1\nc1ccccc1O,1\nCCN,1\nCC(C)CN(C)C,1\nCCc1ccccc1,1\n")
    assert main([*words, "--quiet"]) == 0
    first, *others = ("".join(page.extract_text().split()) for page in PdfReader(out).pages)
    assert "--substructures2--labelp_np" in first.replace("\u200b", "")
    found = "".join(others)
    assert "SALIENTSUBSTRUCTURES" in found
    assert "andrightlybytheirlabels" in found
    assert "2·permeable" in found
    assert "3·permeable" not in found
