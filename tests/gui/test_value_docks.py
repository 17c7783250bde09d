"""The docks Measures and Substructures with a model of values: what they show, and the records behind it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.app.evaluation.write_evaluation import VALUE_SUMMARY_COLUMNS
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card
from gcx_desktop.gcn.reliability.domain import make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint
from gcx_desktop.gui.pictures.chart_view import ChartView
from gcx_desktop.gui.substructures.substructure_model import PatternColumn
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.substructure.scheme import Scheme
from tests.value_fixtures import random_value_network

TIMEOUT = 60_000
SMILES = ("OCCc1ccccc1", "CC(=O)O", "CCOC(C)=O", "broken", "OCC(O)CO", "CCCC", "CC(=O)OCC", "OCCO")
KNOWN = ("CC(=O)O", "CCCC", "CCCN", "c1ccccc1O", "CCO", "CCCCO")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of pKa with random weights that knows six training records."""
    card = Card(
        "acids",
        "pKa of a table",
        DIRECTIONS,
        (8, 8),
        FEATURE_SET,
        N_FEATURES,
        endpoint="pKa",
        scale={"unit": "", "transform": "none"},
        value_range=(2.0, 5.0, 9.0),
    )
    predicted = np.linspace(4, 6, len(KNOWN), dtype=np.float32)
    known = OutOfFold(
        np.linspace(4.5, 5.5, len(KNOWN)),
        np.zeros(len(KNOWN), dtype=np.int64),
        np.stack([predicted, -predicted], axis=1),
        np.linspace(0.2, 0.9, len(KNOWN), dtype=np.float32),
    )
    fingerprints = [morgan_fingerprint(Chem.MolFromSmiles(smiles)) for smiles in KNOWN]
    folder = tmp_path / "acids"
    save_bundle(Bundle(card, random_value_network(1), folder), make_domain(fingerprints), out_of_fold=known)
    return folder


@pytest.fixture
def ready(qtbot: QtBot, open_window: Callable[[], MainWindow], model: Path, tmp_path: Path) -> MainWindow:
    """A window with the model and a library of measured values, and of numbers that have another name."""
    path = tmp_path / "measured.csv"
    path.write_text("smiles,pKa,size\n" + "".join(f"{each},{4 + i / 4},{i}\n" for i, each in enumerate(SMILES)))
    window = open_window()
    window.start()
    window.session.choose_model(model)
    window.files.open([path])
    session = window.session
    qtbot.waitUntil(lambda: session.libraries.texts_read and session.bundle is not None, timeout=TIMEOUT)
    return window


@pytest.fixture
def evaluated(qtbot: QtBot, ready: MainWindow) -> MainWindow:
    ready.actions_["evaluate"].trigger()
    measures = ready.measures
    measures.choice.choose_methods(("cam", "occlusion"))
    qtbot.waitUntil(measures.choice.button.isEnabled, timeout=TIMEOUT)
    measures.choice.button.click()
    qtbot.waitUntil(lambda: measures.measured is not None and not measures.busy, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: measures.values.scatter.chart is not None, timeout=TIMEOUT)
    return ready


def press(qtbot: QtBot, view: ChartView, key: tuple[int, int]) -> None:
    assert view.chart is not None
    area = next(area for area in view.chart.areas if area.key == key)
    x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    view.resize(view.sizeHint())
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x * view.width()), round(y * view.height())))


def test_the_column_of_the_models_name_is_taken_and_others_are_offered(qtbot: QtBot, ready: MainWindow) -> None:
    ready.actions_["evaluate"].trigger()
    choice = ready.measures.choice
    qtbot.waitUntil(lambda: choice.labels.count() == 2, timeout=TIMEOUT)
    assert [choice.labels.itemText(i) for i in range(2)] == ["pKa", "size"]
    assert choice.label == "pKa"
    assert "pKa was measured" in ready.measures.words.text()
    assert ready.measures.label_line.words.text().startswith("Values: pKa from 4 to 5.75 (8)")
    assert not ready.measures.label_line.button.isVisible()


def test_values_have_their_figures_and_charts_in_the_place_of_those_of_classes(evaluated: MainWindow) -> None:
    measures = evaluated.measures
    assert measures.measured is not None
    measures.tabs.setCurrentIndex(2)
    assert measures.pages.currentWidget() is measures.values
    assert measures.values.about.text().startswith("7 of 8 molecules with a measured value in ‘pKa’")
    found = measures.measured.evaluation
    errors = found.probabilities[:, 0] - found.labels
    assert measures.values.figures["rmse"].text() == f"{np.sqrt((errors**2).mean()):.2f}"
    assert list(measures.values.figures) == ["rmse", "mae", "r2", "spearman"]
    assert measures.prediction.matrix.chart is None


def test_a_click_on_a_point_selects_its_record_and_on_a_bar_filters(qtbot: QtBot, evaluated: MainWindow) -> None:
    values, measured = evaluated.measures.values, evaluated.measures.measured
    assert measured is not None
    assert measured.distance is not None
    evaluated.measures.tabs.setCurrentIndex(2)
    assert values.scatter.describe((4, 0)).startswith("record 6: measured 5.2, predicted ")
    with qtbot.waitSignal(evaluated.measures.record_chosen, timeout=TIMEOUT) as chosen:
        press(qtbot, values.scatter, (4, 0))
    assert chosen.args == [5]
    qtbot.waitUntil(lambda: evaluated.session.now.position == 5, timeout=TIMEOUT)
    press(qtbot, values.distances, (6, 0))  # CC(=O)O and CCCC are training records
    inside = measured.evaluation.positions[measured.distance.similarity >= 0.8].tolist()
    assert {1, 5} <= set(inside)
    libraries = evaluated.session.libraries
    qtbot.waitUntil(lambda: sorted(libraries.order.positions.tolist()) == inside, timeout=TIMEOUT)


def test_the_table_says_what_fidelity_of_values_means_and_is_written_with_their_columns(
    qtbot: QtBot, evaluated: MainWindow, tmp_path: Path
) -> None:
    measures = evaluated.measures
    assert measures.measured is not None
    model = measures.methods.table.rows_model
    tip = model.headerData(1, Qt.Orientation.Horizontal, int(Qt.ItemDataRole.ToolTipRole))
    assert "How far pKa falls without the atoms that raise it" in tip
    out = tmp_path / "out.csv"
    library = evaluated.session.libraries.shown
    assert library is not None
    with qtbot.waitSignal(measures.exports.note, timeout=TIMEOUT):
        measures.exports.write("measures", measures.measured, 0.01, out, library.path)
    with out.open() as file:
        assert tuple(next(csv.reader(file))) == VALUE_SUMMARY_COLUMNS


def test_substructures_are_found_in_high_and_low_records_at_a_cut_that_is_shown_and_changed(
    qtbot: QtBot, ready: MainWindow
) -> None:
    ready.actions_["substructures"].trigger()
    panel = ready.substructures
    choice = panel.choice
    choice.schemes.setCurrentIndex(choice.schemes.findData(Scheme.GROUPS))
    choice.min_records.setValue(0)
    choice.cutoff.setValue(0)
    qtbot.waitUntil(lambda: choice.button.isEnabled() and choice.labels.count() == 3, timeout=TIMEOUT)
    assert choice.cut.isVisible()
    choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert panel.mined is not None
    assert panel.mined.cut is not None
    assert panel.mined.cut.is_median
    assert "high from " in panel.count.text()
    assert "high: predicted pKa ≥ " in panel.count.toolTip()
    assert choice.cut.placeholderText().startswith("median, ")
    head = panel.table.patterns.headerData(PatternColumn.CLASS, Qt.Orientation.Horizontal)
    assert head == "Explains"

    first = panel.mined
    choice.labels.setCurrentIndex(choice.labels.findData("pKa"))
    choice.cut.setText("4.3")
    choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not first and not panel.busy, timeout=TIMEOUT)
    assert panel.mined.cut is not None
    assert panel.mined.cut.sentence == "high: measured pKa ≥ 4.3, low: below"
    assert panel.mined.n_records == (5, 2)


def test_a_cut_that_is_no_number_is_refused_with_a_sentence(qtbot: QtBot, ready: MainWindow) -> None:
    ready.actions_["substructures"].trigger()
    panel = ready.substructures
    qtbot.waitUntil(panel.choice.button.isEnabled, timeout=TIMEOUT)
    panel.choice.cut.setText("high")
    with qtbot.waitSignal(panel.trouble, timeout=TIMEOUT) as said:
        panel.choice.button.click()
    assert said.args == ["‘high’ is no number at which values could be divided"]


def test_of_classes_there_is_no_cut(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["substructures"].trigger()
    qtbot.waitUntil(window.substructures.choice.button.isEnabled, timeout=TIMEOUT)
    assert not window.substructures.choice.cut.isVisible()
