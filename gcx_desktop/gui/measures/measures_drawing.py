"""The charts of the Measures panel. Plain functions that take half a second, to be called in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...app.evaluation.records_behind import N_CALIBRATION_BINS
from ...app.explaining.method_names import METHOD_NAMES
from ...depict.colour import Paper
from ...kinds.kind import Words

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...app.explaining.value_words import ValueWords
    from ...depict.measure_charts import Chart

HEIGHT = 1.7
"""Height of all charts in inches, low enough to leave the picture above them large."""
_BARS = (4.3, HEIGHT)
_CURVES = (2.25, HEIGHT)
_KEY = (2.2, HEIGHT)
_CALIBRATION = (2.7, HEIGHT)
_MATRIX = (3.4, HEIGHT)
_SCATTER = (2.6, HEIGHT)
_DISTANCES = (3.6, HEIGHT)
_SANITY = (3.6, HEIGHT)


@dataclass(frozen=True, slots=True)
class MeasuresCharts:
    """All charts except the bars, which depend on the cutoff."""

    curves: tuple[Chart, ...]
    """Fidelity, contrastivity and sparsity over cutoffs; fidelity over shares of masked nodes."""
    key: Chart
    calibration: Chart | None
    """Of classes, as ``matrix`` is."""
    matrix: Chart | None
    scatter: Chart | None
    """Of values, as ``distances`` is."""
    distances: Chart | None
    """``None``, too, if the model does not hold its training records."""
    sanity: Chart
    sanity_key: Chart
    quality: dict[str, float]


def draw_bars(measured: LibraryEvaluation, cutoff: float, paper: Paper, words: Words) -> Chart:
    """Fidelity of each method beside that of random nodes."""
    from ...app.evaluation.evaluate_methods import summarise
    from ...depict.measure_charts import bars_chart

    found = [summarise(measured.evaluation, id_, cutoff) for id_ in measured.method_ids]
    return bars_chart(
        [METHOD_NAMES[id_] for id_ in measured.method_ids],
        np.array([each.fidelity for each in found]),
        np.array([each.fidelity_random for each in found]),
        (f"highlighted {words.nodes} masked", f"as many random {words.nodes}"),
        axis="fidelity: share of right predictions lost" if measured.value is None else fidelity_axis(measured.value),
        paper=paper,
        size=_BARS,
    )


def draw(measured: LibraryEvaluation, paper: Paper, words: Words) -> MeasuresCharts:
    from ...app.evaluation.evaluate_methods import summarise
    from ...depict.measure_charts import Series, curves_chart, legend_chart

    found, ids = measured.evaluation, measured.method_ids
    numbers = {id_: number for number, id_ in enumerate(METHOD_NAMES)}
    names = {id_: METHOD_NAMES[id_] for id_ in ids}
    cutoffs, shares = np.array(found.cutoffs), np.array(found.shares)
    summaries = {id_: [summarise(found, id_, cutoff) for cutoff in found.cutoffs] for id_ in ids}
    unit = "" if measured.value is None else measured.value.unit
    fidelity = f"fidelity, {unit}" if unit else "fidelity"
    curves = [
        curves_chart(
            cutoffs,
            [Series(names[id_], np.array([getattr(s, name) for s in summaries[id_]]), numbers[id_]) for id_ in ids],
            x_axis="cutoff",
            y_axis=fidelity if name == "fidelity" else name,
            paper=paper,
            size=_CURVES,
        )
        for name in ("fidelity", "contrastivity", "sparsity")
    ]
    random = Series(f"random {words.nodes}", found.lost_by_random_share.mean(axis=0), -1)
    by_share = [Series(names[id_], found.measures[id_].lost_by_share.mean(axis=0), numbers[id_]) for id_ in ids]
    curves.append(
        curves_chart(
            shares,
            [random, *by_share],
            x_axis=f"share of {words.nodes} masked",
            y_axis=fidelity,
            paper=paper,
            size=_CURVES,
        )
    )
    checks = [Series(names[check.method], check.correlation, numbers[check.method]) for check in measured.checks]
    n_layers = max((len(each.values) for each in checks), default=1)
    return MeasuresCharts(
        curves=tuple(curves),
        key=legend_chart([*by_share, random], paper=paper, size=_KEY),
        calibration=None if found.of_value else _calibration(measured, paper),
        matrix=None if found.of_value else _matrix(measured, paper),
        scatter=_scatter(measured, paper) if found.of_value else None,
        distances=_distances(measured, paper, words) if found.of_value else None,
        sanity=curves_chart(
            np.arange(1.0, n_layers + 1),
            checks,
            x_axis="layers with random weights, from the output",
            y_axis="rank correlation",
            paper=paper,
            size=_SANITY,
            limit=("suspicious at the end if above", 0.5),
            whole_numbers=True,
        ),
        sanity_key=legend_chart(checks, paper=paper, size=_KEY),
        quality=found.scores(),
    )


def fidelity_axis(value: ValueWords) -> str:
    """The axis of fidelities of values, such as "fidelity: pIC50 moved as the map says, log units"."""
    unit = f", {value.unit}" if value.unit else ""
    return f"fidelity: {_short(value.name)} moved as the map says{unit}"


def _calibration(measured: LibraryEvaluation, paper: Paper) -> Chart:
    from ...depict.measure_charts import calibration_chart
    from ...gcn.reliability.scores import reliability_diagram

    found, last = measured.evaluation, len(measured.class_names) - 1
    bins = reliability_diagram(found.labels == last, found.probabilities[:, last], N_CALIBRATION_BINS)
    return calibration_chart(
        np.array([each.mean_probability for each in bins]),
        np.array([each.share for each in bins]),
        np.array([each.count for each in bins]),
        _short(measured.class_names[last]),
        paper=paper,
        size=_CALIBRATION,
    )


def _matrix(measured: LibraryEvaluation, paper: Paper) -> Chart:
    from ...depict.measure_charts import matrix_chart
    from ...gcn.reliability.scores import confusion_matrix

    found = measured.evaluation
    return matrix_chart(
        confusion_matrix(found.labels, found.probabilities.argmax(axis=1), len(measured.class_names)),
        [_short(name) for name in measured.class_names],
        paper=paper,
        size=_MATRIX,
    )


def _scatter(measured: LibraryEvaluation, paper: Paper) -> Chart:
    from ...depict.measure_charts import values_chart

    found, name = measured.evaluation, "value" if measured.value is None else _short(measured.value.name)
    return values_chart(
        found.labels.astype(np.float64),
        found.probabilities[:, 0].astype(np.float64),
        name,
        paper=paper,
        size=_SCATTER,
        how="",
        error=found.scores()["rmse"],
    )


def _distances(measured: LibraryEvaluation, paper: Paper, words: Words) -> Chart | None:
    from ...app.evaluation.error_by_distance import EDGES, range_in_words
    from ...depict.measure_charts import columns_chart

    if measured.distance is None:
        return None
    ours, known, counts = measured.distance.medians()
    unit = measured.value.unit if measured.value is not None else ""
    return columns_chart(
        [range_in_words(number) for number in range(len(EDGES) - 1)],
        ours,
        known,
        counts,
        (f"these {words.records}", "training records, held out"),
        axes_names=(f"similarity to the nearest training {words.record}", f"median error{f', {unit}' if unit else ''}"),
        paper=paper,
        size=_DISTANCES,
    )


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"
