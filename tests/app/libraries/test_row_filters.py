"""Filters of a library's table, without a window."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest

from gcx_desktop.app.explaining.decision import NO_CLASS, UNDECIDED
from gcx_desktop.app.libraries.library_rows import Column, LibraryRows
from gcx_desktop.app.libraries.library_view_order import View, view_order, view_positions
from gcx_desktop.app.libraries.row_filters import (
    WITH_NOTE,
    Filters,
    Range,
    RecordSubset,
    TextFilter,
    TextRule,
    filter_mask,
)
from gcx_desktop.library.record import RecordText, Rejected

VALUE, KIND = Column.FIRST_FIELD, Column.FIRST_FIELD + 1
ALL = [0, 1, 2, 3, 4, 5]


@pytest.fixture
def rows() -> LibraryRows:
    made = LibraryRows(6, ("value", "kind"))
    records = [("b", "10", "x"), ("A", "9", ""), ("", "n/a", "x"), ("c", "-1e1", "X"), ("d", "", "y"), ("e", "7", "z")]
    for position, (title, value, kind) in enumerate(records):
        made.store_text(position, RecordText(title, None, (("value", value), ("kind", kind))))
    made.reject(Rejected(5, 7, "e", "atom 2 (N): too many bonds"))
    for position, predicted, probabilities in ((0, 1, [0.4, 0.6]), (1, 0, [1.0, 0.0]), (3, 1, [0.45, 0.55])):
        made.predict(position, predicted, probabilities)
    return made


def test_the_undecided_are_among_no_class_and_found_by_themselves(rows: LibraryRows) -> None:
    rows.predict(0, 1, [0.4, 0.6], UNDECIDED)
    rows.predict(2, 1, [0.4, 0.6], NO_CLASS)
    assert found(rows, Filters(predicted=frozenset({1}))) == [3]
    assert found(rows, Filters(predicted=frozenset({UNDECIDED}))) == [0]
    assert found(rows, Filters(predicted=frozenset({0, NO_CLASS}))) == [1, 2]


def found(rows: LibraryRows, filters: Filters, containing: list[bool] | None = None) -> list[int]:
    positions: list[int] = np.flatnonzero(
        filter_mask(rows, filters, None if containing is None else np.array(containing))
    ).tolist()
    return positions


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x", [0, 2, 3]), ("X b", [0]), ("too many", [5]), ("n/A", [2]), ("nowhere", []), ("  ", ALL)],
)
def test_a_search_finds_records_that_have_every_word(rows: LibraryRows, text: str, expected: list[int]) -> None:
    assert found(rows, Filters(text)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Range(VALUE, 9, 10), [0, 1]),
        (Range(VALUE, high=9), [1, 3, 5]),
        (Range(VALUE), [0, 1, 3, 5]),  # a cell without a number is in no range
        (Range(Column.PROBABILITY, low=0.58), [0, 1]),
        (Range(Column.PROBABILITY, low=0.58, of_class=1), [0]),
        (Range(Column.PROBABILITY, high=0.5, of_class=0), [0, 3]),
        (Range(Column.NUMBER, 2, 3), [1, 2]),
        (Range(VALUE, 10, 9), []),
    ],
)
def test_a_range_keeps_the_records_whose_number_lies_in_it(
    rows: LibraryRows, wanted: Range, expected: list[int]
) -> None:
    assert found(rows, Filters(ranges=(wanted,))) == expected


def test_classes_keep_the_records_predicted_so(rows: LibraryRows) -> None:
    assert found(rows, Filters(predicted=frozenset({1}))) == [0, 3]
    assert found(rows, Filters(predicted=frozenset({0, 1}))) == [0, 1, 3]
    assert found(rows, Filters(predicted=frozenset())) == []


def test_a_substructure_keeps_what_is_known_to_contain_it(rows: LibraryRows) -> None:
    assert found(rows, Filters(substructure="c"), [True, False, True, False, False, False]) == [0, 2]
    assert found(rows, Filters(substructure="c")) == []


def test_a_record_must_pass_every_filter(rows: LibraryRows) -> None:
    every = Filters("x", (Range(VALUE, low=0),), frozenset({1}), "c")
    assert found(rows, every, [True] * 6) == [0]
    assert not every.none
    assert Filters("  ").none


def test_a_view_sorts_what_the_filters_leave(rows: LibraryRows) -> None:
    positions = view_positions(rows, View(VALUE, True, Filters("x", substructure="C")))
    assert positions.tolist() == [2, 0, 3]
    assert [view_order(positions, 6).row(position) for position in range(6)] == [1, -1, 0, 2, -1, -1]
    containing = np.array([True, True, False, True, True, True])
    assert view_order(positions, 6, containing).positions.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({1}, [0]),
        ({1, 2}, [0, 3, 5]),
        ({WITH_NOTE}, [1, 5]),
        ({1, WITH_NOTE}, [0, 1, 5]),
        ({3}, []),
        ((), [0, 1, 3, 5]),
    ],
)
def test_marks_keep_the_records_that_have_one_of_those_wanted(
    rows: LibraryRows, wanted: Collection[int], expected: list[int]
) -> None:
    rows.marks.set_colour([0], 1)
    rows.marks.set_colour([3, 5, 99], 2)
    for position in (1, 5, 99):
        rows.marks.set_note(position, "Ask Ada")
    assert found(rows, Filters(marked=frozenset(wanted))) == expected
    assert not Filters(marked=frozenset(wanted)).none


def test_a_search_finds_notes(rows: LibraryRows) -> None:
    rows.marks.set_note(1, "Ask Ada")
    rows.marks.set_note(99, "ask")
    assert found(rows, Filters("ask")) == [1]


def test_records_that_were_chosen_elsewhere_are_kept_one_by_one(rows: LibraryRows) -> None:
    assert found(rows, Filters("x", chosen=RecordSubset("fidelity, CAM", frozenset({0, 1, 3, 99})))) == [0, 3]
    assert found(rows, Filters(chosen=RecordSubset("fidelity, CAM", frozenset()))) == []
    assert not Filters(chosen=RecordSubset("", frozenset())).none


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TextFilter(KIND, TextRule.CONTAINS, "x"), [0, 2, 3]),
        (TextFilter(KIND, TextRule.IS, " X "), [0, 2, 3]),
        (TextFilter(VALUE, TextRule.IS, "1"), []),
        (TextFilter(VALUE, TextRule.CONTAINS, "1"), [0, 3]),
        (TextFilter(KIND, TextRule.EMPTY), [1]),
        (TextFilter(KIND, TextRule.FILLED), [0, 2, 3, 4, 5]),
        (TextFilter(Column.TITLE, TextRule.EMPTY), [2]),
        (TextFilter(Column.TITLE, TextRule.IS, "a"), [1]),
    ],
)
def test_a_text_is_filtered_by_what_it_contains_is_or_lacks(
    rows: LibraryRows, wanted: TextFilter, expected: list[int]
) -> None:
    assert found(rows, Filters(texts=(wanted,))) == expected
    assert not Filters(texts=(wanted,)).none
