"""The nearest training record of each of many records.

Their Tanimoto similarities are counted by the bits that are set: of some thousand records a row of bytes for each bit
says which have it, and the rows of a new record's few bits are added up. That takes less than a third of the time of
counting the bits of words, and a fifth of a matrix product (``python -m benchmarks choices``). Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_UNPACKED = 1 << 15
"""Training records whose bits are kept as bytes, 32 MB of 1,024 bits; of more they are unpacked again each time."""


@dataclass(frozen=True, slots=True)
class NearestRecord:
    """The training record that is most similar to a record."""

    row: int
    """Among the training records, in the order of the model's domain; the first of several."""
    similarity: float
    """Tanimoto similarity, in [0, 1]"""


class NearestSearch:
    """Finds the nearest of some records."""

    def __init__(self, fingerprints: NDArray[np.uint8]) -> None:
        """:param fingerprints: [n_records, n_bytes], packed bits"""
        self._fingerprints = fingerprints
        self._kept = [self._part(0)] if len(fingerprints) <= MOST_UNPACKED else None

    def nearest(self, fingerprints: Sequence[bytes]) -> list[NearestRecord]:
        """The nearest record of each, in order.

        :param fingerprints: packed bits, as long as those of the records
        """
        queries = self._bits_of(fingerprints)
        best = [NearestRecord(0, -1.0)] * len(queries)
        for part in self._kept or self._parts():
            for number, bits in enumerate(queries):
                found = part.nearest(bits)
                if found.similarity > best[number].similarity:
                    best[number] = found
        return best

    def nearest_of_groups(
        self, fingerprints: Sequence[bytes], groups: Sequence[NDArray[np.int64]]
    ) -> list[tuple[NearestRecord, ...]]:
        """The nearest record of each among those of each group: one comparison for all groups.

        :param groups: rows of the records, none of them empty
        :return: for each fingerprint a record for each group, whose ``row`` is its place in the group
        """
        queries = self._bits_of(fingerprints)
        best = [[NearestRecord(0, -1.0)] * len(groups) for _ in queries]
        for part in self._kept or self._parts():
            places = [np.flatnonzero((rows >= part.first) & (rows < part.first + len(part.n_bits))) for rows in groups]
            inside = [(number, at, groups[number][at] - part.first) for number, at in enumerate(places) if len(at)]
            for bits, found in zip(queries, best, strict=True):
                shared, similarities = part.compare(bits)
                for number, at, rows in inside:
                    place = int(similarities[rows].argmax())
                    similarity = part.similarity(bits, int(rows[place]), shared)
                    if similarity > found[number].similarity:
                        found[number] = NearestRecord(int(at[place]), similarity)
        return [tuple(found) for found in best]

    def _bits_of(self, fingerprints: Sequence[bytes]) -> list[NDArray[np.intp]]:
        packed = np.frombuffer(b"".join(fingerprints), dtype=np.uint8).reshape(-1, self._fingerprints.shape[1])
        return [np.flatnonzero(bits) for bits in np.unpackbits(packed, axis=1)]

    def _parts(self) -> Iterator[_Part]:
        return (self._part(start) for start in range(0, len(self._fingerprints), MOST_UNPACKED))

    def _part(self, first: int) -> _Part:
        bits = np.unpackbits(self._fingerprints[first : first + MOST_UNPACKED], axis=1)
        return _Part(first, np.ascontiguousarray(bits.T), bits.sum(axis=1, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the records."""

    first: int
    """Row of the first."""
    has_bit: NDArray[np.uint8]
    """[n_bits, n_records], 1 where a record has the bit"""
    n_bits: NDArray[np.float32]
    """[n_records], how many it has"""

    def nearest(self, bits: NDArray[np.intp]) -> NearestRecord:
        """:param bits: those that the new record has"""
        shared, similarities = self.compare(bits)
        row = int(similarities.argmax())
        return NearestRecord(self.first + row, self.similarity(bits, row, shared))

    def compare(self, bits: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How many of these bits each record has, and how similar it is, [n_records] each."""
        kind = np.uint8 if len(bits) < 256 else np.uint16  # what the sum may reach
        shared = self.has_bit[bits].sum(axis=0, dtype=kind).astype(np.float32)
        return shared, shared / np.maximum(self.n_bits + np.float32(len(bits)) - shared, 1)

    def similarity(self, bits: NDArray[np.intp], row: int, shared: NDArray[np.float32]) -> float:
        """Of one of the records, as exactly as can be.

        :param shared: of :meth:`compare`
        """
        union = float(self.n_bits[row]) + len(bits) - float(shared[row])
        return float(shared[row]) / max(union, 1.0)
