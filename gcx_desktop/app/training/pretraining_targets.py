"""What a network learns of records without labels: values and counts, brought to one scale.

Each target is standardised over the training part and clipped at ±5, since a few records would rule the loss otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...graph.counted_environments import KeyCounts
from ...kinds.kind import CountedTarget

LARGEST_VALUE = 1e6
"""A larger number says more of the size of a record than a network can learn, and counts as not known."""
MOST_UNKNOWN = 0.05
"""A target that is not known of a larger share of the records is not learned."""
LARGEST_STANDARDISED = 5.0
_LEAST_DEVIATION = 1e-6
_COLUMNS = 128
"""Standardised at a time; bounds memory."""

DESCRIPTORS, FINGERPRINTS = "descriptors", "fingerprints"
"""The groups of targets."""


@dataclass(frozen=True, slots=True)
class PretrainingTargets:
    """Standardised targets of some records: first the descriptors, then the fingerprints."""

    values: NDArray[np.float16]
    """[n_records, n_targets], NaN where one is not known"""
    descriptors: tuple[str, ...]
    """Names of the values that are learned."""
    fingerprints: dict[str, int]
    """Name of the counts → number of keys that are learned."""

    @property
    def groups(self) -> dict[str, slice]:
        """Name of each group that has targets → their columns."""
        n_descriptors = len(self.descriptors)
        groups = {
            DESCRIPTORS: slice(0, n_descriptors),
            FINGERPRINTS: slice(n_descriptors, self.values.shape[1]),
        }
        return {name: columns for name, columns in groups.items() if columns.stop > columns.start}

    def weights(self, fingerprint_share: float) -> NDArray[np.float32]:
        """[n_targets], with a sum of 1: the mean over each group counts by its share.

        :param fingerprint_share: of the loss; the descriptors have the rest
        """
        shares = {DESCRIPTORS: 1 - fingerprint_share, FINGERPRINTS: fingerprint_share}
        weights = np.zeros(self.values.shape[1], dtype=np.float32)
        for name, columns in self.groups.items():
            weights[columns] = shares[name] / (columns.stop - columns.start)
        weights /= max(weights.sum(), np.finfo(np.float32).tiny)
        return weights


def make_targets(
    values: NDArray[np.float32],
    value_names: Sequence[str],
    counts: Sequence[Sequence[KeyCounts]],
    counted: Sequence[CountedTarget],
    training: NDArray[np.int64],
) -> PretrainingTargets:
    """The standardised targets. Those that are the same for all training records are left out.

    :param values: [n_records, n_values]
    :param counts: [n_counted][n_records]
    :param training: the records by which means, deviations and the commonest keys are found
    """
    columns, kept = _standardised(values, training)
    parts = [columns]
    learned: dict[str, int] = {}
    for each, target in zip(counts, counted, strict=True):
        columns, _ = _standardised(common_counts(each, target, training), training)
        parts.append(columns)
        learned[target.name] = columns.shape[1]
    names = tuple(name for name, is_kept in zip(value_names, kept, strict=True) if is_kept)
    return PretrainingTargets(np.concatenate(parts, axis=1), names, learned)


def common_counts(
    counts: Sequence[KeyCounts], target: CountedTarget, training: NDArray[np.int64]
) -> NDArray[np.float32]:
    """[n_records, ≤ n_commonest]: log(1 + count) of the keys that most training records have, the commonest first."""
    present = np.bincount(np.concatenate([counts[i][:, 0] for i in training]), minlength=target.n_keys)
    order = np.argsort(-present, kind="stable")[: target.n_commonest]
    order = order[present[order] > 0]
    column = np.full(target.n_keys, -1)
    column[order] = np.arange(len(order))
    found = np.zeros((len(counts), len(order)), dtype=np.float32)
    for row, each in enumerate(counts):
        at = column[each[:, 0]]
        found[row, at[at >= 0]] = np.log1p(each[at >= 0, 1].astype(np.float32))
    return found


def _standardised(
    raw: NDArray[np.float32], training: NDArray[np.int64]
) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    """The columns that are learned, and which of the columns given these are."""
    kept = np.zeros(raw.shape[1], dtype=np.bool_)
    parts = [np.zeros((len(raw), 0), dtype=np.float16)]
    for first in range(0, raw.shape[1], _COLUMNS):
        columns = raw[:, first : first + _COLUMNS].astype(np.float64)
        columns[~(np.abs(columns) <= LARGEST_VALUE)] = np.nan
        known = ~np.isnan(columns[training])
        n_known = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, columns[training], 0).sum(axis=0) / n_known
        deviation = np.sqrt(np.where(known, (columns[training] - mean) ** 2, 0).sum(axis=0) / n_known)
        here = (known.mean(axis=0) >= 1 - MOST_UNKNOWN) & (deviation > _LEAST_DEVIATION)
        kept[first : first + _COLUMNS] = here
        scaled = (columns[:, here] - mean[here]) / deviation[here]
        parts.append(scaled.clip(-LARGEST_STANDARDISED, LARGEST_STANDARDISED).astype(np.float16))
    return np.concatenate(parts, axis=1), kept


def median_r2(
    predicted: NDArray[np.floating], targets: NDArray[np.floating], groups: dict[str, slice]
) -> dict[str, float | None]:
    """The median over each group's targets of R² = 1 − (sum of squared errors) / (sum of squared deviations from the
    mean); ``None`` if no target of the group differs between the records.

    :param predicted: [n_records, n_targets]
    :param targets: [n_records, n_targets], NaN where one is not known
    """
    wanted = targets.astype(np.float64)
    known = ~np.isnan(wanted)
    mean = np.where(known, wanted, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    errors = np.where(known, (predicted - wanted) ** 2, 0).sum(axis=0)
    deviations = np.where(known, (wanted - mean) ** 2, 0).sum(axis=0)
    found: dict[str, float | None] = {}
    for name, columns in groups.items():
        varies = deviations[columns] > 0
        each = 1 - errors[columns][varies] / deviations[columns][varies]
        found[name] = float(np.median(each)) if varies.any() else None
    return found
