"""The window shows and explains a newly registered kind of graph in its own words, without further code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds import registry
from tests.gui.window_fixtures import TIMEOUT
from tests.test_new_kind import ALPHABET, WORDS


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers the kind as its line in ``kinds`` would."""
    others = registry.kinds()
    monkeypatch.setattr(registry, "kinds", lambda: (WORDS, *others))
    monkeypatch.setattr("gcx_desktop.app.explaining.models.FEATURE_SETS", registry.feature_sets())


def test_a_new_kind_of_graph_is_shown_and_explained_under_its_own_names(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    card = Card("letters", "", ("no", "yes"), (8,), WORDS.feature_set, 3, features={"letters": list(ALPHABET)})
    network = initialise(3, card.widths, 2, torch.Generator().manual_seed(0))
    save_bundle(Bundle(card, network, tmp_path / "letters"))
    library = tmp_path / "words.smi"
    library.write_text("bcc\ncbc\nbcbc\nbccX\n")
    window = open_window()
    window.settings.set(f"model-{WORDS.feature_set}", str(tmp_path / "letters"))
    window.start()
    window.files.open([library])
    session, panel = window.session, window.panel
    qtbot.waitUntil(lambda: session.selection.explained is not None and bool(session.scales), timeout=TIMEOUT)
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert session.libraries.rows is not None
    assert list(session.libraries.rows.rejected) == [3]
    assert panel.view.accessibleName() == "Word bcc"
    assert panel.controls.legend.caption.startswith("letter saliency")
    panel.view.point_at(2)
    assert panel.atom_line.text().startswith("c 3 · saliency ")
