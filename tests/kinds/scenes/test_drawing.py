"""Images as pictures: boxes at their places, saliency as their fill."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pypdf import PdfReader

from gcx_desktop.cli.main import main
from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.drawing import TooComplexError
from gcx_desktop.depict.halos import HaloKind, halos, saliency_svg
from gcx_desktop.kinds.scenes.drawing import MAX_OBJECTS_TO_DRAW, draw_scene
from gcx_desktop.kinds.scenes.scene import Box, Relation, Scene, SceneObject

SCENE = Scene(
    (
        SceneObject("hat <&>", Box(50, 50, 20, 10)),
        SceneObject("sky", Box(0, 0, 200, 60)),
        SceneObject("man", Box(40, 50, 40, 50)),
    ),
    (Relation(2, "wears", 0), Relation(1, "above", 1)),
)


def test_boxes_stand_at_their_places_with_names_and_arrows() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    assert drawn.boxes is not None
    assert drawn.boxes.tolist() == [[78, 78, 30, 15], [3, 3, 300, 90], [63, 78, 60, 75]]
    assert (drawn.width, drawn.height) == (306, 156)
    words = [each.text for each in ElementTree.fromstring(drawn.svg).iter() if each.tag.endswith("text")]
    assert words == ["hat <&>", "sky", "man", "wears"]
    assert len(re.findall("<path", drawn.svg)) == 1


def test_saliency_fills_boxes_the_largest_first() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    shapes = halos(drawn, [3.0, 2.0, 0.0], ColourScale(3.0, False, Paper.WHITE))
    assert [(each.kind, each.x, each.x2) for each in shapes] == [(HaloKind.BOX, 3, 303), (HaloKind.BOX, 78, 108)]
    assert saliency_svg(drawn, shapes).count("<rect") == 1 + 2 + 3


def test_a_value_that_is_missing_fills_nothing() -> None:
    drawn = draw_scene(SCENE, Paper.WHITE)
    assert not halos(drawn, [np.nan] * 3, ColourScale(1.0, False, Paper.WHITE))


def test_an_image_of_too_many_objects_is_not_drawn() -> None:
    with pytest.raises(TooComplexError, match="401 objects"):
        draw_scene(Scene(SCENE.objects[:1] * (MAX_OBJECTS_TO_DRAW + 1), ()), Paper.WHITE)


def test_a_report_shows_images(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    words = [str(folder / "annotations.json"), "--model", str(model), "--workers", "1", "--limit", "2", "-o", str(out)]
    assert main(["report", *words]) == 0
    text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert "person\ncow\nsky" in text
    assert "image-0.jpg" in text
