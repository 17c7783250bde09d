"""Predicts and explains the records of a library, in order, while worker processes read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import LibraryError
from ...explain.engine import EndpointsPredictor, Explainer, Explanation, batches
from ...kinds.kind import ReadRecord
from ...kinds.registry import check_model, decode_of
from ...library.library import Library
from ...library.record import INVALID, Rejected
from ...progress import ProgressReporter
from ...wording import counted
from ...work import Work
from .request import ExplanationRequest, read_requested
from .second_opinion import FOREST, add_forest_maps, forest_of


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """A record with its prediction and explanation."""

    read: ReadRecord
    explanation: Explanation
    """Of several endpoints that of the first."""
    of_endpoints: tuple[Explanation, ...] = ()
    """The prediction of each endpoint, if several were predicted at once."""

    @property
    def is_valid(self) -> bool:
        """Whether all its predictions are valid."""
        return all(each.is_valid for each in self.of_endpoints or (self.explanation,))

    def endpoint(self, number: int) -> ExplainedRecord:
        """The record with the prediction of one of several endpoints alone.

        :param number: from 0
        """
        return ExplainedRecord(self.read, self.of_endpoints[number])

    @property
    def position(self) -> int:
        return self.read.position

    def record_maps(self, method_id: str) -> NDArray[np.float32]:
        """[n_places, n_classes] in the record's order, for a molecule that of its atoms.

        NaN at hydrogens, which are folded into their atom, and at atoms that the preparation removed.
        """
        read, values = self.read, self.explanation.maps[method_id]
        if read.node_index is None:
            return values
        spread = np.full((read.n_places, values.shape[1]), np.nan, dtype=np.float32)
        spread[read.node_index] = values
        return spread

    def text_map(self, method_id: str, class_index: int) -> NDArray[np.float32]:
        """The values in the order of the nodes in ``read.text``, for instance of the atoms in a SMILES.

        NaN at atoms that the preparation removed, and at hydrogens that remain atoms when the SMILES is read.
        """
        values, order = self.explanation.maps[method_id][:, class_index], self.read.text_order
        if order is None:
            return values
        all_nodes = self.read.node_index is None
        return values[order] if all_nodes else np.where(order < 0, np.float32(np.nan), values[order])


@dataclass(frozen=True, slots=True)
class InvalidRecord(Rejected):
    """A record that was read but has no prediction, since the network's output is not a finite number."""

    explained: ExplainedRecord | None = None
    """The record without a class; its probabilities and maps are NaN."""


def reject_invalid(explained: ExplainedRecord, library: Library) -> ExplainedRecord | InvalidRecord:
    """Gives the record itself if its prediction is valid, else an :class:`InvalidRecord`."""
    if explained.is_valid:
        return explained
    reason = f"{INVALID}: the network's output for it is not a finite number"
    line = library.line(explained.position)
    return InvalidRecord(explained.position, line, explained.read.title, reason, drawable=True, explained=explained)


def check_valid(library: Library, rejected: Sequence[Rejected], n_records: int) -> None:
    """:raises LibraryError: if the network's output for some of the records is not a finite number"""
    invalid = [each for each in rejected if each.is_invalid]
    if invalid:
        count = counted(len(invalid), "prediction")
        first = f"{'' if len(invalid) == 1 else 'first: '}record {invalid[0].record:,}"
        raise LibraryError(
            library.path,
            f"{count} of {n_records:,} {'is' if len(invalid) == 1 else 'are'} invalid ({first}): the network's output "
            "is not a finite number; use another model",
        )


def explain_library(
    request: ExplanationRequest, work: Work, records: Iterator[ReadRecord | Rejected] | None = None
) -> Iterator[ExplainedRecord | Rejected]:
    """Reads and explains every record: the :class:`~.explanation_source.ExplanationSource` that computes everything.

    :param records: the same records, if :func:`read_library` was called already, for instance before importing torch
    :raises UsageError: if the model is for another kind of graph or needs features that the library lacks, or the
        forest's map is wanted and it has none
    :raises Cancelled: once ``work.cancel`` is set
    """
    library, bundle, methods, cancel = request.library, request.bundle, request.methods, work.cancel
    check_model(library, bundle.card)
    total = len(request.wanted)
    watch = ProgressReporter("Explaining" if methods else "Predicting", total, work.report)
    read = records or read_requested(request, work)
    keyed = ((record, None if isinstance(record, Rejected) else record.graph) for record in read)
    with_forest = FOREST in methods
    if with_forest:
        forest_of(bundle)
    of_network = [method for method in methods if method is not FOREST]
    decode = decode_of(bundle.card, library.source)
    predictor = EndpointsPredictor([each.network for each in request.endpoints], decode) if request.endpoints else None
    explainer = Explainer(bundle.network, decode, of_network, cancel=cancel)
    done = rejected = 0
    watch.report_done(0)
    for group in batches(keyed):
        work.raise_if_cancelled()
        reads = [record for record, _ in group if not isinstance(record, Rejected)]
        graphs = [read.graph for read in reads]
        found: Sequence[_Explained] = []
        if graphs and predictor is not None:
            found = predictor.predict(graphs)
        elif graphs:
            explained = explainer.explain(graphs)
            found = add_forest_maps(request, reads, explained, work) if with_forest else explained
        explanations = iter(found)
        for record, _ in group:
            result = record if isinstance(record, Rejected) else _joined(record, next(explanations), library)
            rejected += isinstance(result, Rejected)
            yield result
        done += len(group)
        watch.report_done(done, rejected=rejected)
    if total == 0:
        watch.report_done(0)


_Explained = Explanation | tuple[Explanation, ...] | Rejected


def _joined(read: ReadRecord, explained: _Explained, library: Library) -> ExplainedRecord | Rejected:
    if isinstance(explained, Rejected):
        return explained
    if isinstance(explained, tuple):
        return reject_invalid(ExplainedRecord(read, explained[0], explained), library)
    return reject_invalid(ExplainedRecord(read, explained), library)
