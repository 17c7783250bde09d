"""The network of the window: its card at once, its weights as soon as a thread has loaded them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...gcn.card import Card, read_card
from ...kinds.registry import feature_sets
from ..background.task_runner import Lane
from ..background.torch_threads import load_weights

if TYPE_CHECKING:
    from ...gcn.bundle import Bundle


class ChosenModel(QObject):
    """Attributes: ``card`` and ``path`` (``None`` without a model), ``bundle`` (``None`` until loaded), ``loading``.

    Signals: ``changed()`` another card, or none; ``loaded()`` the weights are there; ``failed(sentence)`` they will not
    be.
    """

    changed = Signal()
    loaded = Signal()
    failed = Signal(str)

    def __init__(self, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self.card: Card | None = None
        self.path: Path | None = None
        self.bundle: Bundle | None = None
        self.loading = False

    def choose(self, folder: Path, card: Card) -> None:
        """Takes the model of a folder, whose card was read."""
        self.card, self.path, self.bundle, self.loading = card, folder, None, True
        self.changed.emit()
        self._lane.submit(
            lambda: load_weights(folder), self._take, lambda words: self._give_up(folder, words), group="model"
        )

    def forget(self) -> None:
        """Does without a model."""
        self.card = self.path = self.bundle = None
        self.loading = False
        self.changed.emit()

    def _take(self, bundle: Bundle) -> None:
        if bundle.path == self.path:
            self.bundle, self.loading = bundle, False
            self.loaded.emit()

    def _give_up(self, folder: Path, words: str) -> None:
        if folder == self.path:
            self.loading = False
            self.failed.emit(words)


def card_of(folder: Path) -> Card:
    """The card of a model folder.

    :raises BundleError: if the folder is no model that fits
    """
    return read_card(folder, feature_sets())
