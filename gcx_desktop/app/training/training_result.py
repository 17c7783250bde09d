"""What is known of a model that was just trained: its figures beside the forest's, curves, the worst errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...gcn.bundles.training_records import TrainingRecords
from ...gcn.cards.baseline import baseline_warning
from ...gcn.cards.card import Card, read_card
from ...gcn.fitting.splits import DESCRIPTIONS
from ...gcn.reliability.out_of_fold import LEAST_RECORDS, OutOfFold, share_predicted_rightly, usual_error
from ...kinds.registry import feature_sets
from ...wording import capitalised
from ..explaining.model_knowledge import load_model_knowledge

N_WORST = 50
"""So many of the worst errors are listed."""
FAR = 0.3
"""A record that is less similar than this to all others is called unlike them."""


@dataclass(frozen=True, slots=True)
class WorstError:
    """A record that was predicted wrongly, or far off, out of fold."""

    position: int
    """In the table's file."""
    title: str
    text: str
    """Of molecules the SMILES."""
    measured: str
    """Name of the class, or the value."""
    predicted: str
    size: float
    """The probability of the predicted class, or how far a value is off."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResult:
    """A model and what its training says of it."""

    folder: Path
    card: Card
    known: OutOfFold | None
    """What was predicted out of fold; ``None`` of a single network."""
    records: TrainingRecords | None
    positions: NDArray[np.int64]
    """[n], of the training records in their file, in the order of ``known``; empty if that is not known."""

    @property
    def class_index(self) -> int:
        """Of the class whose curves are drawn: the positive one, else the last."""
        positive = self.card.positive_class
        return self.card.class_index(positive) if positive is not None else len(self.card.class_names) - 1

    def worst(self, n: int = N_WORST) -> list[WorstError]:
        """The wrong predictions out of fold, the surest of them first; of values those farthest off."""
        known = self.known
        if known is None or len(self.positions) != len(known):
            return []
        if known.of_value:
            worst, sizes = np.argsort(-known.errors, kind="stable")[:n], known.errors
        else:
            sizes = known.probabilities.max(axis=1).astype(np.float64)
            wrong = np.flatnonzero(known.probabilities.argmax(axis=1) != known.measured)
            worst = wrong[np.argsort(-sizes[wrong], kind="stable")][:n]
        return [self._error(i, float(sizes[i])) for i in worst.tolist()]

    def _error(self, i: int, size: float) -> WorstError:
        known, records, names = self.known, self.records, self.card.class_names
        assert known is not None  # noqa: S101
        measured, outputs = known.measured[i], known.probabilities[i]
        of_value = known.of_value
        return WorstError(
            int(self.positions[i]),
            records.titles[i] if records is not None else "",
            records.texts[i] if records is not None else "",
            f"{measured:.3g}" if of_value else names[int(measured)],
            f"{outputs[0]:.3g}" if of_value else names[int(outputs.argmax())],
            size,
        )

    @property
    def n_wrong(self) -> int:
        """How many were put into another class out of fold; 0 of values."""
        known = self.known
        if known is None or known.of_value:
            return 0
        return int((known.probabilities.argmax(axis=1) != known.measured).sum())

    @property
    def verdict(self) -> str:
        """How the network compares with the forest, a sentence."""
        if warning := baseline_warning(self.card):
            return f"{capitalised(warning)}."
        if not self.card.baseline:
            return ""
        turned = replace(self.card, metrics=self.card.baseline, baseline=self.card.metrics)
        if baseline_warning(turned):
            return "It predicts better than a random forest that was grown on the same molecules."
        return "It predicts as well as a random forest that was grown on the same molecules."

    @property
    def about_domain(self) -> str:
        """How predictions of records fare that are unlike the others, a sentence; "" if nothing is known of it."""
        known = self.known
        if known is None or known.similarity is None:
            return ""
        median = float(np.median(known.similarity))
        said = f"Half of the molecules have one of similarity {median:.2f} or more among those of other folds."
        far = int((known.similarity < FAR).sum())
        if known.of_value:
            near_error = usual_error(known, median).median
            said += f" Predictions of those about as near were off by {near_error:.3g} (median)"
            far_says = f"{usual_error(known, FAR).median:.3g}"
        else:
            near, at_far = share_predicted_rightly(known, median), share_predicted_rightly(known, FAR)
            if near is None or at_far is None:
                return said
            said += f" Of those about as near, {near.share:.0%} were predicted rightly"
            far_says = f"{at_far.share:.0%}"
        return f"{said}; of those about {FAR:g} near, {far_says}." if far >= LEAST_RECORDS else f"{said}."


def load_training_result(folder: Path, positions: Sequence[int] = ()) -> TrainingResult:
    """What a model's folder says of its training.

    :param positions: of the training records in their file
    :raises BundleError: if the card is damaged
    """
    card = read_card(folder, feature_sets())
    knowledge = load_model_knowledge(folder, card)
    return TrainingResult(folder, card, knowledge.out_of_fold, knowledge.records, np.array(positions, dtype=np.int64))


def what_split_asks(split: str) -> str:
    """What the figures of a split mean, a sentence.

    :param split: as the card names it, such as "scaffold 80/10/10"
    """
    protocol = split.split(" ", 1)[0]
    asks = {
        "scaffold": "How well are molecules of the rarest ring systems predicted, which the network has not seen?",
        "scaffold-balanced": "How well are molecules of ring systems predicted that the network has not seen?",
        "random": "How well are molecules predicted that are like those that the network has seen?",
        "given": "How well are the rows predicted that the table holds out?",
    }
    described = {str(key): words for key, words in DESCRIPTIONS.items()}.get(protocol, "")
    return " ".join(part for part in (asks.get(protocol, ""), f"({described}.)" if described else "") if part)
