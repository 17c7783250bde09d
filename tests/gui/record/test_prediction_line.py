"""What is said of a record's prediction above its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QTextBrowser
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.summaries.map_verdict import MapVerdict
from gcx_desktop.app.summaries.prediction_summary import HeldOutAccuracy, KnownRecord, PredictionSummary
from gcx_desktop.app.summaries.summary_words import summary_text
from gcx_desktop.gcn.bundles.bundle import load_bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TrainingRecords
from gcx_desktop.gcn.cards.card import Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.network import combine, initialise
from gcx_desktop.gcn.reliability.domain import Nearness, make_domain
from gcx_desktop.gcn.reliability.out_of_fold import ObservedShare, OutOfFold
from gcx_desktop.graph.features import N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint
from gcx_desktop.gui.record.prediction_line import PredictionLine
from gcx_desktop.gui.widgets.scrolled_panel import ScrolledPanel
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.registry import DEFAULT_KIND, feature_sets
from tests.gui.window_fixtures import TIMEOUT

WORDS = DEFAULT_KIND.words
FULLEST = PredictionSummary(
    ("not permeable", "permeable"),
    (0.4, 0.6),
    reported=1,
    prediction_set=(0, 1),
    observed=ObservedShare(60, 100, 0.55, 0.65),
    same=(KnownRecord("one", 0), KnownRecord("other", 1)),
    nearness=Nearness(0.2, 0.01),
    accuracy=HeldOutAccuracy(SplitProtocol.SCAFFOLD, "accuracy", 0.6),
)


def say(line: PredictionLine, summary: PredictionSummary, verdict: MapVerdict | None = MapVerdict.RANDOM) -> None:
    line.show_summary(summary, summary_text(summary, verdict, WORDS))


@pytest.fixture
def line(qtbot: QtBot) -> PredictionLine:
    made = PredictionLine()
    qtbot.addWidget(made)
    made.resize(374, 200)
    made.show()
    return made


@pytest.mark.parametrize("width", [330, 374, 508])
def test_nothing_that_is_said_is_cut_or_widens_the_window(qtbot: QtBot, line: PredictionLine, width: int) -> None:
    line.resize(width, 300)
    say(line, FULLEST)
    qtbot.waitUntil(lambda: line.statements.width() == width)
    assert line.minimumSizeHint().width() <= 330
    for label in (line.statements, line.warning):
        free = QLabel(label.text(), wordWrap=True)  # type: ignore[call-overload]  # Qt's own idea of the height
        free.setFont(label.font())
        assert label.height() >= free.heightForWidth(width)
    assert "…" not in line.headline.text()
    assert line.statements.text().startswith("Probability of “permeable” 0.60")
    assert line.warning.text().startswith("Use neither prediction nor map")


def test_without_anything_to_say_there_is_no_room_and_no_separator(line: PredictionLine) -> None:
    line.forget()
    assert not line.statements.isVisible()
    assert not line.warning.isVisible()
    assert line.accessibleName() == "Prediction —"
    assert not line.button.isEnabled()
    say(line, PredictionSummary(("no", "yes"), (0.2, 0.8), 1))
    assert line.statements.text() == "Map no better than random atoms"


def test_its_height_does_not_jump_while_words_follow(qtbot: QtBot, line: PredictionLine) -> None:
    say(line, FULLEST)
    height = line.statements.height()
    line.forget()
    assert line.statements.height() == height
    say(line, PredictionSummary(("no", "yes"), (0.2, 0.8), 1), None)
    assert line.statements.height() == height
    line.let_shrink()
    say(line, PredictionSummary(("no", "yes"), (0.2, 0.8), 1), None)
    qtbot.waitUntil(lambda: line.statements.height() < height)
    assert not line.warning.isVisible()


def test_bars_show_the_classes_if_there_are_more_than_two(line: PredictionLine) -> None:
    say(line, FULLEST)
    assert not line.bars.isVisible()
    say(line, PredictionSummary(("low", "middle", "high"), (0.2, 0.5, 0.3), 1))
    assert line.bars.isVisible()
    assert line.accessibleDescription() == "Probabilities: low 0.20, middle 0.50, high 0.30"


def test_a_click_on_the_words_or_the_button_asks_for_the_details(qtbot: QtBot, line: PredictionLine) -> None:
    say(line, FULLEST)
    for press in (
        lambda: qtbot.mouseClick(line.statements, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(line.button, Qt.Key.Key_Space),
    ):
        with qtbot.waitSignal(line.details_wanted):
            press()


def test_the_fullest_line_leaves_the_molecule_its_place_in_a_small_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(900, 600)
    window.panel.set_classes(FULLEST.class_names)
    say(window.panel.prediction, FULLEST)
    scrolled = window.findChild(ScrolledPanel)
    assert isinstance(scrolled, ScrolledPanel)
    QApplication.processEvents()
    assert window.width() == 900
    assert window.height() == 600
    assert window.panel.view.height() >= 110
    assert window.panel.minimumSizeHint().width() <= scrolled.width()
    view = window.panel.view
    assert view.mapTo(scrolled, view.rect().bottomLeft()).y() <= scrolled.height()


@pytest.fixture
def knowing(models: Path, tmp_path: Path) -> Path:
    """The model "tiny" as one that was trained on six molecules, with which it has made its experiences."""
    smiles = ["CCO", "c1ccccc1", "CN1CCC[C@@H]1c1cccnc1", "CCCC", "CCCN", "OC(=O)c1ccccc1"]
    bundle = load_bundle(models / "tiny", feature_sets())
    figures = (Metrics("scaffold 80/10/10", (0,), {"accuracy": (0.6, None)}),)
    card = replace(bundle.card, name="knowing", positive_class="active", metrics=figures)
    positive = np.linspace(0, 1, 6, dtype=np.float32)
    measured = np.array([1, 0, 1, 0, 1, 0])
    folder = tmp_path / "knowing"
    save_bundle(
        replace(bundle, card=card, path=folder),
        make_domain([morgan_fingerprint(Chem.MolFromSmiles(each)) for each in smiles]),
        out_of_fold=OutOfFold(measured, np.zeros(6, dtype=np.int64), np.stack([1 - positive, positive], axis=1)),
        training_records=TrainingRecords("smiles", smiles, ["ethanol"] * 6, [card.class_names[i] for i in measured]),
    )
    return folder


@pytest.fixture
def choose(window: MainWindow, qtbot: QtBot, knowing: Path) -> Callable[[str], None]:
    """Selects a record by its title and waits until the model has said what it knows."""
    window.session.choose_model(knowing)

    def select(title: str) -> None:
        rows, line = window.session.libraries.rows, window.panel.prediction
        assert rows is not None
        window.table.choose(list(rows.titles).index(title))
        qtbot.waitUntil(
            lambda: window.panel.title.text() == title and any("training" in each for each in line.text.statements),
            timeout=TIMEOUT,
        )

    return select


def test_the_window_says_what_was_measured_and_what_the_model_knows(
    window: MainWindow, choose: Callable[[str], None]
) -> None:
    choose("ethanol")
    statements = window.panel.prediction.text.statements
    assert "measured: active" in statements
    assert "inside what the model knows" in statements
    choose("nicotine")  # its mirror image was among the training molecules
    assert "measured for a molecule of the same fingerprint: active" in window.panel.prediction.text.statements


def test_the_verdict_on_the_map_follows_and_goes_with_another_map(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    line = window.panel.prediction
    window.session.choose_colour_threshold(1.0)
    window.session.choose_scale("molecule")
    choose("nicotine")
    qtbot.waitUntil(
        lambda: line.text.statements[-1] not in ("map untested", "map highlights every atom"), timeout=TIMEOUT
    )
    window.session.choose_colour_threshold(0.0)
    known = line.text.statements[-1]
    window.panel.view.picking.pick([0, 1])
    qtbot.waitUntil(lambda: window.panel.trust.statements[0].words.startswith("2 atoms masked"), timeout=TIMEOUT)
    assert line.text.statements[-1] == known


def test_the_details_can_be_read_in_a_window_of_their_own(window: MainWindow, choose: Callable[[str], None]) -> None:
    choose("ethanol")
    window.panel.prediction.button.click()
    dialog = window.findChild(QDialog)
    assert dialog is not None
    said = dialog.findChild(QTextBrowser).toPlainText()
    assert "ethanol was measured “active”" in said
    assert "The map" in said
    dialog.close()


def test_the_tables_prediction_is_what_the_line_says(
    window: MainWindow, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tiny = load_bundle(models / "tiny", feature_sets())
    pair = combine([tiny.network, initialise(N_FEATURES, tiny.card.widths, 2, torch.Generator().manual_seed(5))])
    card = replace(tiny.card, name="pair", positive_class="active", n_members=2, format_version=2)
    positive = np.tile(np.linspace(0.3, 0.7, 20, dtype=np.float32), 2)
    known = OutOfFold(np.repeat([0, 1], 20), np.arange(40) % 2, np.stack([1 - positive, positive], axis=1))
    prints = [morgan_fingerprint(Chem.MolFromSmiles("C" * (i + 1))) for i in range(40)]
    save_bundle(replace(tiny, card=card, network=pair, path=tmp_path / "pair"), make_domain(prints), out_of_fold=known)
    window.session.choose_model(tmp_path / "pair")
    window.actions_["run"].trigger()
    rows, line = window.session.libraries.rows, window.panel.prediction
    assert rows is not None
    qtbot.waitUntil(lambda: rows.is_explained(window.session.now.method), timeout=TIMEOUT)
    said, written = [], []
    for row in (0, 1, 3, 4, 5):
        window.table.choose(row)
        qtbot.waitUntil(
            lambda row=row: (
                window.panel.title.text() == rows.title(row)
                and any("what the model" in each for each in line.text.statements)
            ),
            timeout=TIMEOUT,
        )
        said.append(line.text.headline.partition(",")[0].partition(":")[0].removeprefix("Predicted ").lower())
        written.append(window.table.table_model.index(row, Column.PREDICTION).data())
    assert written == said
    assert {"undecided", "none of the classes"} & set(written)


def test_another_model_takes_back_what_the_one_before_knew(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot, models: Path
) -> None:
    choose("ethanol")
    window.session.choose_model(models / "tiny")
    line = window.panel.prediction
    qtbot.waitUntil(lambda: bool(line.probabilities) and len(line.text.statements) == 1, timeout=TIMEOUT)
    assert line.text.statements[0].startswith("map")
