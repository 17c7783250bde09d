"""How far to trust one map of one record: the effect of masking its nodes, the agreement of other methods, and whether
the model was trained on similar records. Imports no torch before a model is loaded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError
from ...explain.measures import rank_correlation
from ...gcn.forest import Forest
from ...gcn.reliability.domain import Domain, Nearness, load_domain
from ...graph.counted_environments import CountedEnvironments
from ...graph.graph import Graph
from ...graph.morgan_fingerprint import N_BYTES
from ...library.record import Source
from .method_names import FOREST_METHOD, is_signed
from .value_words import ValueWords, value_words

if TYPE_CHECKING:
    from ...explain.masking import MaskedPredictor
    from ...gcn.bundles.bundle import Bundle
    from .explain_library import ExplainedRecord

RANDOM_MASKS = 20
_MEMORY_BYTES = 1 << 20
"""Memory for environments, enough for some thousand masks of one record, in bytes."""
_SEED = 0
"""A fixed seed of the random masks, so that equal inputs give equal numbers."""
LEAST_DIFFERENCE = 0.01
"""Two probabilities that differ by less are reported as equal."""
COMPLETE_METHOD = "integrated-gradients"
"""The method whose maps sum to the difference between the class's score and its score without features."""


@dataclass(frozen=True, slots=True)
class MaskingTest:
    """The probability of a class with some nodes masked, and with as many random nodes masked.

    Of a value, or of its opposite, that takes the place of the probability. A signed map of a value says of some nodes
    that they raise it, and of others that they lower it: the value without the first is then compared with that without
    the others.
    """

    n_masked: int
    n_nodes: int
    before: float
    """Probability of the class without masking; of a signed map of a value that without the nodes that lower it."""
    after: float
    random_mean: float
    """Mean change under random masks of the same size; NaN if there is only one such mask."""
    random_sd: float
    least: float = LEAST_DIFFERENCE
    """A smaller difference is none."""
    of_value: bool = False
    whole: float = math.nan
    """Of a signed map of a value: the value without masking; else NaN."""

    @property
    def change(self) -> float:
        """Change of the probability, negative if the nodes are evidence for the class."""
        return self.after - self.before

    @property
    def misleads(self) -> bool:
        """Whether the nodes are evidence against the class: masking them raises its probability; or the value further
        than masking random ones, since any mask moves a value towards that of nothing."""
        if not self.of_value:
            return self.change >= self.least
        return self.comparable and self.change - self.random_mean > max(self.random_sd, self.least)

    @property
    def share(self) -> float:
        """Share of the nodes that are masked, in [0, 1]."""
        return self.n_masked / self.n_nodes

    @property
    def comparable(self) -> bool:
        """Whether there are random masks to compare with."""
        return not math.isnan(self.random_mean)

    @property
    def better_than_random(self) -> bool:
        """Whether the probability falls further than with random masks, by more than their standard deviation and by
        more than the least difference."""
        return self.comparable and self.random_mean - self.change > max(self.random_sd, self.least)


@dataclass(frozen=True, slots=True)
class ModelUnderTest:
    """A loaded model with what all tests of its records need."""

    predictor: MaskedPredictor
    domain: Domain | None
    why_no_domain: str
    """A sentence if there is no domain, else ""."""
    forest: Forest | None = None
    """The second model; ``None`` if there is none."""
    of_value: ValueWords | None = None
    """``None`` of a model of classes."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a second, unrelated model says of one map and its class."""

    probability: float
    """Of the class, by that model; or the value, or its opposite."""
    agreement: float
    """Spearman's rank correlation of the two models' maps, in [−1, 1] (Krishna et al., TMLR 2024, compare explanations
    so); NaN if one of them is constant."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How far to trust one map of one record for one class."""

    masking: MaskingTest
    attributed: float
    """:func:`attributed_share` of the masked nodes."""
    agreement: float
    """Mean rank correlation with other methods; NaN if there is nothing to compare."""
    nearness: Nearness | None
    """``None`` for a model without a domain."""
    completeness_error: float | None
    """:func:`completeness_error`; ``None`` for a method that promises nothing of the kind."""
    second_opinion: SecondOpinion | None = None
    """``None`` for a model without a forest, and for the forest's own map."""
    attributed_sum: float = math.nan
    """The sum of the map's values at the masked nodes."""


def load_model_under_test(bundle: Bundle, source: Source) -> ModelUnderTest:
    """Loads a model's domain and makes a predictor of masked records of a library."""
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
    return ModelUnderTest(predictor, domain, why, bundle.forest, value_words(bundle.card))


def assess_trust(
    model: ModelUnderTest,
    explained: ExplainedRecord,
    fingerprint: bytes,
    method: str,
    class_index: int,
    places: NDArray[np.bool_],
    environments: CountedEnvironments | None = None,
    *,
    picked: bool = False,
) -> Trust:
    """Tests one map by masking some nodes, and asks the second model.

    :param fingerprint: of the record as it is predicted
    :param places: [n_places], the places to mask; places without a node are ignored
    :param environments: of the record as it is predicted; ``None`` if its kind counts none
    :param picked: whether the user chose the places, whatever the map says of them
    """
    read, maps = explained.read, explained.explanation.maps
    of_network = {id_: each for id_, each in maps.items() if id_ != FOREST_METHOD}
    opinion = None
    if model.forest is not None and environments is not None and method != FOREST_METHOD:
        opinion = ask_forest(model.forest, environments, maps[method][:, class_index], class_index)
    mask = places if read.node_index is None else places[read.node_index]
    values = maps[method][:, class_index]
    complete = method == COMPLETE_METHOD
    of_value = model.of_value is not None
    error = completeness_error(model.predictor, read.graph, values, class_index, of_value) if complete else None
    lower = mask & (values < 0) if of_value and is_signed(method) and not picked else None
    test = run_masking_test(model.predictor, read.graph, mask, class_index, lower)
    if model.of_value is not None:
        test = replace(test, least=model.of_value.least_difference, of_value=True)
    return Trust(
        masking=test,
        attributed=attributed_share(values, mask),
        agreement=agreement({**of_network, method: maps[method]}, method, class_index),
        nearness=model.domain.nearness(fingerprint) if model.domain else None,
        completeness_error=error,
        second_opinion=opinion,
        attributed_sum=float(values[mask].sum(dtype=np.float64)),
    )


def ask_forest(
    forest: Forest, environments: CountedEnvironments, values: NDArray[np.floating], class_index: int
) -> SecondOpinion:
    """The forest's probability of a class, and how far its map for the class agrees with another one.

    :param values: [n_nodes], the other map
    """
    probabilities, maps = forest.explain(environments)
    return SecondOpinion(float(probabilities[class_index]), rank_correlation(values, maps[:, class_index]))


def attributed_share(values: NDArray[np.floating], mask: NDArray[np.bool_]) -> float:
    """The share of a map's positive values that lies on the masked nodes, in [0, 1]; NaN if no value is positive.

    :param values: [n_nodes]
    :param mask: [n_nodes]
    """
    speaking = np.maximum(values, 0)
    whole = float(speaking.sum())
    return float(speaking[mask].sum()) / whole if whole > 0 else math.nan


def completeness_error(
    predictor: MaskedPredictor, graph: Graph, values: NDArray[np.floating], class_index: int, of_value: bool = False
) -> float:
    """|Σ_n map_n − (s_c(X) − s_c(0))| as a share of Σ_n |map_n|, s_c being the class's score against the others';
    NaN if all values are zero.

    Sundararajan et al., ICML 2017, section 3: integrated gradients are complete if nothing is left between the two. The
    difference of the scores may vanish where nodes for and against the class balance, and so say nothing of how exact
    their values are; the sum of their magnitudes does not.

    :param values: [n_nodes], the map for the class
    :param of_value: whether s_c is a value, or its opposite, in its unit
    """
    import torch

    from ...explain.forward_pass import relative_to_other_classes
    from ...graph.masked_graph import masked

    nothing = masked(graph, np.ones(graph.n_nodes, dtype=np.bool_))
    whole, none = torch.from_numpy(predictor.scores([graph, nothing]))
    difference = (whole - none)[None]
    gained = float((difference if of_value else relative_to_other_classes(difference))[0, class_index])
    all_said = float(np.abs(values).sum(dtype=np.float64))
    return abs(float(values.sum(dtype=np.float64)) - gained) / all_said if all_said else math.nan


def run_masking_test(
    predictor: MaskedPredictor,
    graph: Graph,
    mask: NDArray[np.bool_],
    class_index: int,
    lower: NDArray[np.bool_] | None = None,
) -> MaskingTest:
    """The change of a prediction when some nodes are masked, compared with random nodes.

    :param mask: [n_nodes]
    :param lower: [n_nodes], those of them that lower the value, by a signed map of it; ``None`` for other maps
    """
    n_nodes, size = graph.n_nodes, int(mask.sum())
    n_lower = 0 if lower is None else int(lower.sum())
    random = np.random.default_rng(_SEED)
    comparable = size > 0 and n_nodes not in (n_lower, size - n_lower)
    orders = [random.permutation(n_nodes) for _ in range(RANDOM_MASKS if comparable else 0)]
    upper = mask if lower is None else mask & ~lower
    masks = [np.zeros(n_nodes, dtype=np.bool_), upper, *(order < size - n_lower for order in orders)]
    if lower is not None:
        masks += [lower, *(order >= n_nodes - n_lower for order in orders)]
    found = predictor.without(graph, masks)[:, class_index].astype(np.float64)
    whole, after, without_upper = found[0], found[1], found[2 : 2 + len(orders)]
    before, without_lower = (whole, whole) if lower is None else (found[2 + len(orders)], found[3 + len(orders) :])
    changes = without_upper - without_lower
    return MaskingTest(
        n_masked=size,
        n_nodes=n_nodes,
        before=float(before),
        after=float(after),
        random_mean=float(changes.mean()) if comparable else math.nan,
        random_sd=float(changes.std(ddof=1)) if comparable else math.nan,
        whole=math.nan if lower is None else float(whole),
    )


def agreement(maps: Mapping[str, NDArray[np.floating]], method: str, class_index: int) -> float:
    """Mean rank correlation of a method's map with those of the others; NaN if there is nothing to compare.

    Maps that are equal by construction, such as CAM and Grad-CAM, count once.

    :param maps: method id → [n_nodes, n_classes]
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
    largest value in this record; negative values count as 0."""
    mean: NDArray[np.float64] = np.mean(_shares(maps, class_index), axis=0, dtype=np.float64)
    return mean


def disagreement(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.float64]:
    """[n_nodes], in [0, 0.5]: the standard deviation over the methods of the shares of :func:`consensus`."""
    deviation: NDArray[np.float64] = np.std(_shares(maps, class_index), axis=0, dtype=np.float64)
    return deviation


def _shares(maps: Mapping[str, NDArray[np.floating]], class_index: int) -> NDArray[np.floating]:
    """[n_methods, n_nodes]"""
    columns = [np.maximum(values[:, class_index], 0) for values in maps.values()]
    return np.stack([column / max(float(column.max()), 1e-30) for column in columns])
