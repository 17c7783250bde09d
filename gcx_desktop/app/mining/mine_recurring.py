"""Finds what recurs in the explanations of a library, for any kind of graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ...errors import UsageError
from ...kinds.registry import kind_of_library
from ...library.record import Rejected
from ...work import Work
from ..evaluation.label_suspicion import LabelComparison
from ..evaluation.measured_values import ValueLabels
from ..evaluation.true_labels import TrueLabels
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from .classified_records import ClassifiedRecord, classified_records
from .mine_pieces import mine_pieces
from .mine_substructures import mine_substructures
from .substructure_search import MiningRequest, MiningResult
from .value_groups import value_groups


def mine(
    request: MiningRequest,
    explanation: ExplanationRequest,
    source: ExplanationSource,
    work: Work,
    labels: TrueLabels | None = None,
) -> MiningResult:
    """Counts and tests the pieces that the kind names and sets of them, or the fragments of molecules.

    Of a model of values the records are divided into high and low ones; see :func:`~.value_groups.value_groups`.

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
    comparison, pieces = LabelComparison(of_value=card.of_value), kind.fragmenter.pieces
    explanation = replace(explanation, whole_records=pieces is not None)
    explained: Iterable[ClassifiedRecord | Rejected]
    cut = None
    if card.of_value:
        values = labels if isinstance(labels, ValueLabels) else None
        groups = value_groups(
            explanation, classes, source, work, limit=request.cut, labels=values, comparison=comparison
        )
        explained, cut = groups.records, groups.cut
    elif request.cut is not None:
        raise UsageError(f"the model {card.name} predicts classes; a cut divides values, leave --cut out")
    else:
        of_classes = None if labels is None else labels.labels.astype(np.int64)
        explained = classified_records(explanation, classes, source, work, labels=of_classes, comparison=comparison)
    if pieces is not None:
        mined = mine_pieces(explained, kind, pieces, request, names, classes)
    else:
        mined = mine_substructures(explained, library, request, names, classes, work)
    mined = replace(mined, cut=cut)
    return mined if labels is None else replace(mined, labels=labels.meaning, suspicion=comparison.suspicion)
