"""The Help menu: versions, and the texts for bug reports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gcx_desktop import __version__
from gcx_desktop.gcn.cards.card import Card, Metrics
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.gui.models.model_card_page import card_html
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.diagnostics import LISTED_PACKAGES, diagnostics, versions
from gcx_desktop.gui.window.help_pages import about_html
from gcx_desktop.gui.window.main_window import MainWindow


def test_about_lists_the_versions_of_what_the_program_is_built_on() -> None:
    known = versions()
    assert known["gcx-desktop"] == __version__
    assert not [name for name in LISTED_PACKAGES if known[name] == "not known"]
    assert all(f"{name} {known[name]}" in about_html() for name in LISTED_PACKAGES)


def test_about_a_model_of_one_seed_has_no_standard_deviation() -> None:
    made = Card("m", "t", ("no", "yes"), (8,), FEATURE_SET, N_FEATURES)
    one = Metrics("random 80/10/10", (0,), {"auc_roc": (0.9, None), "accuracy": (None, None)})
    several = replace(one, seeds=(0, 1), values={"auc_roc": (0.9, 0.02)})
    assert "AUC-ROC 0.900; accuracy — (1 seed)" in card_html(replace(made, metrics=(one,)))
    assert "AUC-ROC 0.900\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.020 (mean ± SD over 2 seeds)" in card_html(
        replace(made, metrics=(several,))
    )


def test_about_a_model_no_figure_has_its_key_for_a_name() -> None:
    figures = Metrics("random 80/10/10", (0,), {"coverage_90": (0.91, None), "of_another_program": (0.5, None)})
    html = card_html(Card("m", "t", ("no", "yes"), (8,), FEATURE_SET, N_FEATURES, metrics=(figures,)))
    assert "share of 90 % sets that hold the right class 0.910; of another program 0.500 (1 seed)" in html


def test_about_a_model_has_the_figures_of_the_forest_and_says_where_it_is_better() -> None:
    network = Metrics("random 80/10/10", (0, 1), {"auc_roc": (0.9, 0.02)})
    forest = replace(network, values={"auc_roc": (0.95, 0.01)})
    html = card_html(
        Card("m", "t", ("no", "yes"), (8,), FEATURE_SET, N_FEATURES, metrics=(network,), baseline=(forest,))
    )
    assert "AUC-ROC 0.950\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.010 (mean ± SD over 2 seeds)" in html
    assert "A random forest predicts better than this network: AUC-ROC 0.950 ± 0.010 against 0.900 ± 0.020" in html


def test_copy_diagnostics_copies_versions_system_and_settings(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    window.settings.set("theme", "Dark")
    window.actions_["copy-diagnostics"].trigger()
    copied = QGuiApplication.clipboard().text()
    assert f"gcx-desktop: {__version__}" in copied
    assert "system: " in copied
    assert "theme: Dark" in copied


def test_diagnostics_name_no_file_and_no_folder(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    settings.add_recent(tmp_path / "secret_target.sdf")
    settings.set("folder", str(tmp_path / "secret_project"))
    settings.set("model", str(tmp_path / "secret_model"))
    copied = diagnostics(settings)
    assert "secret" not in copied
    assert str(tmp_path) not in copied
    assert "model: the user's own" in copied


def test_a_bundled_model_is_named(qtbot: QtBot, settings: Settings, models: Path) -> None:
    settings.set("model", str(models / "tiny"))
    assert "model: tiny" in diagnostics(settings)


def test_a_file_that_the_system_asks_to_open_is_passed_on(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication, QUrl\n"
        "from PySide6.QtGui import QFileOpenEvent\n"
        "from gcx_desktop.gui.start.application import make_application\n"
        "application = make_application()\n"
        "application.file_wanted.connect(print)\n"
        "QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl.fromLocalFile(sys.argv[1])))\n"
    )
    path = tmp_path / "a b.sdf"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == str(path), done.stderr
