"""Columns of measurements: what is read, what is left out, and what is refused with its row."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.errors import UsageError
from gcx_desktop.library.labels.measurements import (
    are_measurements,
    check_measurements,
    parse_cut,
    read_measurements,
    value_meaning,
)
from gcx_desktop.library.labels.value_scale import Transform, ValueScale, value_scale


def test_numbers_bounds_and_missing_cells_are_told_apart() -> None:
    found = read_measurements(["5.3", "> 10", "<=3", "n.d.", "", "−1e-2", "7 "], "IC50")
    np.testing.assert_array_equal(found.numbers, [5.3, np.nan, np.nan, np.nan, np.nan, -0.01, 7])
    np.testing.assert_array_equal(found.censored, [False, True, True, False, False, False, False])
    assert (found.low[1], found.high[1]) == (10, math.inf)
    assert (found.low[2], found.high[2]) == (-math.inf, 3)
    assert found.n_missing == 2


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("5.3 nM", "record 2, holds ‘5.3 nM’, a number with ‘nM’ after it; .*--unit"),
        ("inactive", "record 2, holds ‘inactive’, which is no number"),
        ("inf", "record 2, holds ‘inf’, which is no finite number"),
        ("1e999", "record 2, holds ‘1e999’, which is no finite number"),
        ("~5", "record 2, holds ‘~5’, which says too little"),
        ("1,234.5", "record 2, holds ‘1,234.5’; write numbers with a decimal point"),
        ("0x10", "record 2, holds ‘0x10’"),
        ("1_000", "record 2, holds ‘1_000’"),
    ],
)
def test_a_cell_that_is_no_number_is_refused_with_column_and_row(cell: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"column ‘IC50’, {said}"):
        read_measurements(["1.5", cell], "IC50")


def test_decimal_commas_are_read_and_said() -> None:
    found = read_measurements(["5,3", "> 10,25", "7"], "IC50")
    np.testing.assert_array_equal(found.numbers, [5.3, np.nan, 7])
    assert found.low[1] == 10.25
    assert found.notes == ("column ‘IC50’: commas are decimal ones (5,3)",)


@pytest.mark.parametrize("cells", [["1,234", "5,678"], ["5,3", "5.1"]])
def test_commas_that_may_mean_two_things_are_refused(cells: list[str]) -> None:
    with pytest.raises(UsageError, match="decimal point"):
        read_measurements(cells, "IC50")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([f"{i}.5" for i in range(10)], "holds 10 measurements; at least 20 are needed"),
        (["4.2"] * 30, "holds one number only, 4.2"),
        ([str(i) for i in range(7, 40)], "counts the rows .7, 8, 9, ….: an identifier"),
    ],
)
def test_numbers_that_are_no_measurement_are_refused(cells: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=f"column ‘x’ {said}"):
        check_measurements(read_measurements(cells, "x"))


def test_more_than_twenty_different_numbers_are_a_measurement() -> None:
    assert are_measurements([f"{i / 7:.3f}" for i in range(21)])
    assert not are_measurements([str(i % 20) for i in range(100)])
    assert not are_measurements([f"name {i}" for i in range(100)])
    assert are_measurements([*(f"{i},5" for i in range(30)), ">100", "NA"])


@pytest.mark.parametrize(
    ("unit", "measured", "value"),
    [("nM", 10.0, 8.0), ("uM", 10.0, 5.0), ("µM", 10.0, 5.0), ("mM", 1.0, 3.0), ("M", 1e-9, 9)],
)
def test_the_negative_logarithm_of_a_concentration_is_that_of_mol_a_litre(
    unit: str, measured: float, value: float
) -> None:
    scale = value_scale(unit, Transform.NEGATIVE_LOG10)
    assert scale.of([measured, 0.0, -1.0]) == pytest.approx([value, math.nan, math.nan], nan_ok=True)
    assert scale.value_unit == "-log10 M"


def test_a_negative_logarithm_needs_the_unit() -> None:
    with pytest.raises(UsageError, match="--unit"):
        value_scale(" ", Transform.NEGATIVE_LOG10)


def test_what_has_no_logarithm_is_left_out_and_said() -> None:
    found = read_measurements([*(str(10.0**i) for i in range(21)), "0", ">5", ""], "Ki")
    meaning, values = value_meaning(found, ValueScale("mg/l", Transform.LOG10))
    np.testing.assert_allclose(values[:21], range(21))
    assert np.isnan(values[21:]).all()
    assert meaning.sentences == (
        "values: Ki, log10 of mg/l, from 0 to 20 (21); left out: no value (1), only a bound (1), not above zero (1)"
    )


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (">= 6.5", ["1", "0", "1", "1", "", "0", "0", ""]),
        ("> 6.5", ["1", "0", "0", "1", "", "0", "0", ""]),
        ("<= 6.5", ["0", "1", "1", "0", "", "1", "1", ""]),
        ("<6.5", ["0", "1", "0", "0", "", "1", "1", ""]),
    ],
)
def test_a_cut_makes_classes_of_numbers_and_of_bounds_that_settle_it(cut: str, expected: list[str]) -> None:
    cells = ["7", "6", "6.5", ">6.6", ">6", "<6", "6.4", "NA"]
    assert parse_cut(cut).classes(read_measurements(cells, "pIC50")) == expected


@pytest.mark.parametrize("text", ["6.5", ">= ", ">= x", "=> 6", "> inf", ""])
def test_a_cut_that_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no cut; write a comparison"):
        parse_cut(text)
