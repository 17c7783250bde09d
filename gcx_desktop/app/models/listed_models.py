"""The models that there are, with what tells them apart at a glance. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ... import paths
from ...errors import BundleError
from ...gcn.bundles.model_file import BUNDLE_FILES
from ...gcn.bundles.training_records import TRAINING_FILE
from ...gcn.cards.card import Card
from ...paths import real_path
from ..explaining.models import list_models

_FIGURES = {"auc_roc": "AUC-ROC", "rmse": "RMSE", "accuracy": "accuracy"}
"""The figure by which a model is known, the first that its card has → its name."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the program or of the user."""

    name: str
    """Of its folder, by which ``--model`` finds it."""
    folder: Path
    card: Card | BundleError
    """The error if it cannot be used."""
    own: bool
    """Whether it is the user's own, and so may be renamed, described and deleted."""
    n_bytes: int
    """Of its files."""

    @property
    def task(self) -> str:
        """What it predicts; "" if it cannot be used."""
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
        """Number of the records that it was trained on, 0 if that is not known."""
        data = self.card.training_data if isinstance(self.card, Card) else None
        return 0 if data is None else data.n_used

    @property
    def held_out(self) -> str:
        """The main figure on records that were held out, such as "AUC-ROC 0.927 ± 0.005 (scaffold 80/10/10)"; "" if
        there is none."""
        metrics = self.card.metrics[0] if isinstance(self.card, Card) and self.card.metrics else None
        name = next((name for name in _FIGURES if metrics is not None and name in metrics.values), None)
        return "" if metrics is None or name is None else f"{_FIGURES[name]} {metrics.in_words(name)} ({metrics.split})"


def listed_models() -> list[ListedModel]:
    """All models, those of the program first."""
    return [
        ListedModel(name, folder, card, is_own_model(folder), sum(path.stat().st_size for path in model_files(folder)))
        for name, folder, card in list_models()
    ]


def is_own_model(folder: Path) -> bool:
    """Whether a folder lies among the user's own models."""
    return real_path(folder).parent == real_path(paths.user_models())


def model_files(folder: Path) -> Iterator[Path]:
    """The files of a bundle that are there."""
    return (path for name in BUNDLE_FILES if (path := folder / name).is_file())


def holds_structures(folder: Path) -> bool:
    """Whether a model names the records that it was trained on, by structure and title."""
    return (folder / TRAINING_FILE).exists()
