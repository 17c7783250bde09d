"""The summary of a prediction in a chemist's words: class, probability and what it has meant, measured value, what the
model knows, verdict on the map; a warning; and the numbers behind each. Imports no torch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...gcn.fitting.split_protocol import SplitProtocol
from ...gcn.reliability.conformal import DEFAULT_ALPHA, set_in_words
from ...gcn.reliability.domain import EDGE_RANK, OUTSIDE_RANK, DomainMembership, Nearness
from ...kinds.kind import Words
from ...wording import capitalised, elided
from .map_verdict import MapVerdict
from .prediction_summary import LEAST_ACCURACY, HeldOutAccuracy, KnownRecord, PredictionSummary
from .prediction_words import distance_in_full, observed_in_full, observed_in_short

_LONGEST_NAME = 40
"""Characters of a class's name in the statements; the details have the full name."""
_LONGEST_TITLE = 120
"""Characters of the name of a training record."""
_MOST_NAMED = 5
"""Training records that are named one by one."""
_UNUSABLE = "Use neither prediction nor map"


@dataclass(frozen=True, slots=True)
class SummaryDetail:
    """The numbers behind one statement."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class SummaryText:
    """A summary in words."""

    headline: str
    """Class and probability."""
    statements: tuple[str, ...]
    """In the order in which they are asked for."""
    warning: str = ""
    """Why the prediction and its map should not be used; "" if they may be."""
    details: tuple[SummaryDetail, ...] = ()


NOTHING_PREDICTED = SummaryText("Prediction —", ())


def summary_text(
    summary: PredictionSummary, verdict: MapVerdict | None, words: Words, agreement: float = math.nan
) -> SummaryText:
    """The summary in words.

    :param verdict: on the map that is shown; ``None`` before it is tested
    :param agreement: of the second model's map with the one that is shown, in [−1, 1]; NaN if it is not known
    """
    return SummaryText(
        headline(summary),
        tuple(_statements(summary, verdict, words)),
        accuracy_warning(summary.accuracy, words),
        tuple(_details(summary, words, agreement)),
    )


def headline(summary: PredictionSummary) -> str:
    """The class and, if it is the one whose probability is said, that: such as "Predicted permeable, probability 0.93",
    "Predicted not permeable" or "Undecided: either"."""
    names, said = [_short(name) for name in summary.class_names], _said_class(summary)
    if said is None:
        return capitalised(set_in_words([names[index] for index in summary.prediction_set or ()], len(names)))
    probability = f", probability {_probability(summary)}" if said == summary.reported else ""
    return f"Predicted {names[said]}{probability}"


def verdict_in_words(verdict: MapVerdict | None, words: Words) -> str:
    """Such as "map holds"; ``None``: it is not tested yet."""
    match verdict:
        case None:
            return "map untested"
        case MapVerdict.HOLDS:
            return "map holds"
        case MapVerdict.RANDOM:
            return f"map no better than random {words.nodes}"
        case MapVerdict.MISLEADS:
            return "map misleads"
        case MapVerdict.NOTHING:
            return f"map highlights no {words.node}"
        case MapVerdict.EVERYTHING:
            return f"map highlights every {words.node}"


def _said_class(summary: PredictionSummary) -> int | None:
    """The class that the headline names as predicted; ``None`` if it is undecided, or none."""
    classes = summary.prediction_set
    if classes is None:
        return summary.predicted
    return classes[0] if len(classes) == 1 else None


def _probability(summary: PredictionSummary) -> str:
    return f"{summary.probabilities[summary.reported]:.2f}"


def _statements(summary: PredictionSummary, verdict: MapVerdict | None, words: Words) -> Iterator[str]:
    if _said_class(summary) != summary.reported:
        yield f"probability of “{_short(summary.class_names[summary.reported])}” {_probability(summary)}"
    if summary.observed is not None:
        yield observed_in_short(summary.observed, _short(summary.class_names[summary.reported]), words)
    if summary.measured:
        yield _measured(summary, words)
    if summary.membership is not None:
        yield place_in_words(summary.membership)
    yield verdict_in_words(verdict, words)


def _measured(summary: PredictionSummary, words: Words) -> str:
    counts = Counter(summary.measured)
    if len(counts) == 1:
        found = _short(summary.class_names[summary.measured[0]])
    else:
        ordered = sorted(counts.items())
        found = ", ".join(f"{_short(summary.class_names[index])} ({count:,})" for index, count in ordered)
    if summary.same_is_certain:
        return f"measured: {found}"
    of_which = words.a_record if len(summary.measured) == 1 else words.records
    return f"measured for {of_which} of the same fingerprint: {found}"


def place_in_words(membership: DomainMembership) -> str:
    """Such as "inside what the model knows"."""
    where = {DomainMembership.INSIDE: "inside", DomainMembership.EDGE: "at the edge of"}.get(membership, "outside")
    return f"{where} what the model knows"


def accuracy_warning(accuracy: HeldOutAccuracy | None, words: Words) -> str:
    """Why prediction and map should not be used; "" if they may be."""
    if accuracy is None or not accuracy.is_too_low:
        return ""
    return f"{_UNUSABLE}: {accuracy.measure} {accuracy.value:.2f} on {kind_of_held_out(accuracy, words)}."


def kind_of_held_out(accuracy: HeldOutAccuracy, words: Words) -> str:
    """Such as "molecules of new scaffolds"."""
    if accuracy.protocol == SplitProtocol.RANDOM:
        return f"{words.records} like the training ones"
    return f"{words.records} of new scaffolds"


def _details(summary: PredictionSummary, words: Words, agreement: float) -> Iterator[SummaryDetail]:
    yield SummaryDetail("Prediction", " ".join(_prediction_sentences(summary, words)))
    if summary.same:
        yield SummaryDetail("Measured", " ".join(_same_sentences(summary, words)))
    if summary.second_model:
        yield SummaryDetail("Second opinion", " ".join(_second_sentences(summary, words, agreement)))
    if summary.nearness is not None:
        yield SummaryDetail("What the model knows", " ".join(_domain_sentences(summary, words)))
    if summary.accuracy is not None:
        yield SummaryDetail("How good the model is", _accuracy_sentence(summary.accuracy, words))
    if summary.problems:
        yield SummaryDetail("What is missing", " ".join(f"{problem}." for problem in summary.problems))


def _prediction_sentences(summary: PredictionSummary, words: Words) -> Iterator[str]:
    every = ", ".join(f"“{n}” {p:.2f}" for n, p in zip(summary.class_names, summary.probabilities, strict=True))
    yield f"Probabilities: {every}."
    if summary.observed is not None:
        yield observed_in_full(summary.observed, summary.class_names[summary.reported], words)
    else:
        yield "The model does not say how often such a probability came true."
    if summary.prediction_set is not None:
        yield _set_sentence(summary)
    if summary.members:
        low, high, sd = min(summary.members), max(summary.members), float(np.std(summary.members, ddof=1))
        yield (
            f"The {len(summary.members)} members of the model give “{summary.class_names[summary.reported]}” "
            f"{low:.2f} to {high:.2f}, standard deviation {sd:.2f}."
        )


def _set_sentence(summary: PredictionSummary) -> str:
    names = [f"“{summary.class_names[index]}”" for index in summary.prediction_set or ()]
    promise = f"Such sets hold the measured class in about {_percent(1 - DEFAULT_ALPHA)} of cases."
    if not names:
        return f"No class is one whose members often look so little like it. {promise}"
    return f"Not excluded: {' and '.join(names)}. {promise}"


def trained_on_it(words: Words, *, certain: bool) -> str:
    """That the model has seen the record.

    :param certain: whether it is the same, and not only of the same fingerprint
    """
    if certain:
        return f"The model was trained on this {words.record}, so its prediction is no test of it."
    return (
        f"The model was trained on {words.a_record} of the same fingerprint: this one, or one that differs in what "
        "a fingerprint does not see, such as stereochemistry or the length of a chain."
    )


def _same_sentences(summary: PredictionSummary, words: Words) -> Iterator[str]:
    yield trained_on_it(words, certain=summary.same_is_certain)
    for record in summary.same[:_MOST_NAMED]:
        if record.measured is not None:
            yield _known_sentence(record, summary.class_names)


def _known_sentence(record: KnownRecord, class_names: Sequence[str]) -> str:
    name = elided(" ".join(record.name.split()), _LONGEST_TITLE) or "It"
    if record.measured is None:
        return f"{name}; what was measured is not known."
    measured = f"{name} was measured “{class_names[record.measured]}”"
    if not record.out_of_fold:
        return f"{measured}."
    c = int(np.argmax(record.out_of_fold))
    return (
        f"{measured}; a network that had not seen it predicted “{class_names[c]}”, probability "
        f"{record.out_of_fold[c]:.2f}."
    )


def _second_sentences(summary: PredictionSummary, words: Words, agreement: float) -> Iterator[str]:
    second, reported, likely = summary.second_model, summary.reported, int(np.argmax(summary.second_model))
    yield (
        f"A random forest, which learned from the same {words.records} and shares nothing else with the network, gives "
        f"“{summary.class_names[reported]}” {second[reported]:.2f}, where the network gives {_probability(summary)}."
    )
    if likely == summary.predicted:
        yield f"To both “{summary.class_names[likely]}” is the most probable class."
    else:
        yield f"To the forest “{summary.class_names[likely]}” is the most probable class, not to the network."
    if not math.isnan(agreement):
        yield map_agreement_in_words(agreement, words)


def map_agreement_in_words(agreement: float, words: Words) -> str:
    """A sentence about the second model's map.

    :param agreement: in [−1, 1]
    """
    return (
        f"Agreement of its map with the one that is shown: {f'{agreement:.2f}'.replace('-', '−')} (1: the same "
        f"order of the {words.nodes}, 0: nothing in common, −1: the reverse)."
    )


def _domain_sentences(summary: PredictionSummary, words: Words) -> Iterator[str]:
    assert summary.nearness is not None  # noqa: S101
    similarity, rank = nearness_in_words(summary.nearness, words)
    yield similarity
    nearest = summary.nearest
    if nearest is not None and not summary.same and nearest.measured is not None:
        yield f"{'Nearest: ' if nearest.name else ''}{_known_sentence(nearest, summary.class_names)}"
    yield rank
    if summary.right_at_distance is not None:
        yield distance_in_full(summary.right_at_distance, words)


def nearness_in_words(nearness: Nearness, words: Words) -> tuple[str, str]:
    """Two sentences: about the similarity to the nearest training record, and about how usual that is."""
    similarity = f"{words.similarity} to the nearest training {words.record}: {nearness.similarity:.2f}."
    rank = (
        f"{_percent(nearness.rank)} of the training {words.records} are no nearer to another one; inside is "
        f"from {_percent(EDGE_RANK)} on, outside below {_percent(OUTSIDE_RANK)}."
    )
    return similarity, rank


def _accuracy_sentence(accuracy: HeldOutAccuracy, words: Words) -> str:
    figure = (
        f"On {kind_of_held_out(accuracy, words)} that it had not seen, its {accuracy.measure} is {accuracy.value:.2f}"
    )
    if not accuracy.is_too_low:
        return f"{figure}."
    return (
        f"{figure}. Below {LEAST_ACCURACY} explanations of networks agree neither with each other nor with the truth "
        "(Khasanova and Tetko, Digital Discovery 2026), so neither prediction nor map should be used."
    )


def _short(name: str) -> str:
    return elided(" ".join(name.split()), _LONGEST_NAME)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
