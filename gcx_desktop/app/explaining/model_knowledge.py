"""What a bundle says of the records that its model was trained on. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ...errors import BundleError
from ...gcn.bundles.training_records import TRAINING_FILE, TrainingRecords, load_training_records
from ...gcn.cards.card import Card
from ...gcn.reliability.conformal import ConformalPredictor, fit_conformal
from ...gcn.reliability.domain import DOMAIN_FILE, Domain, load_domain, load_out_of_fold
from ...gcn.reliability.intervals import IntervalPredictor, fit_intervals
from ...gcn.reliability.out_of_fold import OutOfFold
from ...graph.morgan_fingerprint import N_BYTES
from ...kinds.registry import kind_of_model

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class ModelKnowledge:
    """What is known beside the network; each part is ``None`` where its file is missing or damaged."""

    domain: Domain | None
    out_of_fold: OutOfFold | None
    """Of the records of ``domain``, in the same order."""
    conformal: ConformalPredictor | None
    """Makes sets of classes from the probabilities of the members; ``None`` of a single network, and of values."""
    intervals: IntervalPredictor | None
    """Makes intervals of the members' values; ``None`` of a single network, and of classes."""
    records: TrainingRecords | None
    """The same records by name."""
    problems: tuple[str, ...]
    """A sentence for each file that is damaged."""

    @property
    def names_nearest(self) -> bool:
        """Whether it can be said which training record is the nearest, and what was measured of it."""
        return self.domain is not None and self.out_of_fold is not None


def load_model_knowledge(folder: Path, card: Card) -> ModelKnowledge:
    """Loads what there is; what is damaged costs only what rests on it."""
    problems: list[str] = []
    kind = kind_of_model(card)
    known = _load_own_out_of_fold(folder, card, problems)
    domain = _loaded(lambda: load_domain(folder, N_BYTES), problems) if kind.words.similarity else None
    records = None
    if known is not None:
        n_records = len(known)
        records = _loaded(lambda: load_training_records(folder, kind.text_column, n_records), problems)
    if records is not None and not card.of_value and not set(records.measured) <= set(card.class_names):
        problems.append(f"{folder / TRAINING_FILE}: it names classes that the model does not have")
        records = None
    return ModelKnowledge(domain, known, _conformal(known, card), _intervals(known, card), records, tuple(problems))


def load_conformal(folder: Path, card: Card) -> ConformalPredictor | None:
    """:attr:`ModelKnowledge.conformal` alone, which takes a few milliseconds."""
    return _conformal(_load_own_out_of_fold(folder, card, []), card)


def load_intervals(folder: Path, card: Card) -> IntervalPredictor | None:
    """:attr:`ModelKnowledge.intervals` alone, which takes a few milliseconds."""
    return _intervals(_load_own_out_of_fold(folder, card, []), card)


def _intervals(known: OutOfFold | None, card: Card) -> IntervalPredictor | None:
    if known is None or card.n_members == 1 or not card.of_value:
        return None
    return fit_intervals(known.probabilities[:, 0], known.measured, known.folds)


def _conformal(known: OutOfFold | None, card: Card) -> ConformalPredictor | None:
    if known is None or card.n_members == 1 or card.of_value:
        return None
    return fit_conformal(known.probabilities, known.measured, known.folds, card.n_members)


def _load_own_out_of_fold(folder: Path, card: Card, problems: list[str]) -> OutOfFold | None:
    """``None``, with a problem, if they are damaged or of another model."""
    n_classes = len(card.class_names)
    known = _loaded(lambda: load_out_of_fold(folder, n_classes, of_value=card.of_value), problems)
    if known is not None and known.n_folds != card.n_members:
        problems.append(
            f"{folder / DOMAIN_FILE}: its predictions are of {known.n_folds} networks, not of the {card.n_members} "
            "that the card says"
        )
        return None
    return known


def _loaded(load: Callable[[], _T | None], problems: list[str]) -> _T | None:
    try:
        return load()
    except BundleError as error:
        if str(error) not in problems:
            problems.append(str(error))
        return None
