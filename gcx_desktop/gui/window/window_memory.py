"""What the window is like the next time: size, panes, columns, view, method, preparation, model, threshold, scale,
theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication

from ...library.molecules.preparation import Preparation
from ..widgets.appearance import DARK, LIGHT, SYSTEM, choose_theme

if TYPE_CHECKING:
    from .main_window import MainWindow

FIRST_SIZE = QSize(1280, 800)
"""Where the screen has room for it."""
FRAME = QSize(16, 48)
"""What the system may add around a window, which is not known before it is shown."""


def fitted(wanted: QRect, available: QRect) -> QRect:
    """The window's place, made smaller and moved so that it lies with its frame on what a screen has free."""
    size = wanted.size().boundedTo(available.size() - FRAME)
    last_left = available.left() + available.width() - size.width() - FRAME.width()
    last_top = available.top() + available.height() - size.height() - FRAME.height()
    left = min(max(wanted.left(), available.left()), last_left)
    top = min(max(wanted.top(), available.top()), last_top)
    return QRect(left, top, size.width(), size.height())


def _fit_screen(window: MainWindow, *, placed: bool) -> None:
    """A remembered place may be of a screen that is gone, or larger."""
    if window.isMaximized() or window.isFullScreen():
        return
    frame = QRect(window.pos(), window.size())
    screen = QGuiApplication.screenAt(frame.center()) if placed else None
    found = fitted(frame, (screen or QGuiApplication.primaryScreen()).availableGeometry())
    window.resize(found.size())
    if placed:  # else the system places it
        window.move(found.topLeft())


def restore(window: MainWindow) -> None:
    """Makes the window as it was; whatever is unreadable or new keeps its default."""
    settings, session, panel = window.settings, window.session, window.panel
    window.resize(FIRST_SIZE)
    placed = window.restoreGeometry(settings.bytes("geometry"))
    _fit_screen(window, placed=placed)
    window.restoreState(settings.bytes("window"))
    window.rejected.hide()  # until there are rejected records
    window.rejected.wanted = settings.text("rejected") == "shown"
    window.splitter.restoreState(settings.bytes("splitter"))
    window.table.set_widths(settings.text("columns"))
    if settings.text("view") == "gallery":
        window.actions_["gallery"].trigger()
    session.choose_method(settings.text("method"))
    steps = settings.text("preparation").split()
    session.choose_preparation(Preparation("largest-fragment" in steps, "neutralise" in steps))
    panel.threshold = settings.number("threshold", panel.threshold)
    if settings.text("scale") in ("library", "molecule"):
        panel.scale_mode = settings.text("scale")
    numbers = settings.text("atom_numbers") == "shown"
    window.actions_["atom-numbers"].setChecked(numbers)
    panel.view.show_numbers(numbers)
    theme = settings.text("theme", SYSTEM)
    if theme in (LIGHT, DARK):
        choose_theme(theme)
    for action in window.actions_.themes.actions():
        action.setChecked(action.text() == theme)


def remember(window: MainWindow) -> None:
    """Stores what :func:`restore` takes."""
    settings, panel, preparation = window.settings, window.panel, window.session.preparation
    settings.set("geometry", window.saveGeometry())
    settings.set("window", window.saveState())
    settings.set("splitter", window.splitter.saveState())
    settings.set("rejected", "shown" if window.rejected.wanted else "")
    settings.set("columns", window.table.widths())
    settings.set("view", "gallery" if window.records_view is window.gallery else "table")
    settings.set("method", window.session.method)
    steps = {"largest-fragment": preparation.largest_fragment, "neutralise": preparation.neutralise}
    settings.set("preparation", " ".join(step for step, wanted in steps.items() if wanted))
    window.models.remember()
    settings.set("threshold", f"{panel.threshold:g}")
    settings.set("scale", panel.scale_mode)
    settings.set("atom_numbers", "shown" if window.actions_["atom-numbers"].isChecked() else "")
    settings.save()
