"""Closed frequent item sets, such as the categories of objects that are salient in the same images.

Grown from pairs, one item at a time (Agrawal and Srikant, VLDB 1994): all subsets of a frequent set are frequent. A set
is closed if no set with one more item is in as many records (Pasquier et al., ICDT 1999).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LARGEST_SET = 4
"""Most items of a set."""
MOST_ITEMS = 1_000
"""Sets are made of so many items at most, those in the most records."""
RECORDS_AT_ONCE = 1_024
SETS_AT_ONCE = 1_024

Sets = NDArray[np.int64]
"""[n_sets, n_items], ascending within a row."""


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Items that occur together in records."""

    items: tuple[int, ...]
    """Ascending."""
    support: int
    """Number of records with all of them."""


def closed_sets(records: Sequence[NDArray[np.integer]], *, min_support: int, most: int) -> list[ItemSet]:
    """The closed sets of two to ``LARGEST_SET`` items, those in the most records first.

    A set of ``LARGEST_SET`` items counts as closed. Where more than ``most`` of a size are frequent, those in the most
    records are kept and grown, so that time and memory are bounded: memory holds a matrix of records × at most
    ``MOST_ITEMS`` items of one byte, and products of it with some records and sets at a time.

    :param records: the distinct items of each record, ≥ 0
    :param min_support: number of records, ≥ 1
    :param most: most sets of each size
    """
    items, present = _frequent_items(records, min_support)
    sets: Sets = np.arange(len(items)).reshape(-1, 1)
    supports = present.sum(axis=0, dtype=np.int64)
    found: list[ItemSet] = []
    while sets.shape[1] < LARGEST_SET:
        larger, larger_supports, closed = _grown(present, sets, supports, min_support, most)
        if sets.shape[1] > 1:
            found += _item_sets(items, sets[closed], supports[closed])
        sets, supports = larger, larger_supports
    found += _item_sets(items, sets, supports)
    return sorted(found, key=lambda each: (-each.support, -len(each.items), each.items))[:most]


def _frequent_items(
    records: Sequence[NDArray[np.integer]], min_support: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """[n_items], ascending, and [n_records, n_items], whether a record has the item."""
    held = np.concatenate([np.zeros(0, dtype=np.int64), *records]).astype(np.int64)
    counts = np.bincount(held)
    kept = np.argsort(-counts, kind="stable")[:MOST_ITEMS]
    items = np.sort(kept[counts[kept] >= min_support])
    column = np.full(len(counts), -1)
    column[items] = np.arange(len(items))
    present = np.zeros((len(records), len(items)), dtype=np.bool_)
    for row, record in zip(present, records, strict=True):
        at = column[np.asarray(record, dtype=np.int64)]
        row[at[at >= 0]] = True
    return items, present


def _grown(
    present: NDArray[np.bool_], sets: Sets, supports: NDArray[np.int64], min_support: int, most: int
) -> tuple[Sets, NDArray[np.int64], NDArray[np.bool_]]:
    """The frequent sets with one more item, their supports, and [n_sets], which of the given sets are closed."""
    closed = np.ones(len(sets), dtype=np.bool_)
    grown, counted = [np.zeros((0, sets.shape[1] + 1), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for start, together in _counted_with_each_item(present, sets):
        some = sets[start : start + len(together)]
        np.put_along_axis(together, some, 0, axis=1)
        closed[start : start + len(together)] = (together < supports[start : start + len(together), None]).all(axis=1)
        later = np.arange(present.shape[1]) > some[:, -1:]
        at, item = np.nonzero(later & (together >= min_support))
        grown.append(np.column_stack([some[at], item]))
        counted.append(together[at, item])
        if sum(map(len, counted)) > most:
            kept_sets, kept = _first(np.concatenate(grown), np.concatenate(counted), most)
            grown, counted = [kept_sets], [kept]
    return np.concatenate(grown), np.concatenate(counted), closed


def _counted_with_each_item(present: NDArray[np.bool_], sets: Sets) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The index of the first of some sets, and [n_sets, n_items], how many records have each item and all of a set."""
    for start in range(0, len(sets), SETS_AT_ONCE):
        some = sets[start : start + SETS_AT_ONCE]
        together = np.zeros((len(some), present.shape[1]), dtype=np.int64)
        for first in range(0, len(present), RECORDS_AT_ONCE):
            rows = present[first : first + RECORDS_AT_ONCE].astype(np.float32)
            whole = np.ones((len(rows), len(some)), dtype=np.float32)
            for column in some.T:
                whole *= rows[:, column]
            together += (whole.T @ rows).astype(np.int64)
        yield start, together


def _first(sets: Sets, supports: NDArray[np.int64], most: int) -> tuple[Sets, NDArray[np.int64]]:
    """The sets in the most records; of equally frequent ones the first."""
    kept = np.sort(np.argsort(-supports, kind="stable")[:most])
    return sets[kept], supports[kept]


def _item_sets(items: NDArray[np.int64], sets: Sets, supports: NDArray[np.int64]) -> list[ItemSet]:
    return [
        ItemSet(tuple(each), support) for each, support in zip(items[sets].tolist(), supports.tolist(), strict=True)
    ]
