"""Categories, relations and sets of objects: where an image holds them, and how they are drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from gcx_desktop.depict.colour import Paper
from gcx_desktop.kinds.kind import MatchedDepiction
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.kinds.scenes.piece_drawing import draw_piece
from gcx_desktop.library.library import open_library
from gcx_desktop.substructure.pieces import Piece, names_of
from tests.kinds.scenes.images import vrd_object, vrd_relation, write_vrd

PERSON, OTHER, BUS, HAT = vrd_object(0), vrd_object(0, 1, 2, 3, 4), vrd_object(3), vrd_object(5)
SET = Piece(("bus", "hat"), ("bus", "hat"))


@pytest.mark.parametrize(
    ("key", "places"),
    [
        ("person", {0, 2}),
        ("(person, on, bus)", {0, 1}),
        (SET.key, {1, 3}),
        ("bus\ncow", set()),
        ("nothing", set()),
    ],
)
def test_all_places_of_a_piece_are_found_by_its_key(key: str, places: set[int], tmp_path: Path) -> None:
    relations = [vrd_relation(PERSON, 0, BUS), vrd_relation(OTHER, 1, HAT)]
    library = open_library(
        write_vrd(tmp_path, {"a.jpg": relations, "broken.jpg": [{"predicate": 0}]}), others=other_files()
    )
    assert SCENES.fragmenter.match(library.source, key)(library.span(0)) == places
    assert SCENES.fragmenter.match(library.source, key)(library.span(1)) == frozenset()
    drawn = SCENES.fragmenter.depict_match(library.source, Paper.DARK, key, True)(library.span(0))
    assert isinstance(drawn, MatchedDepiction)
    assert (drawn.places, drawn.depiction.paper) == (places, Paper.DARK)


def test_a_set_is_written_in_braces_and_its_key_tells_its_names_apart() -> None:
    assert SET.text == "{bus, hat}"
    assert names_of(SET.key) == SET.names
    assert Piece(("a, b", "c"), ("a, b", "c")).key != Piece(("a", "b, c"), ("a", "b, c")).key


@pytest.mark.parametrize(
    ("piece", "words", "n_boxes"),
    [
        (Piece(("hat <&>",), ("hat <&>",)), ["hat <&>"], 1),
        (Piece(("(man, next to, bus)",), ("man", "bus")), ["man", "bus", "next to"], 2),
        (Piece(("(a, b, on, c, d)",), ("a, b", "c, d")), ["a, b", "c, d", "on"], 2),
        (Piece(("(a, b, c)",), ("(a, b, c)",)), ["(a, b, c)"], 1),
        (Piece(("bus", "hat", "sky"), ("bus", "hat", "sky")), ["bus", "hat", "sky"], 3),
    ],
)
def test_names_are_drawn_in_boxes_and_a_predicate_over_an_arrow(piece: Piece, words: list[str], n_boxes: int) -> None:
    drawn = draw_piece(Paper.DARK, piece)
    picture = ElementTree.fromstring(drawn.svg)
    found = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert found == words
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}rect"))) == n_boxes == len(drawn.atom_xy)
    assert len(drawn.bonds) == (len(words) > n_boxes)
    assert Paper.DARK.ink in drawn.svg
    assert drawn.boxes is not None
    assert (drawn.boxes[1:, 0] > drawn.boxes[:-1, 0] + drawn.boxes[:-1, 2]).all()
    assert drawn.boxes[-1, 0] + drawn.boxes[-1, 2] < drawn.width
