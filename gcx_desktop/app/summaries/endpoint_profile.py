"""The profile of a record: what a model of several endpoints predicts of it, from one pass of the network. Imports
torch only when it loads or predicts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...gcn.bundles.several import endpoint_folders
from ...gcn.cards.card import Card
from ...gcn.reliability.conformal import ConformalPredictor
from ...gcn.reliability.intervals import IntervalPredictor
from ...kinds.kind import ReadRecord
from ...kinds.registry import decode_of
from ...library.record import INVALID, Source
from ..explaining.decision import DECISION_WORDS, NO_CLASS, UNDECIDED, decisions
from ..explaining.model_knowledge import load_conformal, load_intervals
from ..explaining.models import load_endpoints_at
from ..explaining.value_words import value_words
from .value_summary_words import interval_in_words

if TYPE_CHECKING:
    from ...explain.engine import Explanation
    from ...gcn.bundles.bundle import Bundle


@dataclass(frozen=True, slots=True, eq=False)
class ProfiledModel:
    """What profiles by a model of several endpoints need."""

    bundles: tuple[Bundle, ...]
    conformal: tuple[ConformalPredictor | None, ...]
    """Of each endpoint of classes, where its training records are known."""
    intervals: tuple[IntervalPredictor | None, ...]
    """Of each endpoint of values, where its training records are known."""


@dataclass(frozen=True, slots=True)
class ProfileBar:
    """The prediction for one endpoint."""

    endpoint: str
    folder: Path
    """Of its bundle."""
    share: float
    """Of the bar's length, 0 to 1: the probability of a class, or where the value lies from the least to the largest of
    the training records; NaN if the prediction is not valid."""
    low: float
    """Of the interval in the same measure: the least of the members' probabilities, or the lower end of a value's
    interval; NaN if there is none."""
    high: float
    """Its other end."""
    words: str
    """Such as "active, P(active) 0.93", "undecided, P(active) 0.48" or "6.8"."""
    detail: str
    """A sentence."""
    is_decided: bool
    """Whether it is for one class alone, or a value."""


def load_profiled_model(folder: Path) -> ProfiledModel:
    """The model in a folder that has several endpoints.

    :raises BundleError: if it is invalid
    """
    bundles = load_endpoints_at(list(endpoint_folders(folder).values()))
    return ProfiledModel(
        bundles,
        tuple(load_conformal(each.path, each.card) for each in bundles),
        tuple(load_intervals(each.path, each.card) for each in bundles),
    )


def profile_of(model: ProfiledModel, read: ReadRecord, source: Source) -> list[ProfileBar]:
    """A bar for each endpoint, in the model's order.

    :param source: from which the record was read
    """
    from ...explain.engine import EndpointsPredictor

    decode = decode_of(model.bundles[0].card, source)
    (predicted,) = EndpointsPredictor([each.network for each in model.bundles], decode).predict([read.graph])
    return [
        _value_bar(bundle, each, intervals) if bundle.card.of_value else _class_bar(bundle, each, conformal)
        for bundle, each, conformal, intervals in zip(
            model.bundles, predicted, model.conformal, model.intervals, strict=True
        )
    ]


def _bar(
    bundle: Bundle, share: float, ends: Sequence[float], words: str, detail: str, *, is_decided: bool = True
) -> ProfileBar:
    low, high = ends or (math.nan, math.nan)
    return ProfileBar(bundle.card.endpoint, bundle.path, share, low, high, words, detail, is_decided)


def _class_bar(bundle: Bundle, explanation: Explanation, conformal: ConformalPredictor | None) -> ProfileBar:
    card = bundle.card
    if not explanation.is_valid:
        return _bar(bundle, math.nan, (), INVALID, f"The prediction of {card.endpoint} is {INVALID}.", is_decided=False)
    (decided,) = decisions(conformal, [explanation])
    index = _reported(card, explanation.predicted)
    name, probability = card.class_names[index], float(explanation.probabilities[index])
    ends: tuple[float, ...] = ()
    among = ""
    if explanation.members is not None:
        members = explanation.members[:, index]
        ends = (float(members.min()), float(members.max()))
        among = f", by the {len(members)} networks {ends[0]:.2f} to {ends[1]:.2f}"
    is_decided = decided not in (UNDECIDED, NO_CLASS)
    said = DECISION_WORDS.get(decided) or card.class_names[decided]
    detail = f"{card.endpoint}: {said}; probability of “{name}” {probability:.2f}{among}."
    words = f"{said}, P({name}) {probability:.2f}"
    return _bar(bundle, probability, ends, words, detail, is_decided=is_decided)


def _reported(card: Card, predicted: int) -> int:
    """The class whose probability is said: the positive one, the last of two, or else the predicted one."""
    if card.positive_class is not None:
        return card.class_index(card.positive_class)
    return 1 if len(card.class_names) == 2 else predicted


def _value_bar(bundle: Bundle, explanation: Explanation, intervals: IntervalPredictor | None) -> ProfileBar:
    card, words = bundle.card, value_words(bundle.card)
    assert words is not None  # noqa: S101
    if not explanation.is_valid:
        return _bar(bundle, math.nan, (), INVALID, f"The prediction of {card.endpoint} is {INVALID}.", is_decided=False)
    value = float(explanation.probabilities[0])
    ends: tuple[float, float] | None = None
    if intervals is not None and explanation.members is not None:
        low, high = intervals.intervals(explanation.members[None, :, 0])[0].tolist()
        ends = (low, high) if np.isfinite([low, high]).all() else None
    least, largest = (card.value_range[0], card.value_range[-1]) if card.value_range else (value, value)
    detail = f"{card.endpoint}: {words.with_unit(value)}"
    detail += f", {interval_in_words(ends, words)}" if ends else ""
    detail += f"; the bar is from {words.text(least)} to {words.text(largest)}, as measured in training."
    return _bar(
        bundle,
        _place(value, card),
        () if ends is None else [_place(each, card) for each in ends],
        words.with_unit(value),
        detail,
    )


def _place(value: float, card: Card) -> float:
    """Where a value lies from the least, 0, to the largest, 1, of the training records; beyond them at the end."""
    least, largest = (card.value_range[0], card.value_range[-1]) if card.value_range else (value, value)
    return min(max((value - least) / (largest - least), 0.0), 1.0) if largest > least else 0.5
