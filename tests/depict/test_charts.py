from __future__ import annotations

import xml.etree.ElementTree as ET

from gcx_desktop.depict.charts import BINS, probability_chart


def test_a_chart_is_an_svg_that_is_the_same_for_the_same_numbers() -> None:
    values = [0.0, 0.03, 0.5, 0.97, 1.0]
    first, second = probability_chart(values, "permeable"), probability_chart(values, "permeable")
    assert first == second
    assert ET.fromstring(first).tag.endswith("svg")


def test_every_probability_from_0_to_1_falls_into_a_bin() -> None:
    assert probability_chart([1.0] * 3, "x") != probability_chart([], "x")
    assert BINS == 20


def test_a_class_name_is_text_not_mathematics() -> None:
    probability_chart([0.5], r"$\frac{1}{0}$ & <b>")
    ET.fromstring(probability_chart([0.5], r"$\frac{1}{0}$ & <b>"))
