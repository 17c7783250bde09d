"""What is known of one predicted value and its worth: interval, usual error, measured value, domain, members. Plain
values; ``value_summary_words`` says them. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...gcn.cards.card import Card
from ...gcn.reliability.domain import DomainMembership, Nearness, domain_membership
from ...gcn.reliability.out_of_fold import ObservedError, usual_error
from ...kinds.kind import RecordToShow
from ..explaining.model_knowledge import ModelKnowledge
from .prediction_summary import HeldOutAccuracy, SummaryModel, fitting_accuracy, name_of_known, place_among_known

if TYPE_CHECKING:
    from ...explain.engine import Explanation


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A training record of a model of a value."""

    name: str
    """Its title, or else its text; "" if the model does not say."""
    measured: float | None
    """``None`` if the model does not say."""
    out_of_fold: float | None = None
    """The value by the member that had not seen it; ``None`` if the model does not say."""


@dataclass(frozen=True, slots=True)
class HeldOutError:
    """How far values are off on records that the model had not seen, in the unit of the value."""

    split: str
    """As the card names it."""
    network: float
    """Root mean square error, mean over the seeds."""
    forest: float | None
    """The same of the forest; ``None`` if the card has none."""


@dataclass(frozen=True, slots=True)
class ValueSummary:
    """A predicted value and its worth, in the unit of the value. What a model does not say is ``None`` or empty."""

    value: float
    members: tuple[float, ...] = ()
    """[n_members]; empty of a single network."""
    interval: tuple[float, float] | None = None
    """Both ends of the 90 % prediction interval."""
    usual_error: ObservedError | None = None
    """Of training records as far from the others, or of all if nothing is known of that."""
    error_at_distance: bool = False
    """Whether ``usual_error`` is that of records as far away."""
    same: tuple[KnownValue, ...] = ()
    """Training records that cannot be told from this one."""
    same_is_certain: bool = False
    """Whether ``same`` are the same record, not only of the same fingerprint."""
    nearness: Nearness | None = None
    nearest: KnownValue | None = None
    second_model: float | None = None
    """The value by the forest."""
    accuracy: HeldOutAccuracy | None = None
    held_out: HeldOutError | None = None
    """Of the split of ``accuracy``."""
    training_range: tuple[float, float] | None = None
    """The least and the largest value of the training records."""
    training_sd: float | None = None
    """The standard deviation of their values."""
    problems: tuple[str, ...] = ()
    """Why something that the model's files should say is missing."""

    @property
    def membership(self) -> DomainMembership | None:
        return None if self.nearness is None else domain_membership(self.nearness)

    @property
    def measured(self) -> tuple[float, ...]:
        """The measured values of the training records that cannot be told from this one."""
        return tuple(each.measured for each in self.same if each.measured is not None)

    @property
    def is_beyond_training(self) -> bool:
        """Whether no training record had so small, or so large, a value."""
        least, largest = self.training_range or (-np.inf, np.inf)
        return not least <= self.value <= largest


def plain_value_summary(card: Card, explanation: Explanation) -> ValueSummary:
    """What the prediction alone says."""
    members = explanation.members
    return ValueSummary(
        float(explanation.probabilities[0]),
        () if members is None else tuple(members[:, 0].tolist()),
        training_range=(card.value_range[0], card.value_range[-1]) if card.value_range else None,
    )


def summarise_value(model: SummaryModel, record: RecordToShow, explanation: Explanation) -> ValueSummary:
    """What the model knows of its prediction of a record."""
    knowledge, known = model.knowledge, model.knowledge.out_of_fold
    summary = replace(plain_value_summary(model.card, explanation), problems=knowledge.problems)
    if knowledge.intervals is not None and explanation.members is not None:
        low, high = knowledge.intervals.intervals(explanation.members[None, :, 0])[0].tolist()
        if np.isfinite([low, high]).all():
            summary = replace(summary, interval=(low, high))
    place = place_among_known(model, record)
    if place is not None:
        summary = replace(
            summary,
            nearness=place.nearness,
            nearest=_known_value(knowledge, place.nearest),
            same=tuple(_known_value(knowledge, row) for row in place.same),
            same_is_certain=place.same_is_certain,
        )
    if known is not None:
        similarity = None if place is None or known.similarity is None else place.nearness.similarity
        summary = replace(
            summary,
            usual_error=usual_error(known, similarity),
            error_at_distance=similarity is not None,
            training_sd=float(np.std(known.measured, ddof=1)) if len(known) > 1 else None,
        )
    if model.forest is not None and record.environments is not None:
        (second,) = model.forest.probabilities([record.environments.counts])
        summary = replace(summary, second_model=float(second[0]))
    accuracy = fitting_accuracy(model.card, summary.membership)
    return replace(summary, accuracy=accuracy, held_out=_held_out_error(model.card, accuracy))


def _held_out_error(card: Card, accuracy: HeldOutAccuracy | None) -> HeldOutError | None:
    if accuracy is None:
        return None
    network, forest = (
        next((each.values.get("rmse", (None, None))[0] for each in some if each.split == accuracy.split), None)
        for some in (card.metrics, card.baseline)
    )
    return None if network is None else HeldOutError(accuracy.split, network, forest)


def _known_value(knowledge: ModelKnowledge, row: int) -> KnownValue:
    known, name = knowledge.out_of_fold, name_of_known(knowledge, row)
    if known is None:
        return KnownValue(name, None)
    return KnownValue(name, float(known.measured[row]), float(known.probabilities[row, 0]))
