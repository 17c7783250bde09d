"""One order of columns for libraries that share some of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.gui.table.column_order import merged_order

KEYS = st.lists(st.sampled_from([f"field {letter}" for letter in "abcdefgh"]), unique=True)


@given(KEYS, KEYS)
def test_the_columns_of_the_library_stand_as_they_do_now_and_the_others_as_before(
    before: list[str], now: list[str]
) -> None:
    merged = merged_order(before, now, 100)
    assert [key for key in merged if key in now] == now
    assert [key for key in merged if key not in now] == [key for key in before if key not in now]


@given(KEYS, KEYS)
def test_of_too_many_columns_those_of_other_libraries_are_forgotten(before: list[str], now: list[str]) -> None:
    merged = merged_order(before, now, 4)
    assert len(merged) <= max(4, len(now))
    assert [key for key in merged if key in now] == now


def test_two_fields_of_one_name_count_once() -> None:
    assert merged_order(["a", "b", "a"], ["b", "a", "b", "c"], 9) == ("b", "a", "c")
