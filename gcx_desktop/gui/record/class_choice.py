"""The choice of the explained class: the predicted one, or one of the model's classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QRadioButton, QSizePolicy, QWidget

from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import literal, plain_tooltip

MOST_RADIO_BUTTONS = 4
_LONGEST_NAME = 28


class ClassChoice(QWidget):
    """Radio buttons for up to ``MOST_RADIO_BUTTONS`` classes, a combo box for more.

    Attributes: ``names`` of the classes, ``choice`` (index of a class, or ``PREDICTED``).

    Signals: ``chosen`` (int), the user chose another class.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self._flow = FlowLayout(self)
        self._buttons = QButtonGroup(self)
        self._combo: QComboBox | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._buttons.idToggled.connect(self._tell_button)
        self._build()

    @property
    def choice(self) -> int:
        if self._combo is not None:
            return self._combo.currentIndex() - 1
        return self._buttons.checkedId() - 1

    @property
    def inputs(self) -> list[QWidget]:
        """The widgets that take the keyboard focus, in tab order."""
        return [self._combo] if self._combo is not None else list(self._buttons.buttons())

    def set_names(self, names: Sequence[str]) -> None:
        """Sets the classes. If they differ from those before, the predicted class is chosen, without a signal."""
        if tuple(names) != self.names:
            self.names = tuple(names)
            self._build()

    def choose(self, choice: int) -> None:
        """Chooses a class as if the user had."""
        if self._combo is not None:
            self._combo.setCurrentIndex(choice + 1)
        elif (button := self._buttons.button(choice + 1)) is not None:
            button.setChecked(True)

    def _build(self) -> None:
        self._buttons.blockSignals(True)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, QRadioButton):
                self._buttons.removeButton(widget)
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._combo = None
        if len(self.names) > MOST_RADIO_BUTTONS:
            self._build_combo()
        else:
            self._build_buttons()
        self._buttons.blockSignals(False)
        self.updateGeometry()

    def _build_combo(self) -> None:
        self._combo = QComboBox(self)
        self._combo.addItems(["predicted", *self.names])
        self._combo.setAccessibleName("Class that the saliency explains")
        self._combo.currentIndexChanged.connect(lambda index: self.chosen.emit(index - 1))
        self._flow.addWidget(self._combo)
        self._combo.show()

    def _build_buttons(self) -> None:
        for index, name in enumerate(["predicted", *self.names]):
            line = " ".join(name.split())
            short = line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
            button = QRadioButton(literal(short), self)
            button.setAccessibleName("explain the predicted class" if index == 0 else f"explain {name}")
            button.setToolTip(plain_tooltip(name) if short != line else "")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._buttons.addButton(button, index)
            self._flow.addWidget(button)
            button.setChecked(index == 0)
            button.show()

    def _tell_button(self, index: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(index - 1)
