"""How far a model and the methods can be trusted on a library with labels.

For every record with a label: is the prediction correct, and is it still correct with the nodes of a map masked, or
with as many random nodes masked? Fidelity, contrastivity and sparsity are those of Pope et al. (CVPR 2019, section 4).
Fidelity rewards a map that shows everything, so it is given beside that of random maps of the same size, and as a curve
over equal shares of masked nodes. If the nodes that define a label are known, attribution measures whether a map finds
them.

Of a value, which is neither right nor wrong, fidelity is how far it falls without the nodes that raise it and rises
without those that lower it, the mean of both, in its unit; contrastivity compares these two maps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...explain.attribution import attribution_auroc
from ...explain.forward_pass import Method
from ...explain.mask_queries import MaskQueries, masked_count
from ...explain.masking import MaskedPredictor
from ...explain.measures import contrastivity, relative, sparsity
from ...explain.saliency_cutoff import PAPER_CUTOFF
from ...gcn.reliability.scores import OneClassError, brier_score, calibration_error, classification_scores
from ...gcn.reliability.value_scores import value_scores
from ...graph.masked_graph import masked
from ...kinds.kind import Rationale
from ...kinds.registry import decode_of
from ...library.labels.label_meaning import LabelMeaning
from ...library.labels.measurements import ValueMeaning
from ...library.record import Rejected
from ...progress import ProgressReporter
from ...work import Work
from ..explaining.explain_library import ExplainedRecord, check_valid
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from .label_suspicion import label_suspicion, value_suspicion
from .measured_values import ValueLabels
from .true_labels import TrueLabels

CURVE_CUTOFFS = (0.0, PAPER_CUTOFF, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
MASKED_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares of a record's nodes to mask, those with the largest values first."""
RANDOM_MAPS = 3
"""Number of random maps for each map, of the same size."""
_PORTION_SIZE = 200


@dataclass(frozen=True, slots=True)
class Measures:
    """The paper's measures of one method at each cutoff. Every array [n_molecules, n_cutoffs]."""

    lost: NDArray[np.float32]
    """1 if the prediction was correct, minus the share of the classes' maps with whose nodes masked it still is; in
    [−1, 1]. Of a value: how far it moves as the classes' maps say, the mean of both, in its unit. The mean is the
    fidelity."""
    lost_at_random: NDArray[np.float32]
    """The same for random maps of the same sizes."""
    contrastivity: NDArray[np.float32]
    """NaN where no node is salient."""
    sparsity: NDArray[np.float32]
    lost_by_share: NDArray[np.float32]
    """[n_molecules, n_shares]: as ``lost``, with an equal share of nodes masked for all methods."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results for the records that have a label and could be read."""

    positions: NDArray[np.int64]
    """[n_molecules]: positions of the records."""
    labels: NDArray[np.int64] | NDArray[np.float64]
    """[n_molecules], class indices, or measured values"""
    probabilities: NDArray[np.float32]
    """[n_molecules, n_classes]; of a value the value and its opposite"""
    cutoffs: tuple[float, ...]
    shares: tuple[float, ...]
    measures: dict[str, Measures]
    """Method id → measures."""
    lost_by_random_share: NDArray[np.float32]
    """[n_molecules, n_shares]: as ``lost``, with random nodes masked."""
    rejected: tuple[Rejected, ...]
    attribution: dict[str, NDArray[np.float64]] | None = None
    """Method id → [n_molecules]: the attribution AUROC of the map of the true class, NaN unless both nodes that define
    the label and others are known. ``None`` for a kind whose labels are not defined by nodes."""
    meaning: LabelMeaning | ValueMeaning | None = None
    """What the label column's cells are taken for."""

    @property
    def n_molecules(self) -> int:
        return len(self.positions)

    @property
    def of_value(self) -> bool:
        """Whether values are predicted."""
        return self.labels.dtype.kind == "f"

    def areas(self, method: str) -> NDArray[np.float64]:
        """[n_molecules] of :attr:`attribution`; all NaN if there is none."""
        return np.full(self.n_molecules, np.nan) if self.attribution is None else self.attribution[method]

    def scores(self) -> dict[str, float]:
        """See :func:`classification_scores` and :func:`value_scores`; "auc_roc" and "auc_pr" are NaN if only one class
        occurs."""
        labels, probabilities = self.labels, self.probabilities
        if self.of_value:
            return value_scores(labels, probabilities[:, 0])
        try:
            return classification_scores(labels, probabilities)
        except OneClassError:
            right = float((labels == probabilities.argmax(axis=1)).mean())
            areas = {"auc_roc": math.nan, "auc_pr": math.nan}
            calibration = {
                "calibration_error": calibration_error(labels, probabilities),
                "brier_score": brier_score(labels, probabilities),
            }
            return areas | {"accuracy": right, "balanced_accuracy": right} | calibration

    @property
    def suspicion(self) -> str:
        """See :func:`~.label_suspicion.label_suspicion` and :func:`~.label_suspicion.value_suspicion`."""
        if self.of_value:
            return value_suspicion(self.labels, self.probabilities[:, 0])
        return label_suspicion(self.labels, self.probabilities)


@dataclass(frozen=True, slots=True)
class MethodSummary:
    """A method's measures at one cutoff: means over records."""

    method: str
    cutoff: float
    fidelity: float
    fidelity_random: float
    contrastivity: float
    """Mean over the records with salient nodes; NaN if there are none."""
    sparsity: float
    n_molecules: int
    n_salient: int
    """Number of records with salient nodes."""
    attribution_auroc: float
    """The probability that, in a map of the true class, a defining node ranks above another node; NaN if unknown."""
    n_attributed: int
    """Number of records in which both are known."""


def summarise(evaluation: Evaluation, method: str, cutoff: float) -> MethodSummary:
    """:raises ValueError: if it was not evaluated at that cutoff"""
    found, at = evaluation.measures[method], evaluation.cutoffs.index(cutoff)
    contrast = found.contrastivity[:, at]
    salient = ~np.isnan(contrast)
    areas = evaluation.areas(method)
    attributed = ~np.isnan(areas)
    return MethodSummary(
        method=method,
        cutoff=cutoff,
        fidelity=float(found.lost[:, at].mean()),
        fidelity_random=float(found.lost_at_random[:, at].mean()),
        contrastivity=float(contrast[salient].mean()) if salient.any() else math.nan,
        sparsity=float(found.sparsity[:, at].mean()),
        n_molecules=evaluation.n_molecules,
        n_salient=int(salient.sum()),
        attribution_auroc=float(areas[attributed].mean()) if attributed.any() else math.nan,
        n_attributed=int(attributed.sum()),
    )


def evaluate_methods(
    request: ExplanationRequest,
    labels: TrueLabels,
    source: ExplanationSource,
    work: Work,
    *,
    cutoff: float = PAPER_CUTOFF,
    seed: int = 0,
    rationale: Rationale | None = None,
) -> Evaluation:
    """Explains and masks the records of a library that have a label, whatever positions the request has.

    :param labels: classes or values of all records; records without a label are left out
    :param cutoff: one more, in addition to ``CURVE_CUTOFFS``
    :param seed: of the random maps
    :param rationale: gives the nodes that define a label, if they are known; not used for values
    :raises UsageError: if no record with a label can be read
    :raises Cancelled: between two portions, once ``work.cancel`` is set
    """
    library, bundle, methods = request.library, request.bundle, request.methods
    rationale = None if isinstance(labels, ValueLabels) else rationale
    cutoffs = tuple(sorted({*CURVE_CUTOFFS, cutoff}))
    wanted = np.flatnonzero(labels.known)
    watch = ProgressReporter("Evaluating", len(wanted), work.report)
    labelled = replace(request, positions=wanted.tolist(), whole_records=rationale is not None)
    results = source(labelled, work.unreported)
    predictor = MaskedPredictor(bundle.network, decode_of(bundle.card, library.source), cancel=work.cancel)
    parts: list[_Part] = []
    areas: list[NDArray[np.float64]] = []
    rejected: list[Rejected] = []
    done = 0
    for some in _portions(results):
        work.raise_if_cancelled()
        records = [each for each in some if not isinstance(each, Rejected)]
        rejected += [each for each in some if isinstance(each, Rejected)]
        if records:
            part = _evaluated(predictor, records, methods, labels.labels, cutoffs, seed)
            parts.append(part)
            if rationale is not None:
                areas.append(_areas(records, methods, part.labels, rationale))
        done += len(some)
        watch.report_done(done, rejected=len(rejected))
    if not parts:
        check_valid(library, rejected, len(wanted))
        raise UsageError(f"{library.path}: no record with a label can be read, so there is nothing to evaluate")
    return Evaluation(
        positions=np.concatenate([part.positions for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        probabilities=np.concatenate([part.probabilities for part in parts]),
        cutoffs=cutoffs,
        shares=MASKED_SHARES,
        measures={
            m.id: Measures(*(np.concatenate([part.found[m.id][i] for part in parts]) for i in range(5)))
            for m in methods
        },
        lost_by_random_share=np.concatenate([part.random_shares for part in parts]),
        rejected=tuple(rejected),
        attribution=(
            None
            if rationale is None
            else {m.id: column for m, column in zip(methods, np.concatenate(areas).T, strict=True)}
        ),
        meaning=labels.meaning,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The results for a portion of the records."""

    positions: NDArray[np.int64]
    labels: NDArray[np.int64] | NDArray[np.float64]
    probabilities: NDArray[np.float32]
    found: dict[str, tuple[NDArray[np.float32], ...]]
    """Method id → the arrays of ``Measures``."""
    random_shares: NDArray[np.float32]


def _portions(results: Iterator[ExplainedRecord | Rejected]) -> Iterator[list[ExplainedRecord | Rejected]]:
    some: list[ExplainedRecord | Rejected] = []
    for result in results:
        some.append(result)
        if len(some) == _PORTION_SIZE:
            yield some
            some = []
    if some:
        yield some


def _evaluated(
    predictor: MaskedPredictor,
    records: Sequence[ExplainedRecord],
    methods: Sequence[Method],
    labels: NDArray[np.int64] | NDArray[np.float64],
    cutoffs: tuple[float, ...],
    seed: int,
) -> _Part:
    queries = [MaskQueries(record.read.graph, (seed, record.position), RANDOM_MAPS) for record in records]
    wanted = {m.id: [_wanted(a, r.explanation.maps[m.id], cutoffs) for a, r in zip(queries, records, strict=True)]
              for m in methods}  # fmt: skip
    random = [[each.random(masked_count(share, each.graph.n_nodes)) for share in MASKED_SHARES] for each in queries]
    probabilities = predictor.probabilities(masked(each.graph, mask) for each in queries for mask in each.masks)
    ends = np.cumsum([len(each.masks) for each in queries])[:-1]
    positions = np.array([record.position for record in records])
    truth = labels[positions]
    of_value = truth.dtype.kind == "f"
    lost = [
        _value_lost(after, record) if of_value else _right_lost(after, record, int(label))
        for after, record, label in zip(np.split(probabilities, ends), records, truth.tolist(), strict=True)
    ]
    found = {
        id_: tuple(np.array(column, dtype=np.float32) for column in zip(*map(_of_record, each, lost), strict=True))
        for id_, each in wanted.items()
    }
    random_shares = [[each[numbers].mean() for numbers in rows] for rows, each in zip(random, lost, strict=True)]
    return _Part(
        positions,
        truth,
        np.stack([record.explanation.probabilities for record in records]),
        found,
        np.array(random_shares, dtype=np.float32),
    )


def _right_lost(after: NDArray[np.floating], record: ExplainedRecord, label: int) -> NDArray[np.float64]:
    """[n_masks, n_classes]: 1 where a right prediction becomes wrong, −1 where a wrong one becomes right, else 0; the
    same for the maps of all classes.

    :param after: [n_masks, n_classes], probabilities
    """
    predicted = np.where(np.isfinite(after).all(axis=1), after.argmax(axis=1), -1)
    changes = float(record.explanation.predicted == label) - (predicted == label)
    return np.repeat(changes[:, None], after.shape[1], axis=1)


def _value_lost(after: NDArray[np.floating], record: ExplainedRecord) -> NDArray[np.float64]:
    """[n_masks, 2]: how far the value falls, and how far it rises; 0 where it is no number any more.

    :param after: [n_masks, 2], the value and its opposite
    """
    changes = record.explanation.probabilities.astype(np.float64) - after
    found: NDArray[np.float64] = np.where(np.isfinite(changes), changes, 0.0)
    return found


def _areas(
    records: Sequence[ExplainedRecord],
    methods: Sequence[Method],
    labels: NDArray[np.int64] | NDArray[np.float64],
    rationale: Rationale,
) -> NDArray[np.float64]:
    """[n_molecules, n_methods]

    :param labels: class indices
    """
    areas = np.full((len(records), len(methods)), np.nan)
    for row, record, label in zip(areas, records, labels.tolist(), strict=True):
        defining = rationale(record.read)
        if defining is not None:
            row[:] = [attribution_auroc(record.explanation.maps[m.id][:, int(label)], defining) for m in methods]
    return areas


@dataclass(frozen=True, slots=True)
class _MaskNumbers:
    """The numbers of one method's masks of one record."""

    salient: list[list[int]]
    """[n_cutoffs][n_classes]"""
    random: list[list[list[int]]]
    """[n_cutoffs][n_classes][n_draws]"""
    contrastivity: list[float]
    sparsity: list[float]
    shares: list[list[int]]
    """[n_shares][n_classes]"""


def _wanted(queries: MaskQueries, maps: NDArray[np.float32], cutoffs: Sequence[float]) -> _MaskNumbers:
    values = relative(maps)
    masks = [values > cutoff for cutoff in cutoffs]
    return _MaskNumbers(
        salient=[[queries.number(column) for column in mask.T] for mask in masks],
        random=[[queries.random(int(column.sum())) for column in mask.T] for mask in masks],
        contrastivity=[contrastivity(mask) for mask in masks],
        sparsity=[sparsity(mask) for mask in masks],
        shares=[
            [queries.strongest(column, masked_count(share, len(values))) for column in values.T]
            for share in MASKED_SHARES
        ],
    )


def _of_record(wanted: _MaskNumbers, lost: NDArray[np.float64]) -> tuple[Sequence[float], ...]:
    """The rows of ``Measures`` of one record.

    :param lost: [n_masks, n_classes]: what is lost with a mask, if it is one of the class's map
    """
    salient = [_mean([lost[number, c] for c, number in enumerate(of)]) for of in wanted.salient]
    at_random = [_mean([lost[draws, c].mean() for c, draws in enumerate(of)]) for of in wanted.random]
    shares = [_mean([lost[number, c] for c, number in enumerate(of)]) for of in wanted.shares]
    return salient, at_random, wanted.contrastivity, wanted.sparsity, shares


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
