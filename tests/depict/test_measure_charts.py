"""Charts of an evaluation: what they draw, and where each figure is found in them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from gcx_desktop.depict.colour import Paper
from gcx_desktop.depict.measure_charts import (
    Chart,
    Series,
    bars_chart,
    calibration_chart,
    curves_chart,
    legend_chart,
    matrix_chart,
)

SIZE = (3.0, 2.0)
THREE = np.array([0.1, -0.2, np.nan])


def bars(paper: Paper = Paper.WHITE) -> Chart:
    names = ("CAM", r"$\frac{1}{0}$ & <b>", "EB")
    return bars_chart(names, THREE, np.zeros(3), ("fidelity", "random"), axis="loss", paper=paper, size=SIZE)


@pytest.mark.parametrize("paper", Paper)
def test_every_chart_is_an_svg_of_its_size_even_where_numbers_are_missing(paper: Paper) -> None:
    series = [Series(f"method {i}", THREE, i) for i in range(20)] + [Series("random", THREE, -1)]
    x = np.array([1.0, 2.0, 3.0])
    charts = [
        bars(paper),
        curves_chart(x, series, x_axis="x", y_axis="y", paper=paper, size=SIZE),
        curves_chart(
            x, series, x_axis="x", y_axis="y", paper=paper, size=SIZE, limit=("at most", 0.5), whole_numbers=True
        ),
        legend_chart(series, paper=paper, size=SIZE),
        matrix_chart(np.zeros((2, 2), dtype=np.int64), ("a", "b"), paper=paper, size=SIZE),
    ]
    for chart in charts:
        root = ET.fromstring(chart.svg)
        assert (root.get("width"), root.get("height")) == ("216pt", "144pt")


def test_the_grounds_have_colours_of_their_own() -> None:
    assert bars(Paper.WHITE).svg != bars(Paper.DARK).svg


def test_no_letter_is_without_an_outline() -> None:
    assert all(each.get("d") for each in ET.fromstring(bars().svg).iter("{http://www.w3.org/2000/svg}path"))


def test_each_bar_is_found_anywhere_in_its_line_from_top_to_bottom() -> None:
    areas = bars().areas
    from_top = [area.key for area in sorted(areas, key=lambda area: area.top)]
    assert from_top == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    for area in areas:
        middle = (area.top + area.bottom) / 2
        assert [each.key for each in areas if each.holds(0.01, middle) and each.holds(0.99, middle)] == [area.key]


def test_the_cells_of_a_matrix_are_found_by_true_and_predicted_class() -> None:
    areas = matrix_chart(np.array([[1, 2], [3, 4]]), ("a", "b"), paper=Paper.WHITE, size=SIZE).areas
    place = {area.key: area for area in areas}
    assert set(place) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert place[0, 1].left == pytest.approx(place[0, 0].right)
    assert place[1, 0].top == pytest.approx(place[0, 0].bottom)
    assert all(0 <= area.left < area.right <= 1 and 0 <= area.top < area.bottom <= 1 for area in areas)


def test_points_of_the_calibration_curve_are_found_where_they_stand() -> None:
    values = np.array([0.1, 0.9])
    low, high = calibration_chart(values, values, np.array([5, 50]), "a", paper=Paper.WHITE, size=SIZE).areas
    assert low.key == (0, 0)
    assert high.key == (1, 0)
    assert low.right < high.left
    assert high.bottom < low.top
