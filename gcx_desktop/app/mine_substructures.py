"""The substructures that are salient again and again over a library, counted and tested.

After Pope et al. (CVPR 2019): of the molecules predicted as a class, and rightly if there are labels, the connected
salient atoms; N_e molecules in which the explanation shows such a fragment, N_p and N_n molecules of the class and of
the others that contain it at all, R_e = N_e / (N_p + N_n), R_p = N_p / (N_p + N_n).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..explain.forward_pass import Method
from ..explain.measures import relative
from ..gcn.bundle import Bundle
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected, Span
from ..pool import Lost, WorkerPool
from ..progress import CancelToken, Report, Stopwatch, silent
from ..substructure.findings import Finding, smallest_wholes
from ..substructure.frequency import frequent_patterns
from ..substructure.labelled_graph import LabelledGraph
from ..substructure.patterns import Pattern, parts_of
from ..substructure.schemes import Scheme
from ..substructure.statistics import benjamini_hochberg, fisher_exact, log_factorials, odds_ratio
from .cut_records import Cut, Held, Pieces, Values, cut_at, look_at, write_graph
from .explain_library import explain_library
from .labelled_records import NO_LABEL
from .read_records import MOST_AT_ONCE, ReadMolecule
from .substructure_search import Mined, MiningRequest


@dataclass(frozen=True, slots=True)
class _Molecules:
    """What the network says of the molecules that could be read and have a label, if there are labels."""

    positions: NDArray[np.int64]
    """[n_molecules]"""
    of_class: NDArray[np.int64]
    """[n_molecules], by label or else by prediction."""
    values: list[Values | None]
    """[n_molecules], the maps of those that count as evidence."""
    rejected: list[Rejected]
    lost: set[int]
    """Those that hung or failed later and count nowhere."""


@dataclass(slots=True)
class _Candidate:
    """A pattern of one class before it is counted."""

    pattern: Pattern
    attached: Counter[str] = field(default_factory=Counter)
    shown_in: list[int] = field(default_factory=list)
    """Indices of molecules."""
    means: dict[int, tuple[float, float]] = field(default_factory=dict)
    """By molecule that gives it: mean and sum of its atoms' values, where the mean is largest."""


def mine_substructures(
    library: Library,
    bundle: Bundle,
    method: Method,
    request: MiningRequest,
    *,
    pool: WorkerPool,
    labels: NDArray[np.int64] | None = None,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    records: Iterator[ReadMolecule | Rejected] | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Mined:
    """The salient substructures of a library.

    :param labels: [n_records of the library], class indices or ``NO_LABEL``; with them only molecules that are
        predicted rightly are evidence, and those without a label do not count
    :param positions: the records that are looked at; by default all
    :param records: the same records, if they are being read already; not with ``labels``
    :raises UsageError: if the request is out of bounds or not one molecule is evidence
    :raises UnknownNameError: for a class that the model does not have
    :raises TooManyPatternsError: if there are more frequent patterns than anybody would read
    :raises Cancelled: between two portions, once ``cancel`` is set
    """
    request.check()
    names = bundle.card.class_names
    classes = [bundle.card.class_index(name) for name in request.classes] or list(range(len(names)))
    wanted: Sequence[int] = range(len(library)) if positions is None else positions
    if labels is not None:
        wanted = [position for position in wanted if labels[position] != NO_LABEL]
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
    found, rejected = [], []
    for result in results:
        if isinstance(result, Rejected):
            rejected.append(result)
            continue
        predicted = result.explanation.predicted
        of_class = predicted if labels is None else int(labels[result.position])
        values = None
        if of_class == predicted and predicted in classes:
            values = _record_values(result.read, relative(result.explanation.maps[method.id])[:, predicted])
        found.append((result.position, of_class, values))
    molecules = _Molecules(
        np.array([each[0] for each in found], dtype=np.int64),
        np.array([each[1] for each in found], dtype=np.int64),
        [each[2] for each in found],
        rejected,
        set(),
    )
    if all(values is None for values in molecules.values):
        raise UsageError(f"{library.path}: no molecule is predicted{' rightly' if labels is not None else ''} as "
                         f"{' or '.join(names[each] for each in classes)}, so there is nothing to explain")  # fmt: skip
    return _Run(library, request, pool, report, cancel, molecules, names, tuple(classes)).mined()


@dataclass(frozen=True, slots=True)
class _Run:
    """One search, its molecules explained."""

    library: Library
    request: MiningRequest
    pool: WorkerPool
    report: Report
    cancel: CancelToken | None
    molecules: _Molecules
    class_names: tuple[str, ...]
    classes: tuple[int, ...]

    def mined(self) -> Mined:
        evidence = [i for i, values in enumerate(self.molecules.values) if values is not None]
        pieces = self._pieces(evidence)
        by_class = self.molecules.of_class
        n_classes = len(self.class_names)
        given: dict[int, dict[str, _Candidate]] = {}
        for class_index in self.classes:
            own = {i: each for i, each in pieces.items() if by_class[i] == class_index}
            frequent = self.request.scheme is Scheme.FREQUENT
            given[class_index] = self._frequent(own) if frequent else _candidates(own)
        chosen, n_left_out = self._chosen(given)
        smarts = tuple(dict.fromkeys(each.pattern.smarts for _, each in chosen))
        held = self._held(smarts)
        kept = [i for i, each in enumerate(held) if each is not None]
        n_explained = np.bincount(by_class[[i for i in kept if i in pieces]], minlength=n_classes)
        n_molecules = np.bincount(by_class[kept], minlength=n_classes)
        findings = self._findings(chosen, smarts, held, pieces, n_explained, n_molecules)
        return Mined(
            findings=tuple(self._related(findings)),
            class_names=self.class_names,
            n_molecules=tuple(n_molecules.tolist()),
            n_explained=tuple(n_explained.tolist()),
            n_left_out=n_left_out,
            rejected=tuple(sorted(self.molecules.rejected, key=lambda one: one.position)),
        )

    def _cut(self) -> Cut:
        asked = self.request
        return Cut(asked.scheme, asked.threshold, asked.complete, asked.min_atoms, asked.max_atoms, asked.seed)

    def _raise_if_cancelled(self) -> None:
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()

    def _pieces(self, evidence: Sequence[int]) -> dict[int, Pieces]:
        """By molecule that is evidence."""
        watch = Stopwatch("Taking molecules apart", len(evidence), self.report)
        found: dict[int, Pieces] = {}
        items = _Items(self.library, self.molecules, evidence)
        done = 0
        for results in self.pool.map(partial(cut_at, self.library.source, self._cut()), items.chunks(self.pool)):
            self._raise_if_cancelled()
            for result in results:
                index = evidence[done]
                done += 1
                if isinstance(result, Lost):
                    self._lose(index, result)
                else:
                    found[index] = result
            watch.tell(done, rejected=len(self.molecules.rejected))
        return found

    def _lose(self, index: int, lost: Lost) -> None:
        position = int(self.molecules.positions[index])
        title = self.library.text(position).title
        reason = f"finding its substructures {lost.reason}"
        if index not in self.molecules.lost:
            self.molecules.lost.add(index)
            self.molecules.rejected.append(Rejected(position, self.library.line(position), title, reason))

    def _frequent(self, pieces: Mapping[int, Pieces]) -> dict[str, _Candidate]:
        """What the salient parts of a class's molecules have in common, by SMARTS."""
        asked = self.request
        parts = [(i, each.part, each.values) for i, each in pieces.items() if each.part and each.values is not None]
        watch = Stopwatch("Comparing salient parts", None, self.report)

        def tell(n_met: int) -> None:
            self._raise_if_cancelled()
            watch.tell(n_met)

        patterns = frequent_patterns(
            [part for _, part, _ in parts],
            [values for _, _, values in parts],
            min_support=max(asked.min_explained, math.ceil(asked.min_support * len(pieces)), 1),
            min_atoms=asked.min_atoms,
            max_atoms=asked.max_atoms,
            tell=tell,
        )
        index = [i for i, _, _ in parts]
        found: dict[str, _Candidate] = {}
        written = self._written([pattern.graph for pattern in patterns])
        for pattern, words in zip(patterns, written, strict=True):
            if isinstance(words, Lost):
                continue
            candidate = found[words.smarts] = _Candidate(words)
            candidate.shown_in = [index[graph] for graph in pattern.graphs.tolist()]
            means = zip(candidate.shown_in, pattern.values.tolist(), strict=True)
            candidate.means = {i: (mean, mean * words.n_atoms) for i, mean in means}
        return found

    def _written(self, graphs: Sequence[LabelledGraph]) -> Iterator[Pattern | Lost]:
        chunks = [graphs[start : start + MOST_AT_ONCE] for start in range(0, len(graphs), MOST_AT_ONCE)]
        for results in self.pool.map(write_graph, chunks):
            yield from results

    def _chosen(self, given: Mapping[int, Mapping[str, _Candidate]]) -> tuple[list[tuple[int, _Candidate]], int]:
        """Class and candidate of what is counted, those that most molecules give first; and how many are not."""
        all_given = [
            (class_index, candidate)
            for class_index, candidates in given.items()
            for candidate in candidates.values()
            if len(candidate.means) >= self.request.min_explained
        ]
        all_given.sort(key=lambda each: (-len(each[1].means), -each[1].pattern.n_atoms, each[1].pattern.smarts))
        counted: set[str] = set()
        chosen = []
        for class_index, candidate in all_given:
            smarts = candidate.pattern.smarts
            if smarts in counted or len(counted) < self.request.max_patterns:
                counted.add(smarts)
                chosen.append((class_index, candidate))
        return chosen, len(all_given) - len(chosen)

    def _held(self, smarts: tuple[str, ...]) -> list[Held | None]:
        """By molecule: the patterns that it contains."""
        n_molecules = len(self.molecules.positions)
        watch = Stopwatch("Counting patterns", n_molecules, self.report)
        items = _Items(self.library, self.molecules, range(n_molecules))
        task = partial(look_at, self.library.source, smarts, self._cut())
        held: list[Held | None] = []
        for results in self.pool.map(task, items.chunks(self.pool)):
            self._raise_if_cancelled()
            for result in results:
                if isinstance(result, Lost):
                    self._lose(len(held), result)
                held.append(None if isinstance(result, Lost) else result)
            watch.tell(len(held), rejected=len(self.molecules.rejected))
        return [None if i in self.molecules.lost else each for i, each in enumerate(held)]

    def _findings(
        self,
        chosen: Sequence[tuple[int, _Candidate]],
        smarts: Sequence[str],
        held: Sequence[Held | None],
        pieces: Mapping[int, Pieces],
        n_explained: NDArray[np.int64],
        n_molecules: NDArray[np.int64],
    ) -> list[Finding]:
        number = {text: i for i, text in enumerate(smarts)}
        holders = _holders(held, len(smarts))
        by_class = self.molecules.of_class
        at_random = np.zeros((len(smarts), len(self.class_names)))
        for each_class, each in zip(by_class.tolist(), held, strict=True):
            for pattern, share in each.random if each else ():
                at_random[pattern, each_class] += share
        total = int(n_molecules.sum())
        logs = log_factorials(total)
        findings = []
        for class_index, candidate in chosen:
            holding = holders[number[candidate.pattern.smarts]]
            if len(holding) <= self.request.min_molecules:
                continue
            a = int((by_class[holding] == class_index).sum())
            b = len(holding) - a
            of_class = int(n_molecules[class_index])
            c, d = of_class - a, total - of_class - b
            shown_in = [i for i in candidate.shown_in if i not in self.molecules.lost]
            saliency = np.array(list(candidate.means.values()))
            attached = candidate.attached.most_common(1)
            findings.append(
                Finding(
                    pattern=candidate.pattern,
                    attached=attached[0][0] if attached else "",
                    class_index=class_index,
                    shown_in=self.molecules.positions[shown_in],
                    held_by=self.molecules.positions[holding],
                    n_positive=a,
                    n_negative=b,
                    odds=odds_ratio(a, b, c, d),
                    p_value=fisher_exact(a, b, c, d, logs),
                    q_value=math.nan,
                    mean_saliency=float(saliency[:, 0].mean()),
                    sd_saliency=float(saliency[:, 0].std(ddof=1)) if len(saliency) > 1 else math.nan,
                    sum_saliency=float(saliency[:, 1].mean()),
                    prevalence=len(shown_in) / max(int(n_explained[class_index]), 1),
                    random_prevalence=float(
                        at_random[number[candidate.pattern.smarts], class_index] / max(int(n_explained[class_index]), 1)
                    ),
                    n_scaffolds=len({pieces[i].scaffold for i in shown_in}),
                )
            )
        q_values = benjamini_hochberg([each.p_value for each in findings]).tolist()
        tested = [replace(each, q_value=q) for each, q in zip(findings, q_values, strict=True)]
        return sorted(tested, key=lambda each: (each.class_index, -each.n_explained, each.p_value))

    def _related(self, findings: Sequence[Finding]) -> list[Finding]:
        """With what each is a part of."""
        related = list(findings)
        for class_index in self.classes:
            own = [i for i, each in enumerate(findings) if each.class_index == class_index]
            smarts = tuple(findings[i].pattern.smarts for i in own)
            graphs = [findings[i].pattern.graph for i in own]
            chunks = [graphs[start : start + MOST_AT_ONCE] for start in range(0, len(graphs), MOST_AT_ONCE)]
            within: list[list[int]] = []
            for results in self.pool.map(partial(parts_of, smarts), chunks):
                self._raise_if_cancelled()
                within += [[] if isinstance(result, Lost) else result for result in results]
            for at, wholes in zip(own, smallest_wholes(within), strict=True):
                related[at] = replace(related[at], part_of=tuple(own[whole] for whole in wholes))
        return related


@dataclass(frozen=True, slots=True)
class _Items:
    """Records and their maps as workers take them, made when their turn comes."""

    library: Library
    molecules: _Molecules
    indices: Sequence[int]

    def chunks(self, pool: WorkerPool) -> Iterator[list[tuple[Span, Values | None]]]:
        size = min(MOST_AT_ONCE, max(1, len(self.indices) // (8 * pool.n_workers)))
        for start in range(0, len(self.indices), size):
            yield [
                (self.library.span(int(self.molecules.positions[i])), self.molecules.values[i])
                for i in self.indices[start : start + size]
            ]


def _record_values(read: ReadMolecule, values: NDArray[np.floating]) -> Values:
    """:param values: [n_nodes]"""
    spread = np.zeros(read.molecule.n_record_atoms, dtype=np.float32)
    spread[slice(None) if read.molecule.atom_index is None else read.molecule.atom_index] = values
    return spread


def _candidates(pieces: Mapping[int, Pieces]) -> dict[str, _Candidate]:
    """The fragments of a class's molecules, by SMARTS."""
    found: dict[str, _Candidate] = {}
    for i, each in pieces.items():
        for fragment in each.fragments:
            candidate = found.setdefault(fragment.pattern.smarts, _Candidate(fragment.pattern))
            candidate.attached[fragment.attached] += 1
            if fragment.shown and (not candidate.shown_in or candidate.shown_in[-1] != i):
                candidate.shown_in.append(i)
            if i not in candidate.means or fragment.mean > candidate.means[i][0]:
                candidate.means[i] = fragment.mean, fragment.total
    return found


def _holders(held: Sequence[Held | None], n_patterns: int) -> list[NDArray[np.int64]]:
    """By pattern: the molecules that contain it, ascending."""
    sizes = [0 if each is None else len(each.patterns) for each in held]
    patterns = np.concatenate([np.zeros(0, np.int32), *(each.patterns for each in held if each is not None)])
    molecules = np.repeat(np.arange(len(held)), sizes)
    order = np.argsort(patterns, kind="stable")
    ends = np.cumsum(np.bincount(patterns, minlength=n_patterns))[:-1]
    return np.split(molecules[order], ends) if n_patterns else []
