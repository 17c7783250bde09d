"""Makes the PDF report of a library: explains its records, draws them and typesets the report."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ... import __version__
from ...depict.colour import Paper
from ...depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from ...depict.drawing import Depiction
from ...explain.forward_pass import Method
from ...gcn.bundles.bundle import Bundle
from ...gcn.cards.card import Card, Metrics
from ...kinds.kind import Words
from ...kinds.registry import kind_of_library, kind_of_model
from ...library.labels.value_scale import Transform
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...progress import Progress, ProgressReporter
from ...report.content import ReportContent, ReportHeader, ReportMolecule, ReportSubstructure, ReportValue
from ...report.pdf import write_pdf
from ...substructure.findings import Finding
from ...work import Work
from ..evaluation.measured_values import trained_scale
from ..explaining.colour_scale import library_scale
from ..explaining.draw_records import draw_records, why_not_drawn
from ..explaining.explain_library import ExplainedRecord
from ..explaining.explanation_source import ExplanationSource
from ..explaining.model_knowledge import load_model_knowledge
from ..explaining.model_preparation import preparation_in_words
from ..explaining.request import ExplanationRequest
from ..explaining.value_words import ValueWords, value_words
from ..mining.draw_patterns import map_patterns
from .write_results import ResultPlan, WriteSummary

PICTURE_SCALE = 0.6
"""Largest scale of pictures on the page, in points per unit; decides how coarse depictions are."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Options of a report."""

    classes: str = "predicted"
    """``predicted``, ``all``, or the name of a class; each class explained is a picture of its own."""
    colour_threshold: float = DEFAULT_COLOUR_THRESHOLD
    """0 … 1, the share of the scale's maximum below which a node is not coloured."""
    scale_mode: str = "library"
    """``library``, one colour scale for all, or ``molecule``."""
    substructures: Sequence[Finding] = ()
    """Findings for a section of their own, in this order."""
    substructure_search: str = ""
    """A sentence that describes the search for them (``MiningRequest.in_words``)."""
    labels: str = ""
    """The meaning of the label column's values, if labels were used."""
    command_line: str = ""
    """The command that makes the same report; "" if there is none."""
    template: Path | None = None
    """The user's own template, if any."""


def write_report(
    request: ExplanationRequest,
    source: ExplanationSource,
    work: Work,
    path: Path,
    options: ReportOptions | None = None,
) -> WriteSummary:
    """Writes the PDF of a library's records, explained by one method; the file is complete or does not exist.

    :return: the rejected records, and how many have damaged lines
    :raises OutputError: if the file cannot be written
    :raises Cancelled: if it was stopped
    """
    options = options or ReportOptions()
    library, card, (method,) = request.library, request.bundle.card, request.methods
    plan = ResultPlan(card, (method.id,), options.classes)
    value = value_words(card)
    if options.classes not in ("predicted", "all"):
        card.class_index(options.classes)
    explained: list[ExplainedRecord] = []
    rejected: list[Rejected] = []
    for result in source(request, work):
        if isinstance(result, Rejected):
            rejected.append(result)
        else:
            explained.append(result)
    scales = library_scale(request, work, source)
    words = kind_of_library(library).words
    header = ReportHeader(
        words=words,
        library_name=library.path.name,
        n_records=len(request.wanted),
        n_rejected=len(rejected),
        class_counts=() if value is not None else _class_counts(card, explained),
        model_name=card.title,
        model_task=card.task,
        model_facts=model_facts(card),
        limits=card.known_limits,
        method_name=method.name,
        method_id=method.id,
        method_paper=method.paper,
        signed=method.signed,
        scale_maximum=scales[method.id],
        scale_mode=options.scale_mode,
        colour_threshold=options.colour_threshold,
        command_line=options.command_line,
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        program=f"gcx-desktop {__version__}",
        preparation=_prepared_words(request.preparation, card, explained, words),
        substructure_search=options.substructure_search,
        labels=options.labels,
        substructures_alone=kind_of_library(library).fragmenter.listing.alone,
        value_name="" if value is None else value.name,
        value_unit="" if value is None else value.unit,
        median="" if value is None or not explained else value.with_unit(float(np.median(_values(explained)))),
    )
    drawn = _substructures(card, options.substructures, work)
    molecules = _molecules(library, plan, method, explained, work, _value_texts(request.bundle, explained))
    write_pdf(
        path,
        ReportContent(header, molecules, rejected, drawn),
        template=options.template,
        report=work.report,
        cancel=work.cancel,
        forbid=library.path,
    )
    warned = [record.read.record_warning for record in explained if record.read.record_warning is not None]
    return WriteSummary(rejected, n_warned=len(warned), first_warned=warned[0] if warned else None)


def _molecules(
    library: Library,
    plan: ResultPlan,
    method: Method,
    explained: Sequence[ExplainedRecord],
    work: Work,
    values: Sequence[ReportValue],
) -> Iterator[ReportMolecule]:
    """:param values: of each record; empty of classes"""
    watch = ProgressReporter("Drawing", len(explained), work.report)
    names, value = plan.card.class_names, value_words(plan.card)
    drawn = draw_records(library, [record.position for record in explained], work)
    for done, (record, depiction) in enumerate(zip(explained, drawn, strict=True)):
        work.raise_if_cancelled()
        watch.report_done(done)
        probabilities = record.explanation.probabilities
        for index, explained_class in plan.maps_of(record, method.id):
            yield ReportMolecule(
                record=record.position + 1,
                title=record.read.title,
                smiles=record.read.text,
                predicted_class=names[record.explanation.predicted] if value is None else value.name,
                probability=float(probabilities.max()) if value is None else math.nan,
                probabilities=tuple(zip(names, map(float, probabilities), strict=True)) if value is None else (),
                explained_class=explained_class if value is None else _of_value(value, index, signed=method.signed),
                saliency=record.record_maps(method.id)[:, index].astype(np.float64),
                depiction=depiction.at(PICTURE_SCALE) if isinstance(depiction, Depiction) else None,
                note="" if isinstance(depiction, Depiction) else why_not_drawn(depiction),
                preparation=record.read.preparation,
                value=values[done] if values else None,
            )
    work.report(Progress("Drawing", len(explained), len(explained)))


def _substructures(card: Card, findings: Sequence[Finding], work: Work) -> list[ReportSubstructure]:
    patterns = [finding.pattern for finding in findings]
    draw = kind_of_model(card).fragmenter.depict_pattern(Paper.WHITE)
    pictures = map_patterns(draw, patterns, "Drawing substructures", work)
    return [
        ReportSubstructure(
            finding, card.class_names[finding.class_index], picture if isinstance(picture, Depiction) else None
        )
        for finding, picture in zip(findings, pictures, strict=True)
    ]


def _of_value(value: ValueWords, index: int, *, signed: bool) -> str:
    """What is explained: "what raises pIC50", or by a method with a sign "pIC50"."""
    return value.name if signed else f"what {value.direction(index)}"


def _values(explained: Sequence[ExplainedRecord]) -> list[float]:
    return [float(record.explanation.probabilities[0]) for record in explained]


def _value_texts(bundle: Bundle, explained: Sequence[ExplainedRecord]) -> list[ReportValue]:
    """The value of each record and, of an ensemble that knows its training records, its interval; empty of classes."""
    value = value_words(bundle.card)
    if value is None or not explained:
        return []
    members = [record.explanation.members for record in explained]
    known = None if any(each is None for each in members) else load_model_knowledge(bundle.path, bundle.card).intervals
    numbers = _values(explained)
    if known is None:
        return [ReportValue(number, value.with_unit(number)) for number in numbers]
    ends = known.intervals(np.stack([each[:, 0] for each in members if each is not None]))
    return [
        ReportValue(number, value.with_unit(number), f"{value.text(low)} to {value.text(high)}")
        for number, (low, high) in zip(numbers, ends.tolist(), strict=True)
    ]


def _class_counts(card: Card, explained: Sequence[ExplainedRecord]) -> tuple[tuple[str, int], ...]:
    """Number of records predicted as each class."""
    counts = Counter(record.explanation.predicted for record in explained)
    return tuple((name, counts[index]) for index, name in enumerate(card.class_names))


def _prepared_words(preparation: Preparation, card: Card, explained: Sequence[ExplainedRecord], words: Words) -> str:
    """The preparation of the records in words, whether the model was trained with it, and how many it changed."""
    done = preparation_in_words(preparation, card)
    if not preparation:
        return done
    changed = sum(bool(record.read.preparation) for record in explained)
    return f"{done}; {words.counted(changed)} changed"


def model_facts(card: Card) -> tuple[tuple[str, str], ...]:
    """The model card as a few lines (name, value), for a reader who must judge how far to trust the network."""
    words = kind_of_model(card).words
    value = value_words(card)
    predicted = ("Classes", ", ".join(card.class_names)) if value is None else _value_fact(card, value)
    facts = [("Task", card.task), predicted]
    data = card.training_data
    if data:
        counts = ", ".join(f"{count:,} {name}" for name, count in data.class_counts.items())
        of_each = f" ({counts})" if counts else ""
        facts.append(("Trained on", f"{data.source}: {words.counted(data.n_used)}{of_each}"))
        if data.label_values:
            facts.append(("Labels", f"{data.label}: {data.labels_in_words}"))
    facts += [_quality_fact("Unseen", metrics) for metrics in card.metrics]
    facts += [_quality_fact("Random forest", metrics) for metrics in card.baseline]
    facts.append(("Network", f"{card.architecture}, {card.n_features} {words.node} features"))
    if card.date:
        facts.append(("Made", card.date))
    return tuple(facts)


def _value_fact(card: Card, value: ValueWords) -> tuple[str, str]:
    """What the value is, and which ones the model was trained on."""
    scale = trained_scale(card)
    how = f", {scale.in_words}" if scale.transform is not Transform.NONE else f" in {scale.unit}" if scale.unit else ""
    if not card.value_range:
        return "Value", f"{value.name}{how}"
    least, mean, largest = map(value.text, card.value_range)
    return "Value", f"{value.name}{how}; of the training records from {least} to {largest}, mean {mean}"


def _quality_fact(what: str, metrics: Metrics) -> tuple[str, str]:
    names = {
        "auc_roc": "AUC-ROC",
        "auc_pr": "AUC-PR",
        "balanced_accuracy": "balanced accuracy",
        "calibration_error": "calibration error",
        "rmse": "RMSE",
        "mae": "MAE",
        "r2": "R²",
        "spearman": "Spearman",
    }
    values = ", ".join(f"{label} {metrics.in_words(key, 2)}" for key, label in names.items() if key in metrics.values)
    return f"{what}, {metrics.split.removesuffix(' 80/10/10')}", f"{values} ({metrics.runs})"
