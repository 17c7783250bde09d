"""The line above the rows that says which part of a library is not shown, searched or sorted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ...app.libraries.library_view_order import coverage_words
from ..session.library_session import LibrarySession
from ..widgets.plain_labels import PlainLabel


class PartLine(PlainLabel):
    """Hidden while the whole library is shown."""

    def __init__(self, libraries: LibrarySession, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._libraries = libraries
        self.setWordWrap(True)
        self.setContentsMargins(10, 0, 10, 6)
        self.hide()
        for signal in (
            libraries.appeared,
            libraries.grew,
            libraries.opened,
            libraries.closed,
            libraries.order_changed,
            libraries.rows_changed,
        ):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Updates the text."""
        libraries, rows = self._libraries, self._libraries.rows
        words = ""
        if rows is not None:
            cut = libraries.library is not None and bool(libraries.library.damaged)
            words = coverage_words(rows, libraries.order, libraries.view, cut=cut, reading=not libraries.texts_read)
        if words != self.text():
            self.setText(words)
        self.setVisible(bool(words))
