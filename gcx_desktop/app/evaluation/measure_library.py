"""Measures predictions, methods and their sanity on records of a library, for the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...explain.sanity import RandomisationResult
from ...kinds.registry import rationale_of
from ...work import Work
from ..explaining.colour_scale import sample_positions
from ..explaining.explanation_source import ExplanationSource
from ..explaining.model_knowledge import load_model_knowledge
from ..explaining.request import ExplanationRequest
from ..explaining.value_words import ValueWords, value_words
from ..training.training_table import file_sha256
from .error_by_distance import DistanceErrors, distance_errors
from .evaluate_methods import Evaluation, evaluate_methods
from .sanity_check import check_sanity
from .true_labels import NOTHING_SAID, LabelOptions, true_labels


@dataclass(frozen=True, slots=True)
class LibraryEvaluation:
    """An evaluation with the label, classes and methods that it used."""

    label: str
    """The column that holds the true classes or values."""
    value: ValueWords | None
    """How the value that is predicted is written; ``None`` of classes."""
    class_names: tuple[str, ...]
    method_ids: tuple[str, ...]
    n_labelled: int
    """Number of records with a label, some of which were evaluated."""
    evaluation: Evaluation
    checks: tuple[RandomisationResult, ...]
    trained_on: bool
    """Whether the library is the file that the model was trained on, byte for byte."""
    distance: DistanceErrors | None = None
    """Of values: the errors by the similarity to the training records; ``None`` if the model does not hold them."""


def measure_library(
    request: ExplanationRequest,
    label: str,
    source: ExplanationSource,
    work: Work,
    *,
    said: LabelOptions = NOTHING_SAID,
    n_wanted: int | None = None,
) -> LibraryEvaluation:
    """Evaluates methods on the records of a library that have a label.

    :param label: the column that holds the true classes or values
    :param said: of that column, by the user
    :param n_wanted: how many records, evenly spread over those with a label; ``None`` for all of them
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown which classes the labels mean
    :raises UsageError: if there is no label, or no record with a label can be read
    :raises Cancelled: once ``work.cancel`` is set
    """
    library, card = request.library, request.bundle.card
    labels = true_labels(library, label, card, said=said)
    labelled = np.flatnonzero(labels.known)
    if n_wanted is not None:
        chosen = np.zeros(len(labels.labels), dtype=np.bool_)
        chosen[labelled[sample_positions(len(labelled), n_wanted)]] = True
        labels = labels.only(chosen)
    evaluation = evaluate_methods(request, labels, source, work, rationale=rationale_of(library, label))
    evaluated = request.with_positions(evaluation.positions.tolist())
    checks = check_sanity(evaluated, work)
    distance = None
    if evaluation.of_value:
        errors = np.abs(evaluation.probabilities[:, 0].astype(np.float64) - evaluation.labels)
        knowledge = load_model_knowledge(request.bundle.path, card)
        distance = distance_errors(evaluated, knowledge, errors, work)
    data = card.training_data
    return LibraryEvaluation(
        label=label,
        value=value_words(card),
        class_names=card.class_names,
        method_ids=tuple(m.id for m in request.methods),
        n_labelled=len(labelled),
        evaluation=evaluation,
        checks=tuple(checks),
        trained_on=data is not None and data.sha256 == file_sha256(library.path),
        distance=distance,
    )
