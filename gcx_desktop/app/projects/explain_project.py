"""Explains the records of a library into a project: what is stored there is not computed again.

Each batch of the engine, at most 6,000 nodes or about 250 records, is saved as soon as it is computed, so that an
interruption loses one batch at most. Batches share no cache: the last digits of a node's values depend on the nodes in
its batch, so a run that is resumed after a batch gives the same bits as an uninterrupted one. Compared with
:func:`~.explain_library.explain_library`, the last of seven digits may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import ProjectError
from ...explain.engine import Explainer, Explanation, batches
from ...explain.forward_pass import Method
from ...graph.graph import Decode
from ...kinds.kind import ReadRecord
from ...kinds.registry import check_model, decode_of, n_codes_of
from ...library.record import Rejected
from ...progress import ProgressReporter
from ...project.results import ResultBatch, StoredResults
from ...project.store import Project
from ...project.stored_rows import StoredMap, StoredPrediction, StoredRejection
from ...work import Work
from ..explaining.explain_library import ExplainedRecord, reject_invalid
from ..explaining.request import ExplanationRequest, read_requested
from ..explaining.second_opinion import FOREST, add_forest_maps, forest_of
from .project_source import makes_molblocks, position_mask
from .stored_records import fits, forget_damaged, from_store, has_known_codes, to_store
from .stored_results import known_results, results_in

_PORTION_SIZE = 500
"""Number of stored records that are fetched together."""
_MEMORY_BYTES = 1 << 20
"""Memory limit of an explainer that sees a single batch, in bytes."""


def explain_into_project(
    request: ExplanationRequest,
    work: Work,
    project: Project,
    records: Iterator[ReadRecord | Rejected] | None = None,
) -> Iterator[ExplainedRecord | Rejected]:
    """As :func:`~.explain_library.explain_library`: the same records in the same order, stored or computed and saved.

    A stored result is used if file, preparation, weights, card and method are the same. Damaged results are noted
    (:meth:`Project.take_damaged`) and computed again.

    :param records: the records that are not in the project, if :func:`~.project_source.read_new` was called already
    :raises UsageError: if the model is for another kind of graph, or the forest's map is wanted and it has none
    :raises LibraryError: if the library was changed since its results were saved
    :raises ProjectError: if there is something to compute and it cannot be saved; what was saved before is kept
    :raises Cancelled: once ``work.cancel`` is set; batches that are done are saved
    """
    library, card = request.library, request.bundle.card
    check_model(library, card)
    if FOREST in request.methods:
        forest_of(request.bundle)
    wanted = np.asarray(request.wanted, dtype=np.int64)
    results = results_in(library, request.bundle, project, request.preparation)
    ids, n_codes = [m.id for m in request.methods], n_codes_of(card, library.source)
    damaged = set(forget_damaged(project, results, wanted, ids, n_codes, work.cancel))
    run = _Run.of(request, work, project, results)
    complete = run.held.complete[wanted]
    pending, ready = wanted[~complete], wanted[complete]
    if len(pending):
        project.check_writable()
    whole = _reads_again(request)
    unread = pending if whole else pending[~run.held.records[pending]]
    if records is None:
        new = run.read(unread)
    else:  # the reading began before the damaged ones were known
        again = run.read(unread[np.isin(unread, list(damaged))])
        new = (next(again if position in damaged else records) for position in unread.tolist())
    computed = run.computed(pending, set(unread.tolist()), new)
    stored = run.stored(ready)
    watch = ProgressReporter("Explaining" if request.methods else "Predicting", len(wanted), work.report)
    watch.report_done(0)
    rejected = 0
    for done, is_stored in enumerate(complete.tolist(), 1):
        result = next(stored if is_stored else computed)
        rejected += isinstance(result, Rejected)
        yield result
        watch.report_done(done, rejected=rejected)


def stored_mask(request: ExplanationRequest, project: Project) -> NDArray[np.bool_]:
    """[n_wanted]: whether all wanted results of a record are stored. Nothing is added to the project.

    :raises LibraryError: if the library was changed since its results were saved
    :raises ProjectError: if the project does not read
    """
    wanted = np.asarray(request.wanted, dtype=np.int64)
    results = known_results(request.library, request.bundle, project, request.preparation)
    if results is None:
        return np.zeros(len(wanted), dtype=np.bool_)
    complete: NDArray[np.bool_] = _StoredMasks.of(results, request.methods, len(request.library)).complete[wanted]
    return complete


def stored_explanations(
    request: ExplanationRequest, work: Work, project: Project
) -> Iterator[ExplainedRecord | Rejected]:
    """The records for which :func:`stored_mask` is true. Nothing is computed.

    :raises ProjectError: if what is stored of one is damaged
    :raises Cancelled: once ``work.cancel`` is set
    """
    results = results_in(request.library, request.bundle, project, request.preparation)
    return _Run.of(request, work, project, results).stored(np.asarray(request.wanted, dtype=np.int64))


def _reads_again(request: ExplanationRequest) -> bool:
    """Whether records must be read again, since a project does not store all that is wanted of them."""
    return (
        request.whole_records
        or request.nearest_in is not None
        or makes_molblocks(request.library, request.with_molblocks)
    )


@dataclass(frozen=True, slots=True)
class _StoredMasks:
    """Which results a project holds; each mask is [n_records]."""

    records: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    explained: dict[str, NDArray[np.bool_]]
    """Method id → mask."""

    @staticmethod
    def of(results: StoredResults, methods: Sequence[Method], n_records: int) -> _StoredMasks:
        return _StoredMasks(
            position_mask(results.reading.positions(), n_records),
            position_mask(results.reading.rejected_positions(), n_records),
            position_mask(results.predicted_positions(), n_records),
            {method.id: position_mask(results.explained_positions(method.id), n_records) for method in methods},
        )

    @property
    def complete(self) -> NDArray[np.bool_]:
        """[n_records]: the records for which nothing remains to be computed."""
        all_there = self.records & self.predicted
        for explained in self.explained.values():
            all_there = all_there & explained
        return all_there | self.rejected


@dataclass(frozen=True, slots=True)
class _Run:
    """One pass over a library."""

    request: ExplanationRequest
    work: Work
    project: Project
    results: StoredResults
    held: _StoredMasks
    decode: Decode
    n_codes: int

    @staticmethod
    def of(request: ExplanationRequest, work: Work, project: Project, results: StoredResults) -> _Run:
        """A pass over the results that the project holds now."""
        library, card = request.library, request.bundle.card
        held = _StoredMasks.of(results, request.methods, len(library))
        decode, n_codes = decode_of(card, library.source), n_codes_of(card, library.source)
        return _Run(request, work, project, results, held, decode, n_codes)

    def read(self, positions: NDArray[np.int64]) -> Iterator[ReadRecord | Rejected]:
        """Reads records from the file."""
        return read_requested(self.request.with_positions(positions.tolist()), self.work)

    def stored(self, positions: NDArray[np.int64]) -> Iterator[ExplainedRecord | Rejected]:
        """Records whose results are all stored; workers begin at once with those that must be read again."""
        again = self.read(positions[~self.held.rejected[positions]]) if _reads_again(self.request) else None
        return self._stored(positions, again)

    def _stored(
        self, positions: NDArray[np.int64], again: Iterator[ReadRecord | Rejected] | None
    ) -> Iterator[ExplainedRecord | Rejected]:
        """:param again: the same records without the rejected ones, read from the file"""
        for some in _portions(positions):
            self.work.raise_if_cancelled()
            records = self._records(some)
            explanations = self._explanations(
                {position: read for position, read in records.items() if not isinstance(read, Rejected)}
            )
            for position in some:
                read = records[position]
                if not isinstance(read, Rejected) and again is not None:
                    read = next(again)
                yield read if isinstance(read, Rejected) else ExplainedRecord(read, explanations[position])

    def computed(
        self, positions: NDArray[np.int64], unread: set[int], read: Iterator[ReadRecord | Rejected]
    ) -> Iterator[ExplainedRecord | Rejected]:
        """Records for which something must be computed; each batch is saved before it is yielded."""
        known = self._known([position for position in positions.tolist() if position not in unread])
        records = (next(read if position in unread else known) for position in positions.tolist())
        keyed = ((record, None if isinstance(record, Rejected) else record.graph) for record in records)
        for group in batches(keyed):
            self.work.raise_if_cancelled()
            yield from self._batch([record for record, _ in group])

    def _batch(self, records: Sequence[ReadRecord | Rejected]) -> list[ExplainedRecord | Rejected]:
        reads = {record.position: record for record in records if not isinstance(record, Rejected)}
        there = {position: read for position, read in reads.items() if self._is_predicted(position)}
        explanations = self._explanations(there, partly=True)
        by_need: dict[tuple[Method, ...], list[ReadRecord]] = {}
        for position, read in reads.items():
            by_need.setdefault(self._missing(position), []).append(read)
        maps: list[StoredMap] = []
        lost: dict[int, Rejected] = {}
        for needed, some in by_need.items():
            for read, new in zip(some, self._explained(needed, some), strict=True):
                if isinstance(new, Rejected):
                    lost[read.position] = new
                    continue
                maps += [StoredMap(read.position, id_, values) for id_, values in new.maps.items()]
                old = explanations.get(read.position)
                explanations[read.position] = new if old is None else self._joined(old, new)
        for position in lost:
            del reads[position]
        self.results.save(
            ResultBatch(
                [to_store(read) for position, read in reads.items() if not self.held.records[position]],
                [
                    StoredRejection(r.position, r.line, r.title, r.reason, r.drawable)
                    for r in records
                    if isinstance(r, Rejected)
                ],
                [
                    StoredPrediction(position, new.predicted, new.probabilities, new.members)
                    for position in reads
                    if position not in there and (new := explanations[position]).is_valid
                ],
                [each for each in maps if explanations[each.position].is_valid],
            )
        )
        settled = (lost.get(record.position, record) for record in records)
        return [
            record
            if isinstance(record, Rejected)
            else reject_invalid(ExplainedRecord(record, explanations[record.position]), self.request.library)
            for record in settled
        ]

    def _explained(self, needed: Sequence[Method], reads: Sequence[ReadRecord]) -> Sequence[Explanation | Rejected]:
        """The records by the methods that each of them needs."""
        of_network = [method for method in needed if method is not FOREST]
        explainer = Explainer(
            self.request.bundle.network, self.decode, of_network, memory_bytes=_MEMORY_BYTES, cancel=self.work.cancel
        )
        explained = explainer.explain([read.graph for read in reads])
        return add_forest_maps(self.request, reads, explained, self.work) if FOREST in needed else explained

    def _joined(self, old: Explanation, new: Explanation) -> Explanation:
        """The maps of both explanations, in the methods' order, with the stored prediction."""
        both = {**old.maps, **new.maps}
        return replace(old, maps={method.id: both[method.id] for method in self.request.methods})

    def _is_predicted(self, position: int) -> bool:
        return bool(self.held.records[position] and self.held.predicted[position])

    def _missing(self, position: int) -> tuple[Method, ...]:
        if not self._is_predicted(position):
            return tuple(self.request.methods)
        return tuple(method for method in self.request.methods if not self.held.explained[method.id][position])

    def _known(self, positions: list[int]) -> Iterator[ReadRecord | Rejected]:
        for some in _portions(np.array(positions, dtype=np.int64)):
            records = self._records(some)
            yield from (records[position] for position in some)

    def _records(self, positions: list[int]) -> dict[int, ReadRecord | Rejected]:
        found = self.results.reading.records(positions)
        sound: dict[int, ReadRecord | Rejected] = {
            position: from_store(each) for position, each in found.items() if has_known_codes(each, self.n_codes)
        }
        self._refuse_damaged([position for position in positions if position not in sound])
        return sound

    def _explanations(self, reads: dict[int, ReadRecord], *, partly: bool = False) -> dict[int, Explanation]:
        """:param partly: whether maps of some methods may be missing"""
        ids = [method.id for method in self.request.methods]
        found = self.results.explanations(list(reads), ids)
        explanations, damaged = {}, []
        for position, read in reads.items():
            stored = found.get(position)
            needed = [id_ for id_ in ids if not partly or self.held.explained[id_][position]]
            if stored is None or not fits(stored, needed, read.graph.n_nodes):
                damaged.append(position)
                continue
            maps = {id_: stored.maps[id_] for id_ in needed}
            known = stored.prediction
            explanations[position] = Explanation(known.predicted, known.probabilities, maps, known.members)
        self._refuse_damaged(damaged)
        return explanations

    def _refuse_damaged(self, positions: list[int]) -> None:
        """:raises ProjectError: if there are any; their results are removed if the project may be written"""
        if not positions:
            return
        if self.project.read_only:
            raise ProjectError(self.project.path, f"what it holds of record {positions[0] + 1} is damaged")
        self.results.forget(positions)
        raise ProjectError(
            self.project.path,
            f"what it held of record {positions[0] + 1} was damaged and has been removed; run it again to compute it",
        )


def _portions(positions: NDArray[np.int64]) -> Iterator[list[int]]:
    for start in range(0, len(positions), _PORTION_SIZE):
        yield positions[start : start + _PORTION_SIZE].tolist()
