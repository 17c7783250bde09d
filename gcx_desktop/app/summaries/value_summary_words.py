"""The summary of a predicted value in a chemist's words: the value, its interval and usual error, what was measured,
what the model knows, verdict on the map; a warning; and the numbers behind each. Imports no torch."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...gcn.reliability.conformal import DEFAULT_ALPHA
from ...kinds.kind import Words
from ...wording import capitalised, elided
from ..explaining.value_words import ValueWords, values_in_words
from .map_verdict import MapVerdict
from .prediction_summary import LEAST_R2, HeldOutAccuracy
from .summary_words import (
    SummaryDetail,
    SummaryText,
    kind_of_held_out,
    map_agreement_in_words,
    nearness_in_words,
    place_in_words,
    trained_on_it,
    verdict_in_words,
)
from .value_summary import KnownValue, ValueSummary

_LONGEST_TITLE = 120
"""Characters of the name of a training record."""
_MOST_NAMED = 5
"""Training records that are named one by one."""
INTERVAL = f"{100 * (1 - DEFAULT_ALPHA):.0f} % interval"


def value_summary_text(
    summary: ValueSummary,
    verdict: MapVerdict | None,
    words: Words,
    of_value: ValueWords,
    agreement: float = math.nan,
) -> SummaryText:
    """The summary in words.

    :param verdict: on the map that is shown; ``None`` before it is tested
    :param agreement: of the second model's map with the one that is shown, in [−1, 1]; NaN if it is not known
    """
    return SummaryText(
        f"Predicted {of_value.name} {of_value.with_unit(summary.value)}",
        tuple(_statements(summary, verdict, words, of_value)),
        _warning(summary.accuracy, words),
        tuple(_details(summary, words, of_value, agreement)),
    )


def interval_in_words(interval: tuple[float, float], of_value: ValueWords) -> str:
    """Such as "90 % interval 5.9 to 7.6"."""
    low, high = interval
    return f"{INTERVAL} {of_value.text(low)} to {of_value.text(high)}"


def _statements(summary: ValueSummary, verdict: MapVerdict | None, words: Words, of_value: ValueWords) -> Iterator[str]:
    if summary.interval is not None:
        yield interval_in_words(summary.interval, of_value)
    if summary.usual_error is not None:
        which = "similar training" if summary.error_at_distance else "training"
        yield f"{which} {words.records} are off by {of_value.text(summary.usual_error.median)} (median)"
    if summary.measured:
        yield _measured(summary, words, of_value)
    if summary.is_beyond_training:
        yield "beyond all training values"
    if summary.membership is not None:
        yield place_in_words(summary.membership)
    yield verdict_in_words(verdict, words)


def _measured(summary: ValueSummary, words: Words, of_value: ValueWords) -> str:
    found, count = values_in_words(summary.measured, of_value), len(summary.measured)
    several = f" ({words.counted(count)})" if count > 1 else ""
    if summary.same_is_certain:
        return f"measured {found}{several}"
    of_which = words.a_record if count == 1 else words.records
    return f"measured for {of_which} of the same fingerprint: {found}{several}"


def _warning(accuracy: HeldOutAccuracy | None, words: Words) -> str:
    if accuracy is None or not accuracy.is_too_low:
        return ""
    return (
        f"Use neither prediction nor map: on {kind_of_held_out(accuracy, words)} the model explains "
        f"{_little(accuracy)} of what makes them differ (R² {_plain(accuracy.value)})."
    )


def _little(accuracy: HeldOutAccuracy) -> str:
    return "nothing" if accuracy.value <= 0 else "little"


def _details(summary: ValueSummary, words: Words, of_value: ValueWords, agreement: float) -> Iterator[SummaryDetail]:
    yield SummaryDetail("Prediction", " ".join(_prediction_sentences(summary, words, of_value)))
    if summary.same:
        yield SummaryDetail("Measured", " ".join(_same_sentences(summary, words, of_value)))
    if summary.second_model is not None:
        yield SummaryDetail("Second opinion", " ".join(_second_sentences(summary, words, of_value, agreement)))
    if summary.nearness is not None:
        yield SummaryDetail("What the model knows", " ".join(_domain_sentences(summary, words, of_value)))
    if accuracy := [*_accuracy_sentences(summary, words, of_value)]:
        yield SummaryDetail("How good the model is", " ".join(accuracy))
    if summary.problems:
        yield SummaryDetail("What is missing", " ".join(f"{problem}." for problem in summary.problems))


def _prediction_sentences(summary: ValueSummary, words: Words, of_value: ValueWords) -> Iterator[str]:
    yield f"{of_value.name}: {of_value.with_unit(summary.value)}."
    if summary.interval is not None:
        yield (
            f"{capitalised(interval_in_words(summary.interval, of_value))}: such intervals hold the measured value in "
            f"about {100 * (1 - DEFAULT_ALPHA):.0f} % of cases."
        )
    else:
        yield "The model does not say in which interval the measured value is to be expected."
    if summary.usual_error is not None:
        found = summary.usual_error
        far = " whose nearest known one was as far away" if summary.error_at_distance else ""
        yield (
            f"{words.counted(found.count)} of the training data{far} were off by "
            f"{of_value.fine(found.median)} (median), predicted by a network that had not seen them."
        )
    if summary.members:
        low, high, sd = min(summary.members), max(summary.members), float(np.std(summary.members, ddof=1))
        yield (
            f"The {len(summary.members)} members of the model give {of_value.text(low)} to {of_value.text(high)}, "
            f"standard deviation {of_value.fine(sd)}."
        )
    if summary.training_range is not None:
        least, largest = map(of_value.text, summary.training_range)
        beyond = "; this one lies beyond, where nothing was learned" if summary.is_beyond_training else ""
        yield f"The training values go from {least} to {largest}{beyond}."


def _same_sentences(summary: ValueSummary, words: Words, of_value: ValueWords) -> Iterator[str]:
    yield trained_on_it(words, certain=summary.same_is_certain)
    for record in summary.same[:_MOST_NAMED]:
        if record.measured is not None:
            yield _known_sentence(record, of_value)


def _known_sentence(record: KnownValue, of_value: ValueWords) -> str:
    name = elided(" ".join(record.name.split()), _LONGEST_TITLE) or "It"
    if record.measured is None:
        return f"{name}; what was measured is not known."
    measured = f"{name} was measured {of_value.with_unit(record.measured)}"
    if record.out_of_fold is None:
        return f"{measured}."
    return f"{measured}; a network that had not seen it predicted {of_value.text(record.out_of_fold)}."


def _second_sentences(summary: ValueSummary, words: Words, of_value: ValueWords, agreement: float) -> Iterator[str]:
    assert summary.second_model is not None  # noqa: S101
    apart = abs(summary.second_model - summary.value)
    yield (
        f"A random forest, which learned from the same {words.records} and shares nothing else with the network, gives "
        f"{of_value.text(summary.second_model)}, where the network gives {of_value.text(summary.value)}."
    )
    if summary.held_out is not None:
        far = "no further apart than" if apart <= summary.held_out.network else "further apart than"
        yield f"They are {far} the network is usually off ({of_value.fine(summary.held_out.network)})."
    if not math.isnan(agreement):
        yield map_agreement_in_words(agreement, words)


def _domain_sentences(summary: ValueSummary, words: Words, of_value: ValueWords) -> Iterator[str]:
    assert summary.nearness is not None  # noqa: S101
    similarity, rank = nearness_in_words(summary.nearness, words)
    yield similarity
    nearest = summary.nearest
    if nearest is not None and not summary.same and nearest.measured is not None:
        yield f"{'Nearest: ' if nearest.name else ''}{_known_sentence(nearest, of_value)}"
    yield rank


def _accuracy_sentences(summary: ValueSummary, words: Words, of_value: ValueWords) -> Iterator[str]:
    accuracy, held_out = summary.accuracy, summary.held_out
    if accuracy is not None:
        yield f"On {kind_of_held_out(accuracy, words)} that it had not seen, its R² is {_plain(accuracy.value)}."
    if held_out is not None:
        forest = "" if held_out.forest is None else f", that of the random forest {of_value.fine(held_out.forest)}"
        yield f"Its root mean square error is {of_value.fine(held_out.network)}{forest} ({held_out.split})."
    if summary.training_sd is not None:
        yield (
            f"The standard deviation of the training values is {of_value.fine(summary.training_sd)}: so far off is who "
            "always says their mean."
        )
    if accuracy is not None and accuracy.is_too_low:
        yield (
            f"Below an R² of {LEAST_R2} the model explains {_little(accuracy)} of what makes the values differ, and "
            "explanations of networks that predict so badly agree neither with each other nor with the truth, so "
            "neither prediction nor map should be used."
        )


def _plain(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
