"""How well maps of a value find what each atom is known to add to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from ...errors import UsageError
from ...explain.attribution import JACCARD_CUTOFFS, attribution_auroc, jaccard, kendall_tau
from ...explain.engine import explain_graphs
from ...explain.forward_pass import Method
from ...gcn.fitting.training import Examples, predict_probabilities
from ...gcn.network import Network
from ...gcn.reliability.value_scores import value_scores
from ...graph.features import atom_features
from ...progress import CancelToken, raise_if_cancelled
from ..explaining.method_names import is_signed

ADDITIVE = "contribution"
"""The method whose values are in the unit of the value, an atom's part of it each."""
_BATCH = 250


@dataclass(frozen=True, slots=True)
class ValueAttributionRow:
    """How well one method finds what atoms add with one network; means over molecules, NaN if none has it."""

    seed: int
    method: str
    auroc_mean: float
    """Of the atoms that raise the value."""
    auroc_median: float
    jaccard_best: float
    """Of these, at the one cutoff at which that is largest."""
    jaccard_default: float
    """The same at the cutoff that is as large as the colour threshold with which windows and reports begin."""
    n_molecules: int
    """Whose atoms do not all add the same."""
    model_r2: float
    """Of the network on all test rows."""
    kendall_mean: float
    """Rank correlation of the map and what the atoms add (Kendall's tau-b)."""
    pearson_mean: float
    auroc_negative_mean: float
    """Of the atoms that lower the value."""
    rmse_mean: float
    """Root mean square difference per atom, in the unit of the value; of :data:`ADDITIVE` only."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The measures of one molecule."""

    auroc: float
    overlaps: NDArray[np.float64]
    negative: float
    kendall: float
    pearson: float
    rmse: float


def score_value_attribution(
    network: Network,
    test: Examples,
    truth: Sequence[NDArray[np.bool_] | NDArray[np.float64]],
    methods: Sequence[Method],
    seed: int,
    cancel: CancelToken | None = None,
) -> list[ValueAttributionRow]:
    """A row for each method.

    Signed methods have one map of the value. Of the others "raises" is compared with the atoms that raise it, "lowers"
    with those that lower it, and their difference with all.

    :param truth: for each test molecule [n_nodes], what each atom adds
    :raises UsageError: if there is no test row whose atoms add different amounts
    :raises Cancelled: if the user stopped it
    """
    r2 = value_scores(test.labels, predict_probabilities(network, test.graphs, atom_features)[:, 0])["r2"]
    chosen = [i for i, each in enumerate(truth) if len(np.unique(each)) > 1]
    if not chosen:
        raise UsageError("in no test row do atoms add different amounts; check the column of true atoms")
    found: dict[str, list[_Found]] = {method.id: [] for method in methods}
    for start in range(0, len(chosen), _BATCH):
        raise_if_cancelled(cancel)
        some = chosen[start : start + _BATCH]
        explained = explain_graphs(network, [test.graphs[i] for i in some], atom_features, methods, cancel)
        for i, explanation in zip(some, explained, strict=True):
            for id_, maps in explanation.maps.items():
                found[id_].append(_measured(id_, maps.astype(np.float64), truth[i].astype(np.float64)))
    return [_row(seed, id_, each, r2) for id_, each in found.items()]


def _measured(method: str, maps: NDArray[np.float64], truth: NDArray[np.float64]) -> _Found:
    """:param maps: [n_nodes, 2], raises and lowers
    :param truth: [n_nodes]
    """
    raises, lowers = maps.T
    signed = raises if is_signed(method) else raises - lowers
    differs = np.ptp(signed) > 0
    return _Found(
        auroc=attribution_auroc(raises, truth > 0),
        overlaps=jaccard(raises, truth > 0, (*JACCARD_CUTOFFS, DEFAULT_COLOUR_THRESHOLD)),
        negative=attribution_auroc(lowers, truth < 0),
        kendall=kendall_tau(signed, truth),
        pearson=float(np.corrcoef(signed, truth)[0, 1]) if differs else math.nan,
        rmse=math.sqrt(float(((raises - truth) ** 2).mean())) if method == ADDITIVE else math.nan,
    )


def _row(seed: int, method: str, found: Sequence[_Found], r2: float) -> ValueAttributionRow:
    areas = [each.auroc for each in found if not math.isnan(each.auroc)]
    known = [each.overlaps for each in found if not math.isnan(each.auroc)]
    overlaps = np.mean(known, axis=0) if known else np.full(2, math.nan)
    return ValueAttributionRow(
        seed=seed,
        method=method,
        auroc_mean=_mean(areas),
        auroc_median=float(np.median(areas)) if areas else math.nan,
        jaccard_best=float(overlaps[:-1].max()),
        jaccard_default=float(overlaps[-1]),
        n_molecules=len(found),
        model_r2=r2,
        kendall_mean=_mean([each.kendall for each in found]),
        pearson_mean=_mean([each.pearson for each in found]),
        auroc_negative_mean=_mean([each.negative for each in found]),
        rmse_mean=_mean([each.rmse for each in found]),
    )


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
