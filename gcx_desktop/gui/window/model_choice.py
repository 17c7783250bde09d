"""The choice of the model: from the toolbar's list, a folder or file of the user, or the one of the last session."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from ... import paths
from ...app.models.transfer_model import ImportedModel
from ...app.state import ModelOnDisk
from ...errors import GcxError
from ...gcn.bundles.catalogue import DEFAULT_MODEL
from ...gcn.bundles.several import endpoint_folders, has_endpoints
from ...gcn.cards.baseline import baseline_warning
from ...gcn.cards.card import Card, read_card
from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND, feature_sets, kind_of_model
from ...wording import capitalised, counted
from ..models.model_card_page import card_html
from ..models.model_manager import ModelManager
from ..models.model_transfer import ModelTransfer
from ..session.chosen_model import model_in
from ..session.session import Session
from ..session.settings import Settings
from ..widgets.folders import nearest_folder
from ..widgets.message_bar import MessageBar
from ..widgets.text_window import show_text
from .toolbar import ToolBar

NO_MODEL = "no model was found; make one with 'gcx train', or open one with Model ▸ Open Model Folder…"
NONE_FITS = (
    "no model for {kind} was found, so those of {name} are only drawn; make one with 'gcx train', or open one with "
    "Model ▸ Open Model Folder…"
)


def model_setting(kind: Kind) -> str:
    """The settings key under which the last model for graphs of a kind is stored."""
    return "model" if kind is DEFAULT_KIND else f"model-{kind.feature_set}"


class ModelChoice(QObject):
    """Chooses models and keeps the toolbar's list.

    Attributes: ``transfer``; ``manager``, the dialog of all models, ``None`` if it is not open.
    """

    def __init__(
        self, session: Session, settings: Settings, messages: MessageBar, tool_bar: ToolBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._settings, self._messages = session, settings, messages
        self._tool_bar, self._window = tool_bar, window
        self._started = False
        self._last: dict[Path, Path] = {}
        """Folder of a model → the endpoint that was chosen last."""
        self.manager: ModelManager | None = None
        self.transfer = ModelTransfer(session.runner, self)
        self.transfer.came.connect(self._came)
        self.transfer.note.connect(messages.note)
        self.transfer.trouble.connect(messages.warn)
        tool_bar.model_chosen.connect(self.take)
        session.state.follow(self._fill, "model")
        session.libraries.appeared.connect(self._fit)
        self._fill()

    def take(self, folder: Path) -> None:
        """As :meth:`choose`, on the user's request: clears earlier problems with models first."""
        if self._messages.problem:
            self._messages.hide()
        self.choose(folder)

    def choose(self, folder: Path) -> None:
        """Chooses the model in a folder, or shows why it does not fit. Of one that has several endpoints the last one
        that was chosen, or the first."""
        try:
            self._session.choose_model(self._endpoint_of(Path(folder)))
        except GcxError as error:
            self._messages.warn(str(error))
            self._fill()

    def _endpoint_of(self, folder: Path) -> Path:
        """:raises BundleError: if its list of endpoints does not fit"""
        if not has_endpoints(folder):
            return folder
        listed = list(endpoint_folders(folder).values())
        last = self._last.get(folder)
        return last if last in listed else listed[0]

    def choose_first(self) -> None:
        """Chooses the last used model for graphs of this kind if it still exists, else the default one."""
        self._started = True
        session, models = self._session, self._session.models()
        last = self._settings.text(model_setting(session.kind))
        if last and (Path(last) / "card.json").is_file():
            self.choose(Path(last))
        if session.card is None and models:
            self.choose(models.get(DEFAULT_MODEL, next(iter(models.values())))[0])
        if not models and session.card is None:
            library = session.libraries.shown
            none = NO_MODEL if library is None else NONE_FITS.format(name=library.path.name, kind=session.kind.name)
            self._messages.warn(none)

    def _fit(self) -> None:
        """Chooses another model when the library holds another kind of graph than the one before."""
        if self._started and self._session.card is None:
            self.choose_first()
        self._fill()

    def remember(self) -> None:
        """Stores the model for the next session."""
        session = self._session
        if session.card is not None:
            self._settings.set(model_setting(kind_of_model(session.card)), str(session.model_path))

    def ask(self) -> None:
        """Asks for a model folder."""
        dialog = QFileDialog(self._window, "Open a model folder", str(nearest_folder(paths.user_models())))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_import(self) -> None:
        """Asks for a model that was sent as a file, takes it among the user's own and chooses it."""
        self.transfer.ask_import(self._window)

    def take_file(self, path: Path) -> None:
        """Takes a model that was sent as a file among the user's own and chooses it."""
        self.transfer.take_file(path)

    def _came(self, model: ImportedModel) -> None:
        """Chooses a model that was taken; in the dialog of all models the user does."""
        if self.manager is None:
            self.choose(model.folder)
        self.list_again()

    def manage(self) -> None:
        """Opens the dialog of all models."""
        self.manager = ModelManager(self._session, self.transfer, self._window)
        self.manager.use_wanted.connect(self.take)
        self.manager.changed.connect(self.list_again)
        self.manager.lost.connect(self.choose_first)
        self.manager.finished.connect(self._managed)
        self.manager.open()

    def _managed(self) -> None:
        self.manager = None

    def show_card(self) -> None:
        """Shows the model's card, as it is by now."""
        card = self._session.card
        if card is not None:
            with suppress(GcxError):  # the folder may be gone
                card = read_card(self._session.model_path or Path(), feature_sets())
            show_text(self._window, f"About the model {card.title}", card_html(card))

    def list_again(self) -> None:
        """Lists the models again, since one was added or removed."""
        self._fill()

    def _fill(self) -> None:
        session, model = self._session, self._session.now.model
        found = [ModelOnDisk(folder, card) for folder, card in session.models().values()]
        if model is not None and model.folder not in [each.folder for each in found]:
            found += _with_siblings(model)
        groups: dict[Path, list[ModelOnDisk]] = {}
        for each in found:
            groups.setdefault(each.whole, []).append(each)
        if model is not None and model.card.shares_layers:
            self._last[model.whole] = model.folder
        tasks = [each.card.task for each in found]
        entries = []
        for whole, members in groups.items():
            if members[0].card.shares_layers:
                listed = [each.folder for each in members]
                at = self._last.get(whole)
                entries.append((*_entry_of_several(members), at if at in listed else listed[0]))
            else:
                card = members[0].card
                entries.append((*_entry(whole.name, card, alone=tasks.count(card.task) == 1), whole))
        endpoints = groups.get(model.whole, []) if model is not None and model.card.shares_layers else []
        chosen = None if model is None else model.folder
        self._tool_bar.show_models(entries, chosen)
        self._tool_bar.show_endpoints([(*_entry_of_endpoint(each.card), each.folder) for each in endpoints], chosen)


def _with_siblings(model: ModelOnDisk) -> list[ModelOnDisk]:
    """A model that is not listed, with its other endpoints if it has several."""
    if not model.card.shares_layers:
        return [model]
    found: list[ModelOnDisk] = []
    with suppress(GcxError):
        folders = endpoint_folders(model.whole).values()
        found = [model if folder == model.folder else model_in(folder) for folder in folders]
    return found if model in found else [model]


def _entry(name: str, card: Card, *, alone: bool) -> tuple[str, str]:
    """The text of a model in the list, and its tooltip.

    :param alone: whether no other predicts the same
    """
    words = capitalised(card.task) if card.task else name
    return words if alone or not card.task else f"{words} ({name})", _tip(name, card)


def _entry_of_several(models: Sequence[ModelOnDisk]) -> tuple[str, str]:
    """The same of a model that has several endpoints."""
    card, names = models[0].card, ", ".join(each.card.endpoint for each in models)
    words = f"{models[0].whole.name}: {counted(len(models), 'endpoint')}"
    return words, "\n".join(filter(None, (names, card.description)))


def _entry_of_endpoint(card: Card) -> tuple[str, str]:
    """The text of one of several endpoints, and its tooltip."""
    return card.endpoint, _tip(card.task or card.endpoint, card)


def _tip(name: str, card: Card) -> str:
    warning = baseline_warning(card)
    return "\n".join(filter(None, (f"{name}: {warning}" if warning else name, card.description)))
