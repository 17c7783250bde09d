"""Which objects define the label of an image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gcx_desktop.graph.graph import Graph
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.kinds.scenes.reader import ReadImage, defining_nodes
from gcx_desktop.kinds.scenes.scene import Box, Scene, SceneObject

TASK = {"country": ("cow", "farm"), "urban": ("bus",)}


def image(*names: str, nodes: Sequence[int] | None = None) -> ReadImage:
    scene = Scene(tuple(SceneObject(name, Box(0, 0, 1, 1)) for name in names), ())
    index = None if nodes is None else np.array(nodes, dtype=np.int32)
    codes = np.zeros(len(names) if nodes is None else len(nodes), dtype=np.int32)
    return ReadImage(0, "", scene, Graph(codes, np.zeros((0, 2), dtype=np.int32)), index)


def test_the_objects_of_the_one_class_that_is_named_define_the_label() -> None:
    found = defining_nodes(TASK, image("man", "brown cow", "sky", "cow"))
    assert found is not None
    assert found.tolist() == [False, True, False, True]


def test_objects_that_are_no_nodes_are_left_out_in_the_nodes_order() -> None:
    found = defining_nodes(TASK, image("bus", "man", "red bus", nodes=[1, 2]))
    assert found is not None
    assert found.tolist() == [False, True]


def test_of_an_image_of_no_class_or_several_nothing_is_known() -> None:
    assert defining_nodes(TASK, image("man", "sky")) is None
    assert defining_nodes(TASK, image("cow", "bus")) is None


def test_a_table_of_labels_does_not_say_which_objects_define_them(tmp_path: Path) -> None:
    assert SCENES.labels.rationale is not None
    assert SCENES.labels.rationale("place", tmp_path / "labels.csv")(image("cow")) is None
