"""Object features, all ≥ 0: the category over a model's vocabulary, and where and how large the box is, one-hot.

An object is first one integer, its code, in mixed radix, as an atom is (:mod:`...graph.features`): category, then the
quarters of the image in which the box's centre lies, then how many quarters of its width and height the box takes.
Category 0 is whatever the vocabulary does not hold.

Visual features may stand after these, or in their place: then a code also says which vector of a file they are
(:mod:`.object_vectors`), as many codes of category and box apart as there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import Decode
from ..kind import Parameters
from .object_vectors import MAX_VISUAL, ObjectVectors
from .scene import Scene

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
    n_visual: int = 0
    """How many visual features an object has, from a file beside the library; 0 if none are wanted."""
    visual_alone: bool = False
    """Whether they stand in the place of category and box."""

    @property
    def n_plain(self) -> int:
        """Features of category and box."""
        return 0 if self.visual_alone else 1 + len(self.vocabulary) + N_BOX_FEATURES

    @property
    def n_plain_codes(self) -> int:
        """Codes that tell category and box."""
        return 1 if self.visual_alone else (1 + len(self.vocabulary)) * _PLACES

    @property
    def n_features(self) -> int:
        return self.n_plain + self.n_visual

    def n_codes(self, vectors: ObjectVectors | None = None) -> int:
        """:param vectors: those that visual features may be"""
        return self.n_plain_codes * (1 + len(vectors.starts) if vectors is not None else 1)

    def as_parameters(self) -> Parameters:
        """For a card."""
        plain = {"vocabulary": list(self.vocabulary), "without": list(self.without)}
        if not self.n_visual:
            return plain
        return {**plain, "visual": {"dimensions": self.n_visual, "alone": self.visual_alone}}


def features_of(parameters: Parameters) -> SceneFeatures:
    """:raises ValueError: if they are not those of scene graphs"""
    vocabulary, without = (_words(parameters, name) for name in ("vocabulary", "without"))
    if len(set(vocabulary)) < len(vocabulary):
        raise ValueError("the vocabulary holds a category twice")
    return SceneFeatures(vocabulary, without, *_visual(parameters.get("visual")))


def _visual(said: object) -> tuple[int, bool]:
    """How many visual features there are, and whether they stand alone."""
    if said is None:
        return 0, False
    dimensions, alone = (said.get("dimensions"), said.get("alone")) if isinstance(said, dict) else (None, None)
    if type(dimensions) is not int or not 1 <= dimensions <= MAX_VISUAL or not isinstance(alone, bool):
        raise ValueError(f"its visual features are not 1 to {MAX_VISUAL:,} dimensions, alone or not")
    return dimensions, alone


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
    """[n_objects], by category and box."""
    place = {name: number for number, name in enumerate(vocabulary, start=1)}
    categories = np.array([place.get(each.name, 0) for each in scene.objects], dtype=np.int32)
    boxes = np.array([(b.x, b.y, b.width, b.height) for b in (each.box for each in scene.objects)])
    extent = np.array(scene.extent)
    centres, sizes = (boxes[:, :2] + boxes[:, 2:] / 2) / extent, boxes[:, 2:] / extent
    bins = np.clip((np.hstack([centres, sizes]) * N_BINS).astype(np.int32), 0, N_BINS - 1)
    return np.asarray(categories * _PLACES + bins @ N_BINS ** np.arange(3, -1, -1, dtype=np.int32), dtype=np.int32)


def visual_codes(scene: Scene, features: SceneFeatures, vectors: NDArray[np.int64]) -> NDArray[np.int64]:
    """[n_objects], by category and box, unless the vectors stand alone, and by vector.

    :param vectors: [n_objects], the number of each object's, from 1; 0 for none
    """
    codes = vectors * features.n_plain_codes
    return codes if features.visual_alone else codes + object_codes(scene, features.vocabulary)


def decode_by(features: SceneFeatures, vectors: ObjectVectors | None = None) -> Decode:
    """Codes to rows of :attr:`SceneFeatures.n_features`.

    :param vectors: those that the codes tell, if there are visual features
    """
    n_categories, n_plain, n_codes = 1 + len(features.vocabulary), features.n_plain, features.n_codes(vectors)

    def rows(codes: NDArray[np.integer]) -> NDArray[np.float32]:
        codes = np.asarray(codes, dtype=np.int64)
        if codes.size and (codes.min() < 0 or codes.max() >= n_codes):
            raise ValueError(f"object codes must lie in 0 … {n_codes - 1}")
        numbers, codes = np.divmod(codes, features.n_plain_codes)
        found = np.zeros((len(codes), features.n_features), dtype=np.float32)
        if n_plain:
            each = np.arange(len(codes))
            found[each, codes // _PLACES] = 1.0
            for i in range(4):
                found[each, n_categories + i * N_BINS + codes // N_BINS ** (3 - i) % N_BINS] = 1.0
        if vectors is not None:
            found[:, n_plain:] = vectors.read(numbers)
        return found

    return rows
