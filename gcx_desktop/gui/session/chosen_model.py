"""The window's model: its card at once, its weights as soon as a thread has loaded them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...app.explaining.model_knowledge import load_conformal, load_intervals
from ...app.state import ModelOnDisk
from ...gcn.cards.card import read_card
from ...gcn.reliability.conformal import ConformalPredictor
from ...gcn.reliability.intervals import IntervalPredictor
from ...kinds.registry import feature_sets
from ..background.task_runner import Lane
from ..background.torch_threads import load_weights
from .state_owner import StateOwner

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


class ChosenModel(QObject):
    """The weights of ``StateOwner.now.model``.

    Attributes: ``bundle`` (``None`` until loaded), ``conformal`` (which makes sets of classes, or intervals of
    values, of its predictions; ``None`` if it has none), ``loading``.
    Signals: ``loaded()``, the weights are there; ``failed(sentence)``, they could not be loaded.
    """

    loaded = Signal()
    failed = Signal(str)

    def __init__(self, lane: Lane, state: StateOwner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane, self._state = lane, state
        self.bundle: Bundle | None = None
        self.conformal: ConformalPredictor | IntervalPredictor | None = None
        self.loading = False
        state.follow(self._load, "model")

    def _load(self) -> None:
        model, self.bundle, self.conformal = self._state.now.model, None, None
        self.loading = model is not None
        if model is not None:
            self._lane.submit(
                lambda: _loaded(model.folder),
                self._state.while_same(self._take, "model"),
                self._state.while_same(self._give_up, "model"),
                group="model",
            )

    def _take(self, loaded: tuple[Bundle, ConformalPredictor | IntervalPredictor | None]) -> None:
        (self.bundle, self.conformal), self.loading = loaded, False
        self.loaded.emit()

    def _give_up(self, words: str) -> None:
        self.loading = False
        self.failed.emit(words)


def _loaded(folder: Path) -> tuple[Bundle, ConformalPredictor | IntervalPredictor | None]:
    bundle = load_weights(folder)
    load = load_intervals if bundle.card.of_value else load_conformal
    return bundle, load(folder, bundle.card)


def model_in(folder: Path) -> ModelOnDisk:
    """The model in a folder.

    :raises BundleError: if the folder holds no usable model
    """
    return ModelOnDisk(folder, read_card(folder, feature_sets()))
