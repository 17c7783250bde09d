"""Images as pictures: boxes at their places, names that can be read, relations as arrows, saliency as fill."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pypdf import PdfReader

from gcx_desktop.cli.main import main
from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.drawing import TooComplexError
from gcx_desktop.depict.halos import HaloKind, halos
from gcx_desktop.depict.photograph import Photograph
from gcx_desktop.kinds.scenes.arrows import arrows
from gcx_desktop.kinds.scenes.drawing import LEAST_SIDE, MAX_OBJECTS_TO_DRAW, RIM, draw_scene
from gcx_desktop.kinds.scenes.scene import Box, Relation, Scene, SceneObject

SVG = "{http://www.w3.org/2000/svg}"
SCENE = Scene(
    (
        SceneObject("hat <&>", Box(50, 50, 20, 10)),
        SceneObject("sky", Box(0, 0, 200, 60)),
        SceneObject("man", Box(40, 50, 40, 50)),
    ),
    (Relation(1, "<i>", 2), Relation(2, "wears", 0), Relation(1, "above", 1)),
)


def words(svg: str) -> list[str | None]:
    return [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def tags(svg: str) -> list[tuple[float, ...]]:
    """Left, top, right and bottom of the grounds of all words."""
    places = [
        [float(each.get(side, "")) for side in ("x", "y", "width", "height")]
        for each in ElementTree.fromstring(svg).iter(f"{SVG}rect")
        if each.get("rx")
    ]
    return [(x, y, x + width, y + height) for x, y, width, height in places]


def test_boxes_stand_at_their_places_with_names_and_arrows() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    assert drawn.boxes is not None
    assert drawn.boxes.tolist() == [[78, 78, 30, 15], [3, 3, 300, 90], [63, 78, 60, 75]]
    assert drawn.atom_xy[0].tolist() == [93, 85.5]
    assert (drawn.width, drawn.height) == (306, 156)
    assert words(drawn.svg) == ["<i>", "sky", "man", "hat <&>"]
    assert drawn.bonds.tolist() == [[0, 2], [1, 2]]


@pytest.mark.parametrize("size", [(1000, 10), (10, 1000)])
def test_a_narrow_image_keeps_its_proportions(size: tuple[int, int]) -> None:
    whole = SceneObject("pole", Box(0, 0, *size))
    square = SceneObject("knob", Box(0, 0, 10, 10))
    drawn = draw_scene(Scene((whole, square), ()), Paper.WHITE)
    assert min(drawn.width, drawn.height) == LEAST_SIDE + 2 * RIM
    assert drawn.boxes is not None
    assert drawn.boxes[1, 2:] == pytest.approx([3, 3])
    assert drawn.boxes[0, :2] + drawn.boxes[0, 2:] / 2 == pytest.approx([drawn.width / 2, drawn.height / 2])


def test_names_keep_off_each_other_and_within_the_picture() -> None:
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 400, (40, 2)).tolist()
    objects = tuple(SceneObject(f"thing {i}", Box(x, y, 90, 70)) for i, (x, y) in enumerate(places))
    relations = tuple(Relation(i, "next to", (7 * i + 3) % 40) for i in range(40))
    drawn = draw_scene(Scene(objects, relations), Paper.WHITE)
    found = tags(drawn.svg)
    assert len(found) > 15
    for left, top, right, bottom in found:
        assert min(left, top) >= 0
        assert right <= drawn.width
        assert bottom <= drawn.height
    for one, other in combinations(found, 2):
        apart = (one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])
        assert max(apart) >= -0.2  # coordinates are rounded


def test_a_long_name_is_shortened() -> None:
    drawn = draw_scene(Scene((SceneObject("a very " * 10, Box(0, 0, 100, 100)),), ()), Paper.WHITE)
    assert words(drawn.svg) == ["a very a very a very…"]


def test_letters_that_no_drawing_can_hold_are_left_out_of_names() -> None:
    objects = (SceneObject("a\ud800b\x01c\u202e", Box(0, 0, 50, 50)), SceneObject("\x00", Box(60, 60, 40, 40)))
    drawn = draw_scene(Scene(objects, (Relation(0, "\x1b", 1),)), Paper.WHITE)
    assert [each for each in words(drawn.svg) if each] == ["abc"]
    assert drawn.svg.encode()


def test_a_small_picture_has_fewer_and_larger_words_and_a_tiny_one_none() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    assert drawn.at(1.5) is drawn
    assert words(drawn.at(0.7).svg) == ["sky", "man", "hat <&>"]
    assert float(re.findall('font-size="([0-9.]+)"', drawn.at(0.7).svg)[-1]) * 0.7 > 7
    assert words(drawn.at(0.3).svg) == []
    assert drawn.at(0.3).boxes is drawn.boxes


def test_there_and_back_are_two_arrows_and_one_arrow_says_all_that_is_said() -> None:
    centres = np.array([[0.0, 0.0], [100.0, 0.0]])
    said = (Relation(0, "on", 1), Relation(1, "under", 0), Relation(0, "near", 1), Relation(0, "like", 0))
    there, back = arrows(said, centres)
    assert (there.words, back.words) == ("on, near", "under")
    assert there.middle[0, 1] == pytest.approx(-back.middle[0, 1])
    assert there.middle[0, 1] > 5
    assert there.points[0, 0] < 10 < 90 < there.points[2, 0]


def test_the_image_is_as_large_as_its_photograph_and_cuts_off_what_lies_beyond() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE, Photograph(b"", (150, 300)))
    assert drawn.boxes is not None
    assert drawn.boxes[1].tolist() == [3, 3, 150, 60]
    assert drawn.photograph is not None
    assert (drawn.photograph.x, drawn.photograph.width, drawn.photograph.height) == (3, 150, 300)


def test_every_spot_has_the_colour_of_the_smallest_box_that_holds_it() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    scale = ColourScale(3.0, False, Paper.WHITE)
    shapes = halos(drawn, [3.0, 2.0, 0.0], scale)
    assert [(each.kind, each.x, each.x2) for each in shapes] == [
        (HaloKind.BOX, 3, 303),
        (HaloKind.BOX, 63, 123),
        (HaloKind.BOX, 78, 108),
    ]
    assert [each.colour for each in shapes] == [scale.colour(2.0), Paper.WHITE.background, scale.colour(3.0)]


def test_a_value_that_is_missing_fills_nothing() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    assert not halos(drawn, [np.nan] * 3, ColourScale(1.0, False, Paper.WHITE))


def test_an_image_of_too_many_objects_is_not_drawn() -> None:
    with pytest.raises(TooComplexError, match="401 objects"):
        draw_scene(Scene(SCENE.objects[:1] * (MAX_OBJECTS_TO_DRAW + 1), ()), Paper.WHITE)


def test_a_report_shows_images(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    options = ["--model", str(model), "--workers", "1", "--limit", "2", "-o", str(out)]
    assert main(["report", str(folder / "annotations.json"), *options]) == 0
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    assert "person" in text
    assert "image-0.jpg" in text
    assert "predicts for each image, and which objects count for it" in text
    assert "Objects below 10 % of the colour scale are not coloured." in text
    assert "object saliency" in text
    assert not re.search(r"molecul|\batom|SMILES", text)
