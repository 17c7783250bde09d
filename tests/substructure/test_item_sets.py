"""Closed frequent item sets, against all subsets counted one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from gcx_desktop.substructure import item_sets
from gcx_desktop.substructure.item_sets import LARGEST_SET, ItemSet, closed_sets

Records = list[NDArray[np.int64]]


def by_counting(records: Records, min_support: int) -> set[ItemSet]:
    held = [frozenset(record.tolist()) for record in records]
    items = sorted(frozenset().union(*held))
    supports = {
        some: sum(each.issuperset(some) for each in held)
        for size in range(2, LARGEST_SET + 1)
        for some in combinations(items, size)
    }
    return {
        ItemSet(some, n)
        for some, n in supports.items()
        if n >= min_support
        and not any(supports.get(tuple(sorted({*some, more}))) == n for more in items if more not in some)
    }


@pytest.mark.parametrize(("seed", "min_support"), [(0, 1), (1, 3), (2, 5)])
def test_the_sets_are_those_that_counting_finds(seed: int, min_support: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(seed)
    records = [np.flatnonzero(generator.random(9) < 0.45) for _ in range(24)]
    monkeypatch.setattr(item_sets, "RECORDS_AT_ONCE", 5)
    monkeypatch.setattr(item_sets, "SETS_AT_ONCE", 7)
    found = closed_sets(records, min_support=min_support, most=10_000)
    assert len(found) > 10
    assert set(found) == by_counting(records, min_support)
    assert [each.support for each in found] == sorted((each.support for each in found), reverse=True)


def test_a_set_that_lies_only_within_another_is_not_listed() -> None:
    records = [np.array(each) for each in ([1, 5, 9], [9, 5, 1], [1, 9, 5, 4], [4], [])]
    assert closed_sets(records, min_support=2, most=9) == [ItemSet((1, 5, 9), 3)]


def test_beyond_the_bound_those_in_the_most_records_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [np.array(each) for each in (*8 * [[0, 1]], *5 * [[2, 3]], *2 * [[4, 5]])]
    assert closed_sets(records, min_support=1, most=2) == [ItemSet((0, 1), 8), ItemSet((2, 3), 5)]
    monkeypatch.setattr(item_sets, "MOST_ITEMS", 3)
    assert closed_sets(records, min_support=1, most=2) == [ItemSet((0, 1), 8)]


def test_of_no_records_there_are_no_sets() -> None:
    assert closed_sets([], min_support=1, most=9) == []
    assert closed_sets([np.array([3])], min_support=1, most=9) == []
