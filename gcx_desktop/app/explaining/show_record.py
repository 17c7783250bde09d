"""Prepares one record to be shown in a window. All but the explanation is done in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...depict.colour import Paper
from ...graph.counted_environments import CountedEnvironments
from ...kinds.kind import Parameters, ReadRecord, ShowableRecord
from ...kinds.registry import DEFAULT_KIND, kind_of_library
from ...library.formats import read_record_text
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import RecordText, Rejected, Source, Span
from ...library.source import read_raw
from ...progress import CancelToken

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle
    from .explain_library import ExplainedRecord


def display_task(
    library: Library, features: Parameters, paper: Paper | None, preparation: Preparation
) -> Callable[[Span], ShowableRecord]:
    """The function by which a worker process prepares a record of a library for display.

    :param features: by what records are read for the model, of :func:`~gcx_desktop.kinds.registry.reading_parameters`
    :param paper: ``None`` for no depiction
    :param preparation: of the record for its graph; the depiction shows the unprepared record
    """
    return kind_of_library(library).drawing.show(library.source, features, paper, preparation)


def read_texts(source: Source, spans: Sequence[Span]) -> list[RecordText | Rejected]:
    """Titles and fields of some records, with all their warnings. Runs in a worker process, since some need RDKit."""
    return [_with_all_warnings(read_record_text(source, read_raw(source, span))) for span in spans]


def _with_all_warnings(text: RecordText | Rejected) -> RecordText | Rejected:
    if isinstance(text, Rejected) or text.smiles is None or not (" " in text.smiles or "~" in text.smiles):
        return text
    from ...library.molecules.molecule import structure_warnings

    return replace(text, warnings=(*text.warnings, *structure_warnings(text)))


def warm_up_worker(_: object) -> None:
    """Imports, in a worker process, the modules that reading the first record of the default kind needs."""
    if DEFAULT_KIND.drawing.warm_up is not None:
        DEFAULT_KIND.drawing.warm_up()


def explain_record(
    bundle: Bundle,
    source: Source,
    read: ReadRecord,
    only: str = "",
    cancel: CancelToken | None = None,
    environments: CountedEnvironments | None = None,
) -> ExplainedRecord:
    """One record, predicted and explained by all methods for all classes.

    :param source: from which it was read
    :param only: the id of the only method wanted, since all methods take many times as long
    :param environments: of the record; without them the forest's map is left out
    :raises Cancelled: once ``cancel`` is set
    """
    from ...explain.engine import explain_graphs
    from ...kinds.registry import decode_of
    from .explain_library import ExplainedRecord
    from .second_opinion import FOREST, available_methods, with_forest_map

    decode = decode_of(bundle.card, source)
    wanted = [method for method in available_methods(bundle) if only in ("", method.id)]
    of_network = [method for method in wanted if method is not FOREST]
    (explanation,) = explain_graphs(bundle.network, [read.graph], decode, of_network, cancel)
    if FOREST in wanted and environments is not None:
        explanation = with_forest_map(bundle, explanation, environments)
    return ExplainedRecord(read, explanation)
