"""Measures predictions, methods and their sanity on records of a library, for the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...explain.sanity import RandomisationResult
from ...kinds.registry import rationale_of
from ...work import Work
from ..explaining.colour_scale import sample_positions
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from ..training.training_table import file_sha256
from .evaluate_methods import Evaluation, evaluate_methods
from .labelled_records import NO_LABEL, class_labels
from .sanity_check import check_sanity


@dataclass(frozen=True, slots=True)
class LibraryEvaluation:
    """An evaluation with the label, classes and methods that it used."""

    label: str
    """The column that holds the true classes."""
    class_names: tuple[str, ...]
    method_ids: tuple[str, ...]
    n_labelled: int
    """Number of records with a label, some of which were evaluated."""
    evaluation: Evaluation
    checks: tuple[RandomisationResult, ...]
    trained_on: bool
    """Whether the library is the file that the model was trained on, byte for byte."""


def measure_library(
    request: ExplanationRequest,
    label: str,
    source: ExplanationSource,
    work: Work,
    *,
    class_of: Mapping[str, str] = {},
    n_wanted: int | None = None,
) -> LibraryEvaluation:
    """Evaluates methods on the records of a library that have a label.

    :param label: the column that holds the true classes
    :param class_of: value of the column → class, chosen by the user
    :param n_wanted: how many records, evenly spread over those with a label; ``None`` for all of them
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown which classes the labels mean
    :raises UsageError: if there is no label, or no record with a label can be read
    :raises Cancelled: once ``work.cancel`` is set
    """
    library, card = request.library, request.bundle.card
    known = class_labels(library, label, card.class_names, positive=card.positive_class, class_of=class_of)
    labels = known.labels.copy()
    labelled = np.flatnonzero(labels != NO_LABEL)
    if n_wanted is not None:
        left_out = np.ones(len(labels), dtype=np.bool_)
        left_out[labelled[sample_positions(len(labelled), n_wanted)]] = False
        labels[left_out] = NO_LABEL
    evaluation = evaluate_methods(
        request, replace(known, labels=labels), source, work, rationale=rationale_of(library, label)
    )
    checks = check_sanity(request.with_positions(evaluation.positions.tolist()), work)
    data = card.training_data
    return LibraryEvaluation(
        label=label,
        class_names=card.class_names,
        method_ids=tuple(m.id for m in request.methods),
        n_labelled=len(labelled),
        evaluation=evaluation,
        checks=tuple(checks),
        trained_on=data is not None and data.sha256 == file_sha256(library.path),
    )
