"""The toolbar: open, model, its endpoint if it has several, method, explain all or stop, search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QToolBar, QWidget

from ...app.explaining.method_names import FOREST_METHOD, METHOD_NAMES, N_PAPER_METHODS, names_with_forest
from ...wording import elided
from ..widgets.elided_combo import ElidedCombo
from ..widgets.plain_labels import PlainLabel

FOREST_TIP = "The map of a random forest, a second model that learned from the same molecules by other means"
_TYPING_PAUSE_MS = 120
_METHODS_PURPOSE = "How a prediction is explained"
_LONGEST_NAME = 120
"""Most characters of a model's name in the list."""


class SearchBox(QLineEdit):
    """Signals: ``searched(text)`` shortly after typing pauses; ``left()`` when Return or Down moves the focus back."""

    searched = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search titles and fields")
        self.setAccessibleName("Search titles and fields")
        self.setToolTip("Shows the records that have all these words in their title, fields or note (Ctrl+F)")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(120)
        self.setMaximumWidth(320)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text()))
        self.textChanged.connect(lambda _: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ToolBar(QToolBar):
    """Signals: ``model_chosen(folder)``, also of another endpoint; ``method_chosen(id)``."""

    model_chosen = Signal(Path)
    method_chosen = Signal(str)

    def __init__(self, open_action: QAction, run: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))
        self.models = ElidedCombo("Model", "The network that predicts", self)
        self.endpoints = ElidedCombo("Endpoint", "Which of the model's endpoints is predicted and explained", self)
        self.methods = ElidedCombo("Method", _METHODS_PURPOSE, self)
        for id_, name in METHOD_NAMES.items():
            self.methods.addItem(name, id_)
        self.methods.insertSeparator(N_PAPER_METHODS)
        self.search = SearchBox(self)

        self.addAction(open_action)
        self.addSeparator()
        self._labelled("Model", self.models)
        self._of_endpoints = self._labelled("Endpoint", self.endpoints)
        self._labelled("Method", self.methods)
        self.addAction(run)
        self.addAction(stop)
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.addWidget(self.search)
        self.models.activated.connect(lambda index: self.model_chosen.emit(self.models.itemData(index)))
        self.endpoints.activated.connect(lambda index: self.model_chosen.emit(self.endpoints.itemData(index)))
        self.methods.activated.connect(lambda index: self.method_chosen.emit(self.methods.itemData(index)))

    def show_models(self, models: Iterable[tuple[str, str, Path]], chosen: Path | None) -> None:
        """Fills the list of models: (text, tooltip, folder) of each."""
        _fill(self.models, models, chosen)

    def show_endpoints(self, endpoints: Iterable[tuple[str, str, Path]], chosen: Path | None) -> None:
        """Fills the list of the endpoints of the chosen model, which is seen if there are some: as of models."""
        _fill(self.endpoints, endpoints, chosen)
        for action in self._of_endpoints:
            action.setVisible(self.endpoints.count() > 0)

    def show_forest(self, available: bool) -> None:
        """Lists the forest's map among the methods, or does not."""
        at = self.methods.findData(FOREST_METHOD)
        if available and at < 0:
            self.methods.insertSeparator(self.methods.count())
            self.methods.addItem(names_with_forest()[FOREST_METHOD], FOREST_METHOD)
            self.methods.set_detail(self.methods.count() - 1, FOREST_TIP)
        elif not available and at >= 0:
            self.methods.removeItem(at)
            self.methods.removeItem(at - 1)

    def say_why_first(self, sentence: str) -> None:
        """Says in the tooltip of the methods why the model's first one is shown first.

        :param sentence: "" if nothing is known of it
        """
        self.methods.set_purpose("\n".join(filter(None, (_METHODS_PURPOSE, sentence))))

    def show_method(self, id_: str) -> None:
        if id_ == FOREST_METHOD:
            self.show_forest(True)  # perhaps the model is still being loaded
        self.methods.setCurrentIndex(self.methods.findData(id_))

    def _labelled(self, words: str, widget: QComboBox) -> tuple[QAction, QAction]:
        label = PlainLabel(f" {words} ", parent=self)
        label.setBuddy(widget)
        return self.addWidget(label), self.addWidget(widget)


def _fill(combo: ElidedCombo, entries: Iterable[tuple[str, str, Path]], chosen: Path | None) -> None:
    combo.clear()
    for words, tip, folder in entries:
        combo.addItem(elided(words, _LONGEST_NAME), folder)
        combo.set_detail(combo.count() - 1, tip)
        if folder == chosen:
            combo.setCurrentIndex(combo.count() - 1)
    if chosen is None:
        combo.setCurrentIndex(-1)
