"""What a prediction is worth, in a chemist's words. Imports no torch."""

from __future__ import annotations

from ...gcn.reliability.out_of_fold import ObservedShare
from ...kinds.kind import Words


def observed_in_short(found: ObservedShare, class_name: str, words: Words) -> str:
    """Such as "of training molecules predicted like this, 78 % were permeable"."""
    return f"of training {words.records} predicted like this, {_percent(found.share)} % were {class_name}"


def observed_in_full(found: ObservedShare, class_name: str, words: Words) -> str:
    """The same with the numbers behind it."""
    low, high = found.interval
    return (
        f"{words.counted(found.count)} of the training data had a probability of “{class_name}” from "
        f"{found.low:.2f} to {found.high:.2f}, predicted by a network that had not seen them: {found.hits:,} of them, "
        f"{_percent(found.share)} %, were measured to be so (95 % interval {_percent(low)} to {_percent(high)} %)."
    )


def distance_in_full(found: ObservedShare, words: Words) -> str:
    """How often training records as far from the others were predicted rightly, with the numbers behind it."""
    low, high = found.interval
    return (
        f"{words.counted(found.count)} of the training data had a similarity from {found.low:.2f} to "
        f"{found.high:.2f} to the nearest one that the network had seen: it predicted {found.hits:,} of them, "
        f"{_percent(found.share)} %, rightly (95 % interval {_percent(low)} to {_percent(high)} %)."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
