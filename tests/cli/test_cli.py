"""The command as users and scripts meet it: output, exit codes, sentences."""

from __future__ import annotations

import csv
import gzip
import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.cli.main import main, parser
from gcx_desktop.progress import Progress

GCX = [sys.executable, "-m", "gcx_desktop.cli.main"]
SMI = "CCO ethanol\nc1ccccc1 benzene\nC1CC broken\nCN1CCC[C@H]1c1cccnc1 nicotine\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.smi"
    path.write_text(SMI)
    return path


def modules_loaded_by(*argv: str) -> set[str]:
    code = (
        "import sys\nfrom gcx_desktop.cli.main import main\n"
        f"try: main({list(argv)!r})\nexcept SystemExit: pass\n"
        "print('LOADED', *[m for m in ('torch', 'PySide6', 'rdkit', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("argv", [("--help",), ("explain", "--help"), ("models",)])
def test_help_and_the_list_of_models_load_nothing_heavy(argv: tuple[str, ...]) -> None:
    assert modules_loaded_by(*argv) == set()


def test_models_lists_the_bundled_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    names = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert [name for name in names if name in ("bace", "bace-pic50", "bbbp", "esol")] == names[:4]
    assert {"bbbp", "tetrahymena", "tox21-nr-er"} <= set(names)
    assert any("labels in ‘p_np’: 0 = not permeable (483), 1 = permeable (1,567)" in line for line in lines)
    assert main(["models", "--json"]) == 0


def test_explain_writes_the_table_and_counts_what_was_rejected(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, bad = tmp_path / "out.csv.gz", tmp_path / "bad.csv"
    assert (
        main(["explain", str(library), "-o", str(out), "--method", "eb", "--rejected", str(bad), "--workers", "1"]) == 0
    )
    with gzip.open(out, "rt") as file:
        rows = list(csv.DictReader(file))
    assert [(row["record"], row["title"]) for row in rows] == [("1", "ethanol"), ("2", "benzene"), ("4", "nicotine")]
    with bad.open() as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["record"], rejected["line"], rejected["title"]) == ("3", "3", "broken")
    assert rejected["reason"]
    said = capsys.readouterr()
    assert said.out == ""
    assert "3 of 4 records done, 1 rejected" in said.err


def test_results_alone_go_to_standard_output(library: Path) -> None:
    done = subprocess.run([*GCX, "predict", str(library), "-o", "-"], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["record"] for row in rows] == ["1", "2", "4"]
    assert "\x1b" not in done.stderr, "no progress bar where there is no terminal"


def test_salts_are_predicted_unchanged_without_a_preparation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    salts = tmp_path / "salts.smi"
    salts.write_text("[Na+].CC(=O)[O-] acetate\nCC(=O)O acid\n*CC fragment\n")
    done = {}
    for options in (("--no-keep-largest-fragment",), ("--keep-largest-fragment", "--neutralise")):
        assert main(["predict", str(salts), "-o", str(tmp_path / "out.csv"), "--workers", "1", *options]) == 0
        with (tmp_path / "out.csv").open(newline="") as file:
            done[options] = list(csv.DictReader(file))
        assert "not predictable: atom 1 is no element but a placeholder (*)" in capsys.readouterr().err
    plain, prepared = done.values()
    assert "preparation" not in plain[0]
    assert plain[0]["probability"] != plain[1]["probability"]
    assert prepared[0]["probability"] == prepared[1]["probability"]
    assert [row["preparation"] for row in prepared] == ["largest fragment of 2 predicted; neutralised", ""]


def test_limit_takes_the_first_records(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(library), "-o", str(tmp_path / "out.csv"), "--limit", "2", "--quiet"]) == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3
    assert capsys.readouterr().err == ""


def exit_code(argv: list[str]) -> int | str | None:
    """As the shell sees it: argparse leaves by SystemExit."""
    try:
        return main(argv)
    except SystemExit as ended:
        return ended.code


WRONG = {
    "no such library": (["predict", "nowhere.sdf", "-o", "out.csv"], 1, "nowhere.sdf"),
    "a page named .sdf": (["predict", "page.sdf", "-o", "out.csv"], 1, "HTML"),
    "an empty library": (["predict", "empty.sdf", "-o", "out.csv"], 1, "empty"),
    "an unknown column": (["predict", "table.csv", "-o", "out.csv", "--smiles-column", "smile"], 2, "smiles"),
    "an unknown model": (["predict", "library.smi", "-o", "out.csv", "--model", "gpt"], 2, "bbbp"),
    "an unknown method": (["explain", "library.smi", "-o", "out.csv", "--method", "lime"], 2, "grad-cam"),
    "an unknown class": (["explain", "library.smi", "-o", "out.csv", "--class", "blue"], 2, "permeable"),
    "a folder that is no model": (["predict", "library.smi", "-o", "out.csv", "--model", "."], 1, "not a model folder"),
    "an unknown suffix": (["predict", "library.smi", "-o", "out.docx"], 2, ".csv"),
    "a folder that does not exist": (["predict", "library.smi", "-o", "no/out.csv"], 1, "does not exist"),
    "the library itself as output": (["predict", "table.csv", "-o", "table.csv"], 1, "library itself"),
    "the library itself as list of rejected": (
        ["predict", "table.csv", "-o", "out.csv", "--rejected", "table.csv"],
        1,
        "library itself",
    ),
    "one file for results and for rejected records": (
        ["predict", "library.smi", "-o", "out.csv", "--rejected", "./out.csv"],
        2,
        "same file",
    ),
    "an option that does not exist": (["predict", "library.smi", "-o", "out.csv", "--colour"], 2, "--colour"),
    "a report that is no PDF": (["report", "library.smi", "-o", "out.html"], 2, ".pdf"),
    "labels for nothing": (["report", "library.smi", "-o", "out.pdf", "--label", "p"], 2, "add --substructures N"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_is_one_sentence_and_nothing_is_written(
    name: str, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    argv, code, word = WRONG[name]
    monkeypatch.chdir(library.parent)
    Path("page.sdf").write_text("<!DOCTYPE html><html><body>404 Not Found</body></html>")
    Path("empty.sdf").touch()
    Path("table.csv").write_text("smiles,name\nCCO,ethanol\n")
    before = {p: p.read_bytes() for p in Path().iterdir()}
    assert exit_code(argv) == code
    err = capsys.readouterr().err
    assert err.startswith("gcx")
    assert word in err
    assert len(err.splitlines()) == 1
    assert {p: p.read_bytes() for p in Path().iterdir()} == before


def test_a_library_of_which_no_record_could_be_read_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.smi").write_text("C1CC one\nc1ccc two\n")
    assert main(["predict", str(tmp_path / "bad.smi"), "-o", str(tmp_path / "out.csv")]) == 1
    err = capsys.readouterr().err
    assert "record 1 (line 1)" in err
    assert "none of its 2 records could be read; the first one: 'C1CC' is not a SMILES" in err.splitlines()[-1]


def test_a_usage_error_ends_with_code_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["predict"])
    assert ended.value.code == 2


def test_ctrl_c_ends_with_code_130_and_leaves_no_file(tmp_path: Path) -> None:
    big = tmp_path / "big.smi"
    big.write_text("CCOC(=O)c1ccccc1N\n" * 300_000)
    with subprocess.Popen(
        [*GCX, "explain", str(big), "-o", str(tmp_path / "out.csv")],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        # The unfinished output is there under another name once records are being written.
        deadline_reached = True
        for _ in range(600):
            if any(p.name.endswith(".part") for p in tmp_path.iterdir()):
                deadline_reached = False
                break
            try:
                process.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                continue
        assert not deadline_reached
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "gcx: interrupted"
    assert [p.name for p in tmp_path.iterdir()] == ["big.smi"]


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    many = tmp_path / "many.smi"
    many.write_text("CCO\n" * 5000)
    done = subprocess.run(
        f"{sys.executable} -m gcx_desktop.cli.main predict {many} -o - --quiet | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stdout.startswith("record,")
    assert done.stderr == ""


def test_the_sample_library_is_explained_without_a_rejected_record(tmp_path: Path) -> None:
    out, bad = tmp_path / "out.sdf", tmp_path / "bad.csv"
    sample = paths.resource(paths.SAMPLE_LIBRARY)
    assert main(["explain", str(sample), "-o", str(out), "--rejected", str(bad), "--quiet"]) == 0
    assert bad.read_text().splitlines() == ["record,line,title,reason"]


def test_the_progress_bar_shows_task_progress_and_remaining_time() -> None:
    from gcx_desktop.cli.progress_bar import bar_text

    text = bar_text(Progress("Explaining", 812, 2050, rejected=3, elapsed=9.2))
    assert text.startswith("Explaining  812 / 2,050  ▓▓▓▓▓▓▓▓▓░")
    assert "0:14 left" in text
    assert "3 rejected" in text


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["report", "library.smi", "-o", "out.pdf"], "colour-threshold"),
        (["evaluate", "library.smi", "--label", "p", "-o", "out.csv"], "cutoff"),
        (["substructures", "library.smi", "-o", "out.csv"], "cutoff"),
    ],
)
def test_threshold_is_the_older_name_of_what_each_command_calls_otherwise(words: list[str], name: str) -> None:
    old, new = (parser().parse_args([*words, f"--{option}", "0.3"]) for option in ("threshold", name))
    assert old == new
    assert getattr(new, name.replace("-", "_")) == 0.3
