"""The records behind a number of an evaluation, such as a bar, a cell or a point."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...gcn.reliability.scores import calibration_bin
from ..explaining.method_names import METHOD_NAMES
from ..libraries.row_filters import RecordSubset
from .error_by_distance import range_in_words

if TYPE_CHECKING:
    from ...kinds.kind import Words
    from .evaluate_methods import Evaluation
    from .measure_library import LibraryEvaluation

N_CALIBRATION_BINS = 10
MANY = 0.5
"""A map that shows at least this share of a record's nodes shows many."""


class MeasureKind(Enum):
    """A measure of a method. The value is the name of its subset of records."""

    FIDELITY = "fidelity"
    RANDOM = "fidelity of random {nodes}"
    CONTRASTIVITY = "contrastivity below 1"
    SPARSITY = "half of the {nodes} or more shown"
    ATTRIBUTION = "defining {nodes} below others"

    def called(self, words: Words) -> str:
        """Such as "fidelity of random atoms"."""
        return self.value.format(nodes=words.nodes)


_OF_VALUES = {
    MeasureKind.FIDELITY: "moved more than by random {nodes}",
    MeasureKind.RANDOM: "moved no more than by random {nodes}",
}
"""What subsets are called where values are predicted."""


def records_behind_measure(
    evaluation: Evaluation, method: str, cutoff: float, figure: MeasureKind, words: Words
) -> RecordSubset:
    """For fidelity, the records whose correct prediction became wrong by masking, or of values, which moved more
    than by masking random nodes, and for those nodes the others; for contrastivity, those with a node
    that is salient for several classes; for sparsity, those with at least half of the nodes shown; for attribution,
    those whose defining nodes a map ranks below the others.

    :raises ValueError: if it was not evaluated at that cutoff
    """
    found, at = evaluation.measures[method], evaluation.cutoffs.index(cutoff)
    more = found.lost[:, at] > found.lost_at_random[:, at]
    inside = {
        MeasureKind.FIDELITY: more if evaluation.of_value else found.lost[:, at] > 0,
        MeasureKind.RANDOM: ~more if evaluation.of_value else found.lost_at_random[:, at] > 0,
        MeasureKind.CONTRASTIVITY: found.contrastivity[:, at] < 1,  # false at NaN, where no node is salient
        MeasureKind.SPARSITY: found.sparsity[:, at] <= 1 - MANY,
        MeasureKind.ATTRIBUTION: evaluation.areas(method) < 0.5,  # false at NaN, where no defining nodes are known
    }[figure]
    named = _OF_VALUES.get(figure, "") if evaluation.of_value else ""
    called = named.format(nodes=words.nodes) or figure.called(words)
    return _chosen(evaluation, inside, f"{called}, {METHOD_NAMES.get(method, method)}")


def records_behind_cell(evaluation: Evaluation, truth: int, called: int, class_names: Sequence[str]) -> RecordSubset:
    """The records of a cell of the confusion matrix."""
    inside = (evaluation.labels == truth) & (evaluation.probabilities.argmax(axis=1) == called)
    return _chosen(evaluation, inside, f"{class_names[truth]}, predicted {class_names[called]}")


def records_behind_bin(evaluation: Evaluation, point: int, class_names: Sequence[str]) -> RecordSubset:
    """The records of a point of the calibration curve.

    :param point: its number among the points drawn, from the left
    """
    bins = calibration_bin(evaluation.probabilities[:, -1], N_CALIBRATION_BINS)
    chosen = int(np.unique(bins)[point])
    words = (
        f"probability of {class_names[-1]} {chosen / N_CALIBRATION_BINS:.1f}–{(chosen + 1) / N_CALIBRATION_BINS:.1f}"
    )
    return _chosen(evaluation, bins == chosen, words)


def records_in_range(measured: LibraryEvaluation, number: int) -> RecordSubset:
    """Of values, the records whose similarity to the nearest training record lies in a range.

    :param number: of the range, from the least similar
    """
    assert measured.distance is not None  # noqa: S101
    words = f"similarity {range_in_words(number)} to the nearest training record"
    return _chosen(measured.evaluation, measured.distance.inside(number), words)


def above_random(evaluation: Evaluation, method: str, cutoff: float) -> bool:
    """Whether masking a map's nodes costs more than masking random nodes, by at least two standard errors of the
    differences of the records, since less may be chance.

    :raises ValueError: if it was not evaluated at that cutoff
    """
    found, at = evaluation.measures[method], evaluation.cutoffs.index(cutoff)
    more = found.lost[:, at].astype(np.float64) - found.lost_at_random[:, at]
    return bool(more.mean() > 2 * more.std() / np.sqrt(len(more)))


def _chosen(evaluation: Evaluation, inside: NDArray[np.bool_], words: str) -> RecordSubset:
    return RecordSubset(words, frozenset(evaluation.positions[inside].tolist()))
