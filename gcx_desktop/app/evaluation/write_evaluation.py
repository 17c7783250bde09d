"""Converts an evaluation to rows of tables, with the documented columns of ``gcx evaluate``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...explain.sanity import RandomisationResult
from .evaluate_methods import Evaluation, MethodSummary, summarise

EvaluationRow = dict[str, object]

SUMMARY_COLUMNS = (
    *("method", "fidelity", "contrastivity", "sparsity", "n_molecules", "accuracy", "auc_roc", "auc_pr"),
    *("balanced_accuracy", "calibration_error", "threshold", "fidelity_random", "n_salient"),
    *("labels", "warning", "brier_score"),
)
VALUE_SUMMARY_COLUMNS = (
    *("method", "fidelity", "contrastivity", "sparsity", "n_molecules", "rmse", "mae", "r2", "spearman"),
    *("threshold", "fidelity_random", "n_salient", "labels", "warning"),
)
"""The same of a model of values; fidelities are in the unit of the value."""
ATTRIBUTION_COLUMNS = ("attribution_auroc", "n_attributed")
"""Further columns of the summary, for kinds of graph whose labels are defined by nodes."""
CURVE_COLUMNS = (*("method", "threshold", "share_masked", "fidelity", "fidelity_random", "contrastivity", "sparsity"),)
_FIELDS = {"threshold": "cutoff"}
"""Column → field of a summary, where the names differ; column names are fixed, since other programs read them."""
SANITY_COLUMNS = ("method", "randomised_layers", "rank_correlation", "suspicious", "n_molecules")


def summary_columns(evaluation: Evaluation) -> tuple[str, ...]:
    """The columns of :func:`summary_rows`."""
    if evaluation.of_value:
        return VALUE_SUMMARY_COLUMNS
    return SUMMARY_COLUMNS if evaluation.attribution is None else (*SUMMARY_COLUMNS, *ATTRIBUTION_COLUMNS)


def summary_rows(evaluation: Evaluation, methods: Sequence[str], cutoff: float) -> Iterator[EvaluationRow]:
    """A row for each method at one cutoff. The quality of the predictions, the meaning of the labels and whether they
    may be swapped are the same in all rows."""
    quality, columns = evaluation.scores(), summary_columns(evaluation)
    labels = None if evaluation.meaning is None else evaluation.meaning.summary
    for id_ in methods:
        found = summarise(evaluation, id_, cutoff)
        row = _figures(found, columns)
        label_columns = {"labels": labels, "warning": evaluation.suspicion or None}
        yield {**row, **{name: _number(value) for name, value in quality.items()}, **_numbers(row), **label_columns}


def _figures(found: MethodSummary, columns: Sequence[str]) -> EvaluationRow:
    """The values of those columns that a method's summary has."""
    fields = {name: _FIELDS.get(name, name) for name in columns}
    return {name: getattr(found, field) for name, field in fields.items() if hasattr(found, field)}


def curve_rows(evaluation: Evaluation, methods: Sequence[str]) -> Iterator[EvaluationRow]:
    """A row for each method and cutoff, then one for each method and share of masked nodes."""
    for id_ in methods:
        for cutoff in evaluation.cutoffs:
            found = summarise(evaluation, id_, cutoff)
            yield _numbers(_figures(found, CURVE_COLUMNS))
    at_random = evaluation.lost_by_random_share.mean(axis=0)
    for id_ in methods:
        curve = evaluation.measures[id_].lost_by_share.mean(axis=0)
        for share, lost, random in zip(evaluation.shares, curve.tolist(), at_random.tolist(), strict=True):
            yield _numbers({"method": id_, "share_masked": share, "fidelity": lost, "fidelity_random": random})


def record_columns(evaluation: Evaluation, class_names: Sequence[str], methods: Sequence[str]) -> list[str]:
    """The columns of :func:`record_rows`."""
    measures = [f"{id_}_{name}" for id_ in methods for name in ("lost", "contrastivity", "sparsity")]
    if evaluation.of_value:
        return ["record", "measured", "predicted", "error", *measures]
    return ["record", "label", "predicted_class", *(f"probability_{name}" for name in class_names), *measures]


def record_rows(
    evaluation: Evaluation, methods: Sequence[str], cutoff: float, class_names: Sequence[str]
) -> Iterator[EvaluationRow]:
    """A row for each record: its label or measured value, its prediction, and each method's measures."""
    at = evaluation.cutoffs.index(cutoff)
    for i, position in enumerate(evaluation.positions.tolist()):
        probabilities = evaluation.probabilities[i].tolist()
        row: EvaluationRow = {"record": position + 1}
        if evaluation.of_value:
            measured, predicted = float(evaluation.labels[i]), probabilities[0]
            row |= {"measured": measured, "predicted": predicted, "error": predicted - measured}
        else:
            row["label"] = class_names[int(evaluation.labels[i])]
            row["predicted_class"] = class_names[probabilities.index(max(probabilities))]
            row |= {f"probability_{name}": value for name, value in zip(class_names, probabilities, strict=True)}
        for id_ in methods:
            found = evaluation.measures[id_]
            for name in ("lost", "contrastivity", "sparsity"):
                row[f"{id_}_{name}"] = float(getattr(found, name)[i, at])
        yield _numbers(row)


def sanity_rows(checks: Sequence[RandomisationResult]) -> Iterator[EvaluationRow]:
    """A row for each method and number of randomised layers."""
    for check in checks:
        for depth, correlation in enumerate(check.correlation.tolist(), start=1):
            yield _numbers(
                {
                    "method": check.method,
                    "randomised_layers": depth,
                    "rank_correlation": correlation,
                    "suspicious": "yes" if check.suspicious else "no",
                    "n_molecules": check.n_graphs,
                }
            )


def _numbers(row: EvaluationRow) -> EvaluationRow:
    return {name: _number(value) if isinstance(value, float) else value for name, value in row.items()}


def _number(value: float) -> float | None:
    """The value with six digits; ``None``, an empty cell, for NaN."""
    return None if math.isnan(value) else float(f"{value:.6g}")
