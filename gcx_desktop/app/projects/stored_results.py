"""Stored results of a library for a window that opens, and the saving of records that are explained one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...errors import ProjectError
from ...explain.engine import Explanation
from ...gcn.bundles.bundle import Bundle, content_hash
from ...kinds.kind import ReadRecord
from ...kinds.registry import n_codes_of, reading_parameters
from ...library.library import Library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.record import Rejected
from ...progress import CancelToken
from ...project.results import ResultBatch, StoredExplanation, StoredResults
from ...project.store import Project
from ...project.stored_rows import StoredMap, StoredPrediction
from ..explaining.explain_library import ExplainedRecord
from ..explaining.method_names import names_with_forest
from .project_source import reading_of
from .stored_records import damaged_positions, fits, forget_damaged, from_store, has_known_codes, to_store

_PORTION_SIZE = 500
"""Number of stored records that are fetched together."""


def stored_results(
    library: Library,
    bundle: Bundle,
    method: str,
    project: Project,
    *,
    preparation: Preparation = NO_PREPARATION,
    cancel: CancelToken | None = None,
) -> Iterator[list[ExplainedRecord | Rejected]]:
    """All stored results of a model, in portions, in the file's order. Nothing is computed.

    A record with a stored prediction only has no map. Damaged results are left out, noted
    (:meth:`Project.take_damaged`) and at the end removed from a project that may be written.

    :raises LibraryError: if the library was changed since its results were saved
    :raises Cancelled: between two portions, once ``cancel`` is set
    """
    results = known_results(library, bundle, project, preparation)
    if results is None:
        return
    reading = results.reading
    predicted = np.intersect1d(reading.positions(), results.predicted_positions())
    positions = np.union1d(predicted, reading.rejected_positions())
    positions = positions[positions < len(library)]
    n_codes = n_codes_of(bundle.card, library.source)
    for start in range(0, len(positions), _PORTION_SIZE):
        if cancel:
            cancel.raise_if_cancelled()
        yield _portion(results, positions[start : start + _PORTION_SIZE].tolist(), method, n_codes)
    everything = np.arange(len(library))
    if project.read_only:
        project.note_damaged(damaged_positions(results, everything, list(names_with_forest()), n_codes, cancel))
    else:
        forget_damaged(project, results, everything, list(names_with_forest()), n_codes, cancel)


def save_explained(
    project: Project,
    library: Library,
    bundle: Bundle,
    explained: Sequence[ExplainedRecord],
    preparation: Preparation = NO_PREPARATION,
) -> None:
    """Saves records that were explained one by one, with all their maps. Results stored before stay unchanged.

    :raises LibraryError: if the library was changed since its results were saved
    :raises ProjectError: if it cannot be written
    """
    results = results_in(library, bundle, project, preparation)
    known = results.explanations([each.position for each in explained], ())
    new = {each.position: each for each in explained if each.position not in known}
    results.save(
        ResultBatch(
            records=[to_store(each.read) for each in new.values()],
            predictions=[
                StoredPrediction(
                    each.position, each.explanation.predicted, each.explanation.probabilities, each.explanation.members
                )
                for each in new.values()
            ],
            maps=[
                StoredMap(each.position, id_, values)
                for each in new.values()
                for id_, values in each.explanation.maps.items()
            ],
        )
    )


def known_results(library: Library, bundle: Bundle, project: Project, preparation: Preparation) -> StoredResults | None:
    """As :func:`results_in`; ``None`` if there are none. The model is not added to the project."""
    hash_ = content_hash(bundle)
    if all(model.hash != hash_ for model in project.models()):
        return None
    try:
        return results_in(library, bundle, project, preparation)
    except ProjectError:
        if project.read_only:  # stored for another preparation, and this one cannot be added
            return None
        raise


def results_in(library: Library, bundle: Bundle, project: Project, preparation: Preparation) -> StoredResults:
    """The stored results of a model for a library; an empty entry is made if there is none.

    :raises LibraryError: if the library was changed since its results were saved
    :raises ProjectError: if there is no entry and the project is read-only
    """
    return project.results(
        reading_of(project, library, preparation, reading_parameters(bundle.card)),
        model_hash=content_hash(bundle),
        model_name=bundle.card.lasting_name,
        n_classes=len(bundle.card.class_names),
    )


def _portion(
    results: StoredResults, positions: list[int], method: str, n_codes: int
) -> list[ExplainedRecord | Rejected]:
    found = results.reading.records(positions)
    explanations = results.explanations(positions, [method])
    portion: list[ExplainedRecord | Rejected] = []
    for position in positions:
        stored, explained = found.get(position), explanations.get(position)
        if stored is None or not has_known_codes(stored, n_codes):
            continue
        read = from_store(stored)
        if isinstance(read, Rejected):
            portion.append(read)
        elif explained is not None:
            portion.append(ExplainedRecord(read, _explanation(read, explained, method)))
    return portion


def _explanation(read: ReadRecord, stored: StoredExplanation, method: str) -> Explanation:
    whole = fits(stored, [method], read.graph.n_nodes)
    maps = {method: stored.maps[method]} if whole else {}
    return Explanation(stored.prediction.predicted, stored.prediction.probabilities, maps, stored.prediction.members)
