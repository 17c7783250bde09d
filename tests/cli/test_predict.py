"""``gcx predict`` and ``gcx explain``: what each kind of file can hold, and what is said of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import openpyxl
import pytest

from gcx_desktop.app.output import write_results
from gcx_desktop.cli.main import main


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text('smiles,name,note\nCCO,=ethanol,"one\n\ntwo"\nCCC,"pro\tpane",$$$$\n')
    return path


def run(command: str, library: Path, out: str) -> int:
    return main([command, str(library), "-o", str(library.with_name(out)), "--workers", "1"])


def test_texts_changed_for_an_sdf_are_counted_and_named_on_standard_error(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("predict", library, "out.sdf") == 0
    assert (
        "gcx: 2 texts were changed so that the file can be read: record 1, 'note': blank lines were left out; "
        "record 2, 'note': lines like those that divide the file were indented\n"
    ) in capsys.readouterr().err
    assert run("predict", library, "out.csv") == 0
    assert "changed" not in capsys.readouterr().err


def test_own_columns_are_in_predictions_unless_they_are_left_out_and_in_saliency_if_wanted(library: Path) -> None:
    def header(out: str) -> list[str]:
        return library.with_name(out).read_text().partition("\n")[0].split(",")

    for command, flag, own in (("predict", "", True), ("predict", "--no-fields", False), ("explain", "--fields", True)):
        assert main([command, str(library), "-o", str(library.with_name("out.csv")), *flag.split()]) == 0
        assert ("note" in header("out.csv")) is own
    assert run("explain", library, "out.csv") == 0
    assert "note" not in header("out.csv")


def test_a_smiles_file_holds_smiles_and_titles(library: Path) -> None:
    assert run("predict", library, "out.smi") == 0
    assert library.with_name("out.smi").read_text() == "CCO\t=ethanol\nCCC\tpro pane\n"


def test_saliency_is_refused_where_it_cannot_be_held(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", library, "out.smi") == 2
    assert "a .smi file cannot hold this; possible are .csv" in capsys.readouterr().err


def test_a_spreadsheet_holds_the_columns_and_formulas_as_text(library: Path) -> None:
    assert run("explain", library, "out.xlsx") == 0
    header, first, _ = openpyxl.load_workbook(library.with_name("out.xlsx")).active.iter_rows()
    assert [cell.value for cell in header][:3] == ["record", "title", "smiles"]
    assert [(cell.value, cell.data_type) for cell in first][:3] == [(1, "n"), ("=ethanol", "s"), ("CCO", "s")]


def test_more_rows_than_a_sheet_holds_are_refused_before_any_work(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(write_results, "XLSX_ROWS", 2)
    assert run("predict", library, "out.xlsx") == 2
    assert "2 rows and a header are more than an XLSX sheet holds, 2; write .csv" in capsys.readouterr().err
    assert not library.with_name("out.xlsx").exists()


DAMAGED = """{title}
  made by hand

  1  0  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 O   0  0
M  END
> <A>
1
{fault}
$$$$
"""


def test_records_with_damaged_data_fields_are_predicted_and_reported_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound, again = DAMAGED.format(title="sound", fault=""), "\n> <A>\n2\n"
    library, out = tmp_path / "library.sdf", tmp_path / "out.csv"
    library.write_text(sound + DAMAGED.format(title="twice", fault=again))
    arguments = [str(library), "-o", str(out), "--workers", "1"]
    assert main(["predict", *arguments, "--rejected", str(tmp_path / "rejected.csv")]) == 0
    said = capsys.readouterr().err
    assert "2 of 2 records done, 0 rejected" in said
    assert "1 record has damaged lines; record 2, line 20: the field 'A' was there before" in said
    assert (tmp_path / "rejected.csv").read_text().splitlines() == ["record,line,title,reason"]
    library.write_text(sound + 3 * DAMAGED.format(title="twice", fault=again))
    assert main(["explain", *arguments, "--method", "cam"]) == 0
    said = capsys.readouterr().err
    assert "3 records have damaged lines; first: record 2, line 20: the field 'A' was there before" in said
    library.write_text(sound)
    assert main(["predict", *arguments]) == 0
    assert "damaged" not in capsys.readouterr().err


def test_the_automatically_chosen_device_is_printed(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["predict", str(library), "-o", str(library.with_name("out.csv")), "--workers", "1"]
    assert main([*command, "--device", "auto"]) == 0
    said = capsys.readouterr().err
    assert "gcx: device: cpu (no CUDA device that works was found)\n" in said or "gcx: device: cuda (" in said
    assert main([*command, "--device", "cpu"]) == 0
    assert main([*command, "--device", "auto", "--quiet"]) == 0
    assert "device" not in capsys.readouterr().err


@pytest.mark.parametrize("table", ["record", "rejected", "prediction"])
def test_damaged_results_of_a_project_are_reported_and_computed_again_at_once(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, project, out = tmp_path / "library.smi", tmp_path / "a.gcx", tmp_path / "out.csv"
    library.write_text("CCO\nCCN\nnone\nCCC\nno\nCCF\n")
    arguments = ["predict", str(library), "--project", str(project), "-o", str(out), "--workers", "1", "--quiet"]
    assert main(arguments) == 0
    first = out.read_text()
    connection = sqlite3.connect(project)
    with connection:
        connection.execute(f"UPDATE {table} SET checksum = checksum + 1 WHERE position > 1")
    connection.close()
    library_of = {"record": "2 records (4, 6)", "rejected": "2 records (3, 5)", "prediction": "2 records (4, 6)"}
    capsys.readouterr()
    for said in (f"gcx: {project}: what it held of {library_of[table]} was damaged and is computed again\n", ""):
        assert main(arguments) == 0
        assert capsys.readouterr().err == said
        assert out.read_text() == first
