"""Codes of objects, and the features that they become."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.kinds.scenes.features import (
    SceneFeatures,
    decode_by,
    features_of,
    learn_vocabulary,
    object_codes,
)
from gcx_desktop.kinds.scenes.scene import Box, Scene, SceneObject

VOCABULARY = ("cow", "grass")


def scene(*objects: tuple[str, Box]) -> Scene:
    return Scene(tuple(SceneObject(name, box) for name, box in objects), ())


def test_an_object_becomes_its_category_and_the_quarters_of_its_box() -> None:
    whole, corner = Box(0, 0, 100, 80), Box(76, 61, 20, 10)
    codes = object_codes(scene(("grass", whole), ("cow", corner), ("ufo", corner)), VOCABULARY)
    rows = decode_by(SceneFeatures(VOCABULARY))(codes)
    assert rows[:, :3].tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert [np.flatnonzero(row[3:]).tolist() for row in rows] == [[2, 6, 11, 15], [3, 7, 8, 12], [3, 7, 8, 12]]
    assert rows.shape[1] == SceneFeatures(VOCABULARY).n_features == 19


def test_boxes_outside_of_any_image_are_put_at_its_border() -> None:
    codes = object_codes(scene(("cow", Box(-50, -5, 10, 0)), ("cow", Box(0, 0, 0, 0))), VOCABULARY)
    assert decode_by(SceneFeatures(VOCABULARY))(codes).sum(axis=1).tolist() == [5, 5]


def test_a_code_that_no_object_has_is_refused() -> None:
    with pytest.raises(ValueError, match="object codes must lie in"):
        decode_by(SceneFeatures(VOCABULARY))(np.array([3 * 256]))


def test_a_vocabulary_holds_what_several_images_show_the_most_frequent_first() -> None:
    assert learn_vocabulary([["a", "b", "a"], ["b", "c"], ["b", "a"], ["d", "d"]]) == ("b", "a")


@pytest.mark.parametrize("parameters", [{"vocabulary": 3}, {"vocabulary": ["a", "a"]}, {"without": [1]}])
def test_parameters_that_make_no_sense_are_refused(parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"vocabulary|without"):
        features_of(parameters)


def test_parameters_come_back_from_a_card() -> None:
    features = SceneFeatures(VOCABULARY, ("bus",))
    assert features_of(features.as_parameters()) == features
