"""The models that there are, with what tells them apart at a glance. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ... import paths
from ...errors import BundleError
from ...gcn.bundles.catalogue import model_folders
from ...gcn.bundles.model_file import model_file_names
from ...gcn.bundles.several import endpoint_folders, has_endpoints
from ...gcn.bundles.training_records import TRAINING_FILE
from ...gcn.cards.card import Card, Metrics, read_card
from ...paths import real_path
from ...wording import counted
from ..explaining.models import FEATURE_SETS

_FIGURES = {"auc_roc": "AUC-ROC", "rmse": "RMSE", "accuracy": "accuracy"}
"""The figure by which a model is known, the first that its card has → its name."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the program or of the user."""

    name: str
    """Of its folder, by which ``--model`` finds it."""
    folder: Path
    card: Card | BundleError
    """Of several endpoints that of the first; the error if it cannot be used."""
    own: bool
    """Whether it is the user's own, and so may be renamed, described and deleted."""
    n_bytes: int
    """Of its files."""
    endpoints: tuple[ListedEndpoint, ...] = ()
    """If it has several."""

    @property
    def task(self) -> str:
        """What it predicts; "" if it cannot be used."""
        if self.endpoints:
            names = ", ".join(each.name for each in self.endpoints)
            return f"{counted(len(self.endpoints), 'endpoint')}: {names}"
        return self.card.task if isinstance(self.card, Card) else ""

    @property
    def date(self) -> str:
        """When it was trained; "" if that is not known."""
        return self.card.date if isinstance(self.card, Card) else ""

    @property
    def table(self) -> str:
        """Name of the file that it was trained on; "" if that is not known."""
        data = self.card.training_data if isinstance(self.card, Card) else None
        return "" if data is None else data.source.split(": ")[0]

    @property
    def n_trained_on(self) -> int:
        """Number of the records that it was trained on, 0 if that is not known; of several endpoints the largest."""
        cards = [each.card for each in self.endpoints] or [self.card]
        used = (card.training_data for card in cards if isinstance(card, Card))
        return max((data.n_used for data in used if data is not None), default=0)

    @property
    def held_out(self) -> str:
        """The main figure on records that were held out, such as "AUC-ROC 0.927 ± 0.005 (scaffold 80/10/10)"; "" if
        there is none. Of several endpoints the least and the largest, if it is the same figure."""
        if not self.endpoints:
            return main_figure(self.card) if isinstance(self.card, Card) else ""
        found = [_figure(each.card) for each in self.endpoints if isinstance(each.card, Card)]
        known = [(name, metrics) for name, metrics in found if metrics is not None]
        if not known or len({(name, metrics.split) for name, metrics in known}) > 1:
            return ""
        (name, metrics), means = known[0], [metrics.values[name][0] or 0.0 for name, metrics in known]
        return f"{_FIGURES[name]} {min(means):.3f} to {max(means):.3f} ({metrics.split})"


@dataclass(frozen=True, slots=True)
class ListedEndpoint:
    """One of several endpoints of a model."""

    name: str
    folder: Path
    card: Card | BundleError
    """The error if it cannot be used."""


def main_figure(card: Card) -> str:
    """:attr:`ListedModel.held_out` of one card."""
    name, metrics = _figure(card)
    return "" if metrics is None else f"{_FIGURES[name]} {metrics.in_words(name)} ({metrics.split})"


def _figure(card: Card) -> tuple[str, Metrics | None]:
    """The name of the main figure, and the metrics with it."""
    metrics = card.metrics[0] if card.metrics else None
    name = next((name for name in _FIGURES if metrics is not None and name in metrics.values), "")
    return name, metrics if name else None


def listed_models() -> list[ListedModel]:
    """All models, those of the program first."""
    return [listed_model(name, folder) for name, folder in model_folders().items()]


def listed_model(name: str, folder: Path) -> ListedModel:
    """The model in a folder; one that cannot be used says why."""
    card: Card | BundleError
    endpoints: tuple[ListedEndpoint, ...] = ()
    n_bytes = 0
    try:
        n_bytes = sum(path.stat().st_size for path in model_files(folder))
        if has_endpoints(folder):
            found = endpoint_folders(folder)
            endpoints = tuple(ListedEndpoint(each, at, _card_in(at)) for each, at in found.items())
            card = next((each.card for each in endpoints if isinstance(each.card, Card)), endpoints[0].card)
        else:
            card = _card_in(folder)
    except BundleError as error:
        card = error
    return ListedModel(name, folder, card, is_own_model(folder), n_bytes, endpoints)


def _card_in(folder: Path) -> Card | BundleError:
    try:
        return read_card(folder, FEATURE_SETS)
    except BundleError as error:
        return error


def is_own_model(folder: Path) -> bool:
    """Whether a folder lies among the user's own models."""
    return real_path(folder).parent == real_path(paths.user_models())


def model_files(folder: Path) -> Iterator[Path]:
    """The files of a model that are there."""
    return (path for name in model_file_names(folder) if (path := folder / name).is_file())


def holds_structures(folder: Path) -> bool:
    """Whether a model names the records that it was trained on, by structure and title."""
    return any(path.name == TRAINING_FILE for path in model_files(folder))
