"""The records behind each figure, of five records worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.app.evaluation.evaluate_methods import Evaluation, Measures
from gcx_desktop.app.evaluation.records_behind import (
    MeasureKind,
    above_random,
    records_behind_bin,
    records_behind_cell,
    records_behind_measure,
)
from gcx_desktop.kinds.molecules.kind import MOLECULES

CLASSES = ("no", "yes")


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, None]


@pytest.fixture
def evaluation() -> Evaluation:
    """Records 11 to 15 but 13; at one cutoff."""
    measures = Measures(
        lost=column(0.5, 0.0, 1.0, -0.5),
        lost_at_random=column(0.0, 0.0, 0.2, 0.0),
        contrastivity=column(1.0, 0.5, math.nan, 0.0),
        sparsity=column(0.5, 0.51, 1.0, 0.0),
        lost_by_share=column(0, 0, 0, 0),
    )
    yes = np.array([0.05, 0.31, 0.39, 1.0], dtype=np.float32)
    return Evaluation(
        positions=np.array([10, 11, 13, 14]),
        labels=np.array([0, 1, 0, 1]),
        probabilities=np.column_stack([1 - yes, yes]),
        cutoffs=(0.01,),
        shares=(1.0,),
        measures={"cam": measures},
        lost_by_random_share=column(0, 0, 0, 0),
        rejected=(),
        attribution={"cam": np.array([0.2, math.nan, 0.5, 0.9])},
    )


@pytest.mark.parametrize(
    ("figure", "called", "positions"),
    [
        (MeasureKind.FIDELITY, "fidelity", {10, 13}),
        (MeasureKind.RANDOM, "fidelity of random atoms", {13}),
        (MeasureKind.CONTRASTIVITY, "contrastivity below 1", {11, 14}),  # not 13, which has no salient atom
        (MeasureKind.SPARSITY, "half of the atoms or more shown", {10, 14}),
        (MeasureKind.ATTRIBUTION, "defining atoms below others", {10}),
    ],
)
def test_behind_a_measure_are_the_molecules_that_make_it(
    evaluation: Evaluation, figure: MeasureKind, called: str, positions: set[int]
) -> None:
    found = records_behind_measure(evaluation, "cam", 0.01, figure, MOLECULES.words)
    assert found.positions == positions
    assert found.words == f"{called}, CAM"


def test_behind_a_cell_are_the_molecules_of_that_class_that_were_predicted_so(evaluation: Evaluation) -> None:
    missed = records_behind_cell(evaluation, 1, 0, CLASSES)
    assert (missed.positions, missed.words) == ({11}, "yes, predicted no")
    assert records_behind_cell(evaluation, 0, 0, CLASSES).positions == {10, 13}
    assert records_behind_cell(evaluation, 0, 1, CLASSES).positions == frozenset()


def test_behind_a_point_of_the_calibration_curve_are_the_molecules_of_its_bin(evaluation: Evaluation) -> None:
    found = [records_behind_bin(evaluation, point, CLASSES) for point in range(3)]
    assert [each.positions for each in found] == [{10}, {11, 13}, {14}]
    assert found[1].words == "probability of yes 0.3–0.4"
    assert found[2].words == "probability of yes 0.9–1.0"


def test_a_difference_that_may_be_chance_is_not_above_random(evaluation: Evaluation) -> None:
    assert not above_random(evaluation, "cam", 0.01)
    evaluation.measures["cam"].lost[:] = column(0.9, 1.0, 1.0, 0.9)
    assert above_random(evaluation, "cam", 0.01)
    evaluation.measures["cam"].lost[:] = evaluation.measures["cam"].lost_at_random
    assert not above_random(evaluation, "cam", 0.01)
