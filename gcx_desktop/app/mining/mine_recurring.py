"""Finds what recurs in the explanations of a library, for any kind of graph."""

from __future__ import annotations

from dataclasses import replace

from ...kinds.registry import kind_of_library
from ...work import Work
from ..evaluation.label_suspicion import LabelComparison
from ..evaluation.labelled_records import ClassLabels
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from .classified_records import classified_records
from .mine_pieces import mine_pieces
from .mine_substructures import mine_substructures
from .substructure_search import MiningRequest, MiningResult


def mine(
    request: MiningRequest,
    explanation: ExplanationRequest,
    source: ExplanationSource,
    work: Work,
    labels: ClassLabels | None = None,
) -> MiningResult:
    """Counts and tests the pieces that the kind names and sets of them, or the fragments of molecules.

    :param explanation: the records to mine, with one method
    :param labels: of the library's records; with them only correctly predicted records are evidence, and records
        without a label are left out
    :raises UsageError: if the request is out of bounds or not for this kind, or no record is evidence
    :raises UnknownNameError: for a class that the model does not have
    :raises TooManyPatternsError: if there are too many frequent patterns
    :raises Cancelled: between two portions, once ``work.cancel`` is set
    """
    request.check()
    library, card = explanation.library, explanation.bundle.card
    kind, names = kind_of_library(library), card.class_names
    classes = [card.class_index(name) for name in request.classes] or list(range(len(names)))
    comparison, pieces = LabelComparison(), kind.fragmenter.pieces
    explained = classified_records(
        replace(explanation, whole_records=pieces is not None),
        classes,
        source,
        work,
        labels=None if labels is None else labels.labels,
        comparison=comparison,
    )
    if pieces is not None:
        mined = mine_pieces(explained, kind, pieces, request, names, classes)
    else:
        mined = mine_substructures(explained, library, request, names, classes, work)
    return mined if labels is None else replace(mined, labels=labels.meaning, suspicion=comparison.suspicion)
