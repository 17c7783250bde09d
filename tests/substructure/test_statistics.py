"""Odds ratios, Fisher's test and false discovery, against figures worked out with SciPy 1.17 and R's p.adjust."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.substructure.statistics import benjamini_hochberg, fisher_exact, log_factorials, odds_ratio

WORKED = [
    ((8, 2, 1, 5), 0.0349650349650349),
    ((35, 0, 1525, 479), 0.0001478470715665),
    ((242, 300, 237, 1260), 8.5117475547e-39),
    ((10, 10, 10, 10), 1.0),
    ((0, 5, 5, 0), 0.00793650793650793),
    ((1, 1000, 0, 3), 1.0),
]


@pytest.mark.parametrize(("table", "p"), WORKED)
def test_fishers_p_is_that_of_the_worked_table(table: tuple[int, int, int, int], p: float) -> None:
    assert fisher_exact(*table, log_factorials(sum(table))) == pytest.approx(p, rel=1e-10)


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_fishers_p_is_the_sum_over_all_tables_that_are_no_likelier(table: tuple[int, int, int, int]) -> None:
    a, b, c, _ = table
    row, column, total = a + b, a + c, sum(table)
    ways = {k: math.comb(row, k) * math.comb(total - row, column - k)
            for k in range(max(0, row + column - total), min(row, column) + 1)}  # fmt: skip
    exact = sum(each for each in ways.values() if each <= ways[a]) / math.comb(total, column)
    assert fisher_exact(*table, log_factorials(total)) == pytest.approx(exact, rel=1e-9)


def test_a_library_of_a_million_keeps_its_digits() -> None:
    assert log_factorials(1_000_000)[-1] == pytest.approx(math.lgamma(1_000_001), rel=1e-14)


def test_the_odds_ratio_comes_with_woolfs_interval() -> None:
    found = odds_ratio(242, 300, 237, 1260)
    assert found.value == pytest.approx(242 * 1260 / (300 * 237))
    reach = 1.959963984540054 * math.sqrt(1 / 242 + 1 / 300 + 1 / 237 + 1 / 1260)
    assert math.log(found.high / found.value) == pytest.approx(reach)
    assert math.log(found.value / found.low) == pytest.approx(reach)


def test_a_count_of_zero_leaves_the_interval_finite() -> None:
    found = odds_ratio(35, 0, 1525, 479)
    assert found.value == math.inf
    assert 0 < found.low < found.high < math.inf
    assert math.isnan(odds_ratio(0, 0, 4, 5).value)


def test_q_values_are_those_of_the_worked_table() -> None:
    p = [0.01, 0.04, 0.03, 0.005, 0.9]
    assert benjamini_hochberg(p) == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.9])
    assert len(benjamini_hochberg([])) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_is_at_least_p_and_in_the_same_order(p: list[float]) -> None:
    q = benjamini_hochberg(p)
    assert (q >= np.array(p) - 1e-12).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()
