"""Of which class the table shows the probability."""

from __future__ import annotations

import pytest

from gcx_desktop.app.libraries.shown_class import PREDICTED, probability_class, probability_name

TWO, THREE = ("no", "yes"), ("low", "middle", "high")


@pytest.mark.parametrize(
    ("names", "positive", "chosen", "expected"),
    [
        (TWO, "no", 1, 1),  # what the user has explained
        (TWO, "no", PREDICTED, 0),  # what the model calls positive
        (TWO, None, PREDICTED, 1),
        (THREE, "middle", PREDICTED, 1),
        (THREE, None, PREDICTED, PREDICTED),  # none of three is preferred
        (THREE, None, 0, 0),
        (("one",), None, PREDICTED, PREDICTED),
        ((), None, PREDICTED, PREDICTED),
        (TWO, "another model's", PREDICTED, 1),
    ],
)
def test_it_is_the_class_explained_or_the_positive_one(
    names: tuple[str, ...], positive: str | None, chosen: int, expected: int
) -> None:
    assert probability_class(names, positive, chosen) == expected


def test_the_name_of_a_probability_names_its_class() -> None:
    assert probability_name(TWO, 1) == "P(yes)"
    assert probability_name(THREE, PREDICTED) == "P(predicted)"
    assert probability_name((), 0) == "P(predicted)"
