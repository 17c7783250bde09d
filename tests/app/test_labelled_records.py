"""Which columns of a library can be the labels of a model."""

from __future__ import annotations

import pytest

from gcx_desktop.app.labelled_records import label_columns
from gcx_desktop.app.library_rows import LibraryRows
from gcx_desktop.errors import Cancelled
from gcx_desktop.gcn.card import Card, TrainingData
from gcx_desktop.graph.features import FEATURE_SET
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.library.record import RecordText

FIELDS = ("smiles", "names", "digits", "two words", "three", "blank", "measured")


def card(label: str = "") -> Card:
    data = TrainingData("table.csv", label, 4, 4, {}, "00")
    return Card("model", "task", ("no", "yes"), (1,), FEATURE_SET, 1, training_data=data if label else None)


@pytest.fixture
def rows() -> LibraryRows:
    made = LibraryRows(30, FIELDS)
    for i in range(30):
        values = (f"C{i}", ("no", "yes")[i % 2], ("0", "1.0", "")[i % 3], "ab"[i % 2], "xyz"[i % 3], "", f"{i / 7}")
        made.store_text(i, RecordText("", None, tuple(zip(FIELDS, values, strict=True))))
    return made


def test_columns_of_class_names_and_of_class_numbers_can_be_labels(rows: LibraryRows) -> None:
    assert label_columns(rows, card()) == ["names", "digits"]


def test_the_column_that_the_model_was_trained_on_comes_first(rows: LibraryRows) -> None:
    assert label_columns(rows, card("digits")) == ["digits", "names"]
    assert label_columns(rows, card("measured")) == ["names", "digits"]


def test_no_column_is_the_label_of_images_however_few_values_it_holds(rows: LibraryRows) -> None:
    of_images = Card("model", "task", ("indoor", "outdoor"), (1,), SCENES.feature_set, 1)
    assert label_columns(rows, of_images) == ["indoor-outdoor", "vrd-indoor-outdoor"]


def test_looking_for_labels_can_be_ended(rows: LibraryRows) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        label_columns(rows, card(), stop)
