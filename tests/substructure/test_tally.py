"""A finding is made of where a pattern was met."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.substructure.pieces import Piece
from gcx_desktop.substructure.statistics import odds_ratio
from gcx_desktop.substructure.tally import Occurrences, Tally, with_containing_findings

TALLY = Tally(
    positions=np.array([3, 5, 7, 9, 11]),
    of_class=np.array([0, 1, 1, 1, 0]),
    n_records=np.array([2, 3]),
    n_explained=np.array([1, 2]),
)


def met(name: str, shown_in: list[int], held_by: list[int], means: list[float]) -> Occurrences:
    return Occurrences(
        pattern=Piece((name,), (name,)),
        class_index=1,
        shown_in=np.array(shown_in, dtype=np.int64),
        held_by=np.array(held_by, dtype=np.int64),
        means=np.array(means),
        sums=2 * np.array(means),
        n_at_random=0.5,
    )


def test_counts_shares_and_saliency_are_those_of_the_records() -> None:
    (found,) = TALLY.findings([met("hat", [1, 2], [0, 1, 2], [0.5, 1.0])])
    assert (found.shown_in.tolist(), found.held_by.tolist()) == ([5, 7], [3, 5, 7])
    assert (found.n_positive, found.n_negative, found.odds) == (2, 1, odds_ratio(2, 1, 1, 1))
    assert (found.mean_saliency, found.sum_saliency) == (0.75, 1.5)
    assert found.sd_saliency == pytest.approx(math.sqrt(0.125))
    assert (found.prevalence, found.random_prevalence, found.q_value) == (1.0, 0.25, found.p_value)


def test_the_most_often_shown_come_first_and_know_what_they_are_part_of() -> None:
    found = TALLY.findings([met("a", [1], [1], [1.0]), met("b", [1, 2], [1, 2], [1.0, 1.0])])
    assert [each.pattern.name for each in found] == ["b", "a"]
    assert math.isnan(found[1].sd_saliency)
    related = with_containing_findings(found, lambda patterns: [[0, 1], [1]])
    assert [each.part_of for each in related] == [(), (0,)]
