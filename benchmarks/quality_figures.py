"""The figures of ``python -m benchmarks quality`` as tables, with ranks, and what of the targets is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import ge, gt, le
from statistics import fmean

from gcx_desktop.app.training.held_out import COVERAGE
from gcx_desktop.gcn.cards.card import Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol

from .quality_plan import CHEMPROP_MEMBERS, ENSEMBLE, FOREST, TITLES

Figures = Mapping[tuple[str, SplitProtocol], Mapping[str, Metrics]]
"""Name of the table and protocol → method → its metrics over the seeds."""

AUC_ROC, CALIBRATION_ERROR, RMSE = "auc_roc", "calibration_error", "rmse"
VALUE_COLUMNS = {
    RMSE: "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "spearman": "Spearman",
    COVERAGE: "coverage of 90 % intervals",
}
"""Metric of a table of values → the head of its column; the first ranks, the smallest is the best."""
COLUMNS = {
    AUC_ROC: "AUC-ROC",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    CALIBRATION_ERROR: "calibration error",
    "brier_score": "Brier score",
    COVERAGE: "coverage of 90 % sets",
}
AUC_TARGETS = {
    ("BBBP", SplitProtocol.SCAFFOLD): 0.74,
    ("BBBP", SplitProtocol.RANDOM): 0.92,
    ("BACE", SplitProtocol.SCAFFOLD): 0.88,
    ("BACE", SplitProtocol.RANDOM): 0.90,
    ("NR-ER", SplitProtocol.RANDOM): 0.76,
}
"""Least AUC-ROC of the ensemble."""
CALIBRATED = ("BBBP", "BACE")
"""Tables on whose random splits the ensemble is to be calibrated as well as the forest and as
:data:`MOST_CALIBRATION_ERROR`."""
MOST_CALIBRATION_ERROR = 0.05
COVERAGES = (0.88, 0.94)
"""Least and most coverage of the sets on random splits, whose records are exchangeable."""


def figures_in_words(figures: Figures) -> str:
    """Markdown: a table for each table of molecules, the mean rank of each method, and the targets."""
    parts = [_table_of(name, figures) for name in dict.fromkeys(name for name, _ in figures)]
    return "\n".join([*parts, _mean_ranks(figures), _targets(figures)])


def ranks_of(of_methods: Mapping[str, Metrics]) -> dict[str, int]:
    """Method → its rank by mean AUC-ROC, of values by RMSE; 1 is the best, equal ones share the better rank."""
    sign, name = (-1, RMSE) if _are_of_values(of_methods) else (1, AUC_ROC)
    means = {method: _mean(metrics, name) for method, metrics in of_methods.items()}
    known = {method: sign * mean for method, mean in means.items() if mean is not None}
    return {method: 1 + sum(other > mean for other in known.values()) for method, mean in known.items()}


def _are_of_values(of_methods: Mapping[str, Metrics]) -> bool:
    return any(RMSE in metrics.values for metrics in of_methods.values())


def targets(figures: Figures) -> Iterator[tuple[str, str, bool | None]]:
    """Each target, the figures beside it, and whether it is reached; ``None`` if something was not measured."""
    for (name, protocol), of_methods in figures.items():
        where = f"{name}, {protocol}"
        if _are_of_values(of_methods):
            yield from _value_targets(where, protocol, of_methods)
            continue
        ours = _of(of_methods, ENSEMBLE, AUC_ROC)
        forest = _of(of_methods, FOREST, AUC_ROC)
        yield _compared(f"{where}: AUC-ROC at or above the forest's", ours, forest, ge)
        for method in CHEMPROP_MEMBERS:
            theirs = _of(of_methods, method, AUC_ROC)
            yield _compared(f"{where}: AUC-ROC above that of {TITLES[method]}", ours, theirs, gt)
        least = AUC_TARGETS.get((name, protocol))
        if least is not None:
            yield _compared(f"{where}: AUC-ROC ≥ {least:.2f}", ours, least, ge)
        if protocol is not SplitProtocol.RANDOM:
            continue
        if name in CALIBRATED:
            error, of_forest = (_of(of_methods, method, CALIBRATION_ERROR) for method in (ENSEMBLE, FOREST))
            yield _compared(f"{where}: calibration error ≤ the forest's", error, of_forest, le)
            text = f"{where}: calibration error ≤ {MOST_CALIBRATION_ERROR:.2f}"
            yield _compared(text, error, MOST_CALIBRATION_ERROR, le)
        yield _covered(f"{where}: coverage of 90 % sets", of_methods)


def _value_targets(
    where: str, protocol: SplitProtocol, of_methods: Mapping[str, Metrics]
) -> Iterator[tuple[str, str, bool | None]]:
    ours, forest = (_of(of_methods, method, RMSE) for method in (ENSEMBLE, FOREST))
    yield _compared(f"{where}: RMSE at or below the forest's", ours, forest, le)
    if protocol is SplitProtocol.RANDOM:
        yield _covered(f"{where}: coverage of 90 % intervals", of_methods)


def _covered(what: str, of_methods: Mapping[str, Metrics]) -> tuple[str, str, bool | None]:
    covered, (low, high) = _of(of_methods, ENSEMBLE, COVERAGE), COVERAGES
    text = f"{what} from {low:.2f} to {high:.2f}"
    return text, _number(covered), None if covered is None else low <= covered <= high


def _table_of(name: str, figures: Figures) -> str:
    own = {protocol: of_methods for (table, protocol), of_methods in figures.items() if table == name}
    columns = VALUE_COLUMNS if any(map(_are_of_values, own.values())) else COLUMNS
    heads = list(columns.values())
    lines = [
        f"### {name}",
        "",
        f"| split | method | {heads[0]} | rank | {' | '.join(heads[1:])} |",
        "| --- | --- |" + " ---: |" * (len(columns) + 1),
    ]
    for protocol, of_methods in own.items():
        ranks = ranks_of(of_methods)
        for method, metrics in of_methods.items():
            first, *others = (metrics.in_words(each) if each in metrics.values else "—" for each in columns)
            cells = (str(protocol), TITLES[method], first, str(ranks.get(method, "—")), *others)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _mean_ranks(figures: Figures) -> str:
    ranks: dict[str, list[int]] = {}
    for of_methods in figures.values():
        for method, rank in ranks_of(of_methods).items():
            ranks.setdefault(method, []).append(rank)
    lines = ["| method | mean rank by AUC-ROC, of values by RMSE | of splits |", "| --- | ---: | ---: |"]
    best_first = sorted(ranks, key=lambda method: fmean(ranks[method]))
    lines += [f"| {TITLES[method]} | {fmean(ranks[method]):.2f} | {len(ranks[method])} |" for method in best_first]
    return "\n".join([*lines, ""])


def _targets(figures: Figures) -> str:
    lines = ["| target | figures | reached |", "| --- | --- | --- |"]
    words = {True: "yes", False: "no", None: "not measured"}
    lines += [f"| {text} | {found} | {words[reached]} |" for text, found, reached in targets(figures)]
    return "\n".join(lines)


def _compared(
    text: str, ours: float | None, other: float | None, holds: Callable[[float, float], bool]
) -> tuple[str, str, bool | None]:
    reached = None if ours is None or other is None else holds(ours, other)
    return text, f"{_number(ours)} against {_number(other)}", reached


def _of(of_methods: Mapping[str, Metrics], method: str, metric: str) -> float | None:
    return _mean(of_methods[method], metric) if method in of_methods else None


def _mean(metrics: Metrics, name: str) -> float | None:
    return metrics.values.get(name, (None, None))[0]


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
