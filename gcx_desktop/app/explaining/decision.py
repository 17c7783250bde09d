"""The class for which a prediction decides: the only one in its prediction set. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...gcn.reliability.conformal import ConformalPredictor, with_most_probable

if TYPE_CHECKING:
    from ...explain.engine import Explanation

UNDECIDED = -2
"""More than one class is in the set."""
NO_CLASS = -3
"""No class is in the set."""
DECISION_WORDS = {UNDECIDED: "undecided", NO_CLASS: "none of the classes"}
"""What is said in place of a class."""


def decisions(conformal: ConformalPredictor | None, explanations: Sequence[Explanation]) -> list[int]:
    """For each prediction: the index of the class, :data:`UNDECIDED` or :data:`NO_CLASS`; where there is no set of
    classes, the most probable one, −1 if the prediction is not valid.

    :param conformal: of the model; ``None`` if it has none
    """
    found = [each.predicted for each in explanations]
    if conformal is None:
        return found
    rows = [row for row, each in enumerate(explanations) if each.is_valid and each.members is not None]
    if not rows:
        return found
    members = np.stack([explanations[row].members for row in rows])  # type: ignore[misc]
    sets = with_most_probable(conformal.sets(members), np.stack([explanations[row].probabilities for row in rows]))
    sizes, only = sets.sum(axis=1), sets.argmax(axis=1)
    decided = np.where(sizes == 1, only, np.where(sizes > 1, UNDECIDED, NO_CLASS))
    for row, each in zip(rows, decided.tolist(), strict=True):
        found[row] = each
    return found
