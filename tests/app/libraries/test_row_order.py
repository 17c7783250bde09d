"""Which records have rows, and in which."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.app.libraries import row_order
from gcx_desktop.app.libraries.row_order import Order, RowRanges, positions_where


def test_rows_are_those_in_which_positions_are_seen() -> None:
    seen = Order.of(np.array([2, 0, 3]), 6)
    assert [seen.row(position) for position in range(-1, 7)] == [-1, 1, -1, 0, 2, -1, -1, -1]
    assert seen.rows(np.array([3, 4, 0])).tolist() == [1, 2]
    assert len(seen) == 3


def test_positions_beyond_the_library_have_no_row() -> None:
    assert Order.of(np.arange(2), 2).rows(np.array([1, 7])).tolist() == [1]
    assert Order.of_file(2).rows(np.array([-1, 1, 7])).tolist() == [1]
    assert Order.of_file(0).rows(np.array([0])).tolist() == []
    assert Order.of(np.arange(0), 0).row(0) == -1


@pytest.mark.parametrize("in_file", [True, False])
def test_the_first_records_that_are_seen_have_rows(in_file: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_order, "MAX_ROWS", 3)
    order = Order.of_file(5) if in_file else Order.of(np.arange(5), 5)
    assert len(order) == 5
    assert order.shown.tolist() == [0, 1, 2]
    assert order.positions.tolist() == [0, 1, 2, 3, 4]
    assert [order.row(position) for position in range(5)] == [0, 1, 2, -1, -1]


@pytest.mark.parametrize("order", [Order.of_file(5), Order.of(np.array([4, 2, 0]), 5)])
def test_records_of_rows_are_those_that_are_shown(order: Order) -> None:
    shown = order.shown.tolist()
    assert [order.position(row) for row in range(order.n_rows)] == shown
    assert order.at(np.array([2, 0])).tolist() == [shown[2], shown[0]]
    for start, stop in ((0, 2), (1, 99), (-3, 1), (3, 2), (50, 60)):
        assert order.between(start, stop).tolist() == shown[max(start, 0) : max(stop, 0)]


def test_the_order_of_the_largest_file_takes_no_room() -> None:
    order = Order.of_file(10**15)
    assert (len(order), order.n_rows, order.row(3), order.row(10**14)) == (10**15, row_order.MAX_ROWS, 3, -1)


def test_ranges_of_rows_are_the_records_that_stood_there() -> None:
    selected = RowRanges(Order.of(np.array([4, 2, 0, 3]), 5), [(3, 3), (0, 1)])
    assert len(selected) == 3
    assert selected.positions.tolist() == [3, 4, 2]
    assert [selected.holds(row) for row in range(-1, 5)] == [False, True, True, False, True, False]
    assert selected.last == 3


def test_no_ranges_hold_no_records() -> None:
    none = RowRanges(Order.of_file(5))
    assert (len(none), none.last, none.positions.tolist()) == (0, -1, [])


def test_positions_are_listed_as_integers_and_all_of_them_as_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_order, "PIECE", 2)
    wanted = np.array([True, False, True, True, False, True])
    found = positions_where(wanted)
    assert list(found) == [found[i] for i in range(4)] == [0, 2, 3, 5]
    assert {type(position) for position in (*found, found[-1])} == {int}
    assert list(found[1:3]) == [2, 3]
    assert len(found) == 4
    assert 4 not in found
    assert positions_where(np.ones(6, np.bool_)) == Order.of_file(6).listed() == range(6)
    assert not positions_where(np.zeros(6, np.bool_))
    assert list(Order.of(np.array([4, 1, 0]), 6).listed()) == [4, 1, 0]
