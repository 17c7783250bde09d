"""A prediction decides for the only class in its set, and else for none."""

from __future__ import annotations

import numpy as np

from gcx_desktop.app.explaining.decision import NO_CLASS, UNDECIDED, decisions
from gcx_desktop.explain.engine import Explanation
from gcx_desktop.gcn.reliability.conformal import fit_conformal

RANDOM = np.random.default_rng(0)
POSITIVE = np.concatenate([RANDOM.uniform(0.75, 1.0, 40), RANDOM.uniform(0.0, 0.25, 40)])
CONFORMAL = fit_conformal(
    np.stack([1 - POSITIVE, POSITIVE], axis=1), np.repeat([1, 0], 40), np.arange(80) % 2, n_members=2
)
"""Of a model that tells its training records well apart, so that a probability in the middle is unlike any."""
BLIND = fit_conformal(np.stack([1 - POSITIVE, POSITIVE], axis=1), np.arange(80) % 2, np.arange(80) // 2 % 2, 2)
"""Of a model to which records of both classes look alike."""


def predicted(positive: float, members: bool = True) -> Explanation:
    probabilities = np.array([1 - positive, positive], dtype=np.float32)
    of_members = np.stack([probabilities, probabilities]) if members else None
    return Explanation(int(positive > 0.5), probabilities, {}, of_members)


def test_a_prediction_decides_for_the_only_class_in_its_set() -> None:
    assert decisions(CONFORMAL, [predicted(0.95), predicted(0.04), predicted(0.9)]) == [1, 0, 1]


def test_where_no_class_is_in_the_set_or_several_are_it_decides_for_none() -> None:
    assert decisions(CONFORMAL, [predicted(0.5), predicted(0.95)]) == [NO_CLASS, 1]
    assert decisions(BLIND, [predicted(0.9), predicted(0.1)]) == [UNDECIDED, UNDECIDED]


def test_without_a_set_the_most_probable_class_is_taken() -> None:
    assert decisions(None, [predicted(0.5001), predicted(0.4)]) == [1, 0]
    assert decisions(BLIND, [predicted(0.9, members=False), predicted(0.9)]) == [1, UNDECIDED]
    invalid = Explanation(-1, np.full(2, np.nan, np.float32), {}, np.full((2, 2), np.nan, np.float32))
    assert decisions(CONFORMAL, [invalid]) == [-1]
