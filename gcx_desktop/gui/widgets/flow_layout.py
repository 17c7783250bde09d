"""A layout that wraps widgets to the next line, as words in a text."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lays its widgets out from left to right, wrapping at the right edge.

    Attributes: ``gap``, the space between neighbours in pixels; ``last_at_right``, whether the last widget is
    right-aligned in its line.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 14, *, last_at_right: bool = False) -> None:
        super().__init__(parent)
        self.gap, self.last_at_right = gap, last_at_right
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), really=False)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._seen]
        width = sum(size.width() for size in sizes) + self.gap * max(len(sizes) - 1, 0)
        return self._with_margins(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._seen]
        width, height = max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0)
        return self._with_margins(QSize(width, height))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, really=True)

    @property
    def _seen(self) -> list[QLayoutItem]:
        """The items that are not hidden."""
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, size: QSize) -> QSize:
        return size.grownBy(self.contentsMargins())

    def _place(self, whole: QRect, *, really: bool) -> int:
        """Height of the lines with margins; moves the widgets if ``really``."""
        margins = self.contentsMargins()
        rect = whole.marginsRemoved(margins)
        x, y, line = rect.left(), rect.top(), 0
        seen = self._seen
        for item in seen:
            size = item.sizeHint()
            width = min(size.width(), rect.width())
            if x > rect.left() and x + width > rect.left() + rect.width():
                x, y, line = rect.left(), y + line + 4, 0
            if self.last_at_right and item is seen[-1]:
                x = rect.left() + rect.width() - width
            if really:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, size.height())))
            x, line = x + width + self.gap, max(line, size.height())
        return y + line - rect.top() + margins.top() + margins.bottom()
