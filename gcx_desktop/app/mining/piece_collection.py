"""Collects, record by record, which pieces records contain, which explanations show, and which random nodes show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...kinds.kind import Pieces
from .rows_of_pieces import Numbers
from .substructure_search import RANDOM_DRAWS


@dataclass(slots=True)
class PieceCollection:
    """The pieces in the records of a library. A piece is represented by a number."""

    cutoff: float
    """A node is salient if its relative value is above it."""
    seed: int
    """Seed of the random nodes."""
    number: dict[str, int] = field(default_factory=dict)
    """Name → number of the piece."""
    members: list[tuple[int, ...]] = field(default_factory=list)
    """Piece → the pieces that its single nodes are, at its first occurrence."""
    positions: list[int] = field(default_factory=list)
    """[n_records]"""
    of_class: list[int] = field(default_factory=list)
    """[n_records], classes."""
    held: list[NDArray[np.int32]] = field(default_factory=list)
    """[n_records], the pieces that each contains."""
    evidence: list[int] = field(default_factory=list)
    """Indices of the records that are predicted as their class."""
    shown: list[NDArray[np.int32]] = field(default_factory=list)
    """[n_evidence], the pieces that each explanation shows."""
    figures: list[NDArray[np.float64]] = field(default_factory=list)
    """[n_evidence], each [n_shown, 2]: mean and sum of the nodes' relative values, where the mean is largest."""
    drawn: list[NDArray[np.int32]] = field(default_factory=list)
    """[n_evidence × ``RANDOM_DRAWS``], the pieces that random nodes show."""

    def add(self, position: int, class_index: int, pieces: Pieces, values: NDArray[np.floating] | None) -> None:
        """:param values: [n_nodes], relative; ``None`` for a record that is not evidence"""
        numbers = self._numbers(pieces)
        if values is not None:
            self.evidence.append(len(self.positions))
            self._add_shown(position, _places_by_size(numbers, pieces), values.astype(np.float64))
        self.positions.append(position)
        self.of_class.append(class_index)
        self.held.append(np.array(numbers, dtype=np.int32))

    def _numbers(self, pieces: Pieces) -> list[int]:
        numbers = [self.number.setdefault(name, len(self.number)) for name in pieces]
        met = list(zip(numbers, pieces.values(), strict=True))
        at_node = {node: number for number, places in met for node, *others in places if not others}
        for number, places in met:
            if number == len(self.members):
                self.members.append((number,) if len(places[0]) == 1 else tuple(at_node[node] for node in places[0]))
        return numbers

    def _add_shown(
        self, position: int, places: Iterable[tuple[NDArray[np.int32], Numbers]], values: NDArray[np.float64]
    ) -> None:
        salient = values > self.cutoff
        drawn = _random_nodes(len(values), int(salient.sum()), (self.seed, position))
        shown, figures = [np.zeros(0, dtype=np.int32)], [np.zeros((0, 2))]
        by_chance = [[np.zeros(0, dtype=np.int32)] for _ in drawn]
        for numbers, nodes in places:
            means, sums = values[nodes].mean(axis=1), values[nodes].sum(axis=1)
            order = np.lexsort((-means, numbers))
            whole = order[np.asarray(salient[nodes[order]].all(axis=1))]
            best = whole[np.unique(numbers[whole], return_index=True)[1]]
            shown.append(numbers[best])
            figures.append(np.column_stack([means[best], sums[best]]))
            for each, is_drawn in zip(by_chance, drawn, strict=True):
                each.append(np.unique(numbers[np.asarray(is_drawn[nodes].all(axis=1))]))
        self.shown.append(np.concatenate(shown))
        self.figures.append(np.concatenate(figures))
        self.drawn += [np.concatenate(each) for each in by_chance]


def _places_by_size(numbers: Sequence[int], pieces: Pieces) -> Iterator[tuple[NDArray[np.int32], Numbers]]:
    """All places of pieces of one node, then of two, and so on: pieces [n_places] and nodes [n_places, n_nodes]."""
    found: dict[int, tuple[list[int], list[tuple[int, ...]]]] = {}
    for number, places in zip(numbers, pieces.values(), strict=True):
        some, nodes = found.setdefault(len(places[0]), ([], []))
        some += [number] * len(places)
        nodes += places
    for _, (some, nodes) in sorted(found.items()):
        yield np.array(some, dtype=np.int32), np.array(nodes, dtype=np.int64)


def _random_nodes(n_nodes: int, n_drawn: int, seed: tuple[int, int]) -> NDArray[np.bool_]:
    """[RANDOM_DRAWS, n_nodes]"""
    generator = np.random.default_rng(seed)
    drawn = np.zeros((RANDOM_DRAWS, n_nodes), dtype=np.bool_)
    for row in drawn:
        row[generator.choice(n_nodes, n_drawn, replace=False)] = True
    return drawn
