"""What explanations of a library show again and again, of a kind of graph that names its own pieces.

The counts and tests are those of :mod:`.mine_substructures`: a record's explanation shows a piece if all nodes of one
of its places are salient for the class that is predicted, and rightly if labels are given; a set, if it shows each of
its members. Sets are the closed frequent ones of pieces of one node (:mod:`..substructure.item_sets`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..explain.forward_pass import Method
from ..explain.measures import relative
from ..gcn.bundle import Bundle
from ..kinds.kind import ReadRecord
from ..kinds.registry import kind_of_library
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool
from ..progress import CancelToken, Report, silent
from ..substructure.findings import Finding, Recurring, smallest_wholes, tested
from ..substructure.item_sets import closed_sets
from ..substructure.pieces import Piece, names_of
from ..substructure.schemes import Scheme
from ..substructure.statistics import fisher_exact, log_factorials, odds_ratio
from .explain_library import explain_library
from .gathered_pieces import RANDOM_DRAWS, GatheredPieces, Numbers, RowsOfPieces, rows_of_pieces
from .labelled_records import NO_LABEL
from .substructure_search import Mined, MiningRequest


def mine_pieces(
    library: Library,
    bundle: Bundle,
    method: Method,
    request: MiningRequest,
    *,
    pool: WorkerPool,
    labels: NDArray[np.int64] | None = None,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    records: Iterator[ReadRecord | Rejected] | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Mined:
    """The salient pieces of a library.

    :param labels: [n_records of the library], class indices or ``NO_LABEL``; with them only records that are predicted
        rightly are evidence, and those without a label do not count
    :param positions: the records that are looked at; by default all
    :param records: the same records, if they are being read already; not with ``labels``
    :raises UsageError: if the request is out of bounds or for molecules, the kind of graph names no pieces, or not one
        record is evidence
    :raises UnknownNameError: for a class that the model does not have
    :raises Cancelled: between two batches, once ``cancel`` is set
    """
    request.check()
    kind, names = kind_of_library(library), bundle.card.class_names
    if kind.pieces is None:
        raise UsageError(f"{kind.name} name no pieces of their own")
    if request.scheme is not Scheme.SALIENT or request.complete:
        raise UsageError(f"{kind.name} are not taken apart by a scheme; leave out --scheme and --complete")
    classes = [bundle.card.class_index(name) for name in request.classes] or list(range(len(names)))
    wanted: Sequence[int] = range(len(library)) if positions is None else positions
    if labels is not None:
        wanted = [position for position in wanted if labels[position] != NO_LABEL]
    gathered = GatheredPieces(request.threshold, request.seed)
    rejected: list[Rejected] = []
    results = explain_library(
        library,
        bundle,
        [method],
        pool=pool,
        positions=wanted,
        preparation=preparation,
        records=records if labels is None else None,
        report=report,
        cancel=cancel,
    )
    for record in results:
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        predicted = record.explanation.predicted
        of_class = predicted if labels is None else int(labels[record.position])
        values = None
        if of_class == predicted and predicted in classes:
            values = relative(record.explanation.maps[method.id])[:, predicted]
        gathered.add(record.position, of_class, kind.pieces(record.read), values)
    if not gathered.evidence:
        how = "predicted rightly as" if labels is not None else "predicted as"
        wanted_classes = " or ".join(names[each] for each in classes)
        raise UsageError(
            f"{library.path}: no {kind.words.record} is {how} {wanted_classes}, so there is nothing to explain"
        )
    search = _search(gathered, request, len(names))
    listed = [each for class_index in classes for each in search.candidates(class_index)]
    chosen = search.chosen(listed)
    return Mined(
        kind=kind,
        findings=tuple(search.related(tested([search.finding(each) for each in chosen]))),
        class_names=names,
        n_records=tuple(search.n_records.tolist()),
        n_explained=tuple(search.n_explained.tolist()),
        n_left_out=len(listed) - len(chosen),
        rejected=tuple(rejected),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A piece or a set that explains a class."""

    class_index: int
    members: tuple[int, ...]
    """One piece, or those of a set."""
    shown_in: Numbers
    """Rows of the evidence."""
    held_by: Numbers
    """Records."""
    n_nodes: int


@dataclass(frozen=True, slots=True)
class _Search:
    """What was met, ready to be counted. Pieces are numbers."""

    gathered: GatheredPieces
    request: MiningRequest
    names: Sequence[str]
    """By piece."""
    held: RowsOfPieces
    shown: RowsOfPieces
    drawn: RowsOfPieces
    figures: NDArray[np.float64]
    """[n_shown, 2], mean and sum, as they were gathered."""
    of_class: Numbers
    """[n_records]"""
    n_records: Numbers
    """[n_classes]"""
    of_evidence: Numbers
    """[n_evidence], the class of each."""
    n_explained: Numbers
    """[n_classes]"""
    log_factorial: NDArray[np.float64]

    def candidates(self, class_index: int) -> Iterator[_Candidate]:
        """What enough records of a class show and enough records contain."""
        enough = self.held.n_rows > self.request.min_records
        single = [(piece,) for piece in np.flatnonzero(enough & (self.shown.n_rows > 0)).tolist()]
        for members in (*single, *self._sets(class_index)):
            shown_in = self.shown.of(members)
            shown_in = shown_in[self.of_evidence[shown_in] == class_index]
            if len(shown_in) < self.request.min_explained or not len(shown_in):
                continue
            held_by = self.held.of(members)
            if len(held_by) > self.request.min_records:
                n_nodes = sum(self.gathered.n_nodes[piece] for piece in members)
                yield _Candidate(class_index, members, shown_in, held_by, n_nodes)

    def _sets(self, class_index: int) -> list[tuple[int, ...]]:
        asked = self.request
        nodes = np.array(self.gathered.n_nodes, dtype=np.int64)
        shown = [self.gathered.shown[i] for i in np.flatnonzero(self.of_evidence == class_index).tolist()]
        support = max(asked.min_explained, math.ceil(asked.min_support * len(shown)), 1)
        found = closed_sets([each[nodes[each] == 1] for each in shown], min_support=support, most=asked.max_patterns)
        return [each.items for each in found]

    def chosen(self, listed: Sequence[_Candidate]) -> list[_Candidate]:
        """Those of the pieces and sets that most records show, as many as were asked for."""
        order = sorted(listed, key=lambda each: (-len(each.shown_in), -each.n_nodes, self._piece(each).key))
        counted = dict.fromkeys(each.members for each in order)
        kept = set(list(counted)[: self.request.max_patterns])
        return [each for each in order if each.members in kept]

    def finding(self, each: _Candidate) -> Finding:
        """A candidate, counted; without the q value."""
        positions, class_index = np.array(self.gathered.positions), each.class_index
        a = int((self.of_class[each.held_by] == class_index).sum())
        b = len(each.held_by) - a
        c = int(self.n_records[class_index]) - a
        d = len(self.of_class) - a - b - c
        figures = np.stack([self.figures[self.shown.at(piece, each.shown_in)] for piece in each.members])
        means, sums = figures[..., 0].mean(axis=0), figures[..., 1].sum(axis=0)
        n_explained = int(self.n_explained[class_index])
        draws = self.of_evidence[self.drawn.of(each.members) // RANDOM_DRAWS] == class_index
        return Finding(
            pattern=self._piece(each),
            attached="",
            class_index=class_index,
            shown_in=positions[np.array(self.gathered.evidence)[each.shown_in]],
            held_by=positions[each.held_by],
            n_positive=a,
            n_negative=b,
            odds=odds_ratio(a, b, c, d),
            p_value=fisher_exact(a, b, c, d, self.log_factorial),
            q_value=math.nan,
            mean_saliency=float(means.mean()),
            sd_saliency=float(means.std(ddof=1)) if len(means) > 1 else math.nan,
            sum_saliency=float(sums.mean()),
            prevalence=len(each.shown_in) / n_explained,
            random_prevalence=int(draws.sum()) / RANDOM_DRAWS / n_explained,
            n_scaffolds=None,
        )

    def _piece(self, each: _Candidate) -> Piece:
        return Piece(tuple(sorted(self.names[piece] for piece in each.members)), each.n_nodes)

    def related(self, findings: Sequence[Finding]) -> list[Finding]:
        """With what each is a part of."""
        related = list(findings)
        for class_index in dict.fromkeys(each.class_index for each in findings):
            own = [i for i, each in enumerate(findings) if each.class_index == class_index]
            wholes = smallest_wholes(self._within([findings[i].pattern for i in own]))
            for at, each in zip(own, wholes, strict=True):
                related[at] = replace(related[at], part_of=tuple(own[whole] for whole in each))
        return related

    def _within(self, patterns: Sequence[Recurring]) -> list[list[int]]:
        """By pattern: those of one node, and sets of such, whose pieces are all at its nodes."""
        pieces = [[self.gathered.number[name] for name in names_of(each.key)] for each in patterns]
        members = [{member for piece in some for member in self.gathered.members[piece]} for some in pieces]
        column = {member: i for i, member in enumerate(sorted(set().union(*members)))}
        holds = np.zeros((len(patterns), len(column)), dtype=np.float32)
        for row, some in zip(holds, members, strict=True):
            row[[column[member] for member in some]] = 1
        plain = [len(some) > 1 or each.n_nodes == 1 for some, each in zip(pieces, patterns, strict=True)]
        inside = (holds @ holds.T == holds.sum(axis=1)) & np.array(plain)
        return [np.flatnonzero(row).tolist() for row in inside]


def _search(gathered: GatheredPieces, request: MiningRequest, n_classes: int) -> _Search:
    n_pieces = len(gathered.number)
    of_class = np.array(gathered.of_class)
    of_evidence = of_class[gathered.evidence]
    return _Search(
        gathered,
        request,
        list(gathered.number),
        rows_of_pieces(gathered.held, n_pieces),
        rows_of_pieces(gathered.shown, n_pieces),
        rows_of_pieces(gathered.drawn, n_pieces),
        np.concatenate(gathered.figures),
        of_class,
        np.bincount(of_class, minlength=n_classes),
        of_evidence,
        np.bincount(of_evidence, minlength=n_classes),
        log_factorials(len(of_class)),
    )
