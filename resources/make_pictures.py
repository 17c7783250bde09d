"""Makes the pictures of ``docs/pictures``: the real window on the sample library.

    python resources/make_pictures.py [FOLDER]

It needs no display. What the program remembers of its user is neither read nor changed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gcx_desktop.gui.models.model_card_page import card_html
from gcx_desktop.gui.session.session import Session
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.start.application import make_application
from gcx_desktop.gui.widgets.text_window import show_text
from gcx_desktop.gui.window.main_window import MainWindow

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = QSize(1280, 800)
TIME_LIMIT = 120.0
QUIET = 1.0
"""Seconds in which nothing is waited for by name: what is painted a moment later is on the picture, too."""
DRUG, FAR_FROM_TRAINING = "Caffeine", "Verubecestat"
OTHER_METHOD = "occlusion"
MEASURES_HEIGHT, MORE_FOR_MEASURES = 340, 140
"""In pixels: the measures of all methods and the whole record have room."""
CARD_SIZE = QSize(800, 760)


def main(folder: Path) -> int:
    """Writes every picture; the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    with TemporaryDirectory() as settings:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
        window = MainWindow(Session(), Settings())
        window.session.projects.keeps_by_itself = False
        window.resize(SIZE)
        window.show()
        try:
            _take_all(window, folder)
        finally:
            window.close()
            application.processEvents()
    return 0


def _take_all(window: MainWindow, folder: Path) -> None:
    session, libraries, panel = window.session, window.session.libraries, window.panel

    def save(widget: QWidget, name: str) -> None:
        _pause()
        window.messages.hide()
        _pause()
        widget.grab().save(str(folder / name))
        print(f"{folder / name}: {(folder / name).stat().st_size / 1000:,.0f} kB")

    def choose(title: str) -> None:
        rows = libraries.rows
        assert rows is not None  # noqa: S101
        position = next(i for i in range(len(rows)) if rows.titles[i] == title)
        window.table.choose(position)
        _wait(lambda: session.selection.explained is not None and session.selection.explained.position == position)

    _pause()
    window.files.open_sample()
    window.start()
    _wait(lambda: libraries.texts_read and session.bundle is not None)
    session.run()
    _wait(lambda: not session.running and bool(session.scales))
    choose(DRUG)
    save(window, "window.png")
    panel.view.picking.pick_highlighted()
    save(panel, "selected_atoms.png")
    panel.view.picking.clear()
    choose(FAR_FROM_TRAINING)
    save(panel, "outside.png")
    choose(DRUG)
    window.actions_["gallery"].trigger()
    save(window, "gallery.png")
    window.actions_["table"].trigger()
    first = session.now.method
    session.choose_method(OTHER_METHOD)
    save(panel, "signed.png")
    session.choose_method(first)
    _wait(lambda: not session.running)
    window.compare.show()
    save(window, "compare.png")
    window.compare.hide()
    window.resize(SIZE.width(), SIZE.height() + MORE_FOR_MEASURES)
    window.measures.open()
    window.resizeDocks([window.measures], [MEASURES_HEIGHT], Qt.Orientation.Vertical)
    _wait(lambda: bool(window.measures.choice.label))
    window.measures.evaluate()
    _wait(lambda: not window.measures.busy)
    save(window, "measures.png")
    window.measures.hide()
    assert session.card is not None  # noqa: S101
    card = show_text(window, session.card.name, card_html(session.card))
    card.resize(CARD_SIZE)
    save(card, "model_card.png")
    card.close()


def _wait(done: Callable[[], bool]) -> None:
    """Runs the window until something is done.

    :raises TimeoutError: if that takes too long
    """
    until = time.monotonic() + TIME_LIMIT
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the window is not ready for the next picture")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def _pause() -> None:
    until = time.monotonic() + QUIET
    _wait(lambda: time.monotonic() > until)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
