"""Stores and restores the window between sessions: geometry, panes, appearance and choices.

A stored value that is unreadable or missing gives the default.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter

from ...app.state import SCALES
from ...library.molecules.preparation import preparation_of_steps
from ..actions import Actions
from ..record.molecule_view import MoleculeView
from ..session.session import Session
from ..session.settings import Settings
from ..table.library_view import LibraryTable
from ..table.rejected_panel import RejectedPanel
from ..widgets.appearance import DARK, LIGHT, SYSTEM, choose_theme

FIRST_SIZE = QSize(1280, 800)
"""Size of the first window, if the screen is large enough."""
NOTHING_DONE = "none"
"""Stored as the preparation if the user wants none, whatever the model; "" is that of the model."""
FRAME = QSize(16, 48)
"""Estimated size of the system's frame around a window, which is unknown before it is shown."""


def fitted_window(wanted: QRect, available: QRect) -> QRect:
    """The window's geometry, shrunk and moved so that window and frame lie in the free area of the screen."""
    size = wanted.size().boundedTo(available.size() - FRAME)
    last_left = available.left() + available.width() - size.width() - FRAME.width()
    last_top = available.top() + available.height() - size.height() - FRAME.height()
    left = min(max(wanted.left(), available.left()), last_left)
    top = min(max(wanted.top(), available.top()), last_top)
    return QRect(left, top, size.width(), size.height())


def _fit_screen(window: QMainWindow, *, placed: bool) -> None:
    """Fits the window to its screen: a stored geometry may be of another or a larger screen."""
    if window.isMaximized() or window.isFullScreen():
        return
    frame = QRect(window.pos(), window.size())
    screen = QGuiApplication.screenAt(frame.center()) if placed else None
    found = fitted_window(frame, (screen or QGuiApplication.primaryScreen()).availableGeometry())
    window.resize(found.size())
    if placed:  # else the system places it
        window.move(found.topLeft())


def restore_place(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Restores size and position of the window, its docks and its panes."""
    window.resize(FIRST_SIZE)
    placed = window.restoreGeometry(settings.bytes("geometry"))
    _fit_screen(window, placed=placed)
    window.restoreState(settings.bytes("window"))
    splitter.restoreState(settings.bytes("splitter"))


def remember_place(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Stores what :func:`restore_place` restores."""
    settings.set("geometry", window.saveGeometry())
    settings.set("window", window.saveState())
    settings.set("splitter", splitter.saveState())


def restore_records_view(table: LibraryTable, rejected: RejectedPanel, actions: Actions, settings: Settings) -> None:
    """Restores how the records are listed."""
    rejected.hide()  # until there are rejected records
    rejected.wanted = settings.text("rejected") == "shown"
    table.set_widths(settings.text("columns"))
    if settings.text("view") == "gallery":
        actions["gallery"].trigger()


def remember_records_view(table: LibraryTable, rejected: RejectedPanel, actions: Actions, settings: Settings) -> None:
    """Stores what :func:`restore_records_view` restores."""
    settings.set("rejected", "shown" if rejected.wanted else "")
    settings.set("columns", table.widths())
    settings.set("view", "gallery" if actions["gallery"].isChecked() else "table")


def restore_choices(session: Session, settings: Settings) -> None:
    """Restores method, preparation, colour threshold and scale."""
    session.restore_method(settings.text("method"))
    steps = settings.text("preparation").split()
    session.choose_preparation(preparation_of_steps(steps) if steps else None)
    session.choose_colour_threshold(settings.number("threshold", session.now.colour_threshold))
    if settings.text("scale") in SCALES:
        session.choose_scale(settings.text("scale"))


def remember_choices(session: Session, settings: Settings) -> None:
    """Stores what :func:`restore_choices` restores."""
    now = session.now
    settings.set("method", now.chosen_method or "")
    steps = () if now.preparation is None else now.preparation.step_names or (NOTHING_DONE,)
    settings.set("preparation", " ".join(steps))
    settings.set("threshold", f"{now.colour_threshold:g}")
    settings.set("scale", now.scale)


def restore_looks(view: MoleculeView, actions: Actions, settings: Settings) -> None:
    """Restores the atom numbers and the theme; the theme is stored when it is chosen."""
    numbers = settings.text("atom_numbers") == "shown"
    actions["atom-numbers"].setChecked(numbers)
    view.show_numbers(numbers)
    theme = settings.text("theme", SYSTEM)
    if theme in (LIGHT, DARK):
        choose_theme(theme)
    for action in actions.themes.actions():
        action.setChecked(action.text() == theme)


def remember_looks(actions: Actions, settings: Settings) -> None:
    """Stores what :func:`restore_looks` restores, except the theme."""
    settings.set("atom_numbers", "shown" if actions["atom-numbers"].isChecked() else "")
