"""The choice of the explained class: the predicted one, or one of the model's classes; of a value, what raises or what
lowers it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QRadioButton, QSizePolicy, QWidget

from ...app.explaining.value_words import LOWERS, RAISES, ValueWords
from ...app.libraries.shown_class import PREDICTED
from ...wording import beginning
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import PlainLabel, literal, plain_tooltip

MOST_RADIO_BUTTONS = 4
_LONGEST_NAME = 28


class ClassChoice(QWidget):
    """Radio buttons for up to ``MOST_RADIO_BUTTONS`` classes, a combo box for more; a text in their place where a map
    explains a value in both directions.

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
        self._of_value: ValueWords | None = None
        self._both: PlainLabel | None = None
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

    def set_names(self, names: Sequence[str], of_value: ValueWords | None = None) -> None:
        """Sets the classes. If they differ from those before, the predicted class is chosen, without a signal.

        :param of_value: ``None`` of a model of classes
        """
        if (tuple(names), of_value) != (self.names, self._of_value):
            self.names, self._of_value = tuple(names), of_value
            self._build()

    def show_value_itself(self, signed: bool) -> None:
        """Shows a text where the map explains a value in both directions, as signed ones do, and nothing is chosen."""
        if self._both is not None:
            self._both.setVisible(signed)
            for button in self._buttons.buttons():
                button.setVisible(not signed)

    def choose(self, choice: int) -> None:
        """Chooses a class as if the user had."""
        if self._combo is not None:
            self._combo.setCurrentIndex(choice + 1)
        elif (button := self._buttons.button(max(choice, self._first) + 1)) is not None:
            button.setChecked(True)

    @property
    def _first(self) -> int:
        """The first choice. Of a value there is no predicted class."""
        return PREDICTED if self._of_value is None else RAISES

    def _build(self) -> None:
        self._buttons.blockSignals(True)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, QRadioButton):
                self._buttons.removeButton(widget)
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._combo = self._both = None
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
        of_value, choices = self._of_value, list(enumerate(["predicted", *self.names]))
        if of_value is not None:
            choices = [(each + 1, of_value.direction(each)) for each in (RAISES, LOWERS)]
        for index, name in choices:
            line = " ".join(name.split())
            short = line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
            button = QRadioButton(literal(short), self)
            explained = name if of_value is None else f"what {name}"
            button.setAccessibleName("explain the predicted class" if index == 0 else f"explain {explained}")
            button.setToolTip(plain_tooltip(name) if short != line else "")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._buttons.addButton(button, index)
            self._flow.addWidget(button)
            button.setChecked(index == self._first + 1)
            button.show()
        if of_value is not None:
            name = beginning(of_value.name, _LONGEST_NAME)
            self._both = PlainLabel(f"{name}: what raises and what lowers it", parent=self)
            self._both.hide()
            self._flow.addWidget(self._both)

    def _tell_button(self, index: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(index - 1)
