"""How predicted values are written."""

from __future__ import annotations

import math

import pytest

from gcx_desktop.app.explaining.value_words import ValueWords, value_words, values_in_words
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, Metrics
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES


def card(
    rmse: float | None = 0.7, *, unit: str = "", transform: str = "none", least: float = 2, largest: float = 10
) -> Card:
    return Card(
        "tiny",
        "a value",
        DIRECTIONS,
        (8,),
        FEATURE_SET,
        N_FEATURES,
        endpoint="pIC50",
        scale={"unit": unit, "transform": transform},
        value_range=(least, (least + largest) / 2, largest),
        metrics=(Metrics("random 80/10/10", (0,), {"rmse": (rmse, None)}),),
    )


def words(*args: float | None, **options: object) -> ValueWords:
    found = value_words(card(*args, **options))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_value_has_no_more_decimals_than_it_is_exact() -> None:
    written = {rmse: words(rmse).text(6.8349) for rmse in (0.002, 0.07, 0.7, 1.0, 3.0, 40.0)}
    assert written == {0.002: "6.8349", 0.07: "6.83", 0.7: "6.8", 1.0: "6.8", 3.0: "7", 40.0: "7"}


def test_without_an_error_the_range_of_the_training_values_says_how_many_decimals() -> None:
    assert words(None).text(6.8349) == "6.8"
    assert words(None, least=0, largest=5000).text(1234.5) == "1,234"


def test_numbers_have_a_true_minus_sign_and_no_zero_has_one() -> None:
    of_value = words()
    assert [of_value.text(value) for value in (-3.05, -0.04, 0.04)] == ["−3.0", "0.0", "0.0"]
    assert of_value.text(math.nan) == "—"
    assert (of_value.text(math.inf), of_value.text(-math.inf)) == ("∞", "−∞")


def test_changes_have_a_sign_and_one_digit_more() -> None:
    of_value = words()
    assert [of_value.change(value) for value in (0.412, -0.412, 0.0, 0.001)] == ["+0.41", "−0.41", "0.00", "0.00"]
    assert of_value.change_with_unit(0.412) == "+0.41"


def test_values_of_a_logarithm_change_by_log_units_and_have_no_unit_themselves() -> None:
    logarithm, plain = words(unit="nM", transform="-log10"), words(unit="mg/l")
    assert (logarithm.with_unit(6.83), logarithm.change_with_unit(0.412)) == ("6.8", "+0.41 log units")
    assert (plain.with_unit(6.83), plain.change_with_unit(0.412)) == ("6.8 mg/l", "+0.41 mg/l")
    assert (words().with_unit(6.83), plain.with_unit(math.nan)) == ("6.8", "—")


def test_what_is_explained_is_said_with_the_name_of_the_value() -> None:
    assert [words().direction(index) for index in (0, 1)] == ["raises pIC50", "lowers pIC50"]


def test_several_values_are_said_by_the_smallest_and_the_largest() -> None:
    assert values_in_words((6.52, 6.49), words()) == "6.5"
    assert values_in_words((6.9, 6.1, 6.4), words()) == "6.1 to 6.9"


@pytest.mark.parametrize("given", [None, Card("tiny", "a task", ("no", "yes"), (8,), FEATURE_SET, N_FEATURES)])
def test_a_model_of_classes_has_no_such_words(given: Card | None) -> None:
    assert value_words(given) is None
