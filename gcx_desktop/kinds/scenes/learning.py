"""What a model's features of scene graphs are, and how they are learned from a table of labelled images."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from ...graph.graph import Decode
from ...library.record import Source, Span
from ..kind import LearningTask, Parameters
from .features import SceneFeatures, decode_by, features_of, learn_vocabulary
from .reader import categories, visual_vectors
from .tasks import without_defining


def n_features(parameters: Parameters) -> int:
    """:raises ValueError: if the parameters are not those of scene graphs"""
    return features_of(parameters).n_features


def n_codes(parameters: Parameters, source: Source) -> int:
    """As :attr:`Featurizer.n_codes`."""
    features = features_of(parameters)
    return features.n_codes(visual_vectors(source, features))


def object_decoder(parameters: Parameters, source: Source) -> Decode:
    """As :attr:`Featurizer.decode`."""
    features = features_of(parameters)
    return decode_by(features, visual_vectors(source, features))


def observe(source: Source, learning: LearningTask) -> Callable[[Span], Any]:
    """Finds the categories of a record's objects."""
    return partial(categories, source, _without(learning))


def parameters(observed: Iterable[Any], learning: LearningTask) -> Parameters:
    """:param observed: the categories of each image"""
    n_visual, alone = 0, learning.only_object_features
    if learning.object_features is not None:
        from .object_vectors import open_vectors  # few models need them

        n_visual = open_vectors(learning.object_features).n_dimensions
    vocabulary = () if alone else learn_vocabulary(observed)
    return SceneFeatures(vocabulary, _without(learning), n_visual, alone).as_parameters()


def feature_limits(parameters: Parameters) -> tuple[str, ...]:
    """As :attr:`Featurizer.limits`."""
    features = features_of(parameters)
    found = ["Relations have no features: the network knows that two objects are related, not how or which way round."]
    if features.n_plain:
        found.append(
            "Boxes are measured in quarters of the smallest image that holds them all, since the files tell no image "
            "size."
        )
    if features.n_visual:
        found.append(
            f"Objects have {features.n_visual:,} visual features{' alone' if features.visual_alone else ''}, from a "
            "file beside each library; it must be made as the one that was trained on. An object that it does not "
            "name has zeros."
        )
    return tuple(found)


def _without(learning: LearningTask) -> tuple[str, ...]:
    return without_defining(learning.tasks, learning.label) if learning.without_defining else ()
