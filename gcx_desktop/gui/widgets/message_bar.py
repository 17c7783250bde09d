"""A bar in the window with one sentence about a problem or a finished action; it never blocks work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QToolButton, QWidget

from ...wording import capitalised, elided, shortened_words
from .plain_labels import MOST_CHARACTERS, PlainLabel, literal, plain_tooltip

NOTE_MS = 6000
_MOST_CHARACTERS = 600
"""Most characters of a message; a longer one would push the library out of the window."""
_LONGEST_WORD = 80
"""Characters of a word, such as a path, which a line cannot break."""


class MessageBar(QFrame):
    """Hidden while there is no message; notes disappear after a while, problems when they are closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.setAccessibleName("Message")
        self._icon = PlainLabel(parent=self)
        self._sentence = ""
        self._words = PlainLabel(parent=self)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.action = QPushButton(self)
        self.action.clicked.connect(self._act)
        self._offered: Callable[[], object] | None = None
        self.other_action = QPushButton(self)
        self.other_action.clicked.connect(self._act_otherwise)
        self._otherwise: Callable[[], object] | None = None
        close = QToolButton(self)
        close.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton))
        close.setAutoRaise(True)
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self.action)
        row.addWidget(self.other_action)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message; "" while there is none."""
        return "" if self.isHidden() else self._sentence

    @property
    def problem(self) -> str:
        """The message if it is a problem, else ""."""
        return "" if self._timer.isActive() or self._offered is not None else self.text

    def warn(self, words: str) -> None:
        """Shows a problem until it is closed."""
        self._timer.stop()
        self._say(words, QStyle.StandardPixmap.SP_MessageBoxWarning)

    def note(self, words: str) -> None:
        """Shows a note for a while."""
        self._timer.start()
        self._say(words, QStyle.StandardPixmap.SP_MessageBoxInformation)

    def offer(
        self,
        words: str,
        button: str,
        act: Callable[[], object],
        otherwise: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Shows a note with a button for an alternative, until it is closed.

        :param otherwise: text and function of a second button
        """
        self._timer.stop()
        self._say(words, QStyle.StandardPixmap.SP_MessageBoxInformation)
        self._offered = act
        self.action.setText(literal(button))
        self.action.show()
        if otherwise is not None:
            self._otherwise = otherwise[1]
            self.other_action.setText(literal(otherwise[0]))
            self.other_action.show()

    def _act_otherwise(self) -> None:
        act = self._otherwise
        self.hide()
        if act is not None:
            act()

    def _act(self) -> None:
        act = self._offered
        self.hide()
        if act is not None:
            act()

    def _say(self, words: str, icon: QStyle.StandardPixmap) -> None:
        self._offered = self._otherwise = None
        self.action.hide()
        self.other_action.hide()
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self._icon.setPixmap(self.style().standardIcon(icon).pixmap(size, size))
        self._sentence = capitalised(words)
        shown = shortened_words(elided(self._sentence, _MOST_CHARACTERS), _LONGEST_WORD)
        self._words.setText(shown)
        whole = elided(self._sentence, MOST_CHARACTERS) if shown != self._sentence else ""
        self._words.setToolTip(plain_tooltip(whole))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._words, QAccessible.Event.Alert))
