"""Counts and tests the pieces of a kind of graph, and sets of pieces, that explanations show. Needs no network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...substructure.findings import Finding, RecurringPattern
from ...substructure.item_sets import closed_sets
from ...substructure.pieces import Piece, names_of
from ...substructure.tally import Occurrences, Tally, with_containing_findings
from .piece_collection import PieceCollection
from .rows_of_pieces import Numbers, RowsOfPieces, rows_of_pieces
from .substructure_search import RANDOM_DRAWS, MiningRequest


@dataclass(frozen=True, slots=True)
class PieceFindings:
    """The findings and counts, as in :class:`.substructure_search.MiningResult`."""

    findings: tuple[Finding, ...]
    n_records: tuple[int, ...]
    n_explained: tuple[int, ...]
    n_left_out: int


def count_pieces(
    collection: PieceCollection, request: MiningRequest, classes: Sequence[int], n_classes: int
) -> PieceFindings:
    """The pieces and sets that enough records show and contain.

    :param collection: with at least one record that is evidence
    :param classes: the classes that are explained
    """
    search = _search(collection, request)
    listed = [each for class_index in classes for each in search.candidates(class_index)]
    chosen = search.chosen(listed)
    tally = search.tally(n_classes)
    return PieceFindings(
        tuple(with_containing_findings(tally.findings(map(search.occurrences, chosen)), search.within)),
        tuple(tally.n_records.tolist()),
        tuple(tally.n_explained.tolist()),
        len(listed) - len(chosen),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A piece or a set that explains a class."""

    class_index: int
    members: tuple[int, ...]
    """One piece, or the pieces of a set."""
    shown_in: Numbers
    """Rows of ``evidence`` whose explanations show it."""
    held_by: Numbers
    """Records that contain it."""
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Search:
    """The collected pieces, as arrays for counting. Pieces are numbers."""

    collection: PieceCollection
    request: MiningRequest
    names: Sequence[str]
    """Piece → name."""
    held: RowsOfPieces
    shown: RowsOfPieces
    drawn: RowsOfPieces
    figures: NDArray[np.float64]
    """[n_shown, 2]: mean and sum, as collected."""
    positions: Numbers
    """[n_records]"""
    of_class: Numbers
    """[n_records]"""
    evidence: Numbers
    """[n_evidence]: indices of records."""
    of_evidence: Numbers
    """[n_evidence]: the class of each."""

    def tally(self, n_classes: int) -> Tally:
        """The tally over all records."""
        n_records, n_explained = (np.bincount(each, minlength=n_classes) for each in (self.of_class, self.of_evidence))
        return Tally(self.positions, self.of_class, n_records, n_explained)

    def candidates(self, class_index: int) -> Iterator[_Candidate]:
        """The pieces and sets that enough records of a class show and enough records contain."""
        enough = self.held.n_rows > self.request.min_records
        single = [(piece,) for piece in np.flatnonzero(enough & (self.shown.n_rows > 0)).tolist()]
        for members in (*single, *self._sets(class_index)):
            shown_in = self.shown.of(members)
            shown_in = shown_in[self.of_evidence[shown_in] == class_index]
            if len(shown_in) < self.request.min_explained or not len(shown_in):
                continue
            held_by = self.held.of(members)
            if len(held_by) > self.request.min_records:
                yield _Candidate(class_index, members, shown_in, held_by, self._piece(members))

    def _sets(self, class_index: int) -> list[tuple[int, ...]]:
        request = self.request
        nodes = np.array(list(map(len, self.collection.members)), dtype=np.int64)
        shown = [self.collection.shown[i] for i in np.flatnonzero(self.of_evidence == class_index).tolist()]
        support = max(request.min_explained, math.ceil(request.min_support * len(shown)), 1)
        found = closed_sets([each[nodes[each] == 1] for each in shown], min_support=support, most=request.max_patterns)
        return [each.items for each in found]

    def chosen(self, listed: Sequence[_Candidate]) -> list[_Candidate]:
        """The pieces and sets that most records show, at most ``max_patterns``."""
        order = sorted(listed, key=lambda each: (-len(each.shown_in), -each.piece.n_nodes, each.piece.key))
        counted = dict.fromkeys(each.members for each in order)
        kept = set(list(counted)[: self.request.max_patterns])
        return [each for each in order if each.members in kept]

    def occurrences(self, each: _Candidate) -> Occurrences:
        """Where a candidate occurs."""
        figures = np.stack([self.figures[self.shown.at(piece, each.shown_in)] for piece in each.members])
        draws = self.of_evidence[self.drawn.of(each.members) // RANDOM_DRAWS] == each.class_index
        return Occurrences(
            pattern=each.piece,
            class_index=each.class_index,
            shown_in=self.evidence[each.shown_in],
            held_by=each.held_by,
            means=figures[..., 0].mean(axis=0),
            sums=figures[..., 1].sum(axis=0),
            n_at_random=int(draws.sum()) / RANDOM_DRAWS,
        )

    def _piece(self, members: Sequence[int]) -> Piece:
        order = sorted(members, key=self.names.__getitem__)
        nodes = (self.names[node] for piece in order for node in self.collection.members[piece])
        return Piece(tuple(self.names[piece] for piece in order), tuple(nodes))

    def within(self, patterns: Sequence[RecurringPattern]) -> list[list[int]]:
        """Pattern → the patterns of one node, and sets of these, whose nodes are all among its own."""
        pieces = [[self.collection.number[name] for name in names_of(each.key)] for each in patterns]
        members = [{member for piece in some for member in self.collection.members[piece]} for some in pieces]
        column = {member: i for i, member in enumerate(sorted(set().union(*members)))}
        holds = np.zeros((len(patterns), len(column)), dtype=np.float32)
        for row, some in zip(holds, members, strict=True):
            row[[column[member] for member in some]] = 1
        plain = [len(some) > 1 or each.n_nodes == 1 for some, each in zip(pieces, patterns, strict=True)]
        inside = (holds @ holds.T == holds.sum(axis=1)) & np.array(plain)
        return [np.flatnonzero(row).tolist() for row in inside]


def _search(collection: PieceCollection, request: MiningRequest) -> _Search:
    n_pieces = len(collection.number)
    of_class, evidence = np.array(collection.of_class), np.array(collection.evidence)
    of_evidence = of_class[evidence]
    return _Search(
        collection,
        request,
        list(collection.number),
        rows_of_pieces(collection.held, n_pieces),
        rows_of_pieces(collection.shown, n_pieces),
        rows_of_pieces(collection.drawn, n_pieces),
        np.concatenate(collection.figures),
        np.array(collection.positions),
        of_class,
        evidence,
        of_evidence,
    )
