"""Salts and charges in the window: what is computed, discarded and shown when molecules are prepared first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.app.libraries.shown_class import PREDICTED
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
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
    assert after.read.preparation == "largest fragment of 2 predicted; neutralised"
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
    assert panel.preparation.full_text == "Preparation: largest fragment of 2 predicted"
    assert window.place.text().endswith("largest fragment, unlike the model's training")
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


@pytest.fixture
def stripped(tmp_path: Path) -> Path:
    """A model that differs from "tiny" in its card's preparation and name alone."""
    card = Card(
        "stripped", "t", ("inactive", "active"), (8, 8), FEATURE_SET, N_FEATURES, preparation=("largest-fragment",)
    )
    network = initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(0))
    save_bundle(Bundle(card, network, tmp_path / "stripped"))
    return tmp_path / "stripped"


def choose(qtbot: QtBot, window: MainWindow, model: Path) -> None:
    """Chooses a model and waits until the selected record is explained by it."""
    session, before = window.session, window.session.selection.explained
    session.choose_model(model)
    wait_for_another(qtbot, window, before)


def wait_for_another(qtbot: QtBot, window: MainWindow, before: ExplainedRecord | None) -> None:
    """Waits until the selected record is explained, otherwise than before, and the scale is known."""
    session = window.session

    def explained_anew() -> bool:
        now = session.selection.explained
        return now is not None and now is not before and bool(session.scales)

    qtbot.waitUntil(explained_anew, timeout=TIMEOUT)


def test_molecules_are_prepared_as_the_model_was_trained(qtbot: QtBot, window: MainWindow, stripped: Path) -> None:
    session, panel = window.session, window.panel
    prepared(qtbot, window, Preparation(largest_fragment=True))
    wanted = session.selection.explained
    session.choose_preparation(None)
    assert not session.now.steps
    choose(qtbot, window, stripped)
    assert session.now.steps == Preparation(largest_fragment=True)
    got = session.selection.explained
    assert got is not None
    assert wanted is not None
    assert np.array_equal(got.explanation.probabilities, wanted.explanation.probabilities)
    assert panel.preparation.full_text == "Preparation: largest fragment of 2 predicted"
    assert window.place.text().endswith("largest fragment, as the model was trained")
    assert window.actions_["prepare-as-trained"].isChecked()
    assert window.actions_["keep-largest-fragment"].isChecked()
    window.table.choose(1)  # ethanol, of which nothing is taken away
    wait_for_another(qtbot, window, got)
    assert not panel.preparation.isVisible()


def test_what_the_user_chooses_wins_over_the_model_and_is_remembered(
    qtbot: QtBot, window: MainWindow, stripped: Path, open_window: Callable[[], MainWindow]
) -> None:
    act, session = window.actions_, window.session
    choose(qtbot, window, stripped)
    act["keep-largest-fragment"].trigger()
    assert not session.now.steps
    assert not act["prepare-as-trained"].isChecked()
    assert window.place.text().endswith("as they are, unlike the model's training (largest fragment)")
    window.close()
    again = open_window()
    assert again.session.now.preparation == NO_PREPARATION
    again.actions_["prepare-as-trained"].trigger()
    assert again.session.now.preparation is None
    again.actions_["prepare-as-trained"].trigger()
    assert again.session.now.preparation is None
    assert again.actions_["prepare-as-trained"].isChecked()


def test_to_choose_what_is_done_already_discards_nothing(qtbot: QtBot, window: MainWindow, stripped: Path) -> None:
    session = window.session
    choose(qtbot, window, stripped)
    session.run()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    rows = session.libraries.rows
    assert rows is not None
    session.choose_preparation(Preparation(largest_fragment=True))
    assert not session.running
    assert not rows.unexplained(session.now.method)
    assert session.selection.explained is not None


def test_a_library_is_explained_anew_when_the_next_model_prepares_otherwise(
    qtbot: QtBot, window: MainWindow, models: Path, stripped: Path
) -> None:
    session = window.session
    session.run()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    choose(qtbot, window, stripped)
    rows = session.libraries.rows
    assert rows is not None
    assert rows.unexplained(session.now.method)
    session.run()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    first = rows.maps[session.now.method][0]
    assert np.isnan(first[4]).all()
    assert not np.isnan(first[:4]).any()
