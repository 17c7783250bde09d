"""Which columns of a library can be the labels of a model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gcx_desktop.app.evaluation.label_choices import LabelChoice
from gcx_desktop.app.evaluation.label_columns import label_columns
from gcx_desktop.app.libraries.library_rows import LibraryRows
from gcx_desktop.errors import Cancelled
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, TrainingData
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


def known(rows: LibraryRows, of: Card) -> list[str]:
    return [each.name for each in label_columns(rows, of) if not each.reason]


def test_columns_of_class_names_and_of_class_numbers_can_be_labels(rows: LibraryRows) -> None:
    assert known(rows, card()) == ["names", "digits"]


def test_the_column_that_the_model_was_trained_on_comes_first(rows: LibraryRows) -> None:
    assert known(rows, card("digits")) == ["digits", "names"]
    assert known(rows, card("measured")) == ["names", "digits"]


def test_columns_whose_words_the_user_may_know_come_last_with_the_reason(rows: LibraryRows) -> None:
    asked = [each for each in label_columns(rows, card()) if each.reason]
    assert [each.name for each in asked] == ["two words", "three"]
    assert [(value.shown, value.n) for value in asked[0].values] == [("a", 15), ("b", 15)]
    assert "cannot be known" in asked[0].reason


def test_a_column_is_known_once_the_user_has_chosen_classes_for_its_values(rows: LibraryRows) -> None:
    said = (LabelChoice("two words", ("no", "yes"), {"a": "yes", "b": "no"}),)
    columns = {each.name: each for each in label_columns(rows, card(), choices=said)}
    meaning = columns["two words"].meaning
    assert meaning is not None
    assert meaning.sentence == "labels: a = yes (15), b = no (15)"


def test_a_choice_for_values_that_no_longer_exist_is_asked_for_again(rows: LibraryRows) -> None:
    said = (LabelChoice("two words", ("no", "yes"), {"c": "yes", "d": "no"}),)
    columns = {each.name: each for each in label_columns(rows, card(), choices=said)}
    assert columns["two words"].reason


def test_no_column_is_the_label_of_images_however_few_values_it_holds(rows: LibraryRows) -> None:
    of_images = Card("model", "task", ("indoor", "outdoor"), (1,), SCENES.feature_set, 1)
    assert [each.name for each in label_columns(rows, of_images)] == ["indoor-outdoor", "vrd-indoor-outdoor"]


def test_looking_for_labels_can_be_ended(rows: LibraryRows) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        label_columns(rows, card(), stop)


def of_value(label: str = "", endpoint: str = "") -> Card:
    return replace(card(label), class_names=DIRECTIONS, endpoint=endpoint or "pIC50", scale={"unit": ""})


def test_columns_of_numbers_can_be_the_values_of_a_model_and_only_its_own_is_expected(rows: LibraryRows) -> None:
    found = label_columns(rows, of_value())
    assert [(each.name, each.expected) for each in found] == [("digits", False), ("measured", False)]
    first, *_ = label_columns(rows, of_value("measured"))
    assert (first.name, first.expected) == ("measured", True)
    first, *_ = label_columns(rows, of_value(endpoint="measured"))
    assert (first.name, first.expected) == ("measured", True)
    assert first.meaning is not None
    assert first.meaning.sentence == "values: measured from 0 to 4.14286 (30)"


def test_a_column_of_numbers_with_text_among_them_is_shown_with_the_reason(rows: LibraryRows) -> None:
    values = ("C", "no", "0", "a", "x", "", "high")
    rows.store_text(3, RecordText("", None, tuple(zip(FIELDS, values, strict=True))))
    (asked,) = [each for each in label_columns(rows, of_value()) if each.reason]
    assert asked.name == "measured"
    assert "record 4, holds ‘high’" in asked.reason


def test_numbers_can_be_the_classes_of_a_model_that_a_cut_made(rows: LibraryRows) -> None:
    columns = {each.name: each for each in label_columns(rows, replace(card(), cut=">= 2"))}
    meaning = columns["measured"].meaning
    assert meaning is not None
    assert meaning.sentences == "labels: 1 = yes (16), 0 = no (14). yes: measured >= 2, as in training"
    assert "digits" in columns
