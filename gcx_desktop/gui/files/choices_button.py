"""A button in the status bar that shows how an ambiguous library file was read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ...wording import capitalised, elided
from ..session.library_session import LibrarySession
from ..widgets.plain_labels import literal, plain_tooltip

_LONGEST = 44
"""Most characters in the status bar, which other texts need too."""


class ChoicesButton(QToolButton):
    """Shows the first choice, and all in its tooltip, and lets the user change them. Hidden if there are none."""

    def __init__(self, libraries: LibrarySession, choose: Callable[[], object], parent: QWidget | None = None) -> None:
        """:param choose: asks the user how to read the library"""
        super().__init__(parent)
        self._libraries = libraries
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: choose())
        libraries.appeared.connect(self._follow)
        libraries.closed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        library = self._libraries.shown
        choices = () if library is None else library.choices
        self.setVisible(bool(choices))
        if choices:
            said = [capitalised(choice.sentence) for choice in choices]
            first = said[0].partition("; ")[0]
            more = "…" if len(said) > 1 or first != said[0] else ""
            self.setText(literal(elided(first, _LONGEST) + more))
            self.setToolTip(plain_tooltip("\n".join([*said, "Click to choose otherwise."])))
            self.setAccessibleName(". ".join(said))
