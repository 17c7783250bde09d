"""How a network compares with the random forest that was grown on the same examples. Imports no torch."""

from __future__ import annotations

from .card import Card

_OF_CLASSES, _OF_VALUES = ("auc_roc", "AUC-ROC", 0.005), ("rmse", "RMSE", 0.0)
"""The measure that is compared, its name, and the difference of means up to which they are called equal: other seeds
would turn them round."""
_CLEAR_SHARE = 0.01
"""Errors of values that differ by a smaller share are called equal."""


def baseline_warning(card: Card) -> str:
    """A sentence that says on which splits the forest is clearly better than the network; "" if it is on none.

    Compared are the means over the seeds, of AUC-ROC or of values of the root mean square error.
    """
    of_network = {metrics.split: metrics for metrics in card.metrics}
    measure, name, clear = _OF_VALUES if card.of_value else _OF_CLASSES
    better = []
    for forest in card.baseline:
        network = of_network.get(forest.split)
        if network is None:
            continue
        ours, theirs = (metrics.values.get(measure, (None, None))[0] for metrics in (network, forest))
        if ours is None or theirs is None:
            continue
        gain = ours - theirs - _CLEAR_SHARE * abs(ours) if card.of_value else theirs - ours
        if gain > clear:
            figures = f"{forest.in_words(measure)} against {network.in_words(measure)}"
            better.append(f"{name} {figures} ({forest.split})")
    return f"a random forest predicts better than this network: {', '.join(better)}" if better else ""
