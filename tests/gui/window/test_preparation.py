"""Salts and charges in the window: what is computed, discarded and shown when molecules are prepared first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.shown_class import PREDICTED
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation

TIMEOUT = 20_000
BOTH = Preparation(largest_fragment=True, neutralise=True)
RECORDS = "smiles,name\nCC(=O)[O-].[Na+],sodium acetate\nCCO,ethanol\nCC[NH3+].[Cl-],ethylammonium chloride\n"


@pytest.fixture
def library_file(tmp_path: Path) -> Path:
    path = tmp_path / "salts.csv"
    path.write_text(RECORDS)
    return path


def prepared(qtbot: QtBot, window: MainWindow, preparation: Preparation) -> None:
    """Chooses the preparation and waits until the selected record is explained and the scale is known."""
    session = window.session
    session.choose_preparation(preparation)
    qtbot.waitUntil(lambda: session.selection.explained is not None and bool(session.scales), timeout=TIMEOUT)


def test_the_selected_record_and_the_colour_scale_are_computed_anew(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    before, scales = session.selection.explained, session.scales
    assert before is not None
    assert before.read.molecule.graph.n_nodes == 5
    prepared(qtbot, window, BOTH)
    after = session.selection.explained
    assert after is not None
    assert after.read.preparation == "kept the largest of 2 fragments; neutralised"
    assert np.isnan(after.record_maps(session.now.method)[4]).all()
    assert session.scales != scales
    prepared(qtbot, window, NO_PREPARATION)
    again = session.selection.explained
    assert again is not None
    assert np.array_equal(again.explanation.probabilities, before.explanation.probabilities)
    assert session.scales == scales


def test_predictions_of_other_records_are_forgotten(qtbot: QtBot, window: MainWindow) -> None:
    session, rows = window.session, window.session.libraries.rows
    assert rows is not None
    window.table.choose(1)
    qtbot.waitUntil(lambda: bool(rows.predicted[1] >= 0), timeout=TIMEOUT)
    assert rows.predicted[0] >= 0
    session.choose_preparation(BOTH)
    assert rows.predicted.tolist() == [-1, -1, -1]
    assert not any(rows.maps.values())
    qtbot.waitUntil(lambda: bool(rows.predicted[1] >= 0), timeout=TIMEOUT)
    assert rows.predicted[0] < 0


def test_a_library_explained_as_a_whole_is_explained_anew(qtbot: QtBot, window: MainWindow) -> None:
    session, rows = window.session, window.session.libraries.rows
    assert rows is not None
    session.run()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    as_recorded = rows.probabilities(PREDICTED).copy()
    session.choose_preparation(BOTH)
    assert session.running
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert not rows.unexplained(session.now.method)
    assert rows.probabilities(PREDICTED)[1] == pytest.approx(as_recorded[1])
    assert rows.probabilities(PREDICTED)[[0, 2]] != pytest.approx(as_recorded[[0, 2]])


def test_a_run_that_is_under_way_begins_anew(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text(RECORDS + "".join(f"CC[NH3+].[Cl-],salt {i}\n" for i in range(400)))
    session, libraries = window.session, window.session.libraries
    window.files.open([path])
    qtbot.waitUntil(lambda: libraries.rows is not None and len(libraries.rows) == 403, timeout=TIMEOUT)
    session.run()
    session.choose_preparation(BOTH)
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    rows = libraries.rows
    assert rows is not None
    assert not rows.unexplained(session.now.method)
    # Without its chloride each is ethylamine: three atoms that have a value.
    assert all((~np.isnan(rows.maps[session.now.method][i][:, 0])).sum() == 3 for i in range(3, 403))


def test_a_record_rejected_as_prepared_is_tried_again_without(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "hydrogen.csv"
    path.write_text("smiles,name\n[H][H].[H+],hydrogen\nCCO,ethanol\n")
    session, libraries = window.session, window.session.libraries
    session.choose_preparation(Preparation(largest_fragment=True))
    window.thumbnails.unreadable.disconnect(libraries.reject)  # else it would be rejected unprepared as well
    window.files.open([path])
    qtbot.waitUntil(lambda: libraries.rows is not None and len(libraries.rows) == 2, timeout=TIMEOUT)
    rows = libraries.rows
    assert rows is not None
    qtbot.waitUntil(lambda: 0 in rows.rejected, timeout=TIMEOUT)
    with qtbot.waitSignal(session.selection.rejected, timeout=TIMEOUT):  # it was read again
        session.choose_preparation(NO_PREPARATION)
    assert 0 in rows.rejected


def test_the_menu_chooses_it_and_the_window_says_so_of_the_molecule_and_of_all(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel, session = window.panel, window.session
    assert not panel.preparation.isVisible()
    window.actions_["keep-largest-fragment"].trigger()
    assert session.now.steps == Preparation(largest_fragment=True)
    qtbot.waitUntil(lambda: panel.preparation.isVisible(), timeout=TIMEOUT)
    assert panel.preparation.full_text == "Preparation: kept the largest of 2 fragments"
    assert window.place.text().endswith("largest fragment kept")
    window.actions_["keep-largest-fragment"].trigger()
    qtbot.waitUntil(lambda: not panel.preparation.isVisible(), timeout=TIMEOUT)
    assert "fragment" not in window.place.text()


def test_the_window_remembers_it(open_window: Callable[[], MainWindow]) -> None:
    first = open_window()
    first.actions_["neutralise"].trigger()
    first.close()
    second = open_window()
    assert second.session.now.steps == Preparation(neutralise=True)
    assert second.actions_["neutralise"].isChecked()
    assert not second.actions_["keep-largest-fragment"].isChecked()
    assert second.place.text().endswith("neutralised")


def test_an_atom_taken_away_has_no_halo_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    prepared(qtbot, window, BOTH)
    qtbot.waitUntil(lambda: bool(window.panel.prediction.probabilities), timeout=TIMEOUT)
    window.panel.view.point_at(4)
    assert window.panel.atom_line.full_text == "Na 5 · taken away by the preparation, no value"
