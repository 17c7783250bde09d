"""What the user said of label columns, kept as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gcx_desktop.app.evaluation.label_choices import (
    LabelChoice,
    choice_settings,
    classes_chosen_for,
    stored_choices,
    with_choice,
)

CLASSES = ("inactive", "active")
SAID = LabelChoice("outcome", CLASSES, {"strong": "active", "weak": "inactive", "odd": ""})


def test_choices_are_read_back_from_a_file() -> None:
    assert stored_choices(json.loads(json.dumps(choice_settings((SAID,))))) == (SAID,)


def test_it_is_of_one_column_and_one_set_of_classes() -> None:
    assert classes_chosen_for((SAID,), "outcome", CLASSES) == SAID.class_of
    assert not classes_chosen_for((SAID,), "outcome", ("active", "inactive"))
    assert not classes_chosen_for((SAID,), "other", CLASSES)


def test_the_latest_word_counts_and_an_empty_one_takes_it_back() -> None:
    later = LabelChoice("outcome", CLASSES, {"strong": "inactive"})
    assert with_choice((SAID,), later) == (later,)
    assert with_choice((SAID,), LabelChoice("outcome", CLASSES, {})) == ()


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        [3],
        [{"column": 1, "class_names": ["a"], "class_of": {"x": "a"}}],
        [{"column": "c", "class_names": ["a", 2], "class_of": {"x": "a"}}],
        [{"column": "c", "class_names": ["a", "b"], "class_of": {"x": "no such class"}}],
        [{"column": "c", "class_names": ["a", "b"], "class_of": {}}],
        [{"column": "c" * 5000, "class_names": ["a", "b"], "class_of": {"x": "a"}}],
    ],
)
def test_what_a_stranger_wrote_and_makes_no_sense_is_left_out(stored: Any) -> None:
    assert stored_choices(stored) == ()
