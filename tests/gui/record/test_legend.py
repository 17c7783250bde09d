from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.gui.record.legend import Legend


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    made = Legend()
    qtbot.addWidget(made)
    made.resize(300, made.sizeHint().height())
    return made


def middle_row(legend: Legend) -> list[QColor]:
    """The colours of the ramp from left to right."""
    image = legend.grab().toImage()
    row = round(legend.ramp().center().y() * image.devicePixelRatio())
    return [image.pixelColor(x, row) for x in range(image.width())]


def test_its_ends_are_zero_and_the_scales_maximum(legend: Legend) -> None:
    legend.show_scale(ColourScale(0.42), "atom saliency · Grad-CAM for permeable")
    assert legend.tick_labels() == ["0", "0.42"]


def test_it_says_when_stronger_values_share_the_last_colour(legend: Legend) -> None:
    legend.show_scale(ColourScale(0.42), "atom saliency", clipped=True)
    assert legend.tick_labels() == ["0", "≥ 0.42"]


def test_a_long_caption_takes_a_second_line_instead_of_being_cut(legend: Legend) -> None:
    short = legend.heightForWidth(300)
    legend.show_scale(ColourScale(0.42), "atom saliency · Contrastive Excitation Backprop for not permeable")
    assert legend.caption_lines(300) == 2
    assert legend.heightForWidth(300) == short + legend.fontMetrics().height()
    assert legend.heightForWidth(2000) == short


def test_a_signed_scale_has_zero_in_the_middle(legend: Legend) -> None:
    legend.show_scale(ColourScale(0.5, signed=True), "atom saliency", clipped=True)
    assert legend.tick_labels() == ["≤ −0.5", "0", "≥ 0.5"]


def test_a_signed_scale_says_what_its_sides_mean(legend: Legend) -> None:
    height = legend.heightForWidth(300)
    legend.show_scale(ColourScale(0.5, signed=True), "atom saliency")
    assert legend.heightForWidth(300) == height + legend.fontMetrics().height()
    assert legend.accessibleDescription().endswith("below zero against the class, above zero for the class")


def test_before_there_are_values_it_names_none(legend: Legend) -> None:
    legend.show_scale(ColourScale(0.0), "atom saliency", known=False)
    assert legend.tick_labels() == ["0", "—"]


def test_the_ramp_goes_from_the_paper_to_the_strongest_colour(legend: Legend) -> None:
    scale = ColourScale(1.0)
    legend.show_scale(scale, "atom saliency")
    colours = middle_row(legend)
    assert colours[3].lightness() > 245
    strongest = QColor(scale.colour(1.0))
    assert abs(colours[-4].hue() - strongest.hue()) < 6


def test_colours_below_the_colour_threshold_are_blanked(legend: Legend) -> None:
    scale = ColourScale(1.0)
    legend.show_scale(scale, "atom saliency")
    legend.set_colour_threshold(0.5)
    colours = middle_row(legend)
    assert colours[len(colours) // 2 - 8].name() == scale.paper.background
    assert colours[len(colours) // 2 + 8].name() != scale.paper.background


def test_on_dark_paper_it_begins_dark(legend: Legend) -> None:
    legend.show_scale(ColourScale(1.0, paper=Paper.DARK), "atom saliency")
    assert middle_row(legend)[3].lightness() < 60


def test_a_screen_reader_hears_what_is_shown_and_its_range(legend: Legend) -> None:
    legend.show_scale(ColourScale(0.42), "atom saliency · CAM for active")
    assert "CAM for active" in legend.accessibleName()
    assert legend.accessibleDescription() == "0 to 0.42"
