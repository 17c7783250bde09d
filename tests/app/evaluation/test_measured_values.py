"""How a column of numbers becomes values of a model."""

from __future__ import annotations

import math

import pytest

from gcx_desktop.app.evaluation.measured_values import scale_of_column, value_labels
from gcx_desktop.errors import UsageError
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, TrainingData
from gcx_desktop.graph.features import FEATURE_SET
from gcx_desktop.library.labels.value_scale import Transform


def card(unit: str, transform: str, column: str = "IC50", endpoint: str = "pIC50") -> Card:
    data = TrainingData("t.csv", column, 40, 40, {}, "00")
    scale = {"unit": unit, "transform": transform}
    return Card(
        "m", "task", DIRECTIONS, (1,), FEATURE_SET, 1, training_data=data, endpoint=endpoint, scale=scale
    )  # fmt: skip


MOLAR = card("nM", "-log10")
PLAIN = card("", "none", "pIC50")


@pytest.mark.parametrize(
    ("of", "column", "unit", "transform", "value", "said"),
    [
        (MOLAR, "ic50", None, None, 7.0, "They are transformed as those of the training were"),
        (MOLAR, "measured", None, None, 100.0, "They are taken for pIC50 already, in the model's unit (-log10 M)"),
        (MOLAR, "measured", "uM", None, 4.0, "They are transformed as was said, into the model's unit (-log10 M)"),
        (MOLAR, "IC50", None, Transform.NONE, 100.0, "They are taken as they are, in the model's unit (-log10 M)"),
        (PLAIN, "pIC50", None, None, 100.0, "They are taken as they are, in the model's unit"),
        (PLAIN, "IC50", "nM", Transform.NEGATIVE_LOG10, 7.0, "They are transformed as was said, into the model's unit"),
        (card("mg/l", "none"), "x", None, None, 100.0, "They are taken as they are, in the model's unit (mg/l)"),
    ],
)
def test_numbers_are_transformed_where_name_or_user_says_so(
    of: Card, column: str, unit: str | None, transform: Transform | None, value: float, said: str
) -> None:
    found = value_labels(["100", "", ">50"], column, of, unit, transform)
    assert found.labels[0] == pytest.approx(value)
    assert found.known.tolist() == [True, False, False]
    assert found.meaning.sentences.endswith(f"; left out: no value (1), only a bound (1). {said}")


@pytest.mark.parametrize(
    ("of", "unit", "transform", "sentence"),
    [
        (MOLAR, None, Transform.LOG10, "log10 of the numbers is not the model's pIC50, which is -log10 of nM in mol/l"),
        (MOLAR, "mg/l", None, "-log10 of mg/l is not the model's pIC50"),
        (card("mg/l", "none"), "g/l", None, r"numbers in g/l cannot be compared with the model's pIC50 in mg/l"),
        (PLAIN, None, Transform.NEGATIVE_LOG10, "needs the unit of the numbers"),
    ],
)
def test_a_scale_that_does_not_lead_to_the_models_value_is_refused(
    of: Card, unit: str | None, transform: Transform | None, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        scale_of_column(of, "IC50", unit, transform)


def test_a_few_values_are_enough_to_compare_with_but_none_is_refused() -> None:
    assert value_labels(["1.5"], "pIC50", PLAIN).labels.tolist() == [1.5]
    with pytest.raises(UsageError, match="column ‘pIC50’ holds no number"):
        value_labels(["", "NA"], "pIC50", PLAIN)
    with pytest.raises(UsageError, match="column ‘IC50’ holds no number above zero"):
        value_labels(["0", "-1"], "IC50", MOLAR)


def test_of_chosen_records_alone_the_values_stay() -> None:
    found = value_labels(["1", "2", "3"], "pIC50", PLAIN)
    kept = found.only(found.labels > 1.5)
    assert [math.isnan(x) for x in kept.labels] == [True, False, False]
