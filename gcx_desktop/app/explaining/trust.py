"""How far to trust one map of one record: what masking its nodes does, whether other methods agree, whether the model
knows records like it. Imports no torch before a model is put to the test."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError
from ...explain.measures import rank_correlation
from ...gcn.domain import Domain, Nearness, load_domain
from ...graph.fingerprint import N_BYTES
from ...graph.graph import Graph
from ...library.record import Source

if TYPE_CHECKING:
    from ...explain.masking import MaskedPredictor
    from ...gcn.bundle import Bundle
    from .explain_library import ExplainedRecord

RANDOM_MASKS = 20
_MEMORY_BYTES = 1 << 20
"""Of environments, those of some thousand masks of one record."""
_SEED = 0
"""The same random masks each time, so that a number changes only when something did."""
LEAST_DIFFERENCE = 0.01
"""Of two probabilities, below which they are told as the same."""
OUTSIDE_RANK = 0.05
"""A record like those trained on is as far from them in one of twenty cases: by custom, too rare."""
EDGE_RANK = 0.25
"""As far in one of four cases: farther than the common run of them."""
COMPLETE = "integrated-gradients"
"""The method whose maps sum to what the class's score has over that of no features."""


class DomainMembership(StrEnum):
    """Of a record among those that a model was trained on."""

    INSIDE = "inside"
    EDGE = "at the edge"
    OUTSIDE = "outside"


def domain_membership(nearness: Nearness) -> DomainMembership:
    """By :data:`OUTSIDE_RANK` and :data:`EDGE_RANK`."""
    if nearness.rank < OUTSIDE_RANK:
        return DomainMembership.OUTSIDE
    return DomainMembership.EDGE if nearness.rank < EDGE_RANK else DomainMembership.INSIDE


@dataclass(frozen=True, slots=True)
class MaskingTest:
    """The probability of a class without some nodes, and without as many random ones."""

    n_masked: int
    n_nodes: int
    before: float
    """Probability of the class, nothing masked."""
    after: float
    random_mean: float
    """Mean change under random masks of the same size; NaN if there is only one such mask."""
    random_sd: float

    @property
    def change(self) -> float:
        """Of the probability, below zero if the nodes speak for the class."""
        return self.after - self.before

    @property
    def share(self) -> float:
        """Of the nodes, in [0, 1]."""
        return self.n_masked / self.n_nodes

    @property
    def comparable(self) -> bool:
        """Whether there are random nodes to compare with."""
        return not math.isnan(self.random_mean)

    @property
    def better_than_random(self) -> bool:
        """Whether the probability falls further than under random nodes by more than their standard deviation, and by
        more than :data:`LEAST_DIFFERENCE`."""
        return self.comparable and self.random_mean - self.change > max(self.random_sd, LEAST_DIFFERENCE)


@dataclass(frozen=True, slots=True)
class ModelUnderTest:
    """What is kept of a model from one record to the next."""

    predictor: MaskedPredictor
    domain: Domain | None
    why_no_domain: str
    """A sentence where it has none."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How far to trust one map of one record for one class."""

    masking: MaskingTest
    attributed: float
    """:func:`attributed_share` of the masked nodes."""
    agreement: float
    """NaN if there is nothing to compare."""
    nearness: Nearness | None
    """``None`` for a model that does not say what it knows."""
    completeness_error: float | None
    """:func:`completeness_error`; ``None`` for a method that promises nothing of the kind."""


def load_model_under_test(bundle: Bundle, source: Source) -> ModelUnderTest:
    """Loads what a model knows, and makes it predict masked records of a library."""
    from ...explain.masking import MaskedPredictor
    from ...kinds.registry import decode_of, kind_of_model

    words = kind_of_model(bundle.card).words
    domain: Domain | None = None
    why = f"how alike two {words.records} are has no measure here"
    if words.similarity:
        try:
            domain = load_domain(bundle.path, N_BYTES)
            why = "" if domain else f"this model does not say which {words.records} it was trained on"
        except BundleError as error:
            why = str(error)
    predictor = MaskedPredictor(bundle.network, decode_of(bundle.card, source), memory_bytes=_MEMORY_BYTES)
    return ModelUnderTest(predictor, domain, why)


def assess_trust(
    model: ModelUnderTest,
    explained: ExplainedRecord,
    fingerprint: bytes,
    method: str,
    class_index: int,
    places: NDArray[np.bool_],
) -> Trust:
    """One map put to the test, some nodes masked.

    :param fingerprint: of the record as it is predicted
    :param places: [n_places]; of those without a node nothing is masked
    """
    read, maps = explained.read, explained.explanation.maps
    mask = places if read.node_index is None else places[read.node_index]
    values = maps[method][:, class_index]
    error = completeness_error(model.predictor, read.graph, values, class_index) if method == COMPLETE else None
    return Trust(
        masking=run_masking_test(model.predictor, read.graph, mask, class_index),
        attributed=attributed_share(values, mask),
        agreement=agreement(maps, method, class_index),
        nearness=model.domain.nearness(fingerprint) if model.domain else None,
        completeness_error=error,
    )


def highlighted(values: NDArray[np.floating], least: float) -> NDArray[np.bool_]:
    """Which nodes speak for the class by at least so much. Those without a value do not.

    :param values: one number a place, NaN where it has none
    """
    return (values > 0) & (values >= least)


def attributed_share(values: NDArray[np.floating], mask: NDArray[np.bool_]) -> float:
    """What some nodes have of all that speaks for the class in a map, in [0, 1]; NaN if nothing does.

    :param values: [n_nodes]
    :param mask: [n_nodes]
    """
    speaking = np.maximum(values, 0)
    whole = float(speaking.sum())
    return float(speaking[mask].sum()) / whole if whole > 0 else math.nan


def completeness_error(
    predictor: MaskedPredictor, graph: Graph, values: NDArray[np.floating], class_index: int
) -> float:
    """|Σ_n map_n − (s_c(X) − s_c(0))| as a share of |s_c(X) − s_c(0)|, s_c being the class's score against the others';
    NaN if that is zero.

    Sundararajan et al., ICML 2017, section 3: integrated gradients are complete if nothing is left between the two.

    :param values: [n_nodes], the map for the class
    """
    import torch

    from ...explain.forward_pass import against_others
    from ...graph.masking import masked

    nothing = masked(graph, np.ones(graph.n_nodes, dtype=np.bool_))
    whole, none = torch.from_numpy(predictor.scores([graph, nothing]))
    gained = float(against_others((whole - none)[None])[0, class_index])
    return abs(float(values.sum()) - gained) / abs(gained) if gained else math.nan


def run_masking_test(
    predictor: MaskedPredictor, graph: Graph, mask: NDArray[np.bool_], class_index: int
) -> MaskingTest:
    """What the prediction loses without some nodes, beside random ones.

    :param mask: [n_nodes]
    """
    n_nodes, size = graph.n_nodes, int(mask.sum())
    random = np.random.default_rng(_SEED)
    comparable = 0 < size < n_nodes
    masks = [np.zeros(n_nodes, dtype=np.bool_), mask]
    masks += [random.permutation(n_nodes) < size for _ in range(RANDOM_MASKS if comparable else 0)]
    before, after, *others = predictor.without(graph, masks)[:, class_index].tolist()
    changes = np.array(others) - before
    return MaskingTest(
        n_masked=size,
        n_nodes=n_nodes,
        before=before,
        after=after,
        random_mean=float(changes.mean()) if comparable else math.nan,
        random_sd=float(changes.std(ddof=1)) if comparable else math.nan,
    )


def agreement(maps: Mapping[str, NDArray[np.floating]], method: str, class_index: int) -> float:
    """Mean rank correlation of a method's map with those of the others; NaN if there is nothing to compare.

    Maps that are equal by construction, as those of CAM and Grad-CAM, count once.

    :param maps: by method id, each [n_nodes, n_classes]
    """
    own = maps[method][:, class_index]
    seen = {_ranked(own)}
    found = []
    for id_, values in maps.items():
        key = _ranked(values[:, class_index])
        if id_ != method and key not in seen:
            seen.add(key)
            found.append(rank_correlation(own, values[:, class_index]))
    known = [value for value in found if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan


def _ranked(values: NDArray[np.floating]) -> bytes:
    return np.argsort(-values, kind="stable").tobytes()


def consensus(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.float64]:
    """[n_nodes], in [0, 1]: the mean over the methods of each node's value for the class, as a share of the method's
    largest in this record; what speaks against the class counts as nothing."""
    mean: NDArray[np.float64] = np.mean(_shares(maps, class_index), axis=0, dtype=np.float64)
    return mean


def disagreement(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.float64]:
    """[n_nodes], in [0, 0.5]: the standard deviation over the methods of the same shares."""
    deviation: NDArray[np.float64] = np.std(_shares(maps, class_index), axis=0, dtype=np.float64)
    return deviation


def _shares(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.floating]:
    """[n_methods, n_nodes]"""
    columns = [np.maximum(values[:, class_index], 0) for values in maps.values()]
    return np.stack([column / max(float(column.max()), 1e-30) for column in columns])
