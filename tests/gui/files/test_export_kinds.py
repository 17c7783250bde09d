"""Every kind of file that the window writes has the command's contents, in the order of the rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.output.export_kinds import ALL, FILTERED, TABLE_KINDS
from gcx_desktop.cli.main import main
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from tests.gui.window_fixtures import RECORDS, search_for

TIMEOUT = 20_000


def export(qtbot: QtBot, window: MainWindow, which: str, path: Path) -> None:
    window.exports.export_table(which, path)
    qtbot.waitUntil(lambda: not window.exports.busy, timeout=TIMEOUT)


def command(window: MainWindow, out: Path) -> None:
    """Runs ``gcx explain`` on the same library, or ``gcx predict`` if the file holds no saliency."""
    session, library = window.session, window.session.libraries.library
    assert library is not None
    words = ["predict"] if out.suffix == ".smi" else ["explain", "--method", session.now.method]
    words += ["--model", str(session.model_path), "--workers", "1", "--quiet"]
    words += [] if out.suffix in (".smi", ".sdf") else ["--fields"]
    words += ["--keep-largest-fragment"] if session.now.steps.largest_fragment else []
    words += ["--neutralise"] if session.now.steps.neutralise else []
    assert main([*words, str(library.path), "-o", str(out)]) == 0


@pytest.fixture
def library_file(tmp_path: Path) -> Path:
    """Six records, of which the third is no molecule and the last two are salts."""
    path = tmp_path / "library.csv"
    salts = "[NH3+]CCC.[Cl-],propylammonium,8,salt\nCC(=O)[O-],acetate,3e1,acid\n"
    path.write_text("smiles,name,value,kind\n" + "".join(f"{','.join(record)}\n" for record in RECORDS[:4]) + salts)
    return path


@pytest.mark.parametrize("preparation", [NO_PREPARATION, Preparation(True, True)], ids=["as recorded", "prepared"])
@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_all_records_are_written_as_the_command_writes_them(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, kind: str, preparation: Preparation
) -> None:
    window.session.choose_preparation(preparation)
    export(qtbot, window, ALL, tmp_path / f"window.{kind}")
    command(window, tmp_path / f"command.{kind}")
    assert (tmp_path / f"window.{kind}").read_bytes() == (tmp_path / f"command.{kind}").read_bytes()


def test_sorted_and_filtered_records_have_the_values_of_the_command_in_the_order_seen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    libraries = window.session.libraries
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        window.table.horizontalHeader().sectionClicked.emit(Column.FIRST_FIELD)
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "a")
    seen = [position + 1 for position in window.table.seen_positions() if position != 2]
    assert seen != sorted(seen)
    command(window, tmp_path / "command.parquet")
    rows = {row["record"]: row for row in pq.read_table(tmp_path / "command.parquet").to_pylist()}
    export(qtbot, window, FILTERED, tmp_path / "window.parquet")
    written = pq.read_table(tmp_path / "window.parquet").to_pylist()
    assert [row["record"] for row in written] == seen
    for row in written:
        expected = rows[row["record"]]
        assert row.pop("saliency") == pytest.approx(expected["saliency"], rel=1e-5, abs=1e-8)
        assert row.pop("probability") == pytest.approx(expected["probability"], rel=1e-5)
        assert row == {name: expected[name] for name in row}
    export(qtbot, window, FILTERED, tmp_path / "window.smi")
    export(qtbot, window, FILTERED, tmp_path / "window.csv")
    with (tmp_path / "window.csv").open(newline="") as file:
        smiles = [f"{row['smiles']}\t{row['title']}" for row in csv.DictReader(file)]
    assert (tmp_path / "window.smi").read_text().splitlines() == smiles


def test_a_prepared_table_says_of_each_molecule_what_was_done(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.session.choose_preparation(Preparation(largest_fragment=True, neutralise=True))
    export(qtbot, window, ALL, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        done = [row["preparation"] for row in csv.DictReader(file)]
    assert done == ["", "", "", "largest fragment of 2 predicted; neutralised", "neutralised"]


def test_texts_that_had_to_be_changed_for_an_sdf_are_reported(
    qtbot: QtBot, window: MainWindow, library_file: Path, tmp_path: Path
) -> None:
    library_file.write_text('smiles,name,note\nCCO,ethanol,"one\n\ntwo"\nCCC,propane,sound\n')
    window.files.open([library_file])
    libraries = window.session.libraries
    qtbot.waitUntil(lambda: libraries.texts_read and len(libraries.library or ()) == 2, timeout=TIMEOUT)
    export(qtbot, window, ALL, tmp_path / "out.sdf")
    sentence = "1 text was changed so that the file can be read: record 1, 'note': blank lines were left out"
    assert sentence in window.messages.text
