"""Codes of objects, and the features that they become."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.kinds.scenes.features import (
    SceneFeatures,
    decode_by,
    features_of,
    learn_vocabulary,
    object_codes,
    visual_codes,
)
from gcx_desktop.kinds.scenes.object_vectors import MAX_VECTORS, ObjectVectors, open_vectors
from gcx_desktop.kinds.scenes.scene import Box, Scene, SceneObject
from gcx_desktop.library.file_fingerprint import take_fingerprint
from gcx_desktop.library.record import CompanionFile

VOCABULARY = ("cow", "grass")
VISUAL = np.array([[1, 0, 0.5], [0, 2, 0]], dtype=np.float32)


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


@pytest.fixture
def vectors(tmp_path: Path) -> ObjectVectors:
    """Of two objects."""
    path = tmp_path / "features.npz"
    np.savez(path, ids=np.array([7, 9]), vectors=VISUAL)
    return open_vectors(CompanionFile(path, take_fingerprint(path)))


def test_visual_features_stand_after_category_and_box(vectors: ObjectVectors) -> None:
    features = SceneFeatures(VOCABULARY, n_visual=3)
    of = scene(("grass", Box(0, 0, 100, 80)), ("cow", Box(76, 61, 20, 10)), ("cow", Box(76, 61, 20, 10)))
    codes = visual_codes(of, features, np.array([2, 0, 1]))
    rows = decode_by(features, vectors)(codes)
    plain = decode_by(SceneFeatures(VOCABULARY))(object_codes(of, VOCABULARY))
    np.testing.assert_array_equal(rows, np.hstack([plain, [VISUAL[1], [0, 0, 0], VISUAL[0]]]))
    assert rows.shape[1] == features.n_features == 19 + 3
    assert codes.max() < features.n_codes(vectors) == 3 * 256 * 3


def test_visual_features_alone_are_the_vectors(vectors: ObjectVectors) -> None:
    features = SceneFeatures((), n_visual=3, visual_alone=True)
    of = scene(("grass", Box(0, 0, 100, 80)), ("cow", Box(76, 61, 20, 10)))
    rows = decode_by(features, vectors)(visual_codes(of, features, np.array([0, 1])))
    np.testing.assert_array_equal(rows, [[0, 0, 0], VISUAL[0]])
    assert features.n_features == 3


def test_codes_of_as_many_objects_as_a_file_may_hold_leave_room_for_a_degree() -> None:
    largest = SceneFeatures(tuple(map(str, range(10_000))), n_visual=2048)
    codes = visual_codes(scene(("9999", Box(0, 0, 1, 1))), largest, np.array([MAX_VECTORS]))
    assert (codes[0] // largest.n_plain_codes, codes[0] // 256 % 10_001) == (MAX_VECTORS, 10_000)
    assert codes[0] < 2**44


def test_a_vector_that_the_file_has_not_is_refused(vectors: ObjectVectors) -> None:
    features = SceneFeatures((), n_visual=3, visual_alone=True)
    with pytest.raises(ValueError, match="object codes must lie in 0 … 2"):
        decode_by(features, vectors)(np.array([3]))


def test_a_code_that_no_object_has_is_refused() -> None:
    with pytest.raises(ValueError, match="object codes must lie in"):
        decode_by(SceneFeatures(VOCABULARY))(np.array([3 * 256]))


def test_a_vocabulary_holds_what_several_images_show_the_most_frequent_first() -> None:
    assert learn_vocabulary([["a", "b", "a"], ["b", "c"], ["b", "a"], ["d", "d"]]) == ("b", "a")


@pytest.mark.parametrize(
    "parameters",
    [
        {"vocabulary": 3},
        {"vocabulary": ["a", "a"]},
        {"without": [1]},
        {"visual": 2048},
        {"visual": {"dimensions": 0, "alone": False}},
        {"visual": {"dimensions": True, "alone": False}},
        {"visual": {"dimensions": 9_000, "alone": False}},
        {"visual": {"dimensions": 3}},
    ],
)
def test_parameters_that_make_no_sense_are_refused(parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"vocabulary|without|visual"):
        features_of(parameters)


def test_parameters_come_back_from_a_card() -> None:
    for features in (SceneFeatures(VOCABULARY, ("bus",)), SceneFeatures((), (), 2048, True)):
        assert features_of(features.as_parameters()) == features
