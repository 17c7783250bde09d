"""The charts of the result page. Plain functions that take half a second, to be called in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...depict.colour import Paper

if TYPE_CHECKING:
    from ...app.training.training_result import TrainingResult
    from ...depict.measure_charts import Chart

_SIZE = (2.9, 2.1)
_VALUES = (3.6, 2.8)


@dataclass(frozen=True, slots=True)
class ResultCharts:
    """By predictions out of fold; ``None`` where there are none."""

    roc: Chart | None = None
    """Of the positive class."""
    calibration: Chart | None = None
    """Of the positive class."""
    values: Chart | None = None
    """Predicted against measured; its areas have the index of a training record."""


def draw_result(result: TrainingResult, paper: Paper) -> ResultCharts:
    """Draws the charts of a model."""
    from ...depict.measure_charts import calibration_chart, roc_chart, values_chart
    from ...gcn.reliability.scores import reliability_diagram, roc_curve

    known, card = result.known, result.card
    if known is None:
        return ResultCharts()
    if known.of_value:
        measured, predicted = (each.astype(np.float64) for each in (known.measured, known.probabilities[:, 0]))
        return ResultCharts(values=values_chart(measured, predicted, _short(card.endpoint), paper=paper, size=_VALUES))
    index = result.class_index
    name = card.class_names[index]
    positive, probabilities = known.measured == index, known.probabilities[:, index]
    bins = reliability_diagram(positive, probabilities)
    false_share, true_share = roc_curve(positive, probabilities)
    return ResultCharts(
        roc_chart(false_share, true_share, _short(name), paper=paper, size=_SIZE),
        calibration_chart(
            np.array([each.mean_probability for each in bins]),
            np.array([each.share for each in bins]),
            np.array([each.count for each in bins]),
            _short(name),
            paper=paper,
            size=_SIZE,
        ),
    )


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"
