"""The photograph behind the boxes, read from beside the annotations."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gcx_desktop.depict.colour import ColourScale, Paper, rgb
from gcx_desktop.depict.drawing import Depiction
from gcx_desktop.depict.halos import halos, saliency_svg
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.kinds.scenes import photographs
from gcx_desktop.kinds.scenes.drawing import draw_image
from gcx_desktop.kinds.scenes.photographs import find_photograph, photograph_beside, read_photograph
from gcx_desktop.library.library import open_library
from tests.kinds.scenes.images import vrd_object, vrd_relation, write_vrd


def save(path: Path, size: tuple[int, int] = (40, 20), colour: str = "black", **options: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, colour).save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "images/a.jpg", "VG_100K/7.jpg", "VG_100K_2/7.png"])
def test_it_is_found_beside_the_annotations_by_name_or_number(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name)
    title = "7" if "7" in name else "a.jpg"
    assert find_photograph(tmp_path / "annotations.json", title) == path
    assert find_photograph(tmp_path / "annotations.json", "b.jpg") is None


@pytest.mark.parametrize(
    "title", ["../a.jpg", "images/../../a.jpg", "..\\a.jpg", "C:a.jpg", "..", "", "a\0.jpg", "a" * 300]
)
def test_a_title_that_leads_elsewhere_finds_nothing(tmp_path: Path, title: str) -> None:
    save(tmp_path / "a.jpg")
    folder = tmp_path / "library"
    (folder / "images").mkdir(parents=True)
    assert find_photograph(folder / "annotations.json", title) is None
    absolute = str(tmp_path / "a.jpg")
    assert find_photograph(folder / "annotations.json", absolute) is None


@pytest.mark.parametrize("data", [b"", b"not an image", None])
def test_a_broken_file_is_as_none(tmp_path: Path, data: bytes | None) -> None:
    path = save(tmp_path / "a.jpg", (300, 300))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if data is None else data)
    assert photograph_beside(tmp_path / "annotations.json", "a.jpg", Paper.WHITE) is None


def test_another_format_under_the_name_is_not_decoded(tmp_path: Path) -> None:
    assert read_photograph(save(tmp_path / "a.jpg", format="GIF"), Paper.WHITE) is None


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.png")
    monkeypatch.setattr(photographs, "MAX_PIXELS", 799)
    assert read_photograph(path, Paper.WHITE) is None
    monkeypatch.setattr(photographs, "MAX_PIXELS", 800)
    assert read_photograph(path, Paper.WHITE) is not None
    monkeypatch.setattr(photographs, "MAX_BYTES", path.stat().st_size - 1)
    assert read_photograph(path, Paper.WHITE) is None


def test_a_large_one_is_made_small_and_remembers_its_size(tmp_path: Path) -> None:
    found = read_photograph(save(tmp_path / "a.jpg", (2400, 1200)), Paper.WHITE)
    assert found is not None
    assert found.size == (2400, 1200)
    assert Image.open(BytesIO(found.jpeg)).size == (1000, 500)


def test_one_that_was_taken_upright_stands(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = read_photograph(save(tmp_path / "a.jpg", exif=exif), Paper.WHITE)
    assert found is not None
    assert found.size == Image.open(BytesIO(found.jpeg)).size == (20, 40)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("colour", ["black", "red", "white"])
def test_it_is_grey_and_toned_towards_the_paper(tmp_path: Path, paper: Paper, colour: str) -> None:
    found = read_photograph(save(tmp_path / "a.png", colour=colour), paper)
    assert found is not None
    shown = Image.open(BytesIO(found.jpeg))
    assert shown.mode == "L"
    grey = shown.getpixel((5, 5))
    assert isinstance(grey, int)
    assert abs(grey - rgb(paper.background)[0]) <= 126


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.png")
    found = read_photograph(tmp_path / "a.png", Paper.WHITE)
    assert found is not None
    assert Image.open(BytesIO(found.jpeg)).getpixel((4, 4)) == 255


def drawn(folder: Path) -> Depiction:
    relation = vrd_relation(vrd_object(0, 0, 50, 0, 50), 0, vrd_object(1, 20, 90, 20, 120))
    library = open_library(write_vrd(folder, {"a.jpg": [relation]}), others=other_files())
    found = draw_image(library.source, Paper.WHITE, library.span(0))
    assert isinstance(found, Depiction)
    return found


def test_a_drawing_shows_it_under_the_saliency_and_that_lets_it_shine_through(tmp_path: Path) -> None:
    save(tmp_path / "images" / "a.jpg", (200, 100))
    depiction = drawn(tmp_path)
    svg = saliency_svg(depiction, halos(depiction, [1.0, 2.0], ColourScale(2.0)))
    assert svg.index("<image") < svg.index('<g opacity="0.65"><rect') < svg.index("<text")
    embedded = re.search(r'href="data:image/jpeg;base64,([^"]+)"', svg)
    assert embedded is not None
    assert Image.open(BytesIO(b64decode(embedded[1]))).size == (200, 100)


def test_without_one_the_drawing_is_as_large_as_its_boxes(tmp_path: Path) -> None:
    depiction = drawn(tmp_path)
    assert depiction.photograph is None
    assert (depiction.width, depiction.height) == (306, 231)
