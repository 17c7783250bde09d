"""Model ▸ Models…: all models with their cards; the user's own are renamed, described and deleted here."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import QFile, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ... import paths
from ...app.models.change_model import describe_model, description_problem, name_problem, rename_model
from ...app.models.listed_models import ListedModel, listed_models
from ...app.models.transfer_model import ImportedModel
from ...app.state import WindowState
from ...errors import GcxError
from ...gcn.cards.card import Card
from ...wording import counted
from ..session.session import Session
from ..widgets.message_bar import MessageBar
from ..widgets.message_box import message_box
from ..widgets.plain_labels import ElidedLabel, plain_tooltip
from ..widgets.text_dialog import TextDialog
from ..widgets.text_window import TextPage
from ..widgets.whole_numbers import show_whole_numbers
from .model_card_page import model_html
from .model_table import ModelColumn, ModelTable
from .model_transfer import ModelTransfer

_ROLE = QMessageBox.ButtonRole
_GIVEN = "It comes with the program and stays as it is; export and import it to have one of your own"
_WIDTHS = {ModelColumn.NAME: 7, ModelColumn.HELD_OUT: 15, ModelColumn.TRAINED_ON: 8}
"""Of columns, in heights of a line; a stretched column takes the rest."""


def move_to_trash(folder: Path) -> bool:
    """Moves a folder to the system's trash; whether that was possible."""
    return QFile(str(folder)).moveToTrash()


class ModelManager(QDialog):
    """Attributes: ``table``, ``list`` (its model), ``card`` (the page), ``messages``, and the buttons by what they do;
    ``question`` and ``dialog``, what is being asked, ``None`` if nothing is.

    Signals: ``use_wanted(folder)``; ``changed()``, the list of models is another; ``lost()``, the window's model was
    deleted.
    """

    use_wanted = Signal(Path)
    changed = Signal()
    lost = Signal()

    def __init__(
        self, session: Session, transfer: ModelTransfer, parent: QWidget, trash: Callable[[Path], bool] = move_to_trash
    ) -> None:
        """:param trash: moves a folder to the trash; whether that was possible"""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Models")
        self._session, self._transfer, self._trash = session, transfer, trash
        self.question: QMessageBox | None = None
        self.dialog: TextDialog | None = None
        self.messages = MessageBar(self)
        self.list = ModelTable(self)
        self.table = self._table()
        self.card = TextPage("Card of the model", self)
        self.use = self._button("&Use", self._use)
        self.rename = self._button("&Rename…", self.ask_name)
        self.describe = self._button("&Describe…", self.ask_description)
        self.export = self._button("&Export…", self._export)
        self.delete = self._button("De&lete…", self.ask_deletion)
        self.import_ = self._button("&Import…", lambda: transfer.ask_import(self))
        self._lay_out()
        for key, act in ((Qt.Key.Key_F2, self.ask_name), (Qt.Key.Key_Delete, self.ask_deletion)):
            QShortcut(QKeySequence(key), self.table, act, context=Qt.ShortcutContext.WidgetShortcut)
        # Only methods of this dialog, which are disconnected when it is freed.
        transfer.came.connect(self._came)
        transfer.note.connect(self.messages.note)
        transfer.trouble.connect(self.messages.warn)
        session.state.changed.connect(self._state_changed)
        session.jobs.changed.connect(self._show_state)
        self.refresh(session.model_folder)
        self.table.setFocus()

    # Building

    def _table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.list)
        show_whole_numbers(table)
        table.setAccessibleName("Models")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(ModelColumn.PREDICTS, QHeaderView.ResizeMode.Stretch)
        for column in (ModelColumn.SIZE, ModelColumn.OWNER, ModelColumn.DATE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        line = self.fontMetrics().height()
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width * line)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._show_card())
        table.doubleClicked.connect(self._double_clicked)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        return table

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        for button in (self.use, self.rename, self.describe, self.export, self.delete):
            buttons.addWidget(button)
        buttons.addSpacing(self.fontMetrics().height())
        buttons.addWidget(self.import_)
        buttons.addStretch(1)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(self.table)
        parts.addWidget(self.card)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        middle = QHBoxLayout()
        middle.addWidget(parts, 1)
        middle.addLayout(buttons)
        place = ElidedLabel(quiet=True, middle=True, parent=self)
        place.set_full_text(f"Your own models are in {paths.user_models()}", quiet=True)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        last = QHBoxLayout()
        last.addWidget(place, 1)
        last.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(self.messages)
        whole.addLayout(middle, 1)
        whole.addLayout(last)
        line = self.fontMetrics().height()
        screen = self.screen().availableSize()
        self.resize(min(line * 62, screen.width() - 24), min(line * 38, screen.height() - 60))

    # What is shown

    @property
    def selected(self) -> ListedModel | None:
        """The model whose row is selected."""
        row = self.table.currentIndex().row()
        return self.list.listed[row] if 0 <= row < len(self.list.listed) else None

    def select(self, folder: Path | None) -> None:
        """Selects the model in a folder, else the first one."""
        self.table.selectRow(max(self.list.row_of(folder), 0))

    def refresh(self, folder: Path | None = None) -> None:
        """Lists the models again.

        :param folder: of the one to be selected; ``None`` for the one that is selected
        """
        selected = self.selected
        wanted = folder if folder is not None or selected is None else selected.folder
        self.list.show(listed_models(), self._session.model_folder)
        self.select(wanted)
        self._show_card()

    def _came(self, model: ImportedModel) -> None:
        self.refresh(model.folder)

    def _state_changed(self, before: WindowState, now: WindowState) -> None:
        if before.model != now.model:
            self.refresh()

    def _show_card(self) -> None:
        model = self.selected
        if model is None:
            self.card.show_page("<p>There is no model. Make one with <b>gcx train</b>, or import one.</p>")
        elif isinstance(model.card, Card):
            self.card.show_page(model_html(model))
        else:
            self.card.show_page(f"<h2>{escape(model.name)}</h2><p>It cannot be used: {escape(str(model.card))}</p>")
        self._show_state()

    def _show_state(self) -> None:
        model = self.selected
        in_use = model is not None and model.folder == self._session.model_folder
        why_not_used = self._why_not_used(model)
        self.use.setEnabled(model is not None and not why_not_used)
        self.use.setToolTip(plain_tooltip(why_not_used))
        self.export.setEnabled(model is not None and isinstance(model.card, Card))
        busy = "The model is at work; stop that, or wait for its end" if in_use and self._session.jobs.running else ""
        for button, needs_card in ((self.rename, True), (self.describe, True), (self.delete, False)):
            usable = model is not None and model.own and (isinstance(model.card, Card) or not needs_card)
            free = not busy or button is self.describe
            button.setEnabled(usable and free)
            button.setToolTip(plain_tooltip(_GIVEN if model is not None and not model.own else "" if free else busy))

    def _why_not_used(self, model: ListedModel | None) -> str:
        if model is None or not isinstance(model.card, Card):
            return "It cannot be used"
        if model.folder == self._session.model_folder:
            return "It is in use"
        session = self._session
        fits = session.libraries.shown is None or model.card.feature_set in session.kind.featurizers
        return "" if fits else f"It is not for {session.kind.name}, which the open library holds"

    def _double_clicked(self, _: QModelIndex) -> None:
        if self.use.isEnabled():
            self._use()

    def _show_menu(self, place: QPoint) -> None:
        if self.selected is None or not self.table.indexAt(place).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.use, self.rename, self.describe, self.export, self.delete):
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.table.viewport().mapToGlobal(place))

    # What is done

    def _use(self) -> None:
        if self.selected is not None:
            self.use_wanted.emit(self.selected.folder)

    def _export(self) -> None:
        if self.selected is not None:
            self._transfer.ask_export(self.selected.name, self.selected.folder, self)

    def ask_name(self) -> None:
        """Asks for another name of the selected model."""
        model = self.selected
        if model is None or not self.rename.isEnabled():
            return

        def why_not(name: str) -> str:
            problem = name_problem(name, model.folder)
            return f"a model cannot be called so: {problem}" if problem else ""

        words = f"Another name for '{model.name}'"
        self.dialog = TextDialog("Rename the model", words, model.name, why_not, self)
        self._ask(self.dialog, lambda name: self._rename(model.folder, name))

    def ask_description(self) -> None:
        """Asks for a description of the selected model."""
        model = self.selected
        if model is None or not self.describe.isEnabled() or not isinstance(model.card, Card):
            return
        words = f"What is to be remembered of '{model.name}'"
        why_not, before = description_problem, model.card.description
        self.dialog = TextDialog("Describe the model", words, before, why_not, self, lines=True)
        self._ask(self.dialog, lambda text: self._describe(model.folder, text))

    def _ask(self, dialog: TextDialog, use: Callable[[str], None]) -> None:
        dialog.given.connect(use)
        dialog.finished.connect(self._answered)
        dialog.open()

    def _answered(self) -> None:
        self.dialog = self.question = None

    def _rename(self, folder: Path, name: str) -> None:
        if name == folder.name:
            return
        in_use = folder == self._session.model_folder
        try:
            renamed = rename_model(folder, name)
            if in_use:
                self._session.follow_model(renamed)
        except GcxError as error:
            self.messages.warn(str(error))
            return
        self.refresh(renamed)
        self.changed.emit()

    def _describe(self, folder: Path, text: str) -> None:
        try:
            describe_model(folder, text)
        except GcxError as error:
            self.messages.warn(str(error))
            return
        self.refresh()
        self.changed.emit()

    def ask_deletion(self) -> None:
        """Asks whether the selected model is to be deleted."""
        model = self.selected
        if model is None or not self.delete.isEnabled():
            return
        trained = f" It was trained on {counted(model.n_trained_on, 'record')} of {model.table}." if model.table else ""
        in_use = " The window goes on with another model." if model.folder == self._session.model_folder else ""
        box = message_box(
            QMessageBox.Icon.Question,
            f"Delete the model '{model.name}'?",
            f"It goes to the trash, from where it can be taken back.{trained}{in_use}",
            self,
        )
        delete = box.addButton("Delete", _ROLE.DestructiveRole)
        delete.clicked.connect(lambda: self._delete(model.folder))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(self._answered)
        self.question = box
        box.open()

    def _delete(self, folder: Path) -> None:
        session = self._session
        in_use = folder == session.model_folder
        if not self._trash(folder):
            self.messages.warn(f"{folder} cannot be moved to the trash; delete that folder yourself")
            return
        if in_use:
            session.choose_model(None)
            self.lost.emit()
        self.refresh(session.model_folder)
        self.changed.emit()
        self.messages.note(f"the model '{folder.name}' is in the trash")
