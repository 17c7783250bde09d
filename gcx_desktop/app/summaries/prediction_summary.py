"""What is known of one prediction and its worth: class, probability, what that has meant for training records, measured
value, domain, members. Plain values; ``summary_words`` says them. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...gcn.cards.card import Card, Metrics
from ...gcn.fitting.split_protocol import SplitProtocol
from ...gcn.forest import Forest
from ...gcn.reliability.conformal import with_most_probable
from ...gcn.reliability.domain import DomainMembership, Nearness, domain_membership
from ...gcn.reliability.nearest import NearestSearch
from ...gcn.reliability.out_of_fold import ObservedShare, share_of_class, share_predicted_rightly
from ...kinds.kind import RecordToShow
from ..explaining.model_knowledge import ModelKnowledge, load_model_knowledge

if TYPE_CHECKING:
    from ...explain.engine import Explanation

LEAST_ACCURACY = 0.65
"""Explanations of networks of a lower accuracy agree neither with each other nor with the truth (Khasanova and Tetko,
Digital Discovery 2026)."""
LEAST_R2 = 0.3
"""Of values, the least share of their variance that a model must explain for its maps to be looked at."""
_MEASURES = {
    "accuracy": ("accuracy", LEAST_ACCURACY),
    "auc_roc": ("AUC-ROC", LEAST_ACCURACY),
    "r2": ("R²", LEAST_R2),
}
"""Of the figures of a card, those that are compared, what they are called, and what is too low. The second is the
accuracy in telling a record of each class apart: where a class is rare, always giving the other one has a high
accuracy, but none of this. The third is that of values, which have no other."""
_FITTING = {
    DomainMembership.INSIDE: (SplitProtocol.RANDOM,),
    DomainMembership.EDGE: (SplitProtocol.RANDOM,),
    DomainMembership.OUTSIDE: (SplitProtocol.SCAFFOLD, SplitProtocol.SCAFFOLD_BALANCED),
}
"""The splits whose test parts are like such a record; the first that a card has is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class SummaryModel:
    """What summaries of a model's predictions need."""

    card: Card
    knowledge: ModelKnowledge
    search: NearestSearch | None
    """Among the records of its domain."""
    forest: Forest | None = None
    """The second, unrelated model."""


@dataclass(frozen=True, slots=True)
class HeldOutAccuracy:
    """How good a model is on records that it had not seen and that are like the predicted one."""

    protocol: SplitProtocol
    """Of the split."""
    measure: str
    """ "accuracy" or "AUC-ROC", whichever is lower; of values "R²" """
    value: float
    """Mean over the seeds, at most 1"""
    least: float = LEAST_ACCURACY
    """Below which neither predictions nor maps should be used."""
    split: str = ""
    """As the card names it."""

    @property
    def is_too_low(self) -> bool:
        """Whether neither predictions nor maps should be used."""
        return self.value < self.least


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """Where a record lies among those that a model was trained on."""

    nearness: Nearness
    nearest: int
    """Row of the nearest training record."""
    same: tuple[int, ...]
    """Rows of the training records that cannot be told from this one: the same, or of the same fingerprint if none is
    known to be the same."""
    same_is_certain: bool
    """Whether they are the same record, not only of the same fingerprint."""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A training record."""

    name: str
    """Its title, or else its text; "" if the model does not say."""
    measured: int | None
    """Index of its class; ``None`` if the model does not say."""
    out_of_fold: tuple[float, ...] = ()
    """[n_classes], predicted by the member that had not seen it; empty if the model does not say."""


@dataclass(frozen=True, slots=True)
class PredictionSummary:
    """A prediction and its worth. What a model does not say is ``None`` or empty."""

    class_names: tuple[str, ...]
    probabilities: tuple[float, ...]
    """[n_classes]"""
    reported: int
    """The class whose probability is said: the model's positive one, else the predicted one."""
    prediction_set: tuple[int, ...] | None = None
    """The classes that conformal prediction does not exclude."""
    observed: ObservedShare | None = None
    """How often such a probability came true."""
    same: tuple[KnownRecord, ...] = ()
    """Training records that cannot be told from this one: the same, or of the same fingerprint if none is known to be
    the same."""
    same_is_certain: bool = False
    """Whether ``same`` are the same record, not only of the same fingerprint."""
    nearness: Nearness | None = None
    nearest: KnownRecord | None = None
    right_at_distance: ObservedShare | None = None
    """How often training records that were as far from the others were predicted rightly."""
    members: tuple[float, ...] = ()
    """[n_members], the members' probabilities of the reported class; empty of a single network."""
    second_model: tuple[float, ...] = ()
    """[n_classes], the probabilities by the forest; empty if there is none, or nothing in the record is counted."""
    accuracy: HeldOutAccuracy | None = None
    problems: tuple[str, ...] = ()
    """Why something that the model's files should say is missing."""

    @property
    def predicted(self) -> int:
        """The most probable class."""
        return int(np.argmax(self.probabilities))

    @property
    def membership(self) -> DomainMembership | None:
        return None if self.nearness is None else domain_membership(self.nearness)

    @property
    def measured(self) -> tuple[int, ...]:
        """The measured classes of the training records that cannot be told from this one."""
        return tuple(each.measured for each in self.same if each.measured is not None)


def load_summary_model(folder: Path, card: Card, forest: Forest | None = None) -> SummaryModel:
    """Loads what a bundle says of its training records; what is damaged costs only what rests on it.

    :param forest: of the bundle
    """
    knowledge = load_model_knowledge(folder, card)
    search = None if knowledge.domain is None else NearestSearch(knowledge.domain.fingerprints)
    return SummaryModel(card, knowledge, search, forest)


def plain_summary(card: Card, explanation: Explanation) -> PredictionSummary:
    """What the prediction alone says."""
    positive, members = card.positive_class, explanation.members
    reported = explanation.predicted if positive is None else card.class_index(positive)
    return PredictionSummary(
        card.class_names,
        tuple(explanation.probabilities.tolist()),
        reported,
        members=() if members is None else tuple(members[:, reported].tolist()),
    )


def summarise_prediction(model: SummaryModel, record: RecordToShow, explanation: Explanation) -> PredictionSummary:
    """What the model knows of its prediction of a record."""
    knowledge, members = model.knowledge, explanation.members
    summary = replace(plain_summary(model.card, explanation), problems=knowledge.problems)
    if knowledge.conformal is not None and members is not None:
        sets = with_most_probable(knowledge.conformal.sets(members[None]), explanation.probabilities[None])
        summary = replace(summary, prediction_set=tuple(np.flatnonzero(sets[0]).tolist()))
    if knowledge.out_of_fold is not None:
        observed = share_of_class(knowledge.out_of_fold, summary.reported, summary.probabilities[summary.reported])
        summary = replace(summary, observed=observed)
    place = place_among_known(model, record)
    if place is not None:
        known = knowledge.out_of_fold
        right = None if known is None else share_predicted_rightly(known, place.nearness.similarity)
        summary = replace(
            summary,
            nearness=place.nearness,
            nearest=_known_record(knowledge, place.nearest),
            same=tuple(_known_record(knowledge, row) for row in place.same),
            same_is_certain=place.same_is_certain,
            right_at_distance=right,
        )
    if model.forest is not None and record.environments is not None:
        (second,) = model.forest.probabilities([record.environments.counts])
        summary = replace(summary, second_model=tuple(second.tolist()))
    return replace(summary, accuracy=fitting_accuracy(model.card, summary.membership))


def fitting_accuracy(card: Card, membership: DomainMembership | None) -> HeldOutAccuracy | None:
    """The accuracy on the split whose test part is like a record: of one outside the domain that by scaffold, else the
    random one. Where the membership is not known, the best of all splits, below which the model is nowhere.

    :return: ``None`` if the card has no such figure
    """
    found = {each.protocol: each for each in reversed([*map(_accuracy_of, card.metrics)]) if each is not None}
    if membership is None:
        return max(found.values(), key=lambda each: each.value, default=None)
    return next((found[protocol] for protocol in _FITTING[membership] if protocol in found), None)


def _accuracy_of(metrics: Metrics) -> HeldOutAccuracy | None:
    """The lowest of :data:`_MEASURES`; ``None`` of a split that is none of ours, and if none is known."""
    protocol = metrics.split.partition(" ")[0]
    means = {named: metrics.values.get(name, (None, None))[0] for name, named in _MEASURES.items()}
    known = [(value, *named) for named, value in means.items() if value is not None]
    if protocol not in list(SplitProtocol) or not known:
        return None
    value, words, least = min(known)
    return HeldOutAccuracy(SplitProtocol(protocol), words, value, least, metrics.split)


def place_among_known(model: SummaryModel, record: RecordToShow) -> KnownPlace | None:
    """``None`` for a model that does not say what it was trained on, or a record without a fingerprint."""
    domain, records = model.knowledge.domain, model.knowledge.records
    if domain is None or model.search is None or not record.fingerprint:
        return None
    (nearest,) = model.search.nearest([record.fingerprint])
    bits = np.frombuffer(record.fingerprint, dtype=np.uint8)
    rows = np.flatnonzero((domain.fingerprints == bits).all(axis=1)).tolist()
    same = [] if records is None else [row for row in rows if record.identity and records.texts[row] == record.identity]
    return KnownPlace(domain.nearness_at(nearest.similarity), nearest.row, tuple(same or rows), bool(same))


def name_of_known(knowledge: ModelKnowledge, row: int) -> str:
    """The title of a training record, or else its text; "" if the model does not say."""
    records = knowledge.records
    return "" if records is None else records.titles[row].strip() or records.texts[row]


def _known_record(knowledge: ModelKnowledge, row: int) -> KnownRecord:
    known, name = knowledge.out_of_fold, name_of_known(knowledge, row)
    if known is None:
        return KnownRecord(name, None)
    return KnownRecord(name, int(known.measured[row]), tuple(known.probabilities[row].tolist()))
