"""Sorting the records of a library by a column."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.app.explaining.decision import NO_CLASS, UNDECIDED
from gcx_desktop.app.libraries.library_rows import Column, LibraryRows
from gcx_desktop.app.libraries.row_sorting import sorted_order
from gcx_desktop.app.libraries.shown_class import PREDICTED
from tests.app.libraries.rows import KIND, VALUE, predict_some, small_rows


@pytest.fixture
def rows() -> LibraryRows:
    return small_rows()


def order(rows: LibraryRows, column: int, descending: bool = False) -> list[int]:
    return sorted_order(rows, column, descending=descending).tolist()


def test_numbers_sort_by_value_before_words_then_empty_cells_then_rejected_records(rows: LibraryRows) -> None:
    assert order(rows, VALUE) == [3, 1, 0, 2, 4, 5]


def test_descending_leaves_empty_cells_and_rejected_records_at_the_end(rows: LibraryRows) -> None:
    assert order(rows, VALUE, descending=True) == [2, 0, 1, 3, 4, 5]


def test_equal_values_keep_the_order_of_the_file_in_both_directions(rows: LibraryRows) -> None:
    assert order(rows, KIND)[:3] == [0, 2, 3]
    assert order(rows, KIND, descending=True) == [4, 0, 2, 3, 1, 5]


def test_titles_sort_without_regard_to_case(rows: LibraryRows) -> None:
    assert order(rows, Column.TITLE) == [1, 0, 3, 4, 5, 2]


def test_predictions_sort_by_class_and_then_probability(rows: LibraryRows) -> None:
    predict_some(rows)
    assert order(rows, Column.PREDICTION) == [1, 3, 0, 2, 4, 5]
    assert order(rows, Column.PROBABILITY, descending=True) == [1, 0, 3, 2, 4, 5]


def test_what_decides_for_no_class_sorts_after_the_classes_the_undecided_first(rows: LibraryRows) -> None:
    predict_some(rows)
    rows.predict(0, 1, [0.4, 0.6], NO_CLASS)
    rows.predict(1, 0, [1.0, 0.0], UNDECIDED)
    assert order(rows, Column.PREDICTION) == [3, 1, 0, 2, 4, 5]
    assert order(rows, Column.PREDICTION, descending=True) == [0, 1, 3, 2, 4, 5]


def test_the_probability_of_a_class_sorts_from_surely_not_to_surely_yes(rows: LibraryRows) -> None:
    predict_some(rows)
    for index, expected in ((1, [1, 3, 0, 2, 4, 5]), (0, [0, 3, 1, 2, 4, 5])):
        rows.show_probability_of(index)
        assert order(rows, Column.PROBABILITY) == expected
    assert rows.probability(1, 1) == 0.0
    assert rows.probability(3, PREDICTED) == np.float32(0.55)


def test_the_number_column_is_the_order_of_the_file(rows: LibraryRows) -> None:
    assert order(rows, Column.NUMBER, descending=True) == [5, 4, 3, 2, 1, 0]


def test_sorting_can_be_stopped(rows: LibraryRows) -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sorted_order(rows, Column.TITLE, stop=stop)


def test_marks_sort_by_colour_then_by_note_and_rejected_records_among_them(rows: LibraryRows) -> None:
    rows.marks.set_colour([0, 5], 2)
    rows.marks.set_colour([3], 1)
    rows.marks.set_note(5, "again")
    rows.marks.set_note(1, "a note alone")
    assert order(rows, Column.MARK) == [3, 5, 0, 1, 2, 4]
    assert order(rows, Column.MARK, descending=True) == [1, 0, 5, 3, 2, 4]


def test_disagreement_sorts_by_value_then_the_unknown_and_the_rejected_ones_last(rows: LibraryRows) -> None:
    assert order(rows, Column.DISAGREEMENT) == [0, 1, 2, 3, 4, 5]
    rows.show_disagreement(np.array([0.3, 0.5, np.nan, 0.2, 1.5, 0.0], dtype=np.float32))
    assert order(rows, Column.DISAGREEMENT) == [3, 0, 1, 4, 2, 5]
    assert order(rows, Column.DISAGREEMENT, descending=True) == [4, 1, 0, 3, 2, 5]
    rows.forget_predictions()
    assert rows.disagreement is None


def test_marks_beyond_the_last_record_do_no_harm(rows: LibraryRows) -> None:
    rows.marks.set_colour([2, 99], 1)
    rows.marks.set_note(99, "of a longer file")
    assert order(rows, Column.MARK) == [2, 0, 1, 3, 4, 5]
