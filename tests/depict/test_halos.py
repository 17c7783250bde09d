from xml.etree import ElementTree

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.drawing import Depiction, depict
from gcx_desktop.depict.halos import Halo, HaloKind, halos, legend_svg, saliency_svg, tick_labels


def propanol(paper: Paper = Paper.WHITE) -> Depiction:
    return depict(Chem.MolFromSmiles("CCCO"), paper=paper)


def circles(shapes: list[Halo]) -> list[Halo]:
    return [shape for shape in shapes if shape.kind is HaloKind.CIRCLE]


def bands(shapes: list[Halo]) -> list[Halo]:
    return [shape for shape in shapes if shape.kind is HaloKind.BAND]


def test_each_salient_atom_has_a_circle_of_its_colour_and_the_strongest_is_last() -> None:
    depiction, scale, values = propanol(), ColourScale(1.0), [0.2, 0.9, 0.0, 0.5]
    shapes = halos(depiction, values, scale)
    assert [c.colour for c in circles(shapes)] == scale.colours([0.2, 0.5, 0.9])
    last = shapes[-1]
    assert (last.x, last.y) == pytest.approx(tuple(depiction.atom_xy[1]))


def test_a_band_joins_two_salient_neighbours_in_the_weaker_colour() -> None:
    (band,) = bands(halos(propanol(), [0.2, 0.9, 0.0, 0.5], ColourScale(1.0)))
    assert band.colour == ColourScale(1.0).colour(0.2)


def test_the_colour_threshold_is_a_share_of_the_scale() -> None:
    shapes = halos(propanol(), [1.0, 2.0, 3.0, 4.0], ColourScale(4.0), colour_threshold=0.5)
    assert len(circles(shapes)) == 3
    assert len(bands(shapes)) == 2


def test_the_same_value_has_the_same_colour_in_two_molecules() -> None:
    scale = ColourScale(3.0)
    small, large = propanol(), depict(Chem.MolFromSmiles("c1ccccc1CCN"))
    one = circles(halos(small, [0, 0, 1.7, 0], scale))
    other = circles(halos(large, [0, 1.7, 0, 0, 0, 3.0, 0, 0, 0], scale))
    assert one[0].colour == other[0].colour


def test_opposite_signs_are_not_joined() -> None:
    shapes = halos(propanol(), [-1.0, 1.0, 0.0, 0.0], ColourScale(1.0, signed=True))
    assert not bands(shapes)
    assert len({c.colour for c in circles(shapes)}) == 2


@pytest.mark.parametrize("values", [[np.nan] * 4, [0.0] * 4, [-1.0] * 4])
def test_nothing_salient_has_no_halo(values: list[float]) -> None:
    assert halos(propanol(), values, ColourScale(1.0)) == []


def test_a_dead_map_has_no_halo() -> None:
    assert halos(propanol(), [0.0, 1.0, 0.0, 1.0], ColourScale(0.0)) == []


def test_atoms_not_drawn_have_no_halo() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("C"))
    assert len(halos(depict(mol), [1.0] * 5, ColourScale(1.0))) == 1


def test_one_value_per_atom_is_asked_for() -> None:
    with pytest.raises(ValueError, match="expected 4, got 3"):
        halos(propanol(), [1.0] * 3, ColourScale(1.0))


def test_halos_lie_behind_the_structure_and_are_opaque() -> None:
    depiction = propanol(Paper.DARK)
    svg = saliency_svg(depiction, halos(depiction, [1, 1, 1, 1], ColourScale(1.0, paper=Paper.DARK)), background=True)
    tags = [child.tag.partition("}")[2] for child in ElementTree.fromstring(svg)]
    assert tags == ["rect", "path", "path", "path", "circle", "circle", "circle", "circle", "g"]
    assert Paper.DARK.background in svg
    assert "opacity" not in svg


def test_without_background_there_is_no_paper() -> None:
    assert "<rect" not in saliency_svg(propanol(), [], background=False)


def test_a_caption_stands_under_the_structure_on_a_picture_wide_enough_for_it() -> None:
    words = "largest fragment of 2 predicted & neutralised"
    depiction = propanol()
    picture = ElementTree.fromstring(saliency_svg(depiction, [], caption=words))
    left, top, width, height = (float(number) for number in picture.attrib["viewBox"].split())
    (caption,) = [child for child in picture if child.tag.endswith("text")]
    assert caption.text == words
    assert float(caption.attrib["x"]) == pytest.approx(left + width / 2, abs=0.1)
    assert (top, width) == (0, pytest.approx(6.4 * len(words), abs=0.1))
    assert depiction.height < float(caption.attrib["y"]) < height


def test_the_legend_tells_both_ends_and_escapes_its_caption() -> None:
    svg = legend_svg(ColourScale(0.1234, signed=True), caption="a < b & c")
    words = [e.text for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]
    assert words == ["a < b & c", "−0.123", "0", "0.123", "against the class", "for the class"]
    assert tick_labels(ColourScale(0.5)) == ["0", "0.5"]


def test_the_legend_of_a_scale_that_ends_below_the_greatest_value_says_so() -> None:
    assert tick_labels(ColourScale(0.5), clipped=True) == ["0", "≥ 0.5"]
    assert tick_labels(ColourScale(0.5, signed=True), clipped=True) == ["≤ −0.5", "0", "≥ 0.5"]
    assert tick_labels(ColourScale(0.0), clipped=True) == ["0", "no atom counts"]
    assert "≥ 0.5<" in legend_svg(ColourScale(0.5), clipped=True)
