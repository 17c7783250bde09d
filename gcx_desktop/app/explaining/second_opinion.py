"""The second opinion on a record: prediction and map of the random forest that was grown on the same records as the
network, and shares nothing else with it.

Users choose its map like that of a method, by the id ``forest``. It explains another model, so it is no function of the
network's forward pass, and takes no part in what is said of the network's methods together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from ...errors import UsageError
from ...explain import method as network_methods
from ...explain.engine import Explanation
from ...explain.forward_pass import ForwardPass, Method
from ...gcn.bundles.bundle import Bundle
from ...gcn.forest import Forest
from ...graph.counted_environments import CountedEnvironments
from ...kinds.kind import ReadRecord
from ...kinds.registry import kind_of_model
from ...library.record import Rejected
from ...work import Work
from .method_names import FOREST_METHOD, names_with_forest
from .read_records import read_environments
from .request import ExplanationRequest


def _of_no_forward_pass(_: ForwardPass) -> Tensor:
    """:raises UsageError: always"""
    raise UsageError(f"the map '{FOREST_METHOD}' explains a forest, not a network; choose another method here")


FOREST = Method(
    FOREST_METHOD,
    names_with_forest()[FOREST_METHOD],
    "Riniker and Landrum, J. Cheminform. 2013, 5:43",
    _of_no_forward_pass,
    signed=True,
)


def chosen_methods(bundle: Bundle, ids: Sequence[str]) -> tuple[Method, ...]:
    """The methods with these ids.

    :raises UnknownNameError: if there is none of one
    :raises UsageError: if the forest's map is among them and the model has none
    """
    if FOREST_METHOD in ids:
        forest_of(bundle)
    return tuple(FOREST if id_ == FOREST_METHOD else network_methods.method(id_) for id_ in ids)


def available_methods(bundle: Bundle) -> tuple[Method, ...]:
    """All methods, the forest's map last if the model has a forest."""
    methods = network_methods.methods()
    return methods if why_no_forest(bundle) else (*methods, FOREST)


def why_no_forest(bundle: Bundle) -> str:
    """Why a model has no second opinion, in words; "" if it has one."""
    if bundle.forest is None:
        return bundle.why_no_forest
    kind = kind_of_model(bundle.card)
    return "" if kind.reader.environments else f"nothing in {kind.words.records} is counted for a forest"


def forest_of(bundle: Bundle) -> Forest:
    """:raises UsageError: if the model has no second opinion"""
    why = why_no_forest(bundle)
    if bundle.forest is None or why:
        raise UsageError(f"{bundle.path}: the map '{FOREST_METHOD}' cannot be shown: {why}")
    return bundle.forest


def with_forest_map(bundle: Bundle, explanation: Explanation, environments: CountedEnvironments) -> Explanation:
    """The explanation with the forest's map; NaN, like the others, if the network's prediction is not valid.

    :raises UsageError: if the model has no second opinion
    """
    _, values = forest_of(bundle).explain(environments)
    if not explanation.is_valid:
        values = np.full_like(values, np.nan)
    return replace(explanation, maps={**explanation.maps, FOREST_METHOD: values})


def add_forest_maps(
    request: ExplanationRequest, reads: Sequence[ReadRecord], explanations: Sequence[Explanation], work: Work
) -> list[Explanation | Rejected]:
    """The explanations of some records of a request, each with the forest's map; of a record whose environments cannot
    be counted, why.

    :raises UsageError: if the model has no second opinion
    :raises Cancelled: once ``work.cancel`` is set
    """
    counted = read_environments(
        request.library,
        work.pool,
        [read.position for read in reads],
        preparation=request.preparation,
        cancel=work.cancel,
    )
    return [
        each if isinstance(each, Rejected) else with_forest_map(request.bundle, explanation, each)
        for explanation, each in zip(explanations, counted, strict=True)
    ]
