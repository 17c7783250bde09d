"""Labels by words, and by a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.errors import UnknownNameError, UsageError
from gcx_desktop.kinds.scenes.scene import Box, Scene, SceneObject
from gcx_desktop.kinds.scenes.tasks import (
    TaskFileError,
    defining,
    label_name,
    label_of,
    read_labels,
    read_task,
    without_defining,
)

TASK = {"country": ("cow", "farm"), "urban": ("bus", "traffic light")}


def scene(*names: str, attributes: tuple[str, ...] = ()) -> Scene:
    return Scene(tuple(SceneObject(name, Box(0, 0, 1, 1), attributes) for name in names), ())


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (("man", "brown cow"), "country"),
        (("cowboy",), ""),
        (("cow", "bus"), ""),
        (("traffic light", "bus"), "urban"),
        (("light",), ""),
        (("man",), ""),
    ],
)
def test_an_image_is_of_the_one_class_whose_words_it_holds(names: tuple[str, ...], label: str) -> None:
    assert label_of(scene(*names), TASK) == label


def test_attributes_count_as_names_do() -> None:
    assert label_of(scene("house", attributes=("farm",)), TASK) == "country"


def test_the_objects_that_the_words_stand_for_are_known() -> None:
    assert defining(scene("man", "old bus", "sky").objects, TASK["urban"]).tolist() == [False, True, False]
    assert not defining(scene("man").objects, ()).any()


def test_the_papers_tasks_come_with_the_program() -> None:
    assert read_task(None, "country-urban")["urban"] == ("urban", "city", "downtown")
    assert set(read_task(None, "vrd-indoor-outdoor")) == {"indoor", "outdoor"}


def test_a_task_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown task 'weather'; known: country-urban"):
        read_task(None, "weather")


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[]",
        '{"a": {"b": ["c"]}}',
        '{"a": {"b": [], "c": ["d"]}}',
        '{"a": {"b": [1]}}',
        '{"a": {" ": ["b"], "c": ["d"]}}',
        r'{"a": {"\ud800": ["b"], "c": ["d"]}}',
        r'{"a": {"b": ["\u200b"], "c": ["d"]}}',
    ],
)
def test_a_file_that_holds_no_tasks_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(text)
    with pytest.raises(TaskFileError, match="JSON"):
        read_task(path, "a")


def test_words_are_read_as_names_of_objects_are(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text('{"a": {"b": ["Traffic   Light "], "c": ["salt; pepper"]}}')
    assert read_task(path, "a") == {"b": ("traffic light",), "c": ("salt, pepper",)}
    with pytest.raises(TaskFileError, match=r"no\.json: it cannot be read \(No such file or directory\)$"):
        read_task(tmp_path / "no.json", "a")


def test_a_table_gives_labels_by_image(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("image,place\n a.jpg ,1.0\nb.jpg,NA\n")
    assert read_labels(path, "place") == {"a.jpg": "1.0", "b.jpg": "NA"}
    for wanted in ("weather", "image", "column 1", "column 3"):
        with pytest.raises(UnknownNameError, match=rf"labels\.csv: unknown column '{wanted}'; known: place$"):
            read_labels(path, wanted)
    with pytest.raises(UsageError, match="does not say which objects define"):
        without_defining(path, "place")


def test_a_table_without_images_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("photo,place\n")
    with pytest.raises(TaskFileError, match="no column 'image'"):
        read_labels(path, "place")


def test_a_task_and_a_column_of_labels_are_found_in_any_letter_case(tmp_path: Path) -> None:
    assert read_task(None, "Indoor-Outdoor") == read_task(None, "indoor-outdoor")
    path = tmp_path / "labels.csv"
    path.write_text("image,Place,PLACE\na.jpg,x,y\n")
    assert read_labels(path, "Place") == {"a.jpg": "x"}
    with pytest.raises(UsageError, match=r"labels\.csv: ‘place’ may be any of .*'column 2'"):
        read_labels(path, "place")


def test_a_column_of_labels_may_be_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text("place\timage\tplace\nx\ta.jpg\ty\nz\tb.jpg\n\n")
    assert read_labels(path, "column 1") == {"a.jpg": "x", "b.jpg": "z"}
    assert read_labels(path, "Column 3") == {"a.jpg": "y", "b.jpg": ""}
    assert label_name(path, "Column 3") == "column 3"


def test_a_label_is_called_as_its_file_calls_it(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("image,Place\na.jpg,x\n")
    assert label_name(path, "place") == label_name(path, "column 2") == "Place"
    assert label_name(None, "Indoor-Outdoor") == "indoor-outdoor"
