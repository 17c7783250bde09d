"""What labels mean, through the commands: what is said, kept and refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from gcx_desktop.cli.main import main

SMILES = ("CCO", "CCN", "CCCO", "CCCN", "CCCCO", "CCCCN", "CCF", "CCCF")


def write(path: Path, words: list[str]) -> Path:
    rows = [("smiles", "Outcome"), *zip(SMILES, words, strict=True)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write(tmp_path / "library.csv", ["BBB+", "BBB-", "bbb+", "BBB-", "BBB+", "BBB-", "n.d.", "#N/A"])


def run(command: str, library: Path, *words: str) -> int:
    return main([command, str(library), "--workers", "1", *words])


def test_evaluate_prints_and_writes_the_meaning_of_the_labels(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, taken = library.with_name("out.json"), "BBB+ = permeable (3), BBB- = not permeable (3), no label (2)"
    assert run("evaluate", library, "--label", "outcome", "--method", "cam", "-o", str(out), "--quiet") == 0
    assert f"labels: {taken}\n" in capsys.readouterr().err
    (row,) = json.loads(out.read_text())
    assert (row["labels"], row["n_molecules"]) == (taken, 6)


def test_swapped_labels_are_noticed(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["permeable", "not permeable"]
    sample = Path(__file__).parents[2] / "resources" / "sample_library.sdf"
    swapped = [word for one, other in (words, words[::-1]) for word in ("--class-of", f"{one}={other}")]
    out = library.with_name("out.csv")
    options = ["--label", "BBB", "--method", "cam", "-o", str(out)]
    assert run("evaluate", sample, *options) == 0
    assert "swapped" not in capsys.readouterr().err
    assert run("evaluate", sample, *options, *swapped) == 0
    assert "below 0.5 by more than chance: are the labels swapped?" in capsys.readouterr().err
    assert "are the labels swapped?" in out.read_text()


def test_swapped_labels_are_noticed_where_substructures_rest_on_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = Path(__file__).parents[2] / "resources" / "sample_library.sdf"
    question = "is below 0.5 by more than chance: are the labels swapped?"
    swapped = ["--class-of", "permeable=not permeable", "--class-of", "not permeable=permeable"]
    table, page, report = (tmp_path / name for name in ("out.json", "out.html", "out.pdf"))
    words = ["--label", "BBB", "--scheme", "rings", "--min-molecules", "1", "--limit", "100", "-o"]
    assert run("substructures", sample, *words, str(table)) == 0
    assert "swapped" not in capsys.readouterr().err
    assert {row["warning"] for row in json.loads(table.read_text())} == {None}
    assert run("substructures", sample, *words, str(table), *swapped, "--quiet") == 0
    assert question in capsys.readouterr().err
    assert all(row["warning"].endswith(question) for row in json.loads(table.read_text()))
    assert run("substructures", sample, *words, str(page), *swapped) == 0
    assert question in page.read_text()
    words = ["--label", "BBB", "--substructures", "1", "--limit", "100", "-o", str(report)]
    assert run("report", sample, *words, *swapped) == 0
    assert question in " ".join(" ".join(each.extract_text().split()) for each in PdfReader(report).pages)


def test_swapped_labels_that_leave_no_evidence_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = Path(__file__).parents[2] / "resources" / "sample_library.sdf"
    predicted = tmp_path / "predicted.csv"
    assert run("predict", sample, "-o", str(predicted), "--limit", "100") == 0
    with predicted.open(newline="") as file:
        rows = [(row["smiles"], row["predicted_class"]) for row in csv.DictReader(file) if row["smiles"]]
    opposite = {"permeable": "not permeable", "not permeable": "permeable"}
    library = tmp_path / "wrong.csv"
    library.write_text("smiles,BBB\n" + "".join(f"{smiles},{opposite[name]}\n" for smiles, name in rows))
    assert run("substructures", library, "--label", "BBB", "-o", str(tmp_path / "out.csv")) != 0
    printed = capsys.readouterr().err
    assert "no molecule is predicted rightly" in printed
    assert "are the labels swapped?" in printed


@pytest.mark.parametrize("command", ["evaluate", "substructures", "report"])
def test_unknown_values_are_refused_until_their_classes_are_given(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = write(tmp_path / "library.csv", ["low", "high", "low", "high", "LOW", "High", "", "odd"])
    out = tmp_path / ("out.pdf" if command == "report" else "out.csv")
    words = ["--label", "column 2", "-o", str(out), *(["--substructures", "1"] if command == "report" else [])]
    assert run(command, library, *words) == 2
    printed = capsys.readouterr().err
    assert f"{library}: column ‘Outcome’ holds ‘low’ (3), ‘high’ (3), ‘odd’ (1)" in printed
    assert "--class-of low=CLASS --class-of high=CLASS --class-of odd=CLASS" in printed
    assert not out.exists()
    said = ["--class-of", "low=Not permeable", "--class-of", "high=permeable", "--class-of", "odd="]
    assert run(command, library, *words, *said) == 0
    assert "labels: high = permeable (3), low = not permeable (3), odd left out (1), no label (1)" in (
        capsys.readouterr().err
    )


def test_page_and_report_state_the_meaning_of_the_labels(library: Path) -> None:
    page, report = library.with_name("page.html"), library.with_name("report.pdf")
    words = ["--label", "outcome"]
    assert run("substructures", library, *words, "--min-molecules", "0", "-o", str(page)) == 0
    assert "BBB+ = permeable (3), BBB- = not permeable (3), no label (2)" in page.read_text()
    assert run("report", library, *words, "--substructures", "1", "-o", str(report)) == 0
    printed = " ".join(" ".join(each.extract_text().split()) for each in PdfReader(report).pages)
    assert "Outcome: BBB+ = permeable (3), BBB- = not permeable (3), no label (2)" in printed
    assert "p_np: 0 = not permeable (483), 1 = permeable (1,567)" in printed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--class-of", "BBB+"), "expected VALUE=CLASS"),
        (("--class-of", "BBB+=blue"), "there is no class ‘blue’"),
        (("--class-of", "yes=permeable"), "holds no ‘yes’"),
        (("--class-of", "BBB+=permeable", "--class-of", "BBB+=not permeable"), "both"),
    ],
)
def test_choices_that_fit_nothing_are_refused(
    words: tuple[str, ...], sentence: str, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--label", "outcome", "--method", "cam", "-o", str(library.with_name("out.csv")), *words]
    try:
        code: int | str | None = run("evaluate", library, *options)
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert sentence in capsys.readouterr().err


def test_choices_without_a_label_are_refused(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("substructures", library, "--class-of", "BBB+=permeable", "-o", "-") == 2
    assert "add --label" in capsys.readouterr().err


def test_training_prints_the_meaning_of_the_labels_and_the_card_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "table.csv", tmp_path / "model"
    rows = [("C" * (i + 1) + ("N" if i % 2 else "O"), ("Low", "HIGH", "low", "high")[i % 4]) for i in range(60)]
    path.write_text("smiles,outcome\n" + "".join(f"{smiles},{word}\n" for smiles, word in rows) + "CCF,odd\n")
    words = [str(path), "--label", "OUTCOME", "-o", str(out), "--split", "random", "--seeds", "1", "--epochs", "1"]
    words += ["--widths", "4", "--workers", "1"]
    assert main(["train", *words]) == 2
    assert "--class-of Low=Low --class-of HIGH=HIGH --class-of odd=odd" in capsys.readouterr().err
    said = ["--class-of", "low=no hit", "--class-of", "high=hit", "--class-of", "odd="]
    assert main(["train", *words, *said, "--quiet"]) == 0
    assert "labels: HIGH = hit (30), Low = no hit (30), odd left out (1)\n" in capsys.readouterr().err
    card = json.loads((out / "card.json").read_text())
    assert (card["class_names"], card["positive_class"]) == (["no hit", "hit"], "hit")
    assert card["training_data"]["label"] == "outcome"
    assert card["training_data"]["label_values"] == {"Low": ["no hit", 30], "HIGH": ["hit", 30], "odd": ["", 1]}
    assert "'--class-of=low=no hit' --class-of=high=hit --class-of=odd=" in card["command"]
    assert main(["models", "--add-domain", str(out), str(path)]) == 0


def test_true_atoms_are_scored_for_the_positive_class_whatever_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "table.csv", tmp_path / "out.csv"
    rows = [
        ("C" * (i // 2 + 1) + ("CN" if i % 2 else "CO"), ("low", "high")[i % 2], "test" if i % 5 == 0 else "train")
        for i in range(60)
    ]
    path.write_text("smiles,hit,split\n" + "".join(",".join(row) + "\n" for row in rows))
    words = [str(path), "--label", "hit", "--split-column", "Split", "--truth", "[#7]", "-o", str(out), "--epochs", "1"]
    words += ["--method", "cam", "--workers", "1"]
    assert main(["benchmark-attribution", *words]) == 2
    assert "--class-of low=low --class-of high=high" in capsys.readouterr().err
    said = ["--class-of", "low=weak", "--class-of", "high=strong"]
    assert main(["benchmark-attribution", *words, *said]) == 2
    assert "say it with --positive" in capsys.readouterr().err
    assert main(["benchmark-attribution", *words, *said, "--positive", "strong"]) == 0
    assert "labels: low = weak (30), high = strong (30)" in capsys.readouterr().err
    with out.open() as file:
        assert next(csv.DictReader(file))["n_molecules"] == "6"
