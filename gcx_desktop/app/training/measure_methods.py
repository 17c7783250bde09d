"""Which methods mark the nodes that a prediction rests on, measured on records that the network had not seen.

Each record is predicted and explained by the member of an ensemble that was trained without it; then the nodes to which
a method gives the largest values are masked (Zeiler and Fergus, ECCV 2014; Samek et al., IEEE TNNLS 2017), and as many
random ones. All methods mask the same number of nodes, so none wins by marking everything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ...explain.engine import Explanation, batches, explain_graphs
from ...explain.forward_pass import relative_to_other_classes
from ...explain.mask_queries import MaskQueries, masked_count
from ...explain.masking import MaskedPredictor
from ...explain.method import methods
from ...gcn.fitting.training import Examples
from ...gcn.network import Network
from ...graph.graph import Decode
from ...graph.masked_graph import masked
from ...progress import ProgressReporter
from ...work import Work
from ..explaining.method_evidence import EVIDENCE_SHARES, MethodEvidence

MOST_MEASURED = 300
LEAST_MEASURED = 30
"""From fewer records nothing is concluded."""
RANDOM_MASKS_EACH = 10
"""Random masks of each size, for each record."""


def measure_methods(
    members: Sequence[Network],
    examples: Examples,
    folds: NDArray[np.int64],
    decode: Decode,
    work: Work,
    *,
    seed: int,
    most: int = MOST_MEASURED,
) -> tuple[MethodEvidence, ...]:
    """The evidence for each method of the network.

    :param members: of an ensemble: the k-th was trained on all examples but those of fold k
    :param folds: [n], the fold of each example
    :param seed: of the choice of records and of the random masks
    :param most: so many records are taken at most, the classes in the proportion of the examples
    :return: in the order of the methods; empty if fewer than :data:`LEAST_MEASURED` records have two nodes or more
    :raises Cancelled: if the user stopped it
    """
    chosen = _sample(examples, seed, most)
    if len(chosen) < LEAST_MEASURED:
        return ()
    watch = ProgressReporter("Measuring methods", len(chosen), work.report)
    falls: list[NDArray[np.float64]] = []
    for k, member in enumerate(members):
        predictor = MaskedPredictor(member, decode, cancel=work.cancel)
        own = chosen[folds[chosen] == k]
        for group in batches((int(i), examples.graphs[i]) for i in own):
            queries = [MaskQueries(graph, (seed, i), RANDOM_MASKS_EACH) for i, graph in group if graph is not None]
            explained = explain_graphs(member, [each.graph for each in queries], decode, methods(), work.cancel)
            falls += _falls(predictor, queries, explained, of_value=member.of_value)
            watch.report_done(len(falls))
    return _evidence(np.stack(falls))


def _sample(examples: Examples, seed: int, most: int) -> NDArray[np.int64]:
    """Places of the examples that are measured, evenly from each class. A graph of a single node is not, since there is
    nothing to choose in it."""
    sizes = np.array([graph.n_nodes for graph in examples.graphs])
    shuffled = np.random.default_rng(seed).permutation(np.flatnonzero(sizes > 1))
    by_class = shuffled[np.argsort(examples.labels[shuffled], kind="stable")]
    if len(by_class) <= most:
        return by_class
    return by_class[np.linspace(0, len(by_class) - 1, most).round().astype(np.int64)]


def _falls(
    predictor: MaskedPredictor, queries: Sequence[MaskQueries], explained: Sequence[Explanation], *, of_value: bool
) -> list[NDArray[np.float64]]:
    """Of each graph [n_methods + 1]: how far its score falls without the nodes that each method marks and, the last,
    without random ones; the mean over the shares.

    :param queries: one for each graph, of a member that has not seen it; its masks are filled in
    :param of_value: whether the score is a value in its unit
    """
    wanted: list[list[list[int]]] = []
    for asked, explanation in zip(queries, explained, strict=True):
        sizes = [masked_count(share, asked.graph.n_nodes) for share in EVIDENCE_SHARES]
        columns = [maps[:, explanation.predicted] for maps in explanation.maps.values()]
        of_methods = [[asked.strongest(column, size) for size in sizes] for column in columns]
        wanted.append([*of_methods, [number for size in sizes for number in asked.random(size)]])
    graphs = (graph for asked in queries for graph in (asked.graph, *(masked(asked.graph, m) for m in asked.masks)))
    scores = torch.from_numpy(predictor.scores(graphs))
    relative = (scores if of_value else relative_to_other_classes(scores)).numpy()
    found, start = [], 0
    for asked, explanation, numbers in zip(queries, explained, wanted, strict=True):
        stop = start + 1 + len(asked.masks)
        before, *after = relative[start:stop, explanation.predicted].astype(np.float64)
        found.append(before - np.array([np.take(after, each).mean() for each in numbers]))
        start = stop
    return found


def _evidence(falls: NDArray[np.float64]) -> tuple[MethodEvidence, ...]:
    """:param falls: [n_records, n_methods + 1], the last of random nodes"""
    n = len(falls)
    gains = falls[:, :-1] - falls[:, -1:]
    behind = gains[:, [gains.mean(axis=0).argmax()]] - gains
    means, errors = falls.mean(axis=0), gains.std(axis=0, ddof=1) / math.sqrt(n)
    behind_errors = behind.std(axis=0, ddof=1) / math.sqrt(n)
    return tuple(
        MethodEvidence(
            method.id,
            n,
            fall=float(means[i]),
            random_fall=float(means[-1]),
            error=float(errors[i]),
            better=float((gains[:, i] > 0).mean()),
            behind=float(behind[:, i].mean()),
            behind_error=float(behind_errors[i]),
        )
        for i, method in enumerate(methods())
    )
