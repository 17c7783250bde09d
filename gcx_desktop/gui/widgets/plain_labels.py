"""Labels for text from files: plain, never markup, never wider than the space they have."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from ...wording import elided
from .elision import elided_whole
from .theme import quiet_text

MOST_CHARACTERS = 1_000
"""Most characters of a title or a reason: more is never read, and takes long to measure."""
_LONGEST_WORDS = 80
"""Characters on a button or in a menu."""
_LONGEST_TOOLTIP_LINE = 110


def plain_tooltip(text: str) -> str:
    """Text for a tooltip that is shown literally: Qt interprets anything that looks like markup."""
    if not text:
        return ""
    short = all(len(line) <= _LONGEST_TOOLTIP_LINE for line in text.splitlines())
    return f"<p style='margin:0; white-space:{'pre' if short else 'pre-wrap'}'>{escape(text)}</p>"


def literal(text: str) -> str:
    """Text for a button, an action or a menu: one line, in which "&" does not mark a key."""
    line = " ".join(text[:MOST_CHARACTERS].split())
    return elided(line, _LONGEST_WORDS).replace("&", "&&")


def named_action(name: str, parent: QObject) -> QAction:
    """An action whose text is a name from a file; its tooltip has the full name."""
    action = QAction(literal(name), parent)
    action.setToolTip(plain_tooltip(name[:MOST_CHARACTERS]))
    return action


def window_title(text: str) -> str:
    """Text for a title bar: "[*]" in it does not mark unsaved changes."""
    return " ".join(elided(text, _LONGEST_WORDS).split()).replace("[*]", "[*][*]")


class PlainLabel(QLabel):
    """A label that shows its text literally.

    Attributes: ``quiet``, whether it is drawn in the palette's secondary colour (which follows the palette).
    """

    def __init__(self, text: str = "", *, quiet: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quiet = quiet
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._follow_palette()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._follow_palette()

    def _follow_palette(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        palette = parent.palette()
        colour = quiet_text(palette) if self.quiet else palette.color(QPalette.ColorRole.WindowText)
        if self.palette().color(QPalette.ColorRole.WindowText) != colour:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)


class ElidedLabel(PlainLabel):
    """One line that is elided with "…" when the label is too narrow; the full text is in the tooltip.

    Attributes: ``full_text``, the text without elision.
    """

    def __init__(
        self, text: str = "", *, quiet: bool = False, middle: bool = False, parent: QWidget | None = None
    ) -> None:
        """:param middle: whether text is left out in the middle, as suits a path"""
        self.full_text, self._detail = text, ""
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        super().__init__(text, quiet=quiet, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_full_text(self, text: str, *, quiet: bool = False) -> None:
        self.full_text = text
        if quiet != self.quiet:
            self.quiet = quiet
            self._follow_palette()
        self.setAccessibleName(text)
        self._elide()

    def set_detail(self, detail: str) -> None:
        """Sets the text that the tooltip adds."""
        self._detail = detail
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _elide(self) -> None:
        line = " ".join(self.full_text.split())
        shown = elided_whole(line, self.fontMetrics(), self.width(), self._mode)
        self.setText(shown or " ")
        whole = self.full_text if shown != line else ""
        self.setToolTip(plain_tooltip("\n".join(part for part in (whole, self._detail) if part)))


class TitleLine(QLineEdit):
    """A record's title: selectable, always copied in full, and elided while it is not being selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Title of the molecule")
        self.setTextMargins(-2, 0, 0, 0)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.setFont(font)
        self._clear_ground()

    def set_title(self, title: str) -> None:
        line = " ".join(title[:MOST_CHARACTERS].split())
        self.setText(line)
        self.setCursorPosition(0)
        self.setToolTip(plain_tooltip(title[:MOST_CHARACTERS]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._clear_ground()

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        if self.hasFocus() or self.hasSelectedText() or metrics.horizontalAdvance(self.text()) <= self.width() - 2:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        shown = elided_whole(self.text(), metrics, self.width() - 2)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)

    def _clear_ground(self) -> None:
        """Takes the window's colours, not those of an input field."""
        parent = self.parentWidget()
        if parent is None:
            return
        source = parent.palette()
        wanted = {
            QPalette.ColorRole.Base: source.color(QPalette.ColorRole.Window),
            QPalette.ColorRole.Text: source.color(QPalette.ColorRole.WindowText),
        }
        if any(self.palette().color(role) != colour for role, colour in wanted.items()):
            palette = self.palette()
            for role, colour in wanted.items():
                palette.setColor(role, colour)
            self.setPalette(palette)
