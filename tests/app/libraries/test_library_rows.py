"""The columns of a library's table, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.app.libraries import library_rows, predictions
from gcx_desktop.app.libraries.library_rows import Column, LibraryRows
from gcx_desktop.app.libraries.row_sorting import sorted_order
from gcx_desktop.app.libraries.row_texts import TEXT_PIECE
from gcx_desktop.app.libraries.shown_class import PREDICTED
from gcx_desktop.library.record import RecordText, Rejected
from tests.app.libraries.rows import KIND, VALUE, predict_some, small_rows


@pytest.fixture
def rows() -> LibraryRows:
    return small_rows()


def test_a_column_holds_numbers_if_most_of_its_filled_cells_do(rows: LibraryRows) -> None:
    columns = (Column.NUMBER, Column.TITLE, Column.PREDICTION, Column.PROBABILITY, VALUE, KIND)
    assert [rows.is_numeric(column) for column in columns] == [True, False, False, True, True, False]
    assert not LibraryRows(6, ("value",)).is_numeric(VALUE)


def test_beyond_the_bound_only_the_predicted_classs_probability_is_known(
    rows: LibraryRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "MAX_PROBABILITIES", 6)
    predict_some(rows)
    np.testing.assert_allclose(rows.probabilities(PREDICTED)[[0, 1, 3]], [0.6, 1.0, 0.55])
    np.testing.assert_allclose(rows.probabilities(1)[[0, 1, 3]], [0.6, np.nan, 0.55])


def test_a_field_that_occurs_twice_has_both_values(rows: LibraryRows) -> None:
    made = LibraryRows(1, ("kind",))
    made.store_text(0, RecordText("t", None, (("kind", "a"), ("kind", "b"), ("unknown", "c"))))
    assert [list(cells) for cells in made.fields] == [["a; b"]]


def test_what_has_neither_saliency_nor_a_rejection_is_still_to_be_explained(rows: LibraryRows) -> None:
    rows.predict(0, 1, [0.5, 0.5])
    rows.keep_map("cam", 0, np.zeros((3, 2), np.float32))
    assert rows.unexplained("cam") == [1, 2, 3, 4]
    assert rows.unexplained("eb") == [0, 1, 2, 3, 4]
    rows.forget_predictions()
    assert rows.unexplained("cam") == [0, 1, 2, 3, 4]


def test_beyond_the_bound_predictions_alone_say_what_is_done(
    rows: LibraryRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_rows, "MAX_MAPS", 1)
    for position in (0, 1):
        rows.predict(position, 0, [0.9, 0.1])
        rows.keep_map("cam", position, np.zeros((3, 2), np.float32))
    assert list(rows.maps["cam"]) == [0]
    assert rows.unexplained("cam") == [2, 3, 4]
    assert (rows.n_unexplained("cam"), rows.is_explained("cam")) == (3, False)


def test_warnings_are_counted_all_and_kept_of_the_first_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_rows, "MAX_WARNED", 2)
    rows = LibraryRows(4, ())
    for position, warnings in enumerate(((), ("line 2: a",), ("line 3: b",), ("line 4: c",))):
        rows.store_text(position, RecordText("", None, (), warnings))
    assert (rows.n_warned, rows.warned) == (3, {1: ("line 2: a",), 2: ("line 3: b",)})
    assert not rows.rejected


def test_rows_grow_and_what_another_thread_holds_of_them_does_not(rows: LibraryRows) -> None:
    before = sorted_order(rows, Column.TITLE).tolist()
    held = rows.snapshot()
    rows.grow(9)
    rows.store_text(8, RecordText("aa", None, ()))
    rows.reject(Rejected(7, 8, "", "it is none"))
    rows.predict(8, 1, [0.1, 0.9])
    assert len(held) == 6
    for column in (Column.TITLE, Column.PREDICTION, Column.PROBABILITY, Column.FIRST_FIELD):
        assert len(sorted_order(held, column)) == 6
    assert sorted_order(held, Column.TITLE).tolist() == before
    assert sorted(sorted_order(rows, Column.TITLE).tolist()) == list(range(9))
    assert len(rows.predicted) == len(rows.probabilities(1)) == len(rows.titles) == 9
    assert all(len(cells) == 9 for cells in rows.fields)


def records(n: int) -> list[RecordText | Rejected]:
    """Every tenth of which cannot be read."""
    read = [RecordText(f"title {i}", None, (("value", str(i)),)) for i in range(n)]
    return [Rejected(i, i + 1, f"title {i}", "it is none") if i % 10 == 9 else read[i] for i in range(n)]


def bounded(monkeypatch: pytest.MonkeyPatch) -> LibraryRows:
    """Of 600 records, whose texts are kept of one piece."""
    monkeypatch.setattr(library_rows, "MAX_TEXT_BYTES", 1)
    rows, texts = LibraryRows(600, ("value",)), records(600)
    rows.store_text(400, texts[400])  # on the screen before the others are read
    rows.store_texts(texts[:TEXT_PIECE])
    return rows


def test_texts_that_come_together_are_those_that_came_one_by_one() -> None:
    texts = records(600)
    together, alone = LibraryRows(600, ("value",)), LibraryRows(600, ("value",))
    for start in range(0, 600, TEXT_PIECE):
        together.store_texts(texts[start : start + TEXT_PIECE])
    for position, text in enumerate(texts):
        alone.store_text(position, text)
    assert list(together.titles) == list(alone.titles) == [f"title {i}" for i in range(600)]
    assert list(together.fields[0]) == list(alone.fields[0])
    assert (together.n_texts, together.texts_full) == (600, False)
    assert together.rejected == alone.rejected


def test_texts_are_kept_up_to_the_limit_and_a_search_covers_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = bounded(monkeypatch)
    assert (rows.n_texts, rows.texts_full) == (TEXT_PIECE, True)
    assert rows.titles[TEXT_PIECE - 2] == f"title {TEXT_PIECE - 2}"
    assert rows.titles[400] is None
    assert not rows.has_text(400)


def test_what_is_read_beyond_the_bound_is_shown_and_forgotten_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_rows, "MAX_RECENT_TEXTS", 2)
    rows, texts = bounded(monkeypatch), records(600)
    for position in (500, 501, 502):
        rows.store_text(position, texts[position])
    assert [rows.has_text(position) for position in (500, 501, 502)] == [False, True, True]
    assert (rows.title(502), rows.text(502, VALUE)) == ("title 502", "502")
    assert rows.titles[502] is None
    rows.store_text(509, texts[509])
    assert (rows.has_text(509), rows.title(509), rows.text(509, VALUE)) == (True, "title 509", None)


def test_a_bound_that_is_met_by_the_last_record_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_rows, "MAX_TEXT_BYTES", 1)
    rows = LibraryRows(20, ("value",))
    rows.store_texts(records(20))
    assert not rows.texts_full
    assert rows.title(18) == "title 18"


def test_a_library_is_explained_once_nothing_is_unexplained(rows: LibraryRows) -> None:
    for position in range(5):
        assert not rows.is_explained("cam")
        rows.keep_map("cam", position, np.zeros((1, 2), np.float32))
    assert rows.is_explained("cam")
    assert not rows.is_explained("eb")
