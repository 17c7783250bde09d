"""Fixtures for the window's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.gui.session.session import Session
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.pool import WorkerPool

__all__ = ["batch_pool", "library_file", "model_root", "models", "open_window", "pool", "settings", "window"]

RECORDS = [
    ("CCO", "ethanol", "2.5", "alcohol"),
    ("c1ccccc1", "benzene", "10", "arene"),
    ("C1CC", "broken ring", "7", "none"),
    ("CC(=O)Oc1ccccc1C(=O)O", "aspirin", "-1", "acid"),
    ("CN1CCC[C@H]1c1cccnc1", "nicotine", "", "amine"),
    ("CC(=O)O", "acetic acid", "3e1", "acid"),
]
TIMEOUT = 20_000


@pytest.fixture(scope="session")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, time_limit=5.0) as pool:
        yield pool


@pytest.fixture(scope="session")
def batch_pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="session")
def model_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    for name, classes, seed in (("tiny", ("inactive", "active"), 0), ("triple", ("low", "middle", "high"), 1)):
        card = Card(name, f"{name} task", classes, (8, 8), FEATURE_SET, N_FEATURES)
        network = initialise(N_FEATURES, card.widths, len(classes), torch.Generator().manual_seed(seed))
        save_bundle(Bundle(card, network, root / name))
    return root


@pytest.fixture
def models(model_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the only available models: "tiny" with two classes and "triple" with three."""
    monkeypatch.setattr(paths, "bundled_models", lambda: model_root)
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "none")
    monkeypatch.setattr(paths, "unsaved_work", lambda: tmp_path / "unsaved")
    return model_root


@pytest.fixture
def library_file(tmp_path: Path) -> Path:
    """Six records, of which the third is no molecule."""
    path = tmp_path / "library.csv"
    path.write_text("smiles,name,value,kind\n" + "".join(",".join(record) + "\n" for record in RECORDS))
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    return Settings()


@pytest.fixture
def open_window(
    qtbot: QtBot, models: Path, settings: Settings, pool: WorkerPool, batch_pool: WorkerPool
) -> Iterator[Callable[..., MainWindow]]:
    """Makes windows and closes them at the end, after which nothing of them may still run. If ``ends_workers`` is
    true, the window has its own workers for long jobs, which it may end."""
    windows: list[MainWindow] = []

    def make(*, ends_workers: bool = False) -> MainWindow:
        made = MainWindow(Session(pool=pool, batch_pool=None if ends_workers else batch_pool), settings)
        windows.append(made)
        made.resize(1280, 800)  # whatever the size of the tests' screen
        made.show()
        return made

    yield make
    for made in windows:
        QTest.keyRelease(made, Qt.Key.Key_Control)  # Qt takes a modifier as pressed until it is released
        made.close_at_once()  # without a question, whatever a test left running
        timers = [*made.findChildren(QTimer), *made.session.findChildren(QTimer)]
        endless = [timer.parent() for timer in timers if timer.isActive() and not timer.isSingleShot()]
        made.deleteLater()
        assert not endless, "a closed window left timers running"


def search_for(window: MainWindow, text: str) -> None:
    """Searches as if the text had been typed and the pause after typing were over."""
    window.tool_bar.search.setText(text)
    window.tool_bar.search.searched.emit(text)


def open_library(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Opens a library and waits until its texts are read, the model is loaded and the first record explained."""
    window.start()
    window.files.open([path])
    session = window.session
    qtbot.waitUntil(lambda: session.libraries.texts_read and bool(session.scales), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)


@pytest.fixture
def window(qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path) -> MainWindow:
    """A window with the library open, its texts read, the model loaded and the first record explained."""
    made = open_window()
    open_library(qtbot, made, library_file)
    return made
