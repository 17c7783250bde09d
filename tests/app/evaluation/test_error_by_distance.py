"""Errors of values by the similarity to the training records, worked by hand."""

from __future__ import annotations

import numpy as np

from gcx_desktop.app.evaluation.error_by_distance import EDGES, DistanceErrors, range_in_words


def test_each_range_has_the_median_of_its_records_beside_that_out_of_fold() -> None:
    found = DistanceErrors(
        similarity=np.array([0.1, 0.3, 0.35, 0.39, 0.8, 1.0, np.nan]),
        errors=np.array([2.0, 1.0, 5.0, 3.0, 0.5, 0.1, 9.0]),
        known_similarity=np.array([0.2, 0.5]),
        known_errors=np.array([4.0, 7.0]),
    )
    ours, known, counts = found.medians()
    none = np.nan
    np.testing.assert_array_equal(ours, [2.0, 3.0, none, none, none, none, 0.3])
    np.testing.assert_array_equal(known, [4.0, none, none, 7.0, none, none, none])
    assert counts.tolist() == [1, 3, 0, 0, 0, 0, 2]  # what is not known is in no range, and 1 in the last
    assert found.inside(1).tolist() == [False, True, True, True, False, False, False]


def test_ranges_are_written_with_both_ends() -> None:
    assert [range_in_words(number) for number in (0, len(EDGES) - 2)] == ["0–0.3", "0.8–1"]
