"""Annotated images as objects and relations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gcx_desktop.errors import LibraryError, UsageError
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.kinds.scenes.reader import title_and_scene
from gcx_desktop.kinds.scenes.scene import Box, Names, NotAnImageError, Relation, Scene, parse_member, read_scene
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import RecordText, Rejected
from gcx_desktop.library.table_options import TableOptions
from tests.kinds.scenes.images import vrd_object, vrd_relation, write_vrd

NOBODY = Names()


def vg_object(name: str, object_id: int | None, **more: Any) -> dict[str, Any]:
    given = {"name": name, "x": 1, "y": 2, "w": 3, "h": 4, **more}
    return given if object_id is None else {**given, "object_id": object_id}


def vg_relation(subject: dict[str, Any], predicate: str, object_: dict[str, Any]) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "object": object_}


def test_objects_with_the_same_id_are_one_and_relations_keep_their_direction() -> None:
    man, shoe = vg_object("Man", 7), {**vg_object("shoe", 9), "merged_object_ids": [8]}
    scene = read_scene(
        {"relationships": [vg_relation(man, "wears", shoe), vg_relation(vg_object("shoe", 8), "ON", man)]}, NOBODY
    )
    assert [each.name for each in scene.objects] == ["man", "shoe"]
    assert scene.relations == (Relation(0, "wears", 1), Relation(1, "on", 0))
    assert scene.objects[0].box == Box(1, 2, 3, 4)


def test_an_object_keeps_the_ids_by_which_the_file_names_it_its_own_first() -> None:
    man, shoe = vg_object("man", 7), {**vg_object("shoe", 9), "merged_object_ids": [8, "x"]}
    again = {**vg_object("shoe", 8), "merged_object_ids": [11]}
    hat = vg_object("hat", None)
    relations = [vg_relation(man, "wears", shoe), vg_relation(again, "on", hat), vg_relation(shoe, "by", man)]
    scene = read_scene({"relationships": relations}, NOBODY)
    assert [each.ids for each in scene.objects] == [("7",), ("9", "8", "x", "11"), ()]


def test_objects_without_an_id_are_one_if_category_and_box_agree() -> None:
    person, bus, other = vrd_object(0), vrd_object(3, 1, 2, 3, 4), vrd_object(3, 1, 2, 3, 5)
    scene = read_scene({"relationships": [vrd_relation(person, 0, bus), vrd_relation(person, 0, other)]}, NOBODY)
    assert [each.name for each in scene.objects] == ["category 0", "category 3", "category 3"]
    assert scene.objects[1].box == Box(x=3, y=1, width=1, height=1)


def test_scene_graphs_name_objects_once_and_relate_them_by_id() -> None:
    image = {
        "image_id": 5,
        "objects": [
            vg_object("cow", 1, attributes=["Brown"]),
            {**vg_object("", 2), "names": ["grass"], "name": "grass"},
        ],
        "relationships": [{"predicate": "eats", "subject_id": 1, "object_id": 2}],
    }
    scene = read_scene(image, NOBODY)
    assert scene.objects[0].attributes == ("brown",)
    assert scene.relations == (Relation(0, "eats", 1),)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ({"relationships": []}, "the image has no objects"),
        ({"relationships": [3]}, "relation 1: it is no object of JSON"),
        ({"relationships": [{"subject": {}, "object": {}}]}, "relation 1: a category has no name"),
        ({"relationships": [{"subject_id": 1, "object_id": 2}]}, "relation 1: its subject is not among"),
        ({"objects": 3}, "its objects are no list"),
        ({"objects": [vg_object("a", 1, x="left")]}, "no number of pixels"),
        ({"objects": [vg_object("a", 1, x=1e9)]}, "no number of pixels"),
        ({"objects": [{}] * 3_000}, "more than 2,000 objects"),
    ],
)
def test_an_image_that_cannot_be_read_says_why(image: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAnImageError, match=reason):
        read_scene(image, NOBODY)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Half \ud800of a\u202e letter", "half of a letter"),
        ("\x00bell\x07 on\u2028two\tlines ", "bell on two lines"),
        ("x" * 79 + " yz", "x" * 79),
        ("(person, on, horse)", "[person, on, horse]"),
        ("sign (small)", "sign (small)"),
        (10**100, "category 1" + "0" * 70),
        ("\u200b", "unnamed category"),
    ],
)
def test_a_name_is_one_line_that_every_file_can_hold_and_no_relation(given: object, name: str) -> None:
    (found,) = read_scene({"objects": [{**vg_object("a", 1), "name": given}]}, NOBODY).objects
    assert found.name == name


def test_a_title_is_one_line_that_every_file_can_hold() -> None:
    assert parse_member(r'{"image_id": " a\ud800\u0000\nb "}')[0] == "a b"
    assert parse_member(r'"c\u001b.jpg": []')[0] == "c.jpg"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_nobody_waits_for_a_pipe_that_is_named_like_a_list_of_names(tmp_path: Path) -> None:
    asked = "from gcx_desktop.kinds.scenes.scene import names_beside; from pathlib import Path; import sys; "
    os.mkfifo(tmp_path / "vrd_objects.json")
    command = [sys.executable, "-c", f"{asked}print(names_beside(Path(sys.argv[1])))", str(tmp_path / "a.json")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert told.stdout.strip() == str(NOBODY)


def test_an_object_of_many_ids_is_read_as_fast_however_often_it_is_named() -> None:
    man, shoe = {**vg_object("man", 0), "merged_object_ids": list(range(50_000))}, vg_object("shoe", -1)
    relations = [vg_relation(man, "has", shoe), *[vg_relation({**man, "merged_object_ids": []}, "has", shoe)] * 1_000]
    begun = time.process_time()
    assert len(read_scene({"relationships": relations}, NOBODY).objects[0].ids) == 50_000
    assert time.process_time() - begun < 1


def scenes(path: Path) -> list[tuple[str, Scene]]:
    with open_library(path, others=other_files()) as library:
        return [title_and_scene(library.source, library.raw(position)) for position in range(len(library))]


def test_a_vrd_file_is_a_library_of_images_named_as_their_files(tmp_path: Path) -> None:
    path = write_vrd(tmp_path, {"a.jpg": [vrd_relation(vrd_object(0), 1, vrd_object(5))]})
    ((title, scene),) = scenes(path)
    assert title == "a.jpg"
    assert [each.name for each in scene.objects] == ["person", "hat"]
    assert scene.relations == (Relation(0, "has", 1),)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_visual_genome_file_is_a_library_of_numbered_images(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "relationships.json"
    relations = [vg_relation(vg_object("man", 7), "on", vg_object("street", 9))]
    path.write_text(json.dumps([{"relationships": relations, "image_id": i} for i in (4, 9)], indent=indent))
    assert [title for title, _ in scenes(path)] == ["4", "9"]


def test_an_image_that_is_broken_costs_itself_only(tmp_path: Path) -> None:
    path = write_vrd(tmp_path, {"a": [vrd_relation(vrd_object(0), 1, vrd_object(5))], "b": []})
    path.write_text(path.read_text()[:-1] + ', "c": NaN, "d": [')
    with open_library(path, others=other_files()) as library:
        texts = [library.text(position) for position in range(len(library))]
    assert [isinstance(text, Rejected) for text in texts] == [False, False, True, True]


@pytest.mark.parametrize("text", ["{}", '[{"a": 1}]', '{"a": [1]}', '[["a", 1]]', '{"relationships": []}'])
def test_another_json_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(LibraryError, match="looks like a JSON file"):
        open_library(path, others=other_files())


def test_columns_are_no_matter_of_scene_graphs(tmp_path: Path) -> None:
    path = write_vrd(tmp_path, {"a.jpg": [vrd_relation(vrd_object(0), 1, vrd_object(5))]})
    with pytest.raises(UsageError, match="file of scene graphs"):
        open_library(path, TableOptions(smiles_column="smiles"), others=other_files())


def test_what_is_annotated_can_be_searched_and_sorted_by(tmp_path: Path) -> None:
    person, hat = vrd_object(0, 0, 60, 10, 40), vrd_object(5, 10, 20, 10, 20)
    images = {"a.jpg": [vrd_relation(person, 1, hat), vrd_relation(hat, 0, person)], "none.jpg": []}
    with open_library(write_vrd(tmp_path, images), others=other_files()) as library:
        assert library.field_names == ("objects", "n_objects", "n_relations")
        first, empty = library.text(0), library.text(1)
    assert isinstance(first, RecordText)
    assert isinstance(empty, RecordText)
    assert dict(first.fields) == {"objects": "person; hat", "n_objects": "2", "n_relations": "2"}
    assert (empty.title, empty.fields) == ("none.jpg", ())
