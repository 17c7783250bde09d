"""The Help menu, and the offer to show the log of a crash."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ..actions import Actions
from ..session.settings import Settings
from ..widgets.message_bar import MessageBar
from ..widgets.text_window import show_text
from .diagnostics import diagnostics
from .help_pages import about_html, crash_html, keys_html


class Help(QObject):
    """Shows keys and versions, and copies what a bug report needs."""

    def __init__(self, window: QWidget, actions: Actions, settings: Settings, messages: MessageBar) -> None:
        super().__init__(window)
        self._window, self._settings, self._messages = window, settings, messages
        actions.connect("keys", lambda: show_text(window, "Keys", keys_html()))
        actions.connect("about", lambda: show_text(window, "About gcx-desktop", about_html()))
        actions.connect("copy-diagnostics", self._copy_diagnostics)

    def offer_crash(self, log: str) -> None:
        """Offers to show the log of an earlier session that crashed."""
        self._messages.offer(
            "Something went wrong in an earlier session",
            "Show",
            lambda: show_text(self._window, "What Went Wrong", crash_html(log)),
        )

    def _copy_diagnostics(self) -> None:
        QGuiApplication.clipboard().setText(diagnostics(self._settings))
        self._messages.note("versions, system and settings are on the clipboard, without names of files")
