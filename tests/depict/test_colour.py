import itertools

import numpy as np
import pytest

from gcx_desktop.depict.colour import ColourScale, Paper, contrast, luminance, rgb

PAPERS = list(Paper)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("signed", [False, True])
def test_luminance_runs_one_way_from_the_paper(paper: Paper, signed: bool) -> None:
    steps = ColourScale(1.0, signed, paper)
    for sign in (1, -1) if signed else (1,):
        ramp = [luminance(steps.colour(sign * value)) for value in np.linspace(0, 1, 65)]
        away = np.diff(ramp) * (-1 if paper is Paper.WHITE else 1)
        assert (away >= 0).all()
        assert ramp[0] == pytest.approx(luminance(paper.background))
        assert contrast(steps.colour(sign), paper.background) > (1.7 if paper is Paper.WHITE else 3.4)


@pytest.mark.parametrize("signed", [False, True])
def test_on_dark_paper_half_of_the_scale_is_already_clearly_seen(signed: bool) -> None:
    scale = ColourScale(1.0, signed, Paper.DARK)
    for value in (0.5, -0.5) if signed else (0.5,):
        assert contrast(scale.colour(value), Paper.DARK.background) > 1.7


@pytest.mark.parametrize("paper", PAPERS)
def test_bonds_and_labels_are_read_over_every_colour(paper: Paper) -> None:
    for signed, (element, label) in itertools.product((False, True), paper.elements.items()):
        worst = min(contrast(label, colour) for colour in ColourScale(1.0, signed, paper).ramp(33))
        assert worst >= 3.0, (element, signed)
    assert min(contrast(paper.ink, colour) for colour in ColourScale(1.0, True, paper).ramp(33)) >= 4.5


@pytest.mark.parametrize("paper", PAPERS)
def test_no_colour_is_green_and_the_signs_are_told_apart_by_blue(paper: Paper) -> None:
    ramp = [rgb(colour) for colour in ColourScale(1.0, True, paper).ramp(33)]
    assert not any(green > red + 8 and green > blue + 8 for red, green, blue in ramp)
    assert ramp[0][2] - ramp[0][0] > 80
    assert ramp[-1][0] - ramp[-1][2] > 80


def test_zero_nan_and_negative_values_of_an_unsigned_map_are_paper() -> None:
    assert ColourScale(2.0).colours([0.0, float("nan"), -1.0]) == ["#ffffff"] * 3


def test_values_beyond_the_maximum_have_the_strongest_colour() -> None:
    scale = ColourScale(2.0, signed=True)
    assert scale.colours([2.0, 99.0, float("inf")]) == [scale.ramp(9)[-1]] * 3
    assert scale.colours([-2.0, float("-inf")]) == [scale.ramp(9)[0]] * 2


@pytest.mark.parametrize("maximum", [0.0, float("nan"), float("inf"), -1.0])
def test_a_dead_map_is_paper_everywhere(maximum: float) -> None:
    scale = ColourScale(maximum, paper=Paper.DARK)
    assert scale.is_empty
    assert scale.colours([0.0, 1.0, -5.0]) == [Paper.DARK.background] * 3


def test_tiny_maxima_and_huge_values_do_not_overflow() -> None:
    scale = ColourScale(5e-324)
    assert scale.colour(1e308) == scale.ramp(5)[-1]


def test_equal_steps_of_value_look_about_equal() -> None:
    ramp = np.array([rgb(colour) for colour in ColourScale(1.0).ramp(5)], dtype=float)
    steps = np.linalg.norm(np.diff(ramp, axis=0), axis=1)
    assert steps.min() > 25
