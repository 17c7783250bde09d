"""What a window shows, as settings of a project and back; a stranger's settings are harmless."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.app.explaining.decision import DECISION_WORDS, UNDECIDED
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.library_view_order import View
from gcx_desktop.app.libraries.row_filters import Filters, Range, RecordSubset, TextFilter, TextRule
from gcx_desktop.app.projects.project_view import (
    ProjectView,
    WantedModel,
    stored_project_view,
    stored_table_view,
    view_settings,
)
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation

FIELDS = ("value", "title", "kind")
CLASSES = ("no", "yes")
LARGEST = Preparation(largest_fragment=True)
SHOWN = ProjectView(
    WantedModel("bbbp", "ab" * 32, "/models/bbbp"), "eb", "yes", LARGEST, LARGEST, 0.25, "molecule", True, 41
)
VIEW = View(
    Column.FIRST_FIELD + 1,
    True,
    Filters(
        "two words",
        (Range(Column.FIRST_FIELD, 0.1, math.inf), Range(Column.PROBABILITY, -math.inf, 0.5, 1)),
        frozenset({1}),
        "c1ccccc1",
        frozenset({0, 3}),
        RecordSubset("contain C-O", frozenset({0, 41}), "C-O"),
        substructure_as_smarts=True,
        texts=(TextFilter(Column.FIRST_FIELD, TextRule.IS, "x"), TextFilter(Column.TITLE, TextRule.EMPTY)),
    ),
)


def there_and_back(shown: ProjectView, view: View) -> tuple[ProjectView, View]:
    stored = json.loads(json.dumps(view_settings(shown, view, FIELDS, CLASSES), allow_nan=False))
    return stored_project_view(stored), stored_table_view(stored, FIELDS, CLASSES)


@pytest.mark.parametrize(("shown", "view"), [(SHOWN, VIEW), (ProjectView(), View())])
def test_what_is_shown_comes_back_as_it_was(shown: ProjectView, view: View) -> None:
    assert there_and_back(shown, view) == (shown, view)


def test_a_filter_by_what_decides_for_no_class_comes_back() -> None:
    for predicted in (frozenset({UNDECIDED}), frozenset(DECISION_WORDS), frozenset({1, UNDECIDED})):
        view = View(filters=Filters(predicted=predicted))
        assert there_and_back(SHOWN, view) == (SHOWN, view)


@pytest.mark.parametrize("preparation", [None, NO_PREPARATION, LARGEST])
def test_a_preparation_of_the_model_and_one_that_was_chosen_stay_apart(preparation: Preparation | None) -> None:
    shown = ProjectView(preparation=preparation, steps=LARGEST if preparation is None else preparation)
    assert there_and_back(shown, View())[0] == shown


@pytest.mark.parametrize(
    ("stored", "preparation"),
    [
        ({"largest_fragment": False, "neutralise": False}, None),
        ({"largest_fragment": True, "neutralise": False}, LARGEST),
        ({"largest_fragment": True, "as_trained": "yes"}, LARGEST),
        ([], None),
    ],
)
def test_a_project_of_before_models_had_a_preparation_follows_the_model_unless_one_was_chosen(
    stored: object, preparation: Preparation | None
) -> None:
    assert stored_project_view({"preparation": stored}).preparation == preparation


def test_an_order_by_what_a_project_does_not_hold_is_that_of_the_file() -> None:
    _, view = there_and_back(SHOWN, View(Column.DISAGREEMENT, True, Filters("word")))
    assert view == View(filters=Filters("word"))


def test_a_field_with_the_name_of_a_column_of_the_program_is_not_confused_with_it() -> None:
    stored = view_settings(SHOWN, View(Column.TITLE), FIELDS, CLASSES)
    assert stored_table_view(stored, FIELDS, CLASSES).column == Column.TITLE


def test_columns_and_classes_that_are_not_there_any_more_are_left_out() -> None:
    stored = view_settings(SHOWN, VIEW, FIELDS, CLASSES)
    view = stored_table_view(stored, ("other",), ("low", "high"))
    assert stored_table_view(stored, ("other",), CLASSES).filters.ranges == (
        Range(Column.PROBABILITY, -math.inf, 0.5, 1),
    )
    assert view.column == Column.NUMBER
    assert view.filters.ranges == ()
    assert view.filters.predicted is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["value", "no"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted(view_settings(SHOWN, VIEW, FIELDS, CLASSES))
INNER = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("text", "ranges", "predicted", "substructure", "marked", "column", "name", "hash"), JSON),
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON | INNER)))
def test_whatever_a_stranger_stored_gives_a_view_that_can_be_shown(stored: dict[str, Any]) -> None:
    shown, view = stored_project_view(stored), stored_table_view(stored, FIELDS, CLASSES)
    assert shown.colour_threshold is None or 0 <= shown.colour_threshold <= 1
    assert shown.position >= 0
    assert 0 <= view.column < Column.FIRST_FIELD + len(FIELDS)
    assert set(view.filters.predicted or ()) <= {*range(len(CLASSES)), *DECISION_WORDS}
    assert there_and_back(shown, view) == (shown, view)


def test_a_filter_by_very_many_records_is_not_kept() -> None:
    many = Filters(chosen=RecordSubset("every one", frozenset(range(10_001))))
    assert there_and_back(ProjectView(), View(filters=many))[1].filters.chosen is None


def test_the_colour_threshold_is_kept_under_the_name_that_projects_have_always_had() -> None:
    assert stored_project_view({"threshold": 0.3}).colour_threshold == 0.3
    assert stored_project_view({"threshold": 3}).colour_threshold is None
