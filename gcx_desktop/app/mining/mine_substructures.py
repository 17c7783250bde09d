"""Finds, counts and tests the substructures that are frequently salient in a library.

After Pope et al. (CVPR 2019): fragments are the connected salient atoms of the molecules that are predicted as a class
(correctly, if there are labels). N_e molecules have an explanation that shows the fragment; N_p molecules of the class
and N_n of the others contain it; R_e = N_e / (N_p + N_n), R_p = N_p / (N_p + N_n).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...kinds.kind import ReadRecord
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.record import Rejected, Span
from ...pool import WorkerFailure
from ...progress import ProgressReporter
from ...substructure.findings import RecurringPattern
from ...substructure.frequency import frequent_patterns
from ...substructure.labelled_graph import LabelledGraph
from ...substructure.patterns import parts_of
from ...substructure.scheme import Scheme
from ...substructure.tally import Occurrences, Tally, with_containing_findings
from ...work import Work
from ..explaining.read_records import MOST_AT_ONCE
from .classified_records import ClassifiedRecord
from .cut_records import CutSettings, PatternMatches, RelativeMap, cut_record, match_patterns, name_graph, write_form
from .fragment_collection import Candidate, FragmentCollection
from .rows_of_pieces import rows_of_pieces
from .substructure_search import MiningRequest, MiningResult, SearchFailures

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")
_NONE: NDArray[np.int32] = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class _Molecules:
    """Classes and maps of the molecules that could be read and, if there are labels, have one."""

    positions: NDArray[np.int64]
    """[n_molecules]"""
    of_class: NDArray[np.int64]
    """[n_molecules], by label, or by prediction if there are no labels."""
    values: list[RelativeMap | None]
    """[n_molecules], maps; ``None`` for molecules that are not evidence."""
    rejected: list[Rejected]
    lost: set[int]
    """Indices of molecules whose worker hung or failed later; their content is unknown and they are not counted."""


def mine_substructures(
    explained: Iterable[ClassifiedRecord | Rejected],
    library: Library,
    request: MiningRequest,
    class_names: Sequence[str],
    classes: Sequence[int],
    work: Work,
) -> MiningResult:
    """The salient substructures of a library.

    :param explained: its molecules, of which at least one is evidence
    :param classes: the classes that are explained
    :raises TooManyPatternsError: if there are too many frequent patterns
    :raises Cancelled: between two portions, once ``work.cancel`` is set
    """
    found, rejected = [], []
    for record in explained:
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            values = None if record.values is None else _record_values(record.read, record.values)
            found.append((record.read.position, record.class_index, values))
    molecules = _Molecules(
        np.array([each[0] for each in found], dtype=np.int64),
        np.array([each[1] for each in found], dtype=np.int64),
        [each[2] for each in found],
        rejected,
        set(),
    )
    return _Run(library, request, work, molecules, tuple(class_names), tuple(classes)).result()


@dataclass(frozen=True, slots=True)
class _Run:
    """One search over explained molecules."""

    library: Library
    request: MiningRequest
    work: Work
    molecules: _Molecules
    class_names: tuple[str, ...]
    classes: tuple[int, ...]
    unlisted: set[str | int] = field(default_factory=set)
    """Patterns that could not be named or written: their SMARTS, or a number if they have none."""
    uncompared: list[WorkerFailure] = field(default_factory=list)
    """Failed comparisons of a pattern with the others."""

    def result(self) -> MiningResult:
        evidence = [i for i, values in enumerate(self.molecules.values) if values is not None]
        fragments = self._fragments(evidence)
        by_class = self.molecules.of_class
        n_classes = len(self.class_names)
        given: dict[int, dict[str, Candidate]] = {}
        for class_index in self.classes:
            given[class_index] = fragments.candidates.get(class_index, {})
            if self.request.scheme is Scheme.FREQUENT:
                n_evidence = sum(by_class[i] == class_index for i in fragments.explained)
                given[class_index] = self._frequent(fragments.parts.get(class_index, []), n_evidence)
        chosen, n_left_out = self._selected(given)
        smarts = tuple(dict.fromkeys(each.smarts for _, each in chosen))
        held = self._matches(smarts, {i for _, each in chosen for i in each.shown_in})
        kept = [i for i, each in enumerate(held) if each is not None]
        explained = [i for i in kept if i in fragments.explained]
        n_molecules, n_explained = (np.bincount(by_class[rows], minlength=n_classes) for rows in (kept, explained))
        tally = Tally(self.molecules.positions, by_class, n_molecules, n_explained)
        graph_of = {each.smarts: each.graph for _, each in chosen}
        counted = tally.findings(self._occurrences(chosen, smarts, held))
        findings = with_containing_findings(counted, partial(self._within, graph_of))
        return MiningResult(
            kind=kind_of_library(self.library),
            findings=tuple(findings),
            class_names=self.class_names,
            n_records=tuple(n_molecules.tolist()),
            n_explained=tuple(n_explained.tolist()),
            n_left_out=n_left_out,
            rejected=tuple(sorted(self.molecules.rejected, key=lambda one: one.position)),
            failures=SearchFailures(len(self.molecules.lost), len(self.unlisted), len(self.uncompared)),
        )

    def _cut(self) -> CutSettings:
        request = self.request
        return CutSettings(
            request.scheme, request.cutoff, request.complete, request.min_atoms, request.max_atoms, request.seed
        )

    def _fragments(self, evidence: Sequence[int]) -> FragmentCollection:
        watch = ProgressReporter("Taking molecules apart", len(evidence), self.work.report)
        fragments = FragmentCollection()
        task = partial(cut_record, self.library.source, self._cut())
        items = ([self._item(i) for i in chunk] for chunk in self._chunks(evidence))
        done = 0
        for results in self.work.pool.map(task, items, cancel=self.work.cancel):
            self.work.raise_if_cancelled()
            for result in results:
                index = evidence[done]
                done += 1
                if isinstance(result, WorkerFailure):
                    self._reject_lost(index, result)
                else:
                    fragments.add(index, int(self.molecules.of_class[index]), result)
            watch.report_done(done, rejected=len(self.molecules.rejected))
        return fragments

    def _item(self, i: int) -> tuple[Span, RelativeMap | None]:
        return self.library.span(int(self.molecules.positions[i])), self.molecules.values[i]

    def _chunks(self, items: Sequence[_Input]) -> Iterator[Sequence[_Input]]:
        size = min(MOST_AT_ONCE, max(1, len(items) // (8 * self.work.pool.n_workers)))
        for start in range(0, len(items), size):
            yield items[start : start + size]

    def _reject_lost(self, index: int, lost: WorkerFailure) -> None:
        position = int(self.molecules.positions[index])
        title = self.library.text(position).title
        reason = f"finding its substructures {lost.reason}"
        if index not in self.molecules.lost:
            self.molecules.lost.add(index)
            self.molecules.rejected.append(Rejected(position, self.library.line(position), title, reason))

    def _frequent(
        self, parts: Sequence[tuple[int, LabelledGraph, RelativeMap]], n_evidence: int
    ) -> dict[str, Candidate]:
        """The frequent subgraphs of the salient parts of a class's molecules, by SMARTS.

        :param n_evidence: number of molecules of the class that were cut
        """
        request = self.request
        watch = ProgressReporter("Comparing salient parts", None, self.work.report)

        def tell(n_met: int) -> None:
            self.work.raise_if_cancelled()
            watch.report_done(n_met)

        patterns = frequent_patterns(
            [part for _, part, _ in parts],
            [values for _, _, values in parts],
            min_support=max(request.min_explained, math.ceil(request.min_support * n_evidence), 1),
            min_atoms=request.min_atoms,
            max_atoms=request.max_atoms,
            tell=tell,
        )
        index = [i for i, _, _ in parts]
        found: dict[str, Candidate] = {}
        names = self._map(name_graph, [pattern.graph for pattern in patterns])
        for pattern, named in zip(patterns, names, strict=True):
            if isinstance(named, WorkerFailure):
                self.unlisted.add(len(self.unlisted))
                continue
            candidate = found[named.smarts] = Candidate(named.smarts, named.graph)
            candidate.shown_in = [index[graph] for graph in pattern.graphs.tolist()]
            means = zip(candidate.shown_in, pattern.values.tolist(), strict=True)
            candidate.means = {i: (mean, mean * len(named.graph.labels)) for i, mean in means}
        return found

    def _map(self, function: Callable[[_Input], _Output], items: Sequence[_Input]) -> Iterator[_Output | WorkerFailure]:
        for results in self.work.pool.map(function, self._chunks(items), cancel=self.work.cancel):
            self.work.raise_if_cancelled()
            yield from results

    def _selected(self, given: Mapping[int, Mapping[str, Candidate]]) -> tuple[list[tuple[int, Candidate]], int]:
        """Class and candidate of the counted patterns, the most frequent first; and how many are not counted."""
        all_given = [
            (class_index, candidate)
            for class_index, candidates in given.items()
            for candidate in candidates.values()
            if len(candidate.means) >= self.request.min_explained
        ]
        all_given.sort(key=lambda each: (-len(each[1].means), -len(each[1].graph.labels), each[1].smarts))
        counted: set[str] = set()
        chosen = []
        for class_index, candidate in all_given:
            smarts = candidate.smarts
            if smarts in counted or len(counted) < self.request.max_patterns:
                counted.add(smarts)
                chosen.append((class_index, candidate))
        return chosen, len(all_given) - len(chosen)

    def _matches(self, smarts: tuple[str, ...], showing: Collection[int]) -> list[PatternMatches | None]:
        """Molecule → the patterns that it contains; ``None`` if that is unknown.

        :param showing: indices of the molecules whose scaffold is wanted
        """
        n_molecules = len(self.molecules.positions)
        watch = ProgressReporter("Counting patterns", n_molecules, self.work.report)
        items = ([(*self._item(i), i in showing) for i in chunk] for chunk in self._chunks(range(n_molecules)))
        task = partial(match_patterns, self.library.source, smarts, self._cut())
        held: list[PatternMatches | None] = []
        for results in self.work.pool.map(task, items, cancel=self.work.cancel):
            self.work.raise_if_cancelled()
            for result in results:
                if isinstance(result, WorkerFailure):
                    self._reject_lost(len(held), result)
                held.append(None if isinstance(result, WorkerFailure) else result)
            watch.report_done(len(held), rejected=len(self.molecules.rejected))
        return [None if i in self.molecules.lost else each for i, each in enumerate(held)]

    def _occurrences(
        self,
        chosen: Sequence[tuple[int, Candidate]],
        smarts: Sequence[str],
        held: Sequence[PatternMatches | None],
    ) -> Iterator[Occurrences]:
        """The occurrences of the candidates that enough molecules contain and that can be written."""
        number = {text: i for i, text in enumerate(smarts)}
        holders = rows_of_pieces([_NONE if each is None else each.patterns for each in held], len(smarts))
        at_random = np.zeros((len(smarts), len(self.class_names)))
        for each_class, each in zip(self.molecules.of_class.tolist(), held, strict=True):
            for at, share in each.random if each else ():
                at_random[at, each_class] += share
        listed = [(class_index, each, holders.of([number[each.smarts]])) for class_index, each in chosen]
        listed = [each for each in listed if len(each[2]) > self.request.min_records]
        written = self._map(write_form, [(each.graph, tuple(each.forms.items())) for _, each, _ in listed])
        for (class_index, candidate, holding), form in zip(listed, written, strict=True):
            if isinstance(form, WorkerFailure):
                self.unlisted.add(candidate.smarts)
                continue
            pattern, attached = form
            shown_in = [i for i in candidate.shown_in if i not in self.molecules.lost]
            figures = np.array(list(candidate.means.values()))
            yield Occurrences(
                pattern=pattern,
                class_index=class_index,
                shown_in=np.array(shown_in, dtype=np.int64),
                held_by=holding,
                means=figures[:, 0],
                sums=figures[:, 1],
                n_at_random=float(at_random[number[candidate.smarts], class_index]),
                attached=attached,
                n_scaffolds=len({each.scaffold for i in shown_in if (each := held[i]) is not None}),
            )

    def _within(self, graph_of: Mapping[str, LabelledGraph], patterns: Sequence[RecurringPattern]) -> list[list[int]]:
        """Pattern → the patterns that are parts of it.

        :param graph_of: SMARTS → graph of the pattern
        """
        smarts = tuple(each.key for each in patterns)
        graphs = [graph_of[each] for each in smarts]
        chunks = [graphs[start : start + MOST_AT_ONCE] for start in range(0, len(graphs), MOST_AT_ONCE)]
        within: list[list[int]] = []
        for results in self.work.pool.map(partial(parts_of, smarts), chunks, cancel=self.work.cancel):
            self.work.raise_if_cancelled()
            self.uncompared.extend(result for result in results if isinstance(result, WorkerFailure))
            within += [[] if isinstance(result, WorkerFailure) else result for result in results]
        return within


def _record_values(read: ReadRecord, values: NDArray[np.floating]) -> RelativeMap:
    """:param values: [n_nodes]"""
    spread = np.zeros(read.n_places, dtype=np.float32)
    spread[slice(None) if read.node_index is None else read.node_index] = values
    return spread
