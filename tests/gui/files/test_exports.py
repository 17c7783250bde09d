"""Files that the window writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.output.export_kinds import ALL, FILTERED, SELECTED
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.molecules.preparation import Preparation
from tests.gui.window_fixtures import search_for

TIMEOUT = 20_000


def finished(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.exports.busy, timeout=TIMEOUT)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_all_records_as_csv_have_the_columns_of_the_command_and_the_librarys_own(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.exports.export_table(ALL, tmp_path / "out.csv")
    finished(qtbot, window)
    rows = table(tmp_path / "out.csv")
    assert [row["record"] for row in rows] == ["1", "2", "4", "5", "6"]
    assert list(rows[0]) == [
        "record",
        "title",
        "smiles",
        "predicted_class",
        "probability",
        "method",
        "class",
        "saliency",
        "value",
        "kind",
    ]
    assert [row["value"] for row in rows] == ["2.5", "10", "-1", "", "3e1"]
    assert len(rows[1]["saliency"].split()) == 6
    assert "wrote 5 records to out.csv; 1 could not be read" in window.messages.text.lower()


def test_filtered_records_are_written_in_the_order_seen(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    libraries = window.session.libraries
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        window.table.horizontalHeader().sectionClicked.emit(Column.FIRST_FIELD)
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "a")
    window.exports.export_table(FILTERED, tmp_path / "out.csv")
    finished(qtbot, window)
    seen = [str(position + 1) for position in window.table.seen_positions() if position != 2]
    assert [row["record"] for row in table(tmp_path / "out.csv")] == seen


def test_selected_records_as_sdf_carry_prediction_and_saliency(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.table.selectRow(1)
    window.session.choose_class(1)
    window.exports.export_table(SELECTED, tmp_path / "out.sdf")
    finished(qtbot, window)
    (mol,) = list(Chem.SDMolSupplier(str(tmp_path / "out.sdf")))
    assert mol.GetProp("_Name") == "benzene"
    assert mol.HasProp("tiny_predicted_class")
    assert mol.GetAtomWithIdx(0).HasProp("grad-cam-active")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_pictures_go_one_a_molecule_into_a_folder(qtbot: QtBot, window: MainWindow, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    window.exports.export_pictures(ALL, kind, folder)
    finished(qtbot, window)
    names = sorted(path.name for path in folder.glob(f"*.{kind}") if path.name != "legend.svg")
    assert names[:2] == [f"00001_ethanol.{kind}", f"00002_benzene.{kind}"]
    assert len(names) == 5
    start = (folder / names[1]).read_bytes()[:8]
    assert start.startswith(b"<svg") if kind == "svg" else start == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_under_a_picture_stands_what_was_done_to_its_molecule(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, kind: str
) -> None:
    salts = tmp_path / "salts.smi"
    salts.write_text("CC[NH3+].[Cl-] salt\nCCO ethanol\n")
    window.files.open([salts])
    libraries = window.session.libraries
    qtbot.waitUntil(lambda: libraries.library is not None and len(libraries.library) == 2, timeout=TIMEOUT)
    pictures: dict[bool, dict[str, bytes]] = {}
    for prepared in (False, True):
        folder = tmp_path / f"pictures {prepared}"
        folder.mkdir()
        window.session.choose_preparation(Preparation(largest_fragment=prepared))
        window.exports.export_pictures(ALL, kind, folder)
        finished(qtbot, window)
        pictures[prepared] = {path.stem: path.read_bytes() for path in folder.glob(f"0*.{kind}")}
    if kind == "svg":
        assert b">largest fragment of 2 predicted</text>" in pictures[True]["00001_salt"]
        assert b"<text" not in pictures[True]["00002_ethanol"] + pictures[False]["00001_salt"]
    else:
        height = {key: QImage.fromData(drawn["00001_salt"]).height() for key, drawn in pictures.items()}
        assert height[True] > height[False]


def test_nothing_overwrites_the_library(qtbot: QtBot, window: MainWindow, library_file: Path) -> None:
    before = library_file.read_bytes()
    window.exports.export_table(ALL, library_file)
    finished(qtbot, window)
    assert "the library itself" in window.messages.text
    assert library_file.read_bytes() == before


def test_a_folder_that_does_not_exist_is_one_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.exports.export_table(ALL, tmp_path / "none" / "out.csv")
    finished(qtbot, window)
    assert "does not exist" in window.messages.text


def test_the_report_is_a_pdf(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.exports.export_report(FILTERED, tmp_path / "out.pdf")
    finished(qtbot, window)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_dialogs_do_not_block(qtbot: QtBot, window: MainWindow) -> None:
    from PySide6.QtWidgets import QFileDialog

    window.actions_.exports[ALL, "csv"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def test_pictures_that_are_stopped_say_how_many_there_are(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    window.exports.export_pictures(ALL, "svg", folder)
    window.session.jobs.stop_all()
    qtbot.waitUntil(lambda: not window.exports.busy, timeout=TIMEOUT)
    n_pictures = len([path for path in folder.glob("*.svg") if path.name != "legend.svg"])
    assert f"topped: {n_pictures} picture" in window.messages.text
    assert f"of 6 records went to {folder}" in window.messages.text
