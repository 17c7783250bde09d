"""How a network compares with the random forest that was grown on the same examples. Imports no torch."""

from __future__ import annotations

from .card import Card

_COMPARED = "auc_roc"
CLEARLY_BETTER = 0.005
"""Means that differ by less are called equal: other seeds would turn them round."""


def baseline_warning(card: Card) -> str:
    """A sentence that says on which splits the forest is clearly better than the network; "" if it is on none.

    Compared are the means of AUC-ROC over the seeds.
    """
    of_network = {metrics.split: metrics for metrics in card.metrics}
    better = []
    for forest in card.baseline:
        network = of_network.get(forest.split)
        if network is None:
            continue
        ours, theirs = (metrics.values.get(_COMPARED, (None, None))[0] for metrics in (network, forest))
        if ours is not None and theirs is not None and theirs - ours > CLEARLY_BETTER:
            figures = f"{forest.in_words(_COMPARED)} against {network.in_words(_COMPARED)}"
            better.append(f"AUC-ROC {figures} ({forest.split})")
    return f"a random forest predicts better than this network: {', '.join(better)}" if better else ""
