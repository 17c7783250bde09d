"""A panel that may be lower than its contents, so that a dock under it fits on a small screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST_HEIGHT = 220


class ScrolledPanel(QScrollArea):
    """As wide as the panel needs. Its contents first shrink to their minimum height; then the panel scrolls.

    Qt's own resizing of a scrolled panel would scroll before it shrinks the contents.
    """

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)
        panel.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        needed = self._panel.minimumSizeHint()
        return QSize(needed.width() + self._bar_width(), min(needed.height(), _LEAST_HEIGHT))

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._panel and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        least = self._panel.minimumSizeHint().height()
        always, never = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(never if least <= self.height() else always)
        self._panel.resize(self.width() - self._bar_width(), max(self.height(), least))

    def _bar_width(self) -> int:
        shown = self.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        return self.verticalScrollBar().sizeHint().width() if shown else 0
