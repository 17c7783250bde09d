"""Object features, all ≥ 0: the category over a model's vocabulary, and where and how large the box is, one-hot.

An object is first one integer, its code, in mixed radix, as an atom is (:mod:`...graph.features`): category, then the
quarters of the image in which the box's centre lies, then how many quarters of its width and height the box takes.
Category 0 is whatever the vocabulary does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kind import Decode, Parameters
from .scene import Scene

FEATURE_SET = "scene-objects-1"
"""Name of this feature set in a model's card. Any change to the features needs a new name."""
N_BINS = 4
"""Of each of the four properties of a box."""
N_BOX_FEATURES = 4 * N_BINS
MAX_VOCABULARY = 2_000
MIN_IMAGES = 2
"""In so many a category must occur for a vocabulary to hold it."""
_MAX_WORDS = 10_000
_PLACES = N_BINS**4


@dataclass(frozen=True, slots=True)
class SceneFeatures:
    """What the features of a model depend on."""

    vocabulary: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Words whose objects are left out of the graphs."""

    @property
    def n_features(self) -> int:
        return 1 + len(self.vocabulary) + N_BOX_FEATURES

    @property
    def n_codes(self) -> int:
        return (1 + len(self.vocabulary)) * _PLACES

    def as_parameters(self) -> Parameters:
        """For a card."""
        return {"vocabulary": list(self.vocabulary), "without": list(self.without)}


def features_of(parameters: Parameters) -> SceneFeatures:
    """:raises ValueError: if they are not those of scene graphs"""
    vocabulary, without = (_words(parameters, name) for name in ("vocabulary", "without"))
    if len(set(vocabulary)) < len(vocabulary):
        raise ValueError("the vocabulary holds a category twice")
    return SceneFeatures(vocabulary, without)


def _words(parameters: Parameters, name: str) -> tuple[str, ...]:
    words = parameters.get(name, ())
    if not isinstance(words, list | tuple) or len(words) > _MAX_WORDS or not all(isinstance(w, str) for w in words):
        raise ValueError(f"its {name} is no list of words")
    return tuple(words)


def learn_vocabulary(images: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The categories of at least ``MIN_IMAGES`` images, the most frequent first, at most ``MAX_VOCABULARY``.

    :param images: the categories of each
    """
    counts = Counter(name for names in images for name in set(names))
    ordered = sorted((-count, name) for name, count in counts.items() if count >= MIN_IMAGES)
    return tuple(name for _, name in ordered[:MAX_VOCABULARY])


def object_codes(scene: Scene, vocabulary: Sequence[str]) -> NDArray[np.int32]:
    """[n_objects]"""
    place = {name: number for number, name in enumerate(vocabulary, start=1)}
    categories = np.array([place.get(each.name, 0) for each in scene.objects], dtype=np.int32)
    boxes = np.array([(b.x, b.y, b.width, b.height) for b in (each.box for each in scene.objects)])
    extent = np.array(scene.extent)
    centres, sizes = (boxes[:, :2] + boxes[:, 2:] / 2) / extent, boxes[:, 2:] / extent
    bins = np.clip((np.hstack([centres, sizes]) * N_BINS).astype(np.int32), 0, N_BINS - 1)
    return np.asarray(categories * _PLACES + bins @ N_BINS ** np.arange(3, -1, -1, dtype=np.int32), dtype=np.int32)


def decode_by(features: SceneFeatures) -> Decode:
    """Codes to rows of :attr:`SceneFeatures.n_features`."""
    n_categories, n_codes = 1 + len(features.vocabulary), features.n_codes

    def rows(codes: NDArray[np.integer]) -> NDArray[np.float32]:
        codes = np.asarray(codes, dtype=np.int64)
        if codes.size and (codes.min() < 0 or codes.max() >= n_codes):
            raise ValueError(f"object codes must lie in 0 … {n_codes - 1}")
        found = np.zeros((len(codes), features.n_features), dtype=np.float32)
        each = np.arange(len(codes))
        found[each, codes // _PLACES] = 1.0
        for i in range(4):
            found[each, n_categories + i * N_BINS + codes // N_BINS ** (3 - i) % N_BINS] = 1.0
        return found

    return rows
