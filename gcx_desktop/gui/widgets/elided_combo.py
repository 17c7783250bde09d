"""A combo box that can shrink: its text is elided where space is short, and the tooltip shows all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from .elision import elided_whole
from .plain_labels import plain_tooltip

_LEAST, _MOST = 9, 40
"""Least and largest width in characters."""
_WIDEST_LIST = 720
_DETAIL = int(Qt.ItemDataRole.UserRole) + 1


class ElidedCombo(QComboBox):
    """Attribute ``purpose``: a text that says what is chosen here; the tooltip shows it after the choice."""

    def __init__(self, name: str, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.purpose = purpose
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * _MOST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentIndexChanged.connect(lambda _: self._describe())
        self._describe()

    def set_detail(self, index: int, detail: str) -> None:
        """Sets the text that a choice's tooltip adds."""
        self.setItemData(index, detail, _DETAIL)
        self.setItemData(index, plain_tooltip(detail), Qt.ItemDataRole.ToolTipRole)
        self._describe()

    def set_purpose(self, purpose: str) -> None:
        """Sets the purpose."""
        self.purpose = purpose
        self._describe()

    def shown_text(self) -> str:
        """The chosen text, elided to the width of the box."""
        return self._option().currentText

    def minimumSizeHint(self) -> QSize:
        full = super().minimumSizeHint()
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        frame = max(full.width() - longest, 0)
        return QSize(min(full.width(), frame + metrics.averageCharWidth() * _LEAST), full.height())

    def showPopup(self) -> None:
        self.view().setMinimumWidth(min(self.view().sizeHintForColumn(0) + 24, _WIDEST_LIST))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        elided = elided_whole(self.currentText(), self.fontMetrics(), room.width() - 4)
        option.currentText = elided
        return option

    def _describe(self) -> None:
        detail = self.currentData(_DETAIL)
        parts = [self.currentText(), detail if isinstance(detail, str) else "", self.purpose]
        self.setToolTip(plain_tooltip("\n".join(part for part in parts if part)))
